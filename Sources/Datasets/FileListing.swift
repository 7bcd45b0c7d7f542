import Digests
import Foundation
import Images

/// A file found below a folder.
struct ListedFile: Sendable, Hashable {
  /// Relative to the folder, with `/` between its parts.
  let path: String
  let size: Int64
  let times: FileTimes
}

/// What is below a folder.
struct FileListing: Sendable {
  /// Files that are named as images or begin as one does, ordered by path, byte by byte.
  private(set) var images: [ListedFile] = []
  /// Other files, of which some are named in messages.
  private(set) var otherCount = 0
  private(set) var otherExamples: [String] = []
  private(set) var unreadableFolders: [String] = []

  /// Suffixes of the files that count as images even where they turn out to hold none, so that a
  /// damaged image is told of; what a file holds decides what it is.
  static let suffixes: Set<String> = [
    "jpg", "jpeg", "jpe", "jfif", "png", "gif", "pgm", "ppm", "pnm",
  ]

  static func isImageName(_ name: some StringProtocol) -> Bool {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return false }
    return suffixes.contains(name[name.index(after: dot)...].lowercased())
  }

  /// Lists a folder. Hidden files are ignored, links to folders are not followed.
  init(folder: String, recursive: Bool = true) {
    scan(folder, prefix: "", recursive: recursive, depth: 0)
    images.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    otherExamples.sort()
  }

  private mutating func scan(_ folder: String, prefix: String, recursive: Bool, depth: Int) {
    guard depth < 64, let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    else {
      unreadableFolders.append(prefix.isEmpty ? folder : prefix)
      return
    }
    for name in names where !name.hasPrefix(".") {
      let path = folder + "/" + name
      var linked = stat()
      guard lstat(path, &linked) == 0 else { continue }
      if linked.st_mode & S_IFMT == S_IFDIR {
        if recursive { scan(path, prefix: prefix + name + "/", recursive: true, depth: depth + 1) }
        continue
      }
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      add(prefix + name, status, isImage: Self.isImageName(name) || Self.beginsAsImage(path))
    }
  }

  private static func beginsAsImage(_ path: String) -> Bool {
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: PixelImage.signatureLength)
    let count = read(descriptor, &bytes, bytes.count)
    return PixelImage.isImage(beginning: Array(bytes.prefix(max(0, count))))
  }

  private mutating func add(_ path: String, _ status: stat, isImage: Bool) {
    guard isImage else {
      otherCount += 1
      if otherExamples.count < 3 { otherExamples.append(path) }
      return
    }
    images.append(
      ListedFile(path: path, size: Int64(status.st_size), times: FileTimes(status)))
  }

  /// What was found, for a message about what was not.
  var summary: String {
    if otherCount == 0 { return unreadableFolders.isEmpty ? "nothing" : "folders it cannot open" }
    let more = otherCount > otherExamples.count ? ", …" : ""
    let files = otherCount == 1 ? "1 other file" : "\(otherCount) other files"
    return "\(files) (\(otherExamples.joined(separator: ", "))\(more))"
  }

  /// A digest of every name and size and of its times.
  var digest: String {
    var sum = SHA256()
    for file in images { sum.update("\(file.path)\0\(file.size)\0\(file.times)\0") }
    return sum.finish()
  }
}

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

/// A file's path, size and times; nil when there is no such file.
struct FileStamp: CustomStringConvertible {
  let isFolder: Bool
  let description: String

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    description = "\(path) \(status.st_size) \(FileTimes(status))"
  }
}
