package import Foundation

/// The tensors of a safetensors file, all in single precision.
///
/// The format: the header's length as a little-endian 64-bit word, the header in JSON (name to type,
/// shape and byte range after the header), the values, little-endian and row-major.
package struct TensorFile: Sendable {
  package struct Entry: Sendable {
    package let shape: [Int]
    package let values: [Float]
  }

  package let name: String
  package let entries: [String: Entry]

  package init(_ data: Data, name: String) throws {
    struct Header: Decodable {
      let dtype: String
      let shape: [Int]
      let dataOffsets: [Int]
      enum CodingKeys: String, CodingKey {
        case dtype, shape
        case dataOffsets = "data_offsets"
      }
    }
    let bytes = [UInt8](data)
    func wrong(_ what: String) -> FixtureError { FixtureError("\(name): \(what)") }
    guard bytes.count >= 8 else { throw wrong("has no header") }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8) else { throw wrong("its header is cut off") }
    let start = 8 + Int(length)
    var entries: [String: Entry] = [:]
    let headers = try JSONDecoder().decode(
      [String: Header].self, from: Data(bytes[8..<start]))
    for (tensor, header) in headers {
      let offsets = header.dataOffsets
      guard header.dtype == "F32", offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1],
        offsets[1] <= bytes.count - start,
        offsets[1] - offsets[0] == 4 * header.shape.reduce(1, *)
      else { throw wrong("\(tensor) is not \(header.shape) in single precision") }
      let values = stride(from: start + offsets[0], to: start + offsets[1], by: 4).map { place in
        Float(
          bitPattern: UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8
            | UInt32(bytes[place + 2]) << 16 | UInt32(bytes[place + 3]) << 24)
      }
      entries[tensor] = Entry(shape: header.shape, values: values)
    }
    self.name = name
    self.entries = entries
  }

  /// A tensor by its name.
  package func entry(_ tensor: String) throws -> Entry {
    guard let entry = entries[tensor] else {
      throw FixtureError("\(name) has no \(tensor), only \(entries.keys.sorted())")
    }
    return entry
  }
}
