import CImageCodec
import Foundation

/// A chunk of a PNG file: length, four letters, content, checksum.
struct PNGChunk: Equatable {
  let kind: String
  let content: Data

  /// The eight bytes that begin a PNG file.
  static let signature = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])

  /// The chunk as it stands in a file.
  var encoded: Data {
    var body = Data(kind.utf8)
    body.append(content)
    var chunk = Data()
    chunk.append(bigEndian: UInt32(content.count))
    chunk.append(body)
    chunk.append(bigEndian: body.checksum)
    return chunk
  }

  /// The chunks of a file.
  ///
  /// - Throws: `ImageError.damaged` where it is none, or ends early.
  static func chunks(of file: Data) throws(ImageError) -> [PNGChunk] {
    let file = Data(file)
    guard file.prefix(8) == signature else { throw .damaged("it does not begin as a PNG file") }
    var chunks: [PNGChunk] = []
    var start = 8
    while start < file.count {
      guard start + 12 <= file.count else { throw .damaged("a chunk of it ends early") }
      let length = file[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      guard start + 12 + length <= file.count else { throw .damaged("a chunk of it ends early") }
      let kind = String(decoding: file[start + 4..<start + 8], as: UTF8.self)
      let content = Data(file[start + 8..<start + 8 + length])
      chunks.append(PNGChunk(kind: kind, content: content))
      start += 12 + length
    }
    return chunks
  }
}

extension Data {
  mutating func append(bigEndian value: UInt32) {
    for shift in [24, 16, 8, 0] { append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
  }

  mutating func append(bigEndian value: UInt16) {
    append(UInt8(truncatingIfNeeded: value >> 8))
    append(UInt8(truncatingIfNeeded: value))
  }

  /// CRC-32 as PNG and zip files have it.
  var checksum: UInt32 { checksum(after: 0) }

  /// The CRC-32 of these bytes and those before them.
  func checksum(after before: UInt32) -> UInt32 {
    withUnsafeBytes { bytes in
      let start = bytes.bindMemory(to: UInt8.self).baseAddress
      return start.map { gansh_checksum(before, $0, bytes.count) } ?? before
    }
  }
}
