import Foundation

/// The bytes of a file.
///
/// Foundation's readers lose a page of memory with each empty file, of which a scraped folder may
/// hold thousands.
///
/// - Returns: nil when it cannot be opened or read, or is no file (a pipe would be waited for).
func contents(ofFile path: String) -> [UInt8]? { contents(ofFile: FileName(path)) }

func contents(ofFile path: FileName) -> [UInt8]? { beginning(of: path, count: .max) }

/// The first bytes of a file; fewer where it has fewer.
func beginning(of path: FileName, count: Int) -> [UInt8]? {
  // Without O_NONBLOCK a pipe would be waited for before it can be seen that it is one.
  let descriptor = path.withPath { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
  var failed = false
  let size = min(count, max(0, Int(status.st_size)))
  let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
    filled = 0
    while filled < size, let base = buffer.baseAddress {
      let count = read(descriptor, base + filled, size - filled)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 {
        // A file that is cut while it is read ends there.
        failed = count < 0
        break
      }
      filled += count
    }
  }
  return failed ? nil : bytes
}

/// Calls a closure with the bytes of a file after some first ones, a piece after the other.
///
/// - Parameter size: of a piece; the last one may be shorter.
/// - Returns: false when the file cannot be opened or read.
func forEachPiece(
  ofFile path: String, after start: Int, size: Int, _ body: (UnsafeRawBufferPointer) -> Void
) -> Bool {
  let descriptor = FileName(path).withPath { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
  guard descriptor >= 0 else { return false }
  defer { close(descriptor) }
  guard lseek(descriptor, off_t(start), SEEK_SET) == off_t(start) else { return false }
  return withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { piece in
    guard let base = piece.baseAddress else { return false }
    while true {
      var filled = 0
      while filled < size {
        let count = read(descriptor, base + filled, size - filled)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { return false }
        if count == 0 { break }
        filled += count
      }
      body(UnsafeRawBufferPointer(rebasing: piece[..<filled]))
      if filled < size { return true }
    }
  }
}
