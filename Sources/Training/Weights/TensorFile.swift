package import Foundation

/// A safetensors file: eight bytes of header length, a JSON header, and the
/// tensors' bytes, little-endian and row-major. It is written in single precision; other numbers are read in it.
///
/// Any bytes can be given to the reader; what is not such a file is refused with the reason.
package struct TensorFile: Sendable {
  /// Free text by name.
  package let metadata: [String: String]
  /// Names and shapes, in the order of the names.
  package let tensors: [(name: String, shape: [Int])]
  private let ranges: [String: Range<Int>]
  private let elements: [String: TensorElement]
  let data: Data
  /// What the file is called in messages.
  package let name: String

  static let metadataKey = "__metadata__"
  /// Longer headers are refused, as the format's own reader does.
  static let longestHeader = 100_000_000

  package init(contentsOf url: URL) throws(TrainingError) {
    let name = url.lastPathComponent
    let data: Data
    do { data = try Data(contentsOf: url, options: .mappedIfSafe) } catch {
      throw .unreadable(file: name, "the file cannot be opened")
    }
    try self.init(data, name: name)
  }

  package init(_ data: Data, name: String) throws(TrainingError) {
    func refuse(_ reason: String) -> TrainingError { .unreadable(file: name, reason) }
    let data = data.startIndex == 0 ? data : Data(data)
    guard data.count >= 8 else { throw refuse("it is only \(data.count) bytes long") }
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(min(Self.longestHeader, data.count - 8)) else {
      throw refuse("its header of \(length) bytes does not fit in \(data.count) bytes")
    }
    let start = 8 + Int(length)
    let header: Header
    do { header = try JSONDecoder().decode(Header.self, from: data[8..<start]) } catch {
      throw refuse("its header is not that of a safetensors file")
    }
    var ranges: [String: Range<Int>] = [:]
    var elements: [String: TensorElement] = [:]
    for (tensor, entry) in header.entries {
      do throws(EntryError) {
        let element = try entry.element()
        ranges[tensor] = try entry.range(of: element, start: start, end: data.count)
        elements[tensor] = element
      } catch {
        throw refuse("tensor \(tensor) \(error.reason)")
      }
    }
    try Self.checkCover(ranges, from: start, to: data.count, refuse)
    self.name = name
    self.data = data
    (self.ranges, self.elements) = (ranges, elements)
    metadata = header.metadata
    tensors = header.entries.map { (name: $0.key, shape: $0.value.shape) }
      .sorted { $0.name < $1.name }
  }

  /// The values of a tensor, row-major; nil if there is none of that name.
  package func values(of tensor: String) -> [Float]? {
    guard let range = ranges[tensor], let element = elements[tensor] else { return nil }
    let count = range.count / element.bytes
    return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      if element == .float {
        data.copyBytes(to: UnsafeMutableRawBufferPointer(buffer), from: range)
      } else {
        data.withUnsafeBytes { bytes in
          let own = UnsafeRawBufferPointer(rebasing: bytes[range])
          for place in 0..<count { buffer[place] = element.value(in: own, at: place) }
        }
      }
      filled = count
    }
  }

  /// Whether both files have the same tensors, bit for bit, whatever they say beside them.
  package func holdsNumbers(of other: TensorFile) -> Bool {
    tensors.elementsEqual(other.tensors) { $0 == $1 } && elements == other.elements
      && tensors.allSatisfy { tensor in
        guard let own = ranges[tensor.name], let others = other.ranges[tensor.name] else {
          return false
        }
        return data[own] == other.data[others]
      }
  }

  /// Every byte after the header belongs to exactly one tensor.
  private static func checkCover(
    _ ranges: [String: Range<Int>], from start: Int, to end: Int,
    _ refuse: (String) -> TrainingError
  ) throws(TrainingError) {
    var reached = start
    let ordered = ranges.sorted {
      ($0.value.lowerBound, $0.value.upperBound, $0.key)
        < ($1.value.lowerBound, $1.value.upperBound, $1.key)
    }
    for (tensor, range) in ordered {
      guard range.lowerBound == reached else {
        throw refuse(
          range.lowerBound < reached
            ? "tensor \(tensor) overlaps another" : "there is a hole before tensor \(tensor)")
      }
      reached = range.upperBound
    }
    guard reached == end else {
      throw refuse("\(end - reached) bytes at its end belong to nothing")
    }
  }
}

private struct EntryError: Error { let reason: String }

private struct Header: Decodable {
  var metadata: [String: String] = [:]
  var entries: [String: Entry] = [:]

  struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let data_offsets: [Int]

    func element() throws(EntryError) -> TensorElement {
      guard let element = TensorElement(safetensors: dtype) else {
        throw EntryError(reason: "holds \(dtype), wanted F32, F64, F16, BF16 or I64")
      }
      return element
    }

    /// Where the values lie in the file.
    func range(
      of element: TensorElement, start: Int, end: Int
    ) throws(EntryError) -> Range<Int> {
      var bytes = element.bytes
      for extent in shape {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
        guard extent >= 0, !overflow else {
          throw EntryError(reason: "has the impossible shape \(shape)")
        }
        bytes = product
      }
      guard data_offsets.count == 2, data_offsets[0] >= 0, data_offsets[0] <= data_offsets[1],
        data_offsets[1] <= end - start
      else { throw EntryError(reason: "lies at \(data_offsets), outside of the file") }
      guard data_offsets[1] - data_offsets[0] == bytes else {
        throw EntryError(
          reason:
            "of shape \(shape) has \(data_offsets[1] - data_offsets[0]) bytes, wanted \(bytes)")
      }
      return start + data_offsets[0]..<start + data_offsets[1]
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for key in container.allKeys {
      if key.stringValue == TensorFile.metadataKey {
        metadata = try container.decode([String: String].self, forKey: key)
      } else {
        entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
      }
    }
  }
}
