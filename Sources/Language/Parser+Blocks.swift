extension Parser {
  /// `{ … }`, the scanner standing at the brace; line ends and `;` separate its items.
  mutating func block(depth: Int) throws(Diagnostic) -> Block {
    let start = scanner.position
    guard depth <= Self.nestingLimit else {
      throw Diagnostic(
        "blocks are nested more than \(Self.nestingLimit) deep", at: span(from: start, count: 1))
    }
    scanner.advance()
    var items: [Block.Item] = []
    while true {
      scanner.skipSeparators()
      switch scanner.current {
      case nil:
        needsMore = true
        throw Diagnostic(
          "this block is not closed", at: span(from: start, count: 1), help: ["end it with `}`"])
      case .closeBrace:
        scanner.advance()
        return Block(items: items, span: Span(start, scanner.position))
      default:
        items.append(try item(depth: depth))
      }
    }
  }

  /// One entry of a block, up to `;`, the line's end, the end of its own block or `}`.
  private mutating func item(depth: Int) throws(Diagnostic) -> Block.Item {
    let start = scanner.position
    let name = try entryName()
    guard let first = name.utf8.first, first.isKeyHead || first >= 0x80, !name.contains("=") else {
      let found = name.isEmpty ? scanner.text(start, start + 1) : name
      throw Diagnostic(
        "an entry of a block begins with a name, not with `\(found)`",
        at: span(from: start, count: max(1, name.utf8.count)))
    }
    var item = Block.Item(
      name: Word(name, at: Span(start, scanner.position)), span: Span(start, scanner.position))
    if scanner.current == Self.openParenthesis {
      item.inputs = try inputs()
      item.span.end = scanner.position
    }
    while true {
      scanner.skipBlanks()
      switch scanner.current {
      case nil, .newline, .semicolon, .hash, .closeBrace:
        return item
      case .openBrace:
        item.block = try block(depth: depth + 1)
        item.span.end = scanner.position
        return item
      case .ampersand where scanner.isAtBackgroundMark:
        throw Diagnostic(
          "`&` ends a statement, and this is inside a block",
          at: span(from: scanner.position, count: 1), help: ["put it after the closing `}`"])
      default:
        try parameter(into: &item.operands, &item.options)
        item.span.end = scanner.position
      }
    }
  }

  /// A bare word up to a parenthesis.
  private mutating func entryName() throws(Diagnostic) -> String {
    let start = scanner.position
    let word = try bareWord()
    guard let parenthesis = word.utf8.firstIndex(of: Self.openParenthesis) else { return word }
    scanner.position = start + word.utf8.distance(from: word.startIndex, to: parenthesis)
    return scanner.text(start, scanner.position)
  }

  /// `(image, crop)`, the scanner standing at the parenthesis.
  private mutating func inputs() throws(Diagnostic) -> [Word] {
    let start = scanner.position
    scanner.advance()
    var words: [Word] = []
    while true {
      scanner.skipBlanks()
      let first = scanner.position
      while let byte = scanner.current, byte.isKeyBody { scanner.advance() }
      guard scanner.position > first else {
        throw Diagnostic(
          "a name of an input is missing here", at: span(from: scanner.position, count: 1),
          help: ["inputs are written `(image, label)`"])
      }
      words.append(
        Word(scanner.text(first, scanner.position), at: Span(first, scanner.position)))
      scanner.skipBlanks()
      switch scanner.current {
      case .comma: scanner.advance()
      case UInt8(ascii: ")"):
        scanner.advance()
        return words
      default:
        throw Diagnostic(
          "this parenthesis is not closed", at: span(from: start, count: 1),
          help: ["inputs are written `(image, label)`"])
      }
    }
  }
}
