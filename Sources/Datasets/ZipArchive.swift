import CZip
import Foundation
import Images

/// A zip file, open for reading on one thread.
package final class ZipArchive {
  let handle: OpaquePointer
  let path: String

  /// Entries beyond this many bytes are not images, whatever they say.
  static let entryLimit: UInt64 = 1 << 28

  package init(path: String) throws(DatasetError) {
    var code: Int32 = 0
    guard let handle = zip_open(path, ZIP_RDONLY, &code) else {
      if let stamp = FileStamp(path), !Self.begins(path) {
        throw .noArchive(path: path, found: stamp.kind(of: path, typedAs: path))
      }
      var error = zip_error_t()
      zip_error_init_with_code(&error, code)
      defer { zip_error_fini(&error) }
      throw .unreadableArchive(path: path, reason: String(cString: zip_error_strerror(&error)))
    }
    self.handle = handle
    self.path = path
  }

  deinit { zip_discard(handle) }

  /// Whether a file begins as a zip file does.
  package static func begins(_ path: String) -> Bool {
    let start = beginning(of: FileName(path), count: 4) ?? []
    return start.prefix(2) == Array("PK".utf8)[...]
  }

  /// The path without the suffix of zip files.
  static func stem(_ path: String) -> String {
    path.lowercased().hasSuffix(".zip") ? String(path.dropLast(4)) : path
  }

  struct Listing {
    /// In order of their names, byte by byte.
    var images: [ListedFile] = []
    var leftOut = LeftOutCollection()

    /// What was found, for a message about what was not.
    var summary: String {
      let groups = leftOut.groups
      return groups.isEmpty ? "nothing" : groups.map(\.description).joined(separator: ", ")
    }
  }

  /// What is in the archive.
  func listing() -> Listing {
    var entries: [(number: UInt64, name: FileName)] = []
    for number in 0..<UInt64(max(0, zip_get_num_entries(handle, 0))) {
      guard let characters = zip_get_name(handle, number, zip_flags_t(ZIP_FL_ENC_GUESS)) else {
        continue
      }
      let name = FileName(String(cString: characters))
      // Folders have entries of their own.
      if name.bytes.last != UInt8(ascii: "/") { entries.append((number, name)) }
    }
    entries.sort { $0.name < $1.name }
    var listing = Listing()
    for (number, name) in entries {
      let parts = name.bytes.split(separator: UInt8(ascii: "/")).map { FileName(Array($0)) }
      guard let last = parts.last else { continue }
      if parts.dropLast().contains(where: FileListing.isSystemFolder) {
        listing.leftOut.add(.systemFolder, name.text)
      } else if last.isHidden {
        listing.leftOut.add(.hidden, name.text)
      } else if FileListing.isImageName(last) {
        listing.images.append(ListedFile(path: name.text, name: name, entry: number))
      } else {
        let start = start(of: number)
        if PixelImage.isImage(beginning: start) {
          listing.images.append(ListedFile(path: name.text, name: name, entry: number))
        } else {
          let kind = FileKind(beginning: start)
          listing.leftOut.add(
            kind.map { .kind($0) } ?? (start.isEmpty ? .empty : .unknown), name.text)
        }
      }
    }
    return listing
  }

  /// The first bytes of an entry; none where it cannot be opened.
  private func start(of number: UInt64) -> [UInt8] {
    guard let file = zip_fopen_index(handle, number, 0) else { return [] }
    defer { zip_fclose(file) }
    var bytes = [UInt8](repeating: 0, count: FileKind.signatureLength)
    let count = zip_fread(file, &bytes, zip_uint64_t(bytes.count))
    return Array(bytes.prefix(Int(max(0, count))))
  }

  /// The number of the entry of a name; nil: there is none.
  func entry(named name: String) -> UInt64? {
    let number = zip_name_locate(handle, name, 0)
    return number < 0 ? nil : UInt64(number)
  }

  /// The bytes of an entry, checked against its checksum, put in `buffer`.
  ///
  /// - Parameter limit: bytes beyond which it is refused.
  func read(
    _ number: UInt64, into buffer: inout [UInt8], limit: UInt64 = entryLimit
  ) throws(ReadError) {
    var status = zip_stat_t()
    guard zip_stat_index(handle, number, 0, &status) == 0 else { throw lastError() }
    guard status.size <= limit else {
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
