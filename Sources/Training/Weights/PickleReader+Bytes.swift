extension PickleReader {
  mutating func byte() throws(Refusal) -> UInt8 {
    guard position < bytes.count else { throw Refusal("its pickle is cut off") }
    defer { position += 1 }
    return bytes[position]
  }

  /// Little-endian, without a sign.
  mutating func number(bytes count: Int) throws(Refusal) -> Int {
    var value = 0
    for place in 0..<count { value |= Int(try byte()) << (8 * place) }
    return value
  }

  /// Little-endian in two's complement, of as many bytes as the first one says.
  mutating func longNumber() throws(Refusal) -> Int {
    let count = Int(try byte())
    guard count <= 8 else { throw Refusal("its pickle has a number of \(count) bytes") }
    var value: UInt64 = 0
    for place in 0..<count { value |= UInt64(try byte()) << (8 * UInt64(place)) }
    let unused = UInt64(64 - 8 * count)
    return count == 0 ? 0 : Int(Int64(bitPattern: value << unused) >> Int64(unused))
  }

  mutating func text(length: Int) throws(Refusal) -> String {
    guard length <= Self.longestText, length <= bytes.count - position else {
      throw Refusal("its pickle has a text of \(length) bytes, which is too long")
    }
    return try text(upTo: position + length)
  }

  mutating func text(upTo end: Int) throws(Refusal) -> String {
    guard let text = String(validating: bytes[position..<end], as: UTF8.self) else {
      throw Refusal("its pickle has a text that is not UTF-8")
    }
    position = end
    return text
  }

  /// To the end of the line, which is left out.
  mutating func line() throws(Refusal) -> String {
    let limit = min(bytes.count, position + Self.longestText)
    guard let end = (position..<limit).first(where: { bytes[$0] == 0x0a }) else {
      throw Refusal("its pickle is cut off")
    }
    let line = try text(upTo: end)
    position += 1
    return line
  }
}
