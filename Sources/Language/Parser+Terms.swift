extension Parser {
  /// An operand or a `key=value`.
  mutating func parameter(
    into operands: inout [Term], _ options: inout [Option]
  ) throws(Diagnostic) {
    guard let key = optionKey() else {
      operands.append(try term(inOption: false))
      return
    }
    if isAtWordEnd && scanner.current != .quote {
      throw Diagnostic(
        "`\(key.text)=` has no value", at: Span(key.span.start, scanner.position),
        help: ["write the value right after the `=`, without a blank"])
    }
    options.append(Option(key: key, value: try term(inOption: true)))
  }

  /// Reads `key=`, `"a key"=` or `'a key'=` if that is what stands here.
  private mutating func optionKey() -> Word? {
    guard let first = scanner.current else { return nil }
    if first == .quote || first == .apostrophe {
      let key = quotedKey(by: first)
      if let key { scanner.advance(by: key.span.end - key.span.start + 1) }
      return key
    }
    guard first.isKeyHead else { return nil }
    var length = 1
    while let byte = scanner.byte(ahead: length), byte.isKeyBody { length += 1 }
    guard scanner.byte(ahead: length) == .equals else { return nil }
    let start = scanner.position
    scanner.advance(by: length + 1)
    return Word(scanner.text(start, start + length), at: Span(start, start + length))
  }

  /// A key that has blanks or other letters than those of names, with `=` right after its quotes.
  private func quotedKey(by quote: UInt8) -> Word? {
    var ahead = self
    let start = scanner.position
    guard let text = try? ahead.quoted(by: quote, before: .equals), !text.isEmpty,
      ahead.scanner.current == .equals
    else { return nil }
    return Word(text, at: Span(start, ahead.scanner.position))
  }

  /// A value, or several with commas between.
  mutating func term(inOption: Bool) throws(Diagnostic) -> Term {
    let start = scanner.position
    let first = try element(inOption: inOption)
    guard scanner.current == .comma else { return first }
    // A parameter may be several values, which join the others.
    var elements = first.elements
    while scanner.current == .comma {
      let comma = scanner.position
      scanner.advance()
      scanner.skipBlanks()
      if isAtWordEnd && scanner.current != .quote {
        throw Diagnostic("a value is missing after this comma", at: span(from: comma, count: 1))
      }
      elements += try element(inOption: inOption).elements
    }
    let list = made(.list(elements), from: start)
    guard parameters != nil, list.source.utf8.contains(.dollar) else { return list }
    return Term(
      list.value, at: list.span, source: elements.map(\.source).joined(separator: ","))
  }

  private func made(_ value: Value, from start: Int) -> Term {
    Term(
      value, at: Span(start, scanner.position), source: scanner.text(start, scanner.position))
  }

  /// A string, whose source is empty: quotes may have been escaped in it.
  private func string(_ text: String, from start: Int) -> Term {
    Term(.string(text), at: Span(start, scanner.position), source: "")
  }

  private mutating func element(inOption: Bool) throws(Diagnostic) -> Term {
    let start = scanner.position
    if let quote = scanner.current, quote == .quote || quote == .apostrophe {
      let text = try quoted(by: quote, before: .colon)
      guard scanner.current == .colon else { return string(text, from: start) }
      return try tagged(Word(text, at: Span(start, scanner.position)), from: start)
    }
    let read = try self.word()
    if read.isReplaced, let value = try replacement(read, from: start, inOption: inOption) {
      return value
    }
    let word = read.text
    try checkTypography(of: word, at: start)
    if word.isEmpty {
      let found = scanner.text(start, start + 1)
      throw Diagnostic(
        "expected a value, got `\(found)`", at: span(from: start, count: 1),
        help: ["put a text that holds `\(found)` in quotes"])
    }
    if scanner.current == .quote {
      guard let tag = Self.tag(of: word[...]), tag.utf8.count + 1 == word.utf8.count else {
        throw Diagnostic(
          "a quote begins in the middle of a word", at: span(from: scanner.position, count: 1),
          help: ["put the whole value in quotes"])
      }
      let inner = scanner.position
      let inside = try quoted(by: .quote)
      let text = string(inside, from: inner)
      return made(
        .tagged(Word(tag, at: span(from: start, count: tag.utf8.count)), text), from: start)
    }
    if inOption, let schedule = try schedule(word, at: start) { return made(schedule, from: start) }
    return made(classify(word[...], at: start, allowsTag: true), from: start)
  }

  /// What stands after `"a name":`, at its colon.
  private mutating func tagged(_ tag: Word, from start: Int) throws(Diagnostic) -> Term {
    let colon = scanner.position
    scanner.advance()
    let inner = scanner.position
    if scanner.current == .quote {
      let inside = try quoted(by: .quote)
      let text = string(inside, from: inner)
      return made(.tagged(tag, text), from: start)
    }
    let word = try self.word().text
    guard !word.isEmpty else {
      throw Diagnostic("a value is missing after this colon", at: span(from: colon, count: 1))
    }
    try checkTypography(of: word, at: inner)
    let value = made(classify(word[...], at: inner, allowsTag: false), from: inner)
    return made(.tagged(tag, value), from: start)
  }

  /// A word in which parameters were replaced as a value, all of it at the place where it was typed.
  private mutating func replacement(
    _ read: ReadWord, from start: Int, inOption: Bool
  ) throws(Diagnostic) -> Term? {
    if inOption, let schedule = try schedule(read.text, at: start) {
      let place = Span(start, scanner.position)
      return Term(schedule, at: place, source: schedule.description)
    }
    return read.value ?? made(ofReplaced: read.text, from: start)
  }

  /// Signs of word processors and of typeset text, and what they are typed as here.
  private static let typographic: [(sign: Character, plain: String)] = [
    ("\u{2010}", "-"), ("\u{2011}", "-"), ("\u{2012}", "-"), ("\u{2013}", "-"), ("\u{2014}", "-"),
    ("\u{2212}", "-"), ("\u{D7}", "x"), ("\u{2192}", "->"), ("\u{2026}", ".."),
  ]

  /// - Throws: where a word would say a number or the like if its signs were plain ones, or begins with a
  ///   quote that is none; elsewhere such signs are letters like others.
  private func checkTypography(of word: String, at start: Int) throws(Diagnostic) {
    guard word.utf8.contains(where: { $0 >= 0x80 }) else { return }
    if let first = word.first, "\u{2018}\u{201A}\u{2039}\u{AB}".contains(first) {
      throw Diagnostic(
        "`\(first)` is not a quote here", at: span(from: start, count: String(first).utf8.count),
        help: ["use the straight quote `\"`"])
    }
    var plain = word
    var found: (sign: Character, plain: String)?
    for entry in Self.typographic where word.contains(entry.sign) {
      found = found ?? entry
      plain = plain.split(separator: entry.sign, omittingEmptySubsequences: false)
        .joined(separator: entry.plain)
    }
    guard let found else { return }
    let parts = Self.arrow(in: plain).map { [$0.before, $0.after] } ?? [plain]
    let isMeant = parts.allSatisfy { part in
      let part = part[...]
      return Numeral.number(part) != nil || Numeral.size(part) != nil || Numeral.range(part) != nil
    }
    guard isMeant || plain.hasPrefix("->") else { return }
    throw Diagnostic(
      "`\(found.sign)` is no `\(found.plain)`", at: Span(start, scanner.position),
      help: ["write `\(plain)`"])
  }

  /// What a bare word says.
  private func classify(_ word: Substring, at start: Int, allowsTag: Bool) -> Value {
    if let number = Numeral.number(word) { return .number(number) }
    if let size = Numeral.size(word) { return .size(size) }
    if let (lower, upper) = Numeral.range(word) { return .range(lower, upper) }
    if allowsTag, let tag = Self.tag(of: word) {
      let length = tag.utf8.count
      let inner = word.utf8.dropFirst(length + 1)
      // `http://…` is a name.
      if !inner.isEmpty && inner.first != UInt8(ascii: "/") {
        let text = Substring(inner)
        let value = classify(text, at: start + length + 1, allowsTag: false)
        let place = Span(start + length + 1, start + word.utf8.count)
        return .tagged(
          Word(tag, at: Span(start, start + length)),
          Term(value, at: place, source: String(text)))
      }
    }
    return .name(String(word))
  }

  /// The `gp` of `gp:10`.
  static func tag(of word: Substring) -> String? {
    guard let colon = word.utf8.firstIndex(of: .colon) else { return nil }
    let tag = word.utf8[..<colon]
    guard let first = tag.first, first.isLetter,
      tag.allSatisfy({ $0.isKeyBody && $0 != UInt8(ascii: ".") })
    else { return nil }
    return String(Substring(tag))
  }

  // MARK: Schedules

  /// `2e-4->5e-5 over 20k`, blanks around the arrow allowed; nil when the word begins none.
  private mutating func schedule(_ word: String, at start: Int) throws(Diagnostic) -> Value? {
    let from: Double
    var target: String
    if let arrow = Self.arrow(in: word) {
      guard let number = Numeral.number(arrow.before[...]) else { return nil }
      (from, target) = (number, arrow.after)
    } else {
      guard let number = Numeral.number(word[...]) else { return nil }
      var ahead = scanner
      ahead.skipBlanks()
      guard ahead.hasPrefix("->") else { return nil }
      ahead.advance(by: 2)
      scanner = ahead
      (from, target) = (number, "")
    }
    var place = Span(scanner.position - target.utf8.count, scanner.position)
    if target.isEmpty {
      scanner.skipBlanks()
      let begin = scanner.position
      target = try self.word().text
      place = Span(begin, scanner.position)
    }
    guard let to = Numeral.number(target[...]) else {
      throw Diagnostic(
        "a schedule goes from a number to a number, not to `\(target)`",
        at: target.isEmpty ? Span(start, scanner.position) : place,
        help: ["write it like `2e-4->5e-5 over 20k`"])
    }
    return .schedule(from: from, to: to, over: try scheduleLength())
  }

  private static func arrow(in word: String) -> (before: String, after: String)? {
    let bytes = Array(word.utf8)
    let (dash, angle) = (UInt8(ascii: "-"), UInt8(ascii: ">"))
    guard
      let index = bytes.indices.dropLast().first(where: {
        bytes[$0] == dash && bytes[$0 + 1] == angle
      })
    else { return nil }
    return (
      String(decoding: bytes[..<index], as: UTF8.self),
      String(decoding: bytes[(index + 2)...], as: UTF8.self)
    )
  }

  private mutating func scheduleLength() throws(Diagnostic) -> Double? {
    var ahead = scanner
    ahead.skipBlanks()
    guard ahead.position > scanner.position, ahead.hasPrefix("over") else { return nil }
    let over = ahead.position
    ahead.advance(by: 4)
    let isWord = ahead.isAtBlank || ahead.isAtEnd || ahead.current == .newline
    guard isWord || ahead.continuationLength != nil else { return nil }
    ahead.skipBlanks()
    scanner = ahead
    let start = scanner.position
    let word = try self.word().text
    guard let steps = Numeral.number(word[...]), steps > 0 else {
      throw Diagnostic(
        "`over` needs the number of steps that the schedule takes",
        at: word.isEmpty ? Span(over, over + 4) : Span(start, scanner.position),
        help: ["write it like `2e-4->5e-5 over 20k`"])
    }
    return steps
  }
}
