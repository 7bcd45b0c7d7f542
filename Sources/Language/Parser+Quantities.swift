/// What conditions, `order by` and lists of columns speak of.
extension Parser {
  /// Whether a name needs no quotes in a condition.
  static func isQuantityName(_ name: String) -> Bool {
    var parser = Parser(name)
    parser.wordEnds = quantityEnds
    let text = try? parser.bareWord()
    let opensString = ["\"", "'"].contains { name.hasPrefix($0) }
    return text == name && !name.isEmpty && name != "not" && !opensString && parser.scanner.isAtEnd
  }

  mutating func quantity(after place: Span) throws(Diagnostic) -> Quantity {
    scanner.skipBlanks()
    let ends = wordEnds
    wordEnds = Self.quantityEnds
    defer { wordEnds = ends }
    let start = scanner.position
    let word = try quantityName(after: place)
    var quantity = Quantity(word, at: word.span)
    if scanner.current == Self.openParenthesis {
      let open = span(from: scanner.position, count: 1)
      scanner.advance()
      scanner.skipBlanks()
      quantity = Quantity(
        withParentheses(try quantityName(after: open)), function: word, at: word.span)
      scanner.skipBlanks()
      guard scanner.current == Self.closeParenthesis else {
        throw Diagnostic(
          "this `(` is not closed", at: open, help: ["write it like `min(loss)`"])
      }
      scanner.advance()
    }
    quantity.span = Span(start, scanner.position)
    if let mark = takeStepMark() {
      scanner.skipBlanks()
      let start = scanner.position
      let text = try self.word().text
      guard let step = Numeral.number(text[...]) else {
        throw Diagnostic(
          "`\(scanner.text(mark.start, mark.end))` needs a step after it, not `\(text)`",
          at: text.isEmpty ? mark : Span(start, scanner.position),
          help: ["write it like `loss at 5k`"])
      }
      quantity.step = Term(.number(step), at: Span(start, scanner.position), source: text)
      quantity.span.end = scanner.position
    }
    return quantity
  }

  private mutating func quantityName(after place: Span) throws(Diagnostic) -> Word {
    let start = scanner.position
    if let quote = scanner.current, quote == .quote || quote == .apostrophe {
      let text = try quoted(by: quote)
      return Word(text, at: Span(start, scanner.position))
    }
    let text = try self.word().text
    guard text.isEmpty else { return Word(text, at: Span(start, scanner.position)) }
    let missing = scanner.text(place.start, place.end)
    throw Diagnostic(
      "`\(missing)` needs something to compare after it", at: place,
      help: ["write it like `lr<3e-4`, `min(loss)>0.4` or `status=finished`"])
  }

  /// What stands in parentheses after an argument belongs to its name, as in `D(G(z))`: whoever knows the
  /// metrics says whether one is called so. A `(` that is not closed is left.
  private mutating func withParentheses(_ word: Word) -> Word {
    guard scanner.current == Self.openParenthesis else { return word }
    let (start, end) = (word.span.start, scanner.position)
    var depth = 0
    while let letter = scanner.current, letter != UInt8(ascii: "\n") {
      scanner.advance()
      if letter == Self.openParenthesis { depth += 1 }
      if letter == Self.closeParenthesis { depth -= 1 }
      if depth == 0 {
        let rest = scanner.text(end, scanner.position)
        return Word(word.text + rest, at: Span(start, scanner.position))
      }
    }
    scanner.position = end
    return word
  }

  private mutating func takeStepMark() -> Span? {
    let before = scanner.position
    if scanner.current == UInt8(ascii: "@") {
      scanner.advance()
      return Span(before, scanner.position)
    }
    scanner.skipBlanks()
    let start = scanner.position
    if start > before, takeKeyword("at") { return Span(start, scanner.position) }
    scanner.position = before
    return nil
  }
}

extension Quantity {
  /// A quantity typed as a value, such as an entry of `columns=`.
  ///
  /// - Throws: at the term, when it is none.
  package init(parsing term: Term) throws(Diagnostic) {
    let mismatch = term.mismatch(
      "a column", "a name like `lr`, `min(loss)` or `loss@5k`")
    switch term.value {
    case .name, .string, .tagged: break
    default: throw mismatch
    }
    var parser = Parser(term.text)
    let read: Quantity
    do { read = try parser.quantity(after: Span(0, 0)) } catch {
      throw Diagnostic(mismatch.message, at: mismatch.span, help: mismatch.help + error.help)
    }
    parser.scanner.skipBlanks()
    guard parser.scanner.isAtEnd else { throw mismatch }
    self = read
    // Places within the term are known only where it stands there letter by letter.
    let isVerbatim =
      term.text == term.source && term.span.end - term.span.start == term.source.utf8.count
    func shifted(_ place: Span) -> Span {
      isVerbatim ? Span(place.start + term.span.start, place.end + term.span.start) : term.span
    }
    name.span = shifted(read.name.span)
    if let place = read.function?.span { function?.span = shifted(place) }
    if let place = read.step?.span { step?.span = shifted(place) }
    span = term.span
  }
}
