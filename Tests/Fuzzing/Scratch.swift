import Foundation

/// A folder in memory for files that are given by path, gone when the program ends as it should.
final class Scratch {
  let path: String

  init() throws {
    let place =
      FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    path = "\(place)/gansh-fuzz-\(getpid())"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file of the folder and returns its path.
  @discardableResult
  func write(_ bytes: [UInt8], _ name: String) -> String {
    let file = "\(path)/\(name)"
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    expect(descriptor >= 0, "cannot write \(file)")
    defer { close(descriptor) }
    expect(Foundation.write(descriptor, bytes, bytes.count) == bytes.count, "cannot fill \(file)")
    return file
  }
}
