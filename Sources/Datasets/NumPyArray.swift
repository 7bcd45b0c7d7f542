import Foundation

/// An array of NumPy's, in a file of its own or in an archive, read into memory (numpy.lib.format, versions 1 to 3).
package struct NumPyArray {
  /// Sizes, at least one.
  package let shape: [Int]
  /// As NumPy writes it: `|u1`, `<f4`, `<U12`.
  package let element: String
  /// Row-major, after the header.
  let bytes: ArraySlice<UInt8>

  /// An array of an archive.
  ///
  /// - Parameter limit: bytes beyond which it is refused.
  /// - Returns: nil where the archive has no array of that name.
  /// - Throws: `.malformedFile` where it is not whole, or not in an order that is read.
  package init?(
    _ name: String, in archive: ZipArchive, limit: UInt64 = ZipArchive.entryLimit
  ) throws(DatasetError) {
    guard let entry = archive.entry(named: "\(name).npy") else { return nil }
    func malformed(_ reason: String) -> DatasetError {
      .malformedFile(path: archive.path, reason: "the array `\(name)`: \(reason)")
    }
    var file: [UInt8] = []
    do { try archive.read(entry, into: &file, limit: limit) } catch {
      throw malformed(error.reason)
    }
    try self.init(file, malformed)
  }

  /// The numbers of an array in a file of its own (`.npy`) in single precision, read a piece after the other.
  ///
  /// - Throws: `.malformedFile`, also where they are no numbers.
  package static func singles(
    ofFile path: String
  ) throws(DatasetError) -> (shape: [Int], values: [Float]) {
    func malformed(_ reason: String) -> DatasetError { .malformedFile(path: path, reason: reason) }
    guard let start = beginning(of: FileName(path), count: Header.most),
      let size = FileStamp(path)?.size
    else { throw malformed("the file cannot be opened") }
    let header = try Header(start, fileSize: size, malformed)
    guard convert(UnsafeRawBufferPointer(start: nil, count: 0), header.element, Float.self) != nil
    else { throw malformed("it is \(header.shape) of \(header.element), which are no numbers") }
    var values: [Float] = []
    let count = header.shape.reduce(1, *)
    values.reserveCapacity(count)
    // No element is wider than eight bytes, so that none is cut.
    let isWhole = forEachPiece(ofFile: path, after: header.length, size: 1 << 20) { piece in
      // A piece begins where one of four bytes can lie.
      if header.element == "<f4" {
        values += piece.bindMemory(to: Float.self)
      } else {
        values += convert(piece, header.element, Float.self) ?? []
      }
    }
    guard isWhole, values.count == count else {
      throw malformed("it was changed while it was read")
    }
    return (header.shape, values)
  }

  /// Whether a file begins as one of a single array.
  package static func begins(_ path: String) -> Bool {
    beginning(of: FileName(path), count: 6)?.elementsEqual(magic) == true
  }

  private static let magic = [0x93] + Array("NUMPY".utf8)

  private init(
    _ file: [UInt8], _ malformed: (String) -> DatasetError
  ) throws(DatasetError) {
    let header = try Header(file, fileSize: file.count, malformed)
    (shape, element, bytes) = (header.shape, header.element, file[header.length...])
  }

  /// What stands before the numbers.
  private struct Header {
    let shape: [Int]
    let element: String
    /// Bytes of it.
    let length: Int

    /// More than one is not read of.
    static let most = 1 << 16

    /// - Parameter start: the file, or its first bytes.
    init(
      _ start: [UInt8], fileSize: Int, _ malformed: (String) -> DatasetError
    ) throws(DatasetError) {
      guard start.count >= 12, start.starts(with: NumPyArray.magic), (1...3).contains(start[6])
      else { throw malformed("it does not begin as one") }
      let wide = start[6] > 1
      length =
        (0..<(wide ? 4 : 2)).reduce(wide ? 12 : 10) { $0 + Int(start[8 + $1]) << (8 * $1) }
      guard length <= start.count, let header = NumPyArray.header(start[(wide ? 12 : 10)..<length])
      else { throw malformed("its header cannot be read") }
      guard !header.isFortran || header.shape.count < 2 else {
        throw malformed("it is in Fortran's order; write `numpy.ascontiguousarray` of it")
      }
      (element, shape) = (header.element, header.shape)
      guard let size = NumPyArray.size(of: element) else {
        throw malformed("its element is \(element)")
      }
      var total = size
      for count in shape {
        let (product, overflow) = total.multipliedReportingOverflow(by: count)
        guard !overflow else { throw malformed("its shape is \(shape)") }
        total = product
      }
      guard total == fileSize - length, !shape.isEmpty else {
        throw malformed(
          "it has \(fileSize - length) bytes, and \(shape) of \(element) are \(total)")
      }
    }
  }

  /// `[100, 32, 32, 3] of |u1`.
  package var described: String { "\(shape) of \(element)" }

  /// Its values; nil where they are no numbers.
  package var numbers: [Double]? {
    bytes.withUnsafeBytes { Self.convert($0, element, Double.self) }
  }

  /// Its values in single precision; nil where they are no numbers.
  package var singles: [Float]? {
    bytes.withUnsafeBytes { Self.convert($0, element, Float.self) }
  }

  private static func convert<Number: BinaryFloatingPoint>(
    _ raw: UnsafeRawBufferPointer, _ element: String, _ type: Number.Type
  ) -> [Number]? {
    func values<Bits: FixedWidthInteger>(_ convert: (Bits) -> Number) -> [Number] {
      (0..<raw.count / MemoryLayout<Bits>.size).map { place in
        convert(
          Bits(
            littleEndian: raw.loadUnaligned(
              fromByteOffset: place * MemoryLayout<Bits>.size, as: Bits.self)))
      }
    }
    return switch element {
    case "|u1", "|b1": values { (bits: UInt8) in Number(bits) }
    case "|i1": values { (bits: Int8) in Number(bits) }
    case "<u2": values { (bits: UInt16) in Number(bits) }
    case "<i2": values { (bits: Int16) in Number(bits) }
    case "<u4": values { (bits: UInt32) in Number(bits) }
    case "<i4": values { (bits: Int32) in Number(bits) }
    case "<u8": values { (bits: UInt64) in Number(bits) }
    case "<i8": values { (bits: Int64) in Number(bits) }
    case "<f2": values { (bits: UInt16) in Number(Float16(bitPattern: bits)) }
    case "<f4": values { (bits: UInt32) in Number(Float(bitPattern: bits)) }
    case "<f8": values { (bits: UInt64) in Number(Double(bitPattern: bits)) }
    default: nil
    }
  }

  /// Its texts; nil where they are none.
  var texts: [String]? {
    guard element.hasPrefix("<U"), shape.count == 1, let size = Self.size(of: element), size > 0
    else {
      return nil
    }
    return stride(from: 0, to: bytes.count, by: size).map { start in
      var text = String.UnicodeScalarView()
      for place in stride(from: start, to: start + size, by: 4) {
        let bits = (0..<4).reduce(UInt32(0)) {
          $0 | UInt32(bytes[bytes.startIndex + place + $1]) << (8 * UInt32($1))
        }
        guard bits != 0 else { break }
        text.append(Unicode.Scalar(bits) ?? "\u{FFFD}")
      }
      return String(text)
    }
  }

  /// Bytes of one; nil for what is not read.
  private static func size(of element: String) -> Int? {
    if element.hasPrefix("<U") {
      return Int(element.dropFirst(2)).flatMap { (0...4096).contains($0) ? 4 * $0 : nil }
    }
    let sizes = [
      "|u1": 1, "|b1": 1, "|i1": 1, "<u2": 2, "<i2": 2, "<f2": 2, "<u4": 4, "<i4": 4, "<f4": 4,
      "<u8": 8,
      "<i8": 8, "<f8": 8,
    ]
    return sizes[element]
  }

  /// `{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }`.
  private static func header(
    _ bytes: ArraySlice<UInt8>
  ) -> (element: String, isFortran: Bool, shape: [Int])? {
    guard let text = String(validating: bytes, as: UTF8.self),
      let element = text.firstMatch(of: /'descr':\s*'([^']+)'/)?.1,
      let order = text.firstMatch(of: /'fortran_order':\s*(True|False)/)?.1,
      let sizes = text.firstMatch(of: /'shape':\s*\(([0-9, ]*)\)/)?.1
    else { return nil }
    let numbers = sizes.split(whereSeparator: { $0 == "," || $0 == " " }).map { Int($0) }
    let shape = numbers.compactMap(\.self)
    guard shape.count == numbers.count else { return nil }
    return (String(element), order == "True", shape)
  }
}
