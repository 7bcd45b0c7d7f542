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
    let name = try bareWord()
    guard let first = name.utf8.first, first.isKeyHead || first >= 0x80, !name.contains("=") else {
      let found = name.isEmpty ? scanner.text(start, start + 1) : name
      throw Diagnostic(
        "an entry of a block begins with a name, not with `\(found)`",
        at: span(from: start, count: max(1, name.utf8.count)))
    }
    var item = Block.Item(
      name: Word(name, at: Span(start, scanner.position)), span: Span(start, scanner.position))
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
}
