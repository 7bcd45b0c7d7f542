/// `where CONDITION` and `order by …`, which may stand among the operands of any statement; whether
/// they mean something there is for the command to say.
///
/// ```
/// condition = part { "or" part }        part = unit { "and" unit }
/// unit      = "not" unit | "(" condition ")" | quantity relation operand
/// quantity  = name [ "(" name ")" ] [ ("at" | "@") number ]
/// operand   = value | name "(" name ")"
/// ```
extension Parser {
  /// What ends the name of a quantity, beside what ends any word.
  static let quantityEnds = Set("()<>=!@".utf8)
  static let openParenthesis = UInt8(ascii: "(")
  static let closeParenthesis = UInt8(ascii: ")")

  /// Reads `where …` or `order by …` into the statement, if one of them stands here.
  mutating func clause(into statement: inout Statement) throws(Diagnostic) -> Bool {
    let start = scanner.position
    if takeKeyword("where") {
      let place = span(from: start, count: 5)
      guard statement.condition == nil else {
        throw Diagnostic(
          "`where` stands here a second time", at: place, help: ["join conditions with `and`"])
      }
      statement.condition = try condition(after: place, depth: 0)
      return true
    }
    guard takeKeyword("order") else { return false }
    scanner.skipBlanks()
    guard takeKeyword("by") else {
      scanner.position = start
      return false
    }
    let place = Span(start, scanner.position)
    guard statement.order.isEmpty else {
      throw Diagnostic(
        "`order by` stands here a second time", at: place,
        help: ["put a comma between two things to order by"])
    }
    statement.order = try orderings(after: place)
    return true
  }

  // MARK: Conditions

  /// A condition without `where` before it.
  mutating func bareCondition(after place: Span) throws(Diagnostic) -> Condition {
    try condition(after: place, depth: 0)
  }

  private mutating func condition(
    after place: Span, depth: Int
  ) throws(Diagnostic) -> Condition {
    var parts = [try conjunction(after: place, depth: depth)]
    while let word = takeJoint("or") {
      parts.append(try conjunction(after: word, depth: depth))
    }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func conjunction(
    after place: Span, depth: Int
  ) throws(Diagnostic) -> Condition {
    var parts = [try unit(after: place, depth: depth)]
    while let word = takeJoint("and") { parts.append(try unit(after: word, depth: depth)) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func unit(after place: Span, depth: Int) throws(Diagnostic) -> Condition {
    scanner.skipBlanks()
    let start = scanner.position
    guard depth < Self.nestingLimit else {
      throw Diagnostic(
        "conditions are within one another more than \(Self.nestingLimit) times",
        at: span(from: start, count: 1))
    }
    if takeKeyword("not") {
      return .not(try unit(after: span(from: start, count: 3), depth: depth + 1))
    }
    guard scanner.current == Self.openParenthesis else { return .test(try test(after: place)) }
    let open = span(from: start, count: 1)
    scanner.advance()
    let inner = try condition(after: open, depth: depth + 1)
    scanner.skipBlanks()
    guard scanner.current == Self.closeParenthesis else {
      throw Diagnostic(
        "this `(` is not closed", at: open,
        help: ["end it with `)`; join comparisons with `and` or `or`"])
    }
    scanner.advance()
    return inner
  }

  private mutating func test(after place: Span) throws(Diagnostic) -> Condition.Test {
    let quantity = try quantity(after: place)
    let (relation, mark) = try relation(of: quantity)
    let operand = try operand(of: relation, after: mark)
    return Condition.Test(
      quantity, relation, operand, at: quantity.span.joined(with: operand.span))
  }

  // MARK: Relations and operands

  private mutating func relation(
    of quantity: Quantity
  ) throws(Diagnostic) -> (Condition.Relation, Span) {
    scanner.skipBlanks()
    let start = scanner.position
    for (slip, meant) in [("==", "="), ("<>", "!="), ("=<", "<="), ("=>", ">="), ("~", "like")]
    where scanner.hasPrefix(slip) {
      throw Diagnostic(
        "`\(slip)` compares nothing here", at: span(from: start, count: slip.utf8.count),
        help: ["write `\(meant)`"])
    }
    for relation in [
      Condition.Relation.unequal, .lessOrEqual, .greaterOrEqual, .equal, .less, .greater,
    ]
    where scanner.hasPrefix(relation.rawValue) {
      scanner.advance(by: relation.rawValue.utf8.count)
      return (relation, Span(start, scanner.position))
    }
    let isNegated = takeKeyword("not")
    if isNegated { scanner.skipBlanks() }
    if takeKeyword("in") {
      return (isNegated ? .notWithin : .within, Span(start, scanner.position))
    }
    if takeKeyword("like") { return (isNegated ? .unlike : .like, Span(start, scanner.position)) }
    let name = scanner.text(quantity.span.start, quantity.span.end)
    throw Diagnostic(
      "`\(name)` is compared with nothing", at: quantity.span,
      help: ["relations: =, !=, <, <=, >, >=, in, not in, like, not like"])
  }

  private mutating func operand(
    of relation: Condition.Relation, after mark: Span
  ) throws(Diagnostic) -> Condition.Operand {
    scanner.skipBlanks()
    let ends = wordEnds
    wordEnds = [Self.closeParenthesis]
    defer { wordEnds = ends }
    let missing = Diagnostic(
      "`\(scanner.text(mark.start, mark.end))` needs a value after it", at: mark)
    if relation == .within || relation == .notWithin, scanner.current == Self.openParenthesis {
      // As SQL writes a list.
      let open = span(from: scanner.position, count: 1)
      scanner.advance()
      scanner.skipBlanks()
      if isAtWordEnd && scanner.current != .quote { throw missing }
      let list = try term(inOption: false)
      scanner.skipBlanks()
      guard scanner.current == Self.closeParenthesis else {
        throw Diagnostic(
          "this `(` is not closed", at: open, help: ["a list needs none: `in running,finished`"])
      }
      scanner.advance()
      return .value(list)
    }
    if isAtWordEnd && scanner.current != .quote { throw missing }
    var ahead = scanner
    while let byte = ahead.current, byte.isKeyBody { ahead.advance() }
    if ahead.position > scanner.position, ahead.current == Self.openParenthesis {
      return .quantity(try quantity(after: mark))
    }
    return .value(try past(try term(inOption: false)))
  }

  /// `2h ago` is one value.
  private mutating func past(_ term: Term) throws(Diagnostic) -> Term {
    guard case .name(let name) = term.value else { return term }
    let before = scanner
    scanner.skipBlanks()
    guard takeKeyword("ago") else {
      scanner = before
      return term
    }
    let place = Span(term.span.start, scanner.position)
    return Term(.string(name + " ago"), at: place, source: scanner.text(place.start, place.end))
  }

  // MARK: Order

  private mutating func orderings(after place: Span) throws(Diagnostic) -> [Ordering] {
    var (orderings, place): ([Ordering], Span) = ([], place)
    while true {
      var ordering = Ordering(try quantity(after: place))
      var end = scanner
      scanner.skipBlanks()
      ordering.isDescending = takeKeyword("desc")
      if ordering.isDescending || takeKeyword("asc") { end = scanner }
      orderings.append(ordering)
      scanner.skipBlanks()
      guard scanner.current == .comma else {
        scanner = end
        return orderings
      }
      place = span(from: scanner.position, count: 1)
      scanner.advance()
    }
  }

  // MARK: Words

  /// Passes a word of the language, if it stands here alone.
  mutating func takeKeyword(_ word: String) -> Bool {
    guard scanner.hasPrefix(word) else { return false }
    var ahead = scanner
    ahead.advance(by: word.utf8.count)
    guard
      ahead.isAtMark || ahead.current == Self.openParenthesis
        || ahead.current == Self.closeParenthesis
    else { return false }
    scanner = ahead
    return true
  }

  /// Passes `and` or `or` and the blanks before it; else stays where it is.
  private mutating func takeJoint(_ word: String) -> Span? {
    let before = scanner
    scanner.skipBlanks()
    let start = scanner.position
    if takeKeyword(word) { return Span(start, scanner.position) }
    scanner = before
    return nil
  }
}
