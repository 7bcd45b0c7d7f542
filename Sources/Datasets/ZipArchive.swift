import CZip
import Foundation
import Images

/// A zip file, open for reading on one thread.
final class ZipArchive {
  private let handle: OpaquePointer
  let path: String

  /// Entries beyond this many bytes are not images, whatever they say.
  static let entryLimit: UInt64 = 1 << 28

  init(path: String) throws(DatasetError) {
    var code: Int32 = 0
    guard let handle = zip_open(path, ZIP_RDONLY, &code) else {
      var error = zip_error_t()
      zip_error_init_with_code(&error, code)
      defer { zip_error_fini(&error) }
      throw .unreadableArchive(path: path, reason: String(cString: zip_error_strerror(&error)))
    }
    self.handle = handle
    self.path = path
  }

  deinit { zip_discard(handle) }

  /// The names of all entries that could be images, with their numbers in the archive.
  func imageEntries() -> [(number: UInt64, name: String)] {
    let count = zip_get_num_entries(handle, 0)
    guard count > 0 else { return [] }
    return (0..<UInt64(count)).compactMap { number in
      guard let characters = zip_get_name(handle, number, zip_flags_t(ZIP_FL_ENC_GUESS)) else {
        return nil
      }
      let name = String(cString: characters)
      let last = name.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
      let hidden = last.hasPrefix(".") || name.hasPrefix("__MACOSX/")
      return FileListing.isImageName(last) && !hidden ? (number, name) : nil
    }
  }

  var entryCount: Int { Int(max(0, zip_get_num_entries(handle, 0))) }

  /// The bytes of an entry, checked against its checksum, put in `buffer`.
  func read(_ number: UInt64, into buffer: inout [UInt8]) throws(ReadError) {
    var status = zip_stat_t()
    guard zip_stat_index(handle, number, 0, &status) == 0 else { throw lastError() }
    guard status.size <= Self.entryLimit else {
      throw ReadError(reason: "its entry says it has \(status.size) bytes", passing: false)
    }
    guard let file = zip_fopen_index(handle, number, 0) else { throw lastError() }
    defer { zip_fclose(file) }
    let size = Int(status.size)
    var position = 0
    // The buffer grows with what there is, not with what the entry says that there is.
    buffer.removeAll(keepingCapacity: true)
    while position < size {
      let part = min(size - position, max(1 << 16, position))
      buffer += repeatElement(0, count: part)
      let read = buffer.withUnsafeMutableBytes { bytes in
        bytes.baseAddress.map { zip_fread(file, $0 + position, zip_uint64_t(part)) }
      }
      guard let read, read > 0 else {
        throw ReadError(reason: "its entry in the zip file is damaged", passing: false)
      }
      position += Int(read)
      buffer.removeLast(part - Int(read))
    }
    // The checksum is compared when the end is met, which takes one more read.
    var beyond: UInt8 = 0
    guard zip_fread(file, &beyond, 1) == 0 else {
      throw ReadError(reason: "its entry in the zip file is damaged", passing: false)
    }
  }

  private func lastError() -> ReadError {
    ReadError(
      reason: "the zip file says: \(String(cString: zip_strerror(handle)))", passing: false)
  }
}

/// The images in a zip file.
struct ZipImages: Sendable {
  let path: String
  let entries: [(number: UInt64, name: String)]

  struct Reader: ImageReader {
    let archive: ZipArchive
    let entries: [(number: UInt64, name: String)]
    var buffer: [UInt8] = []

    mutating func image(at index: Int) throws(ReadError) -> PixelImage {
      try archive.read(entries[index].number, into: &buffer)
      do { return try PixelImage(decoding: buffer) } catch { throw .decoding(error) }
    }
  }

  func makeReader() throws(DatasetError) -> any ImageReader {
    Reader(archive: try ZipArchive(path: path), entries: entries)
  }
}
