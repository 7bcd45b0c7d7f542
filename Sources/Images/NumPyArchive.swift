package import Foundation

/// A NumPy archive (`.npz`): arrays with names in a zip file without compression.
///
/// It is written from front to back, whatever is written to: neither the arrays nor the file have to be in
/// memory. Lengths have 64 bits everywhere (zip64), as `numpy.savez` writes them; the version of the array
/// format is 1.0.
package struct NumPyArchive: ~Copyable {
  /// What an array is made of.
  package enum Element: String, Sendable {
    case uint8 = "|u1"
    /// Little-endian, as the next ones.
    case int32 = "<i4"
    case float32 = "<f4"
  }

  private struct Entry {
    let name: Data
    let offset: UInt64
    var bytes: UInt64 = 0
    var checksum: UInt32 = 0
  }

  private let write: (Data) throws -> Void
  private var position: UInt64 = 0
  private var entries: [Entry] = []
  private var isOpen = false

  /// - Parameter write: takes the file, part by part.
  package init(writing write: @escaping (Data) throws -> Void) { self.write = write }

  /// Begins the next array; its values follow, row-major, in `append`.
  package mutating func begin(_ name: String, _ element: Element, shape: [Int]) throws {
    try begin(name, element: element.rawValue, shape: shape)
  }

  private mutating func begin(_ name: String, element: String, shape: [Int]) throws {
    try end()
    let entry = Entry(name: Data("\(name).npy".utf8), offset: position)
    entries.append(entry)
    isOpen = true
    var header = Data()
    header.append(littleEndian: 0x0403_4B50 as UInt32)
    header.append(Self.facts)
    // Sums and lengths follow the array.
    header.append(littleEndian: 0 as UInt32)
    header.append(littleEndian: UInt32.max)
    header.append(littleEndian: UInt32.max)
    header.append(littleEndian: UInt16(clamping: entry.name.count))
    header.append(littleEndian: 20 as UInt16)
    header.append(entry.name)
    header.append(littleEndian: 1 as UInt16)
    header.append(littleEndian: 16 as UInt16)
    header.append(littleEndian: 0 as UInt64)
    header.append(littleEndian: 0 as UInt64)
    try put(header)
    try append(Self.arrayHeader(element, shape))
  }

  /// An array of texts.
  package mutating func write(_ texts: [String], as name: String) throws {
    let length = max(1, texts.map(\.unicodeScalars.count).max() ?? 1)
    try begin(name, element: "<U\(length)", shape: [texts.count])
    for text in texts {
      let scalars = text.unicodeScalars.map(\.value)
      var bytes = Data()
      for scalar in scalars + Array(repeating: 0, count: length - scalars.count) {
        bytes.append(littleEndian: scalar)
      }
      try append(bytes)
    }
  }

  /// Values of the array that was begun.
  package mutating func append(_ bytes: Data) throws {
    guard isOpen, !bytes.isEmpty else { return }
    entries[entries.count - 1].bytes += UInt64(bytes.count)
    entries[entries.count - 1].checksum = bytes.checksum(after: entries[entries.count - 1].checksum)
    try put(bytes)
  }

  /// Ends the file.
  package mutating func finish() throws {
    try end()
    let start = position
    for entry in entries { try put(Self.directoryEntry(entry)) }
    let length = position - start
    var ending = Data()
    // The directory's place in 64 bits, where that stands, and both in the short form.
    ending.append(littleEndian: 0x0606_4B50 as UInt32)
    ending.append(littleEndian: 44 as UInt64)
    ending.append(littleEndian: 45 as UInt16)
    ending.append(littleEndian: 45 as UInt16)
    ending.append(littleEndian: 0 as UInt32)
    ending.append(littleEndian: 0 as UInt32)
    ending.append(littleEndian: UInt64(entries.count))
    ending.append(littleEndian: UInt64(entries.count))
    ending.append(littleEndian: length)
    ending.append(littleEndian: start)
    ending.append(littleEndian: 0x0706_4B50 as UInt32)
    ending.append(littleEndian: 0 as UInt32)
    ending.append(littleEndian: position)
    ending.append(littleEndian: 1 as UInt32)
    ending.append(littleEndian: 0x0605_4B50 as UInt32)
    ending.append(littleEndian: 0 as UInt32)
    ending.append(littleEndian: UInt16(clamping: entries.count))
    ending.append(littleEndian: UInt16(clamping: entries.count))
    ending.append(littleEndian: UInt32(clamping: length))
    ending.append(littleEndian: UInt32(clamping: start))
    ending.append(littleEndian: 0 as UInt16)
    try put(ending)
  }

  /// Ends the array that was begun: its sum and lengths.
  private mutating func end() throws {
    guard isOpen, let entry = entries.last else { return }
    isOpen = false
    var ending = Data()
    ending.append(littleEndian: 0x0807_4B50 as UInt32)
    ending.append(littleEndian: entry.checksum)
    ending.append(littleEndian: entry.bytes)
    ending.append(littleEndian: entry.bytes)
    try put(ending)
  }

  private mutating func put(_ bytes: Data) throws {
    try write(bytes)
    position += UInt64(bytes.count)
  }

  /// What stands alike before and in the directory: version 4.5, lengths after the entry, no compression,
  /// the first day of such files.
  private static let facts: Data = {
    var facts = Data()
    for value: UInt16 in [45, 8, 0, 0, 0x21] { facts.append(littleEndian: value) }
    return facts
  }()

  private static func directoryEntry(_ entry: Entry) -> Data {
    var header = Data()
    header.append(littleEndian: 0x0201_4B50 as UInt32)
    header.append(littleEndian: 45 as UInt16)
    header.append(facts)
    header.append(littleEndian: entry.checksum)
    header.append(littleEndian: UInt32.max)
    header.append(littleEndian: UInt32.max)
    header.append(littleEndian: UInt16(clamping: entry.name.count))
    header.append(littleEndian: 28 as UInt16)
    // No comment, one disk, no attributes.
    for _ in 0..<3 { header.append(littleEndian: 0 as UInt16) }
    header.append(littleEndian: 0 as UInt32)
    header.append(littleEndian: UInt32.max)
    header.append(entry.name)
    header.append(littleEndian: 1 as UInt16)
    header.append(littleEndian: 24 as UInt16)
    header.append(littleEndian: entry.bytes)
    header.append(littleEndian: entry.bytes)
    header.append(littleEndian: entry.offset)
    return header
  }

  private static func arrayHeader(_ element: String, _ shape: [Int]) -> Data {
    let numbers = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(element)', 'fortran_order': False, 'shape': (\(numbers)), }"
    // Room in which the number of rows may grow, as NumPy leaves it; values begin at a multiple of 64, after
    // ten bytes, the text and the line's end.
    text += String(repeating: " ", count: max(0, 21 - String(shape.first ?? 0).count))
    text += String(repeating: " ", count: (64 - (text.utf8.count + 11) % 64) % 64) + "\n"
    var header = Data([0x93])
    header.append(Data("NUMPY\u{1}\u{0}".utf8))
    header.append(littleEndian: UInt16(clamping: text.utf8.count))
    header.append(Data(text.utf8))
    return header
  }
}

extension Data {
  fileprivate mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
