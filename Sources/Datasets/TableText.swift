/// A table's bytes as UTF-8, in whichever of the usual ways it was written.
struct TableText {
  let bytes: [UInt8]
  /// Said where the way had to be guessed.
  let note: String?

  /// - Parameter path: what the table is called in messages.
  init(_ bytes: [UInt8], path: String) throws(DatasetError) {
    if let order = Self.wideOrder(bytes) {
      guard let text = String(validating: Self.words(bytes, order), as: UTF16.self) else {
        throw .malformed(path: path, line: 1, reason: "it begins as UTF-16 and is damaged")
      }
      let content =
        text.unicodeScalars.first == "\u{FEFF}"
        ? text.unicodeScalars.dropFirst() : text.unicodeScalars[...]
      (self.bytes, note) = (Array(String(content).utf8), nil)
      return
    }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let content = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
    if let place = content.firstIndex(of: 0) {
      throw .malformed(
        path: path, line: Self.line(of: place, in: content),
        reason: "it holds a zero byte and so is no text")
    }
    if String(validating: content, as: UTF8.self) != nil {
      (self.bytes, note) = (content, nil)
      return
    }
    let place = content.firstIndex { $0 >= 0x80 } ?? 0
    guard let western = Self.western(content) else {
      throw .malformed(
        path: path, line: Self.line(of: place, in: content),
        reason: "it is no text in UTF-8, UTF-16 or Windows-1252; save it as UTF-8")
    }
    self.bytes = Array(western.utf8)
    let word = Self.western(Array(Self.word(at: place, in: content))) ?? ""
    note =
      "\(path) is no UTF-8 and is read as Windows-1252: line "
      + "\(Self.line(of: place, in: content)) has \(word.quoted); save it as UTF-8 if that is wrong"
  }

  // MARK: UTF-16

  private enum Order { case little, big }

  /// How UTF-16 is ordered, by its mark or by where the zeros of its first letters are; nil: it is none.
  private static func wideOrder(_ bytes: [UInt8]) -> Order? {
    if bytes.starts(with: [0xFF, 0xFE]) { return .little }
    if bytes.starts(with: [0xFE, 0xFF]) { return .big }
    let head = bytes.prefix(200)
    guard head.count >= 4 else { return nil }
    let zeros = head.indices.filter { head[$0] == 0 }
    guard zeros.count * 4 > head.count else { return nil }
    if zeros.allSatisfy({ $0 % 2 == 1 }) { return .little }
    return zeros.allSatisfy { $0 % 2 == 0 } ? .big : nil
  }

  private static func words(_ bytes: [UInt8], _ order: Order) -> [UInt16] {
    stride(from: 0, to: bytes.count - 1, by: 2).map { index in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return order == .little ? second << 8 | first : first << 8 | second
    }
  }

  // MARK: Windows-1252

  /// What 0x80…0x9F stand for; 0 where they stand for nothing. All others are as in Unicode.
  private static let upper: [UInt32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC,
    0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
  ]

  private static func western(_ bytes: [UInt8]) -> String? {
    var text = String.UnicodeScalarView()
    for byte in bytes {
      let value = (0x80...0x9F).contains(byte) ? upper[Int(byte) - 0x80] : UInt32(byte)
      guard value != 0, let scalar = Unicode.Scalar(value) else { return nil }
      text.append(scalar)
    }
    return String(text)
  }

  private static func word(at place: Int, in bytes: [UInt8]) -> ArraySlice<UInt8> {
    let isEnd: (UInt8) -> Bool = { $0 < 0x20 || [",", ";", "\""].contains(UnicodeScalar($0)) }
    let start = bytes[..<place].lastIndex(where: isEnd).map { $0 + 1 } ?? 0
    return bytes[start..<(bytes[place...].firstIndex(where: isEnd) ?? bytes.count)]
  }

  private static func line(of place: Int, in bytes: [UInt8]) -> Int {
    var line = 1
    for index in bytes.indices.prefix(place) {
      let isReturn = bytes[index] == 0x0D && (index + 1 == bytes.count || bytes[index + 1] != 0x0A)
      if bytes[index] == 0x0A || isReturn { line += 1 }
    }
    return line
  }
}
