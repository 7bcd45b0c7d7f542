import CZip
import Foundation

/// Why an entry of a zip file cannot be read.
package struct ArchiveError: Error, Hashable {
  package let reason: String
}

extension ZipArchive {
  /// The names of all entries, folders with a slash at their end.
  package var names: [String] {
    (0..<UInt64(max(0, zip_get_num_entries(handle, 0)))).compactMap { number in
      zip_get_name(handle, number, zip_flags_t(ZIP_FL_ENC_GUESS)).map { String(cString: $0) }
    }
  }

  /// Bytes of the whole file.
  package var fileSize: Int {
    FileName(path).status(followingLinks: true).map { Int($0.st_size) } ?? 0
  }

  /// The bytes of an entry, checked against its checksum.
  ///
  /// - Parameter limit: bytes beyond which it is refused.
  package func bytes(of name: String, limit: UInt64) -> Result<[UInt8], ArchiveError> {
    guard let number = entry(named: name) else {
      return .failure(ArchiveError(reason: "the zip file has no entry \(name)"))
    }
    var bytes: [UInt8] = []
    do throws(ReadError) {
      try read(number, into: &bytes, limit: limit)
      return .success(bytes)
    } catch { return .failure(ArchiveError(reason: error.reason)) }
  }
}
