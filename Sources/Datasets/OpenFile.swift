import Foundation

/// A file that is read in parts, from any place and on one thread.
final class OpenFile {
  private let descriptor: Int32

  /// - Throws: `.unreadable` where it cannot be opened.
  init(_ path: String) throws(DatasetError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: "cannot be opened") }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// As many bytes from a place on.
  func read(_ count: Int, at place: Int) throws(ReadError) -> [UInt8] {
    var failure: ReadError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      while filled < count, let base = buffer.baseAddress {
        let part = pread(descriptor, base + filled, count - filled, off_t(place + filled))
        if part < 0 && errno == EINTR { continue }
        if part <= 0 {
          // It may be whole another time.
          failure = ReadError(
            reason: part < 0 ? "reading it failed" : "its file ends early", passing: true)
          break
        }
        filled += part
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
