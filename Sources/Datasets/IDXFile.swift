import Foundation

/// An IDX file of bytes, plain or gzipped: two zeros, the type, the number of dimensions, each
/// dimension as a big-endian 32-bit number, and the bytes, the last dimension running fastest.
struct IDXFile: Sendable {
  let path: String
  /// Sizes; the first is the number of images or labels.
  let dimensions: [Int]
  /// Whether it must be unpacked before anything in it can be read.
  let isGzipped: Bool
  private let file: GzipFile

  private static let bytesType: UInt8 = 8
  private static let otherTypes: [UInt8: String] = [
    9: "signed bytes", 11: "16-bit integers", 12: "32-bit integers", 13: "floats", 14: "doubles",
  ]

  /// Reads the header.
  init(path: String) throws(DatasetError) {
    self.path = path
    file = GzipFile(path: path)
    let possible = try file.possibleCounts()
    isGzipped = possible.count > 1
    let start = try file.read(atMost: 4)
    guard start.count == 4, start[0] == 0, start[1] == 0, (1...8).contains(start[3]),
      start[2] == Self.bytesType || Self.otherTypes[start[2]] != nil
    else {
      let found = start.map { hexadecimal($0) }.joined(separator: " ")
      throw .malformedFile(
        path: path,
        reason: start.isEmpty
          ? "it is empty" : "it is no IDX file: it begins with \(found), not 00 00 08")
    }
    guard start[2] == Self.bytesType else {
      throw .malformedFile(
        path: path,
        reason: "it holds \(Self.otherTypes[start[2]] ?? "numbers"); only bytes are read")
    }
    let header = try file.read(atMost: 4 + 4 * Int(start[3])).dropFirst(4)
    guard header.count == 4 * Int(start[3]) else {
      throw .malformedFile(path: path, reason: "it ends within its header")
    }
    dimensions = stride(from: header.startIndex, to: header.endIndex, by: 4).map { place in
      header[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    guard size != nil, dimensions[0] <= Int(Int32.max) else {
      throw .malformedFile(path: path, reason: "its size of \(shape) is more than can be")
    }
    // Before anybody reserves memory or a place in the cache for what a file claims.
    guard possible.contains(headerSize + (size ?? 0)) else {
      throw disagreement(
        isGzipped ? "fewer" : "\(possible.lowerBound - headerSize)")
    }
    guard !isGzipped || (size ?? 0) <= GzipFile.unpackedLimit else {
      throw .malformedFile(
        path: path,
        reason: "it says that it unpacks to \(shape) = \(size ?? 0) bytes, and at most "
          + "\(GzipFile.unpackedLimit) are unpacked; if that is right, unpack it with `gunzip` and "
          + "name the file that comes out")
    }
  }

  /// `60000x28x28`.
  var shape: String { dimensions.map(String.init).joined(separator: "x") }

  /// Bytes after the header; nil when there are more than any file has.
  private var size: Int? {
    var product = 1
    for dimension in dimensions {
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
      guard !overflow, next < 1 << 48 else { return nil }
      product = next
    }
    return product
  }

  /// Where the bytes begin, once unpacked.
  var headerSize: Int { 4 + 4 * dimensions.count }

  /// The bytes after the header: as many as the dimensions say.
  func contents() throws(DatasetError) -> ArraySlice<UInt8> {
    let expected = headerSize + (size ?? 0)
    let bytes = try file.read(atMost: expected + 1)
    guard bytes.count <= expected else { throw disagreement("more") }
    guard bytes.count == expected else { throw disagreement("\(bytes.count - headerSize)") }
    return bytes[headerSize...]
  }

  private func disagreement(_ found: String) -> DatasetError {
    .malformedFile(
      path: path,
      reason: "it should hold \(shape) = \(size ?? 0) bytes and holds \(found)")
  }
}

func hexadecimal(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16)
}
