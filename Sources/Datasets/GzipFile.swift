import CZlib
import Foundation

/// A file of bytes, gzipped or not, told apart by content.
struct GzipFile: Sendable {
  let path: String

  /// A byte of deflate's unpacks to at most this many.
  static let largestRatio = 1032

  /// A gzipped file of more bytes than this is not unpacked, since all of them are held in memory: MNIST's
  /// largest relatives have a quarter of them.
  static let unpackedLimit = 1 << 31

  /// How many bytes the file can hold, told from its length: one number where it is not gzipped.
  func possibleCounts() throws(DatasetError) -> ClosedRange<Int> {
    var status = stat()
    guard stat(path, &status) == 0, let file = fopen(path, "rbe") else {
      throw .unreadable(path: path, reason: "cannot be opened")
    }
    defer { fclose(file) }
    let size = max(0, Int(status.st_size))
    guard fgetc(file) == 0x1F, fgetc(file) == 0x8B else { return size...size }
    let (most, overflow) = size.multipliedReportingOverflow(by: Self.largestRatio)
    return 0...(overflow ? .max : most)
  }

  /// The first bytes, unpacked; fewer where the file has fewer.
  ///
  /// - Throws: `.unreadable` where they cannot be unpacked.
  func read(atMost limit: Int) throws(DatasetError) -> [UInt8] {
    guard let file = gzopen(path, "rbe") else {
      throw .unreadable(path: path, reason: "cannot be opened")
    }
    defer { gzclose_r(file) }
    gzbuffer(file, 1 << 17)
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: max(1, min(1 << 20, limit)))
    while bytes.count < limit {
      let wanted = min(part.count, limit - bytes.count)
      let count = gzread(file, &part, UInt32(wanted))
      if count < 0 { throw .unreadable(path: path, reason: reason(file)) }
      if count == 0 { break }
      bytes += part[..<Int(count)]
    }
    // A file that ends in the middle is not told by `gzread` while it still has bytes to give.
    var code: Int32 = 0
    _ = gzerror(file, &code)
    if code == Z_BUF_ERROR { throw .unreadable(path: path, reason: "it ends early") }
    return bytes
  }

  private func reason(_ file: gzFile) -> String {
    var code: Int32 = 0
    _ = gzerror(file, &code)
    return switch code {
    case Z_BUF_ERROR: "it ends early"
    case Z_DATA_ERROR: "its gzipped data are damaged"
    case Z_MEM_ERROR: "not enough memory to unpack it"
    default: "reading it failed"
    }
  }
}
