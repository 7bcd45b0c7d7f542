import CLinux
import Foundation
import Glibc
import Language
import Notebook
import Specification
import Terminal

extension OutputFile {
  /// A folder that is being filled.
  struct Folder {
    fileprivate let path: String

    /// Makes a folder in it.
    ///
    /// - Parameter name: no path.
    func makeFolder(_ name: String) throws {
      guard mkdir("\(path)/\(name)", 0o777) == 0 else { throw Failure(errno) }
    }

    /// Writes a file in it.
    ///
    /// - Parameter name: no path, but for the name of a folder that was made in it.
    /// - Throws: what the output turns into a `Diagnostic`.
    func write(_ data: Data, to name: String) throws {
      try write(to: name) { try $0.write(data) }
    }

    /// Writes a file in it, part by part.
    func write(to name: String, _ body: (Sink) throws -> Void) throws {
      let file = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard file >= 0 else { throw Failure(errno) }
      do { try body(Sink(descriptor: file)) } catch {
        close(file)
        throw error
      }
      guard close(file) == 0 else { throw Failure(errno) }
    }
  }

  /// Makes a folder and writes files into it: all that `body` writes, or nothing. One that is there and
  /// empty is filled.
  ///
  /// The files are written into a folder beside it, which takes the name when all are on the disk.
  ///
  /// - Throws: as `write`; a `Diagnostic` also where the folder holds something.
  func makeFolder(
    sparing datasets: [String: DatasetSpecification], _ folder: RunsFolder?,
    _ body: (Folder) throws -> Void
  ) throws {
    let mode = try checkFolder(sparing: datasets, folder)
    let part = "\(target).\(getpid()).part"
    guard mkdir(part, 0o777) == 0 else {
      throw refusal(errno == ENOENT ? missingFolder : Self.words(for: errno))
    }
    do {
      try body(Folder(path: part))
      if let mode, chmod(part, mode) != 0 { throw Failure(errno) }
      try Self.bringToDisk(part)
      guard rename(part, target) == 0 else {
        if errno == ENOTEMPTY || errno == EEXIST { throw refusal(Self.isNotEmpty) }
        throw Failure(errno)
      }
    } catch {
      try? FileManager.default.removeItem(atPath: part)
      throw told(error)
    }
  }

  /// - Returns: the permissions of a folder that is there; nil: there is none.
  /// - Throws: as `makeFolder`, where it can be told before anything is written.
  @discardableResult func checkFolder(
    sparing datasets: [String: DatasetSpecification], _ folder: RunsFolder?
  ) throws -> mode_t? {
    try check(against: folder)
    let mode = try checkEmpty()
    try checkFolder(against: datasets)
    try checkParent()
    if mode != nil, isMountPoint {
      throw refusal("it is a disk of its own; name a folder on it")
    }
    return mode
  }

  /// Whether the target lies on another disk than its parent, so that no folder can take its place.
  private var isMountPoint: Bool {
    var (own, parent) = (stat(), stat())
    guard stat(target, &own) == 0, stat(target + "/..", &parent) == 0 else { return false }
    return own.st_dev != parent.st_dev
  }

  private static let isNotEmpty =
    "it is not empty, and nothing in it is written over; name a folder that is not there yet"

  /// - Returns: the permissions of a folder that is there; nil: there is none.
  private func checkEmpty() throws -> mode_t? {
    var facts = stat()
    guard stat(target, &facts) == 0 else {
      guard errno == ENOENT else { throw refusal(Self.words(for: errno)) }
      return nil
    }
    guard facts.st_mode & S_IFMT == S_IFDIR else {
      throw refusal("it is no folder; name one that is not there yet")
    }
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: target) } catch {
      throw refusal("it cannot be looked into; name a folder that is not there yet")
    }
    guard names.isEmpty else { throw refusal(Self.isNotEmpty) }
    return facts.st_mode & 0o7777
  }

  /// - Throws: where the files would become examples of a data set.
  private func checkFolder(against datasets: [String: DatasetSpecification]) throws {
    let own = Self.resolved(target) + "/"
    for (name, dataset) in datasets.sorted(by: { $0.key < $1.key }) {
      let isTakenIn = dataset.source.files == .pictures || dataset.source.files == nil
      guard isTakenIn, let path = dataset.source.path else { continue }
      let theirs = Self.resolved(StandardFolders.expandingHome(path))
      guard own.hasPrefix(theirs.hasSuffix("/") ? theirs : theirs + "/") else { continue }
      throw refusal(
        "what is in `\(path)` is the data set `\(name)`, and these files would belong to it; choose "
          + "another folder")
    }
  }

  private static func bringToDisk(_ folder: String) throws(Failure) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(errno) }
    defer { close(descriptor) }
    guard syncfs(descriptor) == 0 else { throw Failure(errno) }
  }
}
