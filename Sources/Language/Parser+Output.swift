extension Parser {
  /// `| MODE`, the scanner standing at the bar.
  mutating func outputRequest() throws(Diagnostic) -> OutputRequest {
    let start = scanner.position
    scanner.advance()
    scanner.skipBlanks()
    let begin = scanner.position
    let word = try bareWord()
    let modes = OutputMode.allCases.map(\.rawValue)
    guard !word.isEmpty else {
      throw Diagnostic(
        "`|` needs the way in which rows are to be written after it",
        at: span(from: start, count: 1), help: ["output modes: " + modes.joined(separator: ", ")])
    }
    guard let mode = OutputMode(rawValue: word) else {
      throw Diagnostic(
        "there is no output mode `\(word)`", at: Span(begin, scanner.position),
        help: suggestion(for: word, in: modes, kind: "output modes"))
    }
    return OutputRequest(mode, at: Span(start, scanner.position))
  }

  /// The request that ends the text of a line taken whole, which is taken off it.
  ///
  /// SQL has bars of its own (`a || b`, `a | b`): only a single one before the name of a mode, as the
  /// last word, is a request.
  func takeOutputRequest(from text: inout [UInt8], endingAt end: Int) -> OutputRequest? {
    let word = text.reversed().prefix { $0.isLetter }.reversed()
    guard let mode = OutputMode(rawValue: String(decoding: Array(word), as: UTF8.self)) else {
      return nil
    }
    var rest = text.dropLast(word.count)
    while let last = rest.last, last == .space || last == .tab { rest.removeLast() }
    guard rest.last == .bar, rest.dropLast().last != .bar else { return nil }
    let length = text.count - rest.count + 1
    rest.removeLast()
    while let last = rest.last, last == .space || last.isControl || last == .backslash {
      rest.removeLast()
    }
    text = Array(rest)
    return OutputRequest(mode, at: Span(end - length, end))
  }
}
