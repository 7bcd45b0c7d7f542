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
  /// - Throws: `NotebookError.unsafePath` where the run's name is no folder's, or a link is there.
  package func folder(ofRun run: String) throws(NotebookError) -> RunFolder? {
    if let inner = folder.folder(run) { return RunFolder("\(name)/\(run)", inner) }
    if errno == ENOENT && OpenFolder.isPlain(run) { return nil }
    throw .unsafePath("\(name)/\(run)", reason: refusal(of: run))
  }

  /// Names in it that a new run cannot have, since something lies there.
  package var takenNames: Set<String> {
    Set(folder.names().filter { folder.folder($0)?.names().isEmpty != true })
  }

  /// The folder of a run, made if there is none.
  package func makeFolder(ofRun run: String) throws(NotebookError) -> RunFolder {
    if let there = try folder(ofRun: run) { return there }
    guard folder.makeFolder(run), let made = try folder(ofRun: run) else {
      throw .folderNotMade(path: "\(folder.path)/\(run)", code: errno)
    }
    return made
  }

  private func refusal(of run: String) -> String {
    if !OpenFolder.isPlain(run) { return "that is no name of a folder in `\(name)`" }
    let code = errno
    if code == ELOOP || code == ENOTDIR { return "it is a link or no folder" }
    return String(cString: strerror(code)).lowercased()
  }

  /// Removes a checkpoint by the path that a row has.
  package func remove(path: String) -> Removal {
    guard let place = CheckpointPath(path), place.folder == name,
      let inner = folder.folder(place.run)
    else {
      return CheckpointPath(path).map { $0.folder == name && folder.entry($0.run) == nil } == true
        ? .missing : .elsewhere
    }
    return RunFolder.remove(place.file, in: inner)
  }

  /// Removes what a run has left: checkpoints that no row names, half written ones, and the folder
  /// when nothing else is in it.
  ///
  /// - Returns: bytes given back.
  package func removeRemains(ofRun run: String) -> Int {
    guard let inner = folder.folder(run) else { return 0 }
    var freed = 0
    for file in inner.names() where CheckpointPath.isRemains(file) {
      if case .removed(let bytes) = RunFolder.remove(file, in: inner) { freed += bytes }
    }
    _ = folder.removeFolder(run)
    return freed
  }

  /// Removes a run's folder unless something is in it.
  package func removeEmptyFolder(ofRun run: String) { _ = folder.removeFolder(run) }

  /// Renames a run's folder; nothing is done where there is none.
  ///
  /// - Throws: `NotebookError.unsafePath`, also where the new name is taken.
  package func rename(_ run: String, to newName: String) throws(NotebookError) {
    guard OpenFolder.isPlain(run), folder.entry(run) != nil else { return }
    // An empty folder of that name is in nobody's way.
    _ = folder.removeFolder(newName)
    guard try folder(ofRun: run) != nil, folder.rename(run, to: newName) else {
      throw .unsafePath("\(name)/\(newName)", reason: String(cString: strerror(errno)).lowercased())
    }
  }
}

/// The folder of one run's checkpoints, held open.
package final class RunFolder: Sendable {
  /// Relative to the notebook's folder: `lab.runs/base`.
  package let path: String
  package let url: URL
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
      return .failed(String(cString: strerror(errno)).lowercased())
    }
    return .removed(entry.bytes)
  }
}
