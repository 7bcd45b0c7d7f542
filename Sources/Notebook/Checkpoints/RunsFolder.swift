package import Foundation
import Glibc

/// The folder of a notebook's checkpoints, `lab.runs` beside `lab.sqlite`, known by the mark in it to
/// be this notebook's own.
///
/// Whatever a notebook's rows say, only plain files named `step-….safetensors`, in a run's folder in
/// this one, are written, renamed or removed; links are not followed on the way.
package final class RunsFolder: Sendable {
  /// `lab.runs`.
  package let name: String
  private let folder: OpenFolder
  /// Where it lies.
  package var url: URL { URL(fileURLWithPath: folder.path, isDirectory: true) }

  init(_ name: String, _ folder: OpenFolder) { (self.name, self.folder) = (name, folder) }

  /// What came of removing a checkpoint.
  package enum Removal: Sendable, Hashable {
    /// So many bytes were given back.
    case removed(Int)
    case missing
    /// The path leads out of the notebook's own folder, or to what is no checkpoint: it was left.
    case elsewhere
    case failed(String)
  }

  /// The folder of a run; nil: there is none.
  ///
  /// - Throws: `NotebookError.unsafePath` where the run's name is no folder's, or a link is there;
  ///   `forbidden`.
  package func folder(ofRun run: String) throws(NotebookError) -> RunFolder? {
    if let inner = folder.folder(run) { return RunFolder("\(name)/\(run)", inner) }
    if errno == ENOENT && OpenFolder.isPlain(run) { return nil }
    throw refusal(of: run)
  }

  /// Names in it that a new run cannot have, since something lies there.
  package var takenNames: Set<String> {
    Set(folder.names().filter { folder.folder($0)?.names().isEmpty != true })
  }

  /// The folder of a run, made if there is none.
  package func makeFolder(ofRun run: String) throws(NotebookError) -> RunFolder {
    if let there = try folder(ofRun: run) { return there }
    guard folder.makeFolder(run), let made = try folder(ofRun: run) else {
      throw .folderNotMade(path: "\(folder.path)/\(run)", in: name, code: errno)
    }
    return made
  }

  private func refusal(of run: String) -> NotebookError {
    let (code, path) = (errno, "\(name)/\(run)")
    if !OpenFolder.isPlain(run) {
      return .unsafePath(path, reason: "that is no name of a folder in `\(name)`")
    }
    let words = NotebookError.words(for: code)
    if NotebookError.isRefusal(code) { return .forbidden(folder: path, reason: words) }
    let isLink = code == ELOOP || code == ENOTDIR
    return .unsafePath(path, reason: isLink ? "it is a link or no folder" : words)
  }

  /// Sees whether what a run has left may be removed or renamed. Where it has no folder nothing has to be,
  /// and where that is a link or none it is left alone.
  ///
  /// - Throws: `NotebookError.forbidden`.
  package func checkChange(ofRun run: String) throws(NotebookError) {
    let inner: RunFolder?
    do { inner = try folder(ofRun: run) } catch .unsafePath { return }
    guard let inner else { return }
    guard folder.mayChange() else {
      throw .forbidden(folder: name, reason: NotebookError.words(for: errno))
    }
    guard inner.mayChange() else {
      throw .forbidden(folder: inner.path, reason: NotebookError.words(for: errno))
    }
  }

  /// What is left of a run's folder when all that it has written was to go.
  package struct Remains: Sendable, Hashable {
    /// Given back.
    package var bytes = 0
    /// Names that no run gives, and links.
    package var strange = 0
    /// The first that was refused, with the system's words.
    package var failure: String?

    package init() {}
  }

  /// Removes a checkpoint of a run by the path that a row has.
  ///
  /// - Returns: `.elsewhere` where the path is not into the run's own folder.
  package func remove(path: String, ofRun run: String) -> Removal {
    guard let place = CheckpointPath(path), place.folder == name, place.run == run else {
      return .elsewhere
    }
    guard let inner = folder.folder(run) else {
      return folder.entry(run) == nil ? .missing : .elsewhere
    }
    return RunFolder.remove(place.file, in: inner)
  }

  /// Removes what a run has left: checkpoints that no row names, half written ones, and the folder
  /// when nothing else is in it.
  package func removeRemains(ofRun run: String) -> Remains {
    var remains = Remains()
    guard let inner = folder.folder(run) else { return remains }
    for file in inner.names() {
      switch RunFolder.remove(file, in: inner) {
      case .removed(let bytes): remains.bytes += bytes
      case .missing: break
      case .elsewhere: remains.strange += 1
      case .failed(let reason):
        remains.failure = remains.failure ?? "`\(name)/\(run)/\(file)`: \(reason)"
      }
    }
    if !folder.removeFolder(run), errno != ENOTEMPTY, errno != EEXIST, errno != ENOENT {
      remains.failure = remains.failure ?? "`\(name)/\(run)`: \(NotebookError.words(for: errno))"
    }
    return remains
  }

  /// Removes a run's folder unless something is in it.
  package func removeEmptyFolder(ofRun run: String) { _ = folder.removeFolder(run) }

  /// Renames a run's folder; nothing is done where there is none.
  ///
  /// - Throws: `NotebookError.unsafePath`, also where the new name is taken; `forbidden`.
  package func rename(_ run: String, to newName: String) throws(NotebookError) {
    guard OpenFolder.isPlain(run), try folder(ofRun: run) != nil else { return }
    // An empty folder of that name is in nobody's way.
    _ = folder.removeFolder(newName)
    guard !folder.rename(run, to: newName) else { return }
    let words = NotebookError.words(for: errno)
    throw NotebookError.isRefusal(errno)
      ? .forbidden(folder: name, reason: words) : .unsafePath("\(name)/\(newName)", reason: words)
  }
}

/// The folder of one run's checkpoints, held open.
package final class RunFolder: Sendable {
  /// Relative to the notebook's folder: `lab.runs/base`.
  package let path: String
  package let url: URL
  /// The run's name, which the folder has.
  package var run: String { path.split(separator: "/").last.map(String.init) ?? path }
  private let folder: OpenFolder

  init(_ path: String, _ folder: OpenFolder) {
    (self.path, self.folder) = (path, folder)
    url = URL(fileURLWithPath: folder.path, isDirectory: true)
  }

  /// A checkpoint that lies in it.
  package struct File: Sendable, Hashable {
    package let step: Int
    package let name: String
    package let bytes: Int
  }

  /// Its checkpoints, by step.
  package var files: [File] {
    folder.names().compactMap { name in
      guard let step = CheckpointPath.step(of: name), let entry = folder.entry(name),
        entry.isPlainFile
      else { return nil }
      return File(step: step, name: name, bytes: entry.bytes)
    }.sorted { $0.step < $1.step }
  }

  package var isEmpty: Bool { folder.names().isEmpty }

  /// The path that a row has of one of its files.
  package func path(of file: String) -> String { "\(path)/\(file)" }

  fileprivate func mayChange() -> Bool { folder.mayChange() }

  /// What lies under a checkpoint's name and is no file; nil: a file, or nothing.
  package func strangeKind(of file: String) -> EntryKind? {
    folder.entry(file).flatMap { $0.isPlainFile ? nil : $0.kind }
  }

  /// Takes the folder for this process until the value is gone; false where another has it.
  package func lock() -> Bool { folder.lock() }

  /// Gives it back before the value is gone.
  package func unlock() { folder.unlock() }

  @discardableResult
  package func remove(_ file: String) -> RunsFolder.Removal { Self.remove(file, in: folder) }

  /// Removes what a killed process has left half written.
  package func removeHalfWritten() {
    for file in folder.names() where file.hasSuffix(".part") && CheckpointPath.isRemains(file) {
      _ = remove(file)
    }
  }

  /// Sets a damaged file aside, so that it is no checkpoint any more: `step-….safetensors.damaged`.
  package func setAside(_ file: String) {
    _ = remove(file + CheckpointPath.damaged)
    _ = folder.rename(file, to: file + CheckpointPath.damaged)
  }

  fileprivate static func remove(_ file: String, in folder: OpenFolder) -> RunsFolder.Removal {
    guard CheckpointPath.isRemains(file) else { return .elsewhere }
    guard let entry = folder.entry(file) else { return .missing }
    guard entry.isPlainFile else { return .elsewhere }
    guard folder.remove(file) else {
      return .failed(NotebookError.words(for: errno))
    }
    return .removed(entry.bytes)
  }
}
