import Foundation
import Images
import Specification

/// When a file's bytes were changed, and when anything about it was, in nanoseconds since 1970.
///
/// The first can be set to what one likes (`touch`, `cp -p`, `rsync -t`), the second cannot: another file
/// of the same size and time is told by it. Numbers of inodes are left out, since file systems without
/// any (exFAT, some network ones) make up new ones whenever they are mounted.
struct FileTimes: Sendable, Hashable, CustomStringConvertible {
  let modified: Int64
  let changed: Int64

  init(_ status: stat) {
    #if canImport(Darwin)
      let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
    #else
      let (modified, changed) = (status.st_mtim, status.st_ctim)
    #endif
    self.modified = Int64(modified.tv_sec) &* 1_000_000_000 &+ Int64(modified.tv_nsec)
    self.changed = Int64(changed.tv_sec) &* 1_000_000_000 &+ Int64(changed.tv_nsec)
  }

  var description: String { "\(modified) \(changed)" }
}

/// A file's path, kind, size and times; nil when there is no such file.
struct FileStamp: CustomStringConvertible {
  let isFolder: Bool
  /// Whether it holds bytes that can be read again, as no pipe, socket or device does.
  let isFile: Bool
  /// Bytes.
  let size: Int
  let description: String

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    isFile = status.st_mode & S_IFMT == S_IFREG
    size = Int(status.st_size)
    description = "\(path) \(size) \(FileTimes(status))"
  }
}

extension FileStamp {
  /// What is there that is no folder, for a message.
  ///
  /// - Parameter typed: the path as it was typed.
  func kind(of path: String, typedAs typed: String) -> String {
    guard isFile else { return isFolder ? "a folder" : "a pipe, socket or device" }
    let start = beginning(of: FileName(path), count: FileKind.signatureLength) ?? []
    if PixelImage.isImage(beginning: start) { return "an image; name the folder that it is in" }
    guard let kind = FileKind(beginning: start) else {
      if isIDX(path) { return idx(typed) }
      return start.isEmpty ? "an empty file" : "a file"
    }
    if isIDX(path) { return idx(typed) }
    return kind.phrase + (kind.advice.map { "; \($0)" } ?? "")
  }
}

/// Whether a file is one of images in MNIST's format, gzipped or not.
private func isIDX(_ path: String) -> Bool { (try? IDXFile(path: path)) != nil }

/// What to do about one.
private func idx(_ path: String) -> String {
  "an IDX file; `\(DatasetSpecification.statement(reading: path, as: "idx"))` reads one by itself"
}

extension DatasetError {
  /// What lies at a path where it is no file; nil: it is one, or nothing is there.
  static func notFile(_ path: String) -> DatasetError? {
    guard let stamp = FileStamp(path), !stamp.isFile else { return nil }
    return .unreadable(
      path: path, reason: "it is \(stamp.kind(of: path, typedAs: path)), not a file")
  }
}

/// The path with a leading `~` made the home directory (`$HOME`, as in a shell), and made absolute.
/// What is in it is left to the system: `link/..` is not where the link lies.
func expandedPath(_ path: String) -> String {
  var path = path
  if path == "~" || path.hasPrefix("~/") {
    let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
    path = (home.isEmpty ? NSHomeDirectory() : home) + path.dropFirst()
  }
  if !path.hasPrefix("/") { path = FileManager.default.currentDirectoryPath + "/" + path }
  while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
  return path
}

/// The last part of a path.
func fileName(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
  return String(path[path.utf8.index(after: slash)...])
}

/// The folder that a file lies in.
func folder(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}
