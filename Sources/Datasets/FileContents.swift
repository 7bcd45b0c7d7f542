import Foundation

/// The bytes of a file.
///
/// Foundation's readers lose a page of memory with each empty file, of which a scraped folder may
/// hold thousands.
///
/// A pipe in a file's place is not waited for.
///
/// - Returns: nil when it cannot be opened or read, or is no file.
func contents(ofFile path: String) -> [UInt8]? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
  var failed = false
  let size = max(0, Int(status.st_size))
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
