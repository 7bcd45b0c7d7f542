import TerminalText

/// Readers that commands and specifications share, each with the same sentence for the same fault:
/// what is wanted, its range, and what was typed.
extension Term {
  /// What a name, a path or a text stands for: the string's contents, or the term as typed.
  package var text: String {
    switch value {
    case .name(let name): name
    case .string(let text): text
    case .number, .size, .list, .range, .tagged, .schedule: source
    }
  }

  /// The term as typed, cut when it is long, for messages.
  package var brief: String {
    // A string's source is empty, since quotes may have been escaped in it.
    let source = source.isEmpty ? text : source
    return source.utf8.count <= 60 ? source : String(source.prefix(40)) + "…"
  }

  /// The elements of a list, or the term itself.
  package var elements: [Term] {
    if case .list(let terms) = value { return terms }
    return [self]
  }

  /// A number in a range.
  package func number(
    in range: ClosedRange<Double>, for what: String
  ) throws(Diagnostic) -> Double {
    let wanted = "a number \(spoken(range))"
    guard case .number(let number) = value else { throw mismatch(what, wanted) }
    guard range.contains(number) else { throw mismatch(what, wanted) }
    return number
  }

  /// A whole number in a range.
  package func integer(in range: ClosedRange<Int>, for what: String) throws(Diagnostic) -> Int {
    let wanted = "a whole number from \(grouped(range.lowerBound)) to \(grouped(range.upperBound))"
    guard case .number(let number) = value, let integer = Int(exactly: number),
      range.contains(integer)
    else { throw mismatch(what, wanted) }
    return integer
  }

  /// A seed: a whole number from 0 to 2⁶⁴ - 1.
  package func seed(for what: String) throws(Diagnostic) -> UInt64 {
    if case .number(let number) = value {
      if let exact = UInt64(source) { return exact }
      if number <= 0x1p53, let whole = UInt64(exactly: number) { return whole }
    }
    throw mismatch(what, "a whole number from 0 to 18,446,744,073,709,551,615")
  }

  /// `yes` or `no`.
  package func flag(for what: String) throws(Diagnostic) -> Bool {
    switch text {
    case "yes", "true", "on": return true
    case "no", "false", "off": return false
    default: throw mismatch(what, "`yes` or `no`")
    }
  }

  /// One of some words.
  package func choice(from words: [String], for what: String) throws(Diagnostic) -> String {
    if words.contains(text) { return text }
    throw mismatch(
      what, words.count == 1 ? "`\(words[0])`" : "one of " + words.joined(separator: ", "),
      help: nearest(to: text, in: words).map { ["did you mean `\($0)`?"] } ?? [])
  }

  /// A case of a closed set, by its raw value.
  package func choice<Choice: CaseIterable & RawRepresentable>(
    of type: Choice.Type, for what: String
  ) throws(Diagnostic) -> Choice where Choice.RawValue == String {
    let word = try choice(from: type.allCases.map(\.rawValue), for: what)
    guard let choice = type.init(rawValue: word) else { throw mismatch(what, "a known word") }
    return choice
  }

  /// As many whole numbers as one of `counts`, written `64x64x3` (a number alone counts as one).
  package func size(
    counts: Set<Int>, in range: ClosedRange<Int>, for what: String, like example: String
  ) throws(Diagnostic) -> [Int] {
    if case .number = value, counts.contains(1) { return [try integer(in: range, for: what)] }
    guard case .size(let numbers) = value, counts.contains(numbers.count) else {
      throw mismatch(what, "a size like `\(example)`")
    }
    guard numbers.allSatisfy(range.contains) else {
      let bounds = "from \(grouped(range.lowerBound)) to \(grouped(range.upperBound))"
      throw Diagnostic("\(what) has parts \(bounds), not `\(brief)`", at: span)
    }
    return numbers
  }

  /// `what` is something else than was typed.
  package func mismatch(_ what: String, _ wanted: String, help: [String] = []) -> Diagnostic {
    var help = help
    if case .name(let name) = value, let first = name.utf8.first, first.isDigit, help.isEmpty {
      help = ["numbers are written like `64`, `20k`, `1.5M` or `2e-4`"]
    }
    return Diagnostic("\(what) is \(wanted), not `\(brief)`", at: span, help: help)
  }

  private func spoken(_ range: ClosedRange<Double>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (let lower, .infinity) where lower == Double.leastNonzeroMagnitude: "above 0"
    case (let lower, .infinity): "from \(printed(lower)) up"
    case (let lower, let upper) where lower == Double.leastNonzeroMagnitude:
      "above 0, at most \(printed(upper))"
    case (let lower, let upper) where upper == 1.0.nextDown: "from \(printed(lower)) to below 1"
    case (let lower, let upper): "from \(printed(lower)) to \(printed(upper))"
    }
  }
}
