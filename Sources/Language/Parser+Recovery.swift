extension Parser {
  /// How far the end of a faulty statement is looked for, in bytes.
  private static let furthestEnd = 1 << 16

  /// The statements and faults of the text; see `readings(of:all:)`.
  mutating func readings(all: Bool) -> [Reading] {
    var readings: [Reading] = []
    while true {
      scanner.skipSeparators()
      let start = scanner.position
      do {
        guard let statement = try nextStatement() else { return readings }
        readings.append(Reading(span: statement.span, statement: .success(statement)))
      } catch {
        let end = all ? endOfFaultyStatement(from: start) : scanner.bytes.count
        readings.append(Reading(span: Span(start, end), statement: .failure(error)))
        scanner.position = end
      }
    }
  }

  /// Where a statement that cannot be read probably ends: at the first line end or `;` outside of its
  /// blocks and quotes; where one of these is never closed, at the end of its first line.
  private func endOfFaultyStatement(from start: Int) -> Int {
    let bytes = scanner.bytes
    var depth = 0
    var quote: UInt8?
    var before = UInt8.space
    var position = start
    let furthest = min(bytes.count, start + Self.furthestEnd)
    while position < furthest {
      let byte = bytes[position]
      if let open = quote {
        if byte == .backslash { position += 1 } else if byte == open { quote = nil }
      } else {
        switch byte {
        case .quote: quote = byte
        case .apostrophe where [.space, .tab, .newline, .equals, .comma].contains(before):
          quote = byte
        case .openBrace: depth += 1
        case .closeBrace: depth = max(0, depth - 1)
        case .hash where [.space, .tab, .newline].contains(before):
          while position + 1 < furthest, bytes[position + 1] != .newline { position += 1 }
        case .newline where depth == 0 && before != .backslash: return position
        case .semicolon where depth == 0: return position
        default: break
        }
      }
      before = byte
      position += 1
    }
    if depth == 0 && quote == nil && furthest == bytes.count { return bytes.count }
    let line = bytes[min(start + 1, bytes.count)...].firstIndex(of: .newline)
    return line ?? bytes.count
  }
}
