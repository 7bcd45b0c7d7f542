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
