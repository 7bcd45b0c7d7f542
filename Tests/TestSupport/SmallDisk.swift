import Foundation
import Glibc

/// A disk of its own that is soon full: a tmpfs, which only root may mount.
package final class SmallDisk {
  package let path: String

  /// Whether one can be mounted here.
  package static let isAvailable: Bool = {
    guard getuid() == 0 else { return false }
    return (try? SmallDisk(bytes: 1 << 16)) != nil
  }()

  /// - Throws: where it cannot be mounted.
  package init(bytes: Int) throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("gansh-disk-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard mount("gansh-test", path, "tmpfs", 0, "size=\(bytes)") == 0 else {
      rmdir(path)
      throw CocoaError(.fileWriteUnknown)
    }
  }

  deinit {
    umount2(path, Int32(MNT_DETACH))
    rmdir(path)
  }

  /// Fills it up to so many bytes; `makeRoom` takes that back.
  package func fill(leaving rest: Int) throws {
    var facts = statvfs()
    guard statvfs(path, &facts) == 0 else { throw CocoaError(.fileReadUnknown) }
    // Somebody else may be filling it at the same time.
    let file = open(path + "/ballast", O_WRONLY | O_CREAT, 0o600)
    guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
    defer { close(file) }
    let block = [UInt8](repeating: 0, count: 4096)
    var count = (Int(facts.f_bavail) * Int(facts.f_frsize) - rest) / block.count
    while count > 0, write(file, block, block.count) == block.count { count -= 1 }
  }

  package func makeRoom() throws {
    try FileManager.default.removeItem(atPath: path + "/ballast")
  }
}
