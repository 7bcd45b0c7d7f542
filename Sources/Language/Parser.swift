/// Statements from bytes, in one pass and without a token list: what a byte means depends on where
/// it stands (`sql` takes its line whole, a path may hold `=` but a key may not).
struct Parser {
  /// Blocks within blocks; networks need two.
  static let nestingLimit = 32

  var scanner: Scanner
  /// Set before throwing when more text could have mended the fault.
  var needsMore = false
  /// What ends a bare word here beside what ends it everywhere; conditions have marks of their own.
  var wordEnds: Set<UInt8> = []
  /// What `$name` stands for; nil: a `$` is a letter like others.
  var parameters: ScriptParameters?
  /// Bytes that references have stood for in the statement that is read.
  var replacedBytes = 0

  init(_ text: String, _ parameters: ScriptParameters? = nil) {
    scanner = Scanner(text)
    self.parameters = parameters
  }

  mutating func parseText() -> ParsedText {
    var statements: [Statement] = []
    do {
      while let statement = try nextStatement() { statements.append(statement) }
      return ParsedText(
        statements: statements, fault: nil, isIncomplete: scanner.endsInContinuation)
    } catch {
      return ParsedText(statements: statements, fault: error, isIncomplete: needsMore)
    }
  }

  mutating func nextStatement() throws(Diagnostic) -> Statement? {
    scanner.skipSeparators()
    guard let first = scanner.current else { return nil }
    if first == .closeBrace {
      throw Diagnostic("this `}` closes no block", at: span(from: scanner.position, count: 1))
    }
    if first == .exclamation { return try shellEscape() }
    let verb = try verb()
    replacedBytes = 0
    switch verb.text {
    case "sql": return try wholeLine(verb, keepsContinuations: false)
    case "help": return help(verb)
    case "expect": return try expectation(verb)
    case "param":
      let statement = try statement(verb)
      try parameters?.declare(statement)
      return statement
    default: return try statement(verb)
    }
  }

  private mutating func verb() throws(Diagnostic) -> Word {
    let start = scanner.position
    let text = try bareWord()
    let place = Span(start, scanner.position)
    if text.isEmpty {
      let found = scanner.text(start, start + 1)
      throw Diagnostic(
        "a statement begins with a verb, not with `\(found)`", at: span(from: start, count: 1),
        help: ["write `help` for the verbs"])
    }
    if Numeral.number(text[...]) != nil || Numeral.size(text[...]) != nil || text.contains("=") {
      throw Diagnostic(
        "a statement begins with a verb, not with `\(text)`", at: place,
        help: ["write `help` for the verbs"])
    }
    return Word(text, at: place)
  }

  /// Verbs whose options and name may stand after the block, too.
  private static let verbsGoingOn: Set = ["branch"]

  /// The operands, options, block and `&` of a statement.
  private mutating func statement(_ verb: Word) throws(Diagnostic) -> Statement {
    var statement = Statement(verb: verb, span: verb.span)
    var end = scanner.position
    reading: while true {
      scanner.skipBlanks()
      switch scanner.current {
      case nil, .newline, .semicolon, .hash:
        break reading
      case .openBrace:
        if statement.block != nil {
          throw Diagnostic(
            "a statement has one block", at: span(from: scanner.position, count: 1))
        }
        statement.block = try block(depth: 1)
        end = scanner.position
        if Self.verbsGoingOn.contains(verb.text) { continue reading }
        scanner.skipBlanks()
        if scanner.current == .bar { continue reading }
        try expectEnd(after: "the block", help: "options go before the block")
        break reading
      case .closeBrace:
        throw Diagnostic("this `}` closes no block", at: span(from: scanner.position, count: 1))
      case .ampersand where scanner.isAtBackgroundMark:
        break reading
      case .bar:
        statement.rest = rest(after: verb, to: end)
        return try finish(statement)
      default:
        if try !clause(into: &statement) {
          try parameter(into: &statement.operands, &statement.options)
        }
        end = scanner.position
      }
    }
    statement.rest = rest(after: verb, to: end)
    if scanner.isAtBackgroundMark {
      scanner.advance()
      end = scanner.position
      statement.isBackground = true
      try expectEnd(after: "`&`", help: "begin the next statement after a `;`")
    }
    statement.span = Span(verb.span.start, end)
    return statement
  }

  /// What ends in `| MODE`, the scanner standing at the bar.
  private mutating func finish(_ statement: Statement) throws(Diagnostic) -> Statement {
    var statement = statement
    let request = try outputRequest()
    statement.output = request
    statement.span = Span(statement.verb.span.start, request.span.end)
    try expectEnd(after: "the output mode", help: "begin the next statement after a `;`")
    return statement
  }

  private mutating func expectEnd(after what: String, help: String) throws(Diagnostic) {
    scanner.skipBlanks()
    switch scanner.current {
    case nil, .newline, .semicolon, .hash: return
    case .ampersand where scanner.isAtBackgroundMark && what != "`&`": return
    default: break
    }
    let start = scanner.position
    if scanner.current == .closeBrace {
      throw Diagnostic("this `}` closes no block", at: span(from: start, count: 1))
    }
    var end = scanner
    while let byte = end.current, byte != .newline, byte != .semicolon, !end.isAtBlank {
      end.advance()
    }
    throw Diagnostic(
      "nothing may follow \(what) in a statement", at: Span(start, end.position), help: [help])
  }

  /// The text after a verb, without the blanks before it.
  private func rest(after verb: Word, to end: Int) -> String {
    var start = scanner
    start.position = verb.span.end
    start.skipBlanks()
    return scanner.text(start.position, end)
  }

  /// `expect CONDITION`.
  private mutating func expectation(_ verb: Word) throws(Diagnostic) -> Statement {
    var statement = Statement(verb: verb, span: verb.span)
    statement.condition = try bareCondition(after: verb.span)
    let end = scanner.position
    statement.rest = rest(after: verb, to: end)
    statement.span = Span(verb.span.start, end)
    try expectEnd(after: "the condition", help: "join conditions with `and` or `or`")
    return statement
  }

  // MARK: Statements that take their line whole

  private mutating func shellEscape() throws(Diagnostic) -> Statement {
    let start = scanner.position
    scanner.advance()
    return try wholeLine(Word("!", at: Span(start, start + 1)), keepsContinuations: true)
  }

  /// The rest of the line as it is, `;`, `#` and `&` included; a `\` at its end continues it.
  private mutating func wholeLine(
    _ verb: Word, keepsContinuations: Bool
  ) throws(Diagnostic) -> Statement {
    scanner.skipBlanks()
    var text: [UInt8] = []
    var end = verb.span.end
    while let byte = scanner.current, byte != .newline {
      if scanner.skipContinuation() {
        if keepsContinuations { text.append(.backslash) }
        text.append(.newline)
        continue
      }
      if byte == 0 { throw nulFault() }
      text.append(byte)
      scanner.advance()
      if !byte.isControl && byte != .space { end = scanner.position }
    }
    // A `\` that ends the text would continue it when printed; SQL has no use for one there.
    while let last = text.last,
      last == .space || last.isControl || (last == .backslash && !keepsContinuations)
    {
      text.removeLast()
    }
    let output = keepsContinuations ? nil : takeOutputRequest(from: &text, endingAt: end)
    return Statement(
      verb: verb, output: output, span: Span(verb.span.start, end),
      rest: String(decoding: text, as: UTF8.self))
  }

  /// `help`, whose operands are words between blanks, whatever they hold.
  private mutating func help(_ verb: Word) -> Statement {
    var statement = Statement(verb: verb, span: verb.span)
    scanner.skipBlanksOfLine()
    let first = scanner.position
    var end = verb.span.end
    while true {
      scanner.skipBlanksOfLine()
      guard let byte = scanner.current, byte != .newline, byte != .hash, byte != .semicolon else {
        break
      }
      let start = scanner.position
      while let byte = scanner.current, byte != .newline, byte != .semicolon, !scanner.isAtBlank {
        scanner.advance()
      }
      end = scanner.position
      let text = scanner.text(start, end)
      statement.operands.append(Term(.name(text), at: Span(start, end), source: text))
    }
    statement.rest = scanner.text(first, end)
    statement.span = Span(verb.span.start, end)
    return statement
  }

  // MARK: Places

  func span(from start: Int, count: Int) -> Span {
    Span(start, min(start + count, scanner.bytes.count))
  }
}
