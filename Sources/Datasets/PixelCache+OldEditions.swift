import Foundation

extension PixelCache {
  /// Removes what this release and later ones never read: files of older editions, and what processes
  /// that were killed have left of any data set.
  ///
  /// Who has such a file mapped goes on with it, as its bytes stay until it is closed; an older release
  /// that wants it again prepares it again. What is being written now has its lock held, and stays.
  func removeOldEditions() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names {
      let path = folder.appendingPathComponent(name).path
      if name.hasSuffix(".pixels") {
        if let edition = Self.edition(ofFile: path), edition < UInt64(Self.version) { unlink(path) }
      } else if let mark = name.range(of: ".unfinished-") {
        let stem = String(name[..<mark.lowerBound])
        if !isLocked(folder.appendingPathComponent("\(stem).lock").path) { unlink(path) }
      }
    }
  }

  /// The edition that a file's header tells; nil where it is no file of prepared pixels.
  private static func edition(ofFile path: String) -> UInt64? {
    guard let start = beginning(of: FileName(path), count: magic.count + 8),
      start.count == magic.count + 8, start.starts(with: magic)
    else { return nil }
    return start.suffix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private func isLocked(_ path: String) -> Bool {
    let descriptor = Foundation.open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return errno != ENOENT }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0
  }
}
