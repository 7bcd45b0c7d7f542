package import Language

/// As it is typed after `keep=`: `last:3+every:5000+best:fid`.
extension Retention: CustomStringConvertible {
  package var description: String {
    var parts = ["last:\(newest)"]
    if spread > 0 { parts.append("spread:\(spread)") }
    if let interval { parts.append("every:\(interval)") }
    return (parts + metrics.map { "best:\($0)" }).joined(separator: "+")
  }

  /// The words before the colons.
  package static let words = ["last", "spread", "every", "best"]
  /// How many can be kept as the newest or spread.
  package static let counts = 1...100_000

  /// Reads `last:3+every:5k+best:fid`; a comma joins as well.
  ///
  /// - Throws: at the part that says nothing, or says again what another part says.
  package init(parsing term: Term) throws(Diagnostic) {
    self.init(newest: 1)
    var seen = Set<String>()
    var offset = 0
    for part in term.text.split(omittingEmptySubsequences: false, whereSeparator: Self.isJoint) {
      let start = term.span.start + offset
      let isExact = term.text.utf8.count == term.span.end - term.span.start
      let place = isExact ? Span(start, start + part.utf8.count) : term.span
      offset += part.utf8.count + 1
      let word = String(part.prefix { $0 != ":" })
      guard !part.isEmpty, seen.insert(word == "best" ? String(part) : word).inserted else {
        throw Diagnostic(
          part.isEmpty ? "a part of `keep` is missing here" : "`\(word)` is given twice",
          at: place.start < place.end ? place : term.span)
      }
      try take(word, String(part.dropFirst(word.count + 1)), at: place)
    }
  }

  private static func isJoint(_ letter: Character) -> Bool { letter == "+" || letter == "," }

  private mutating func take(_ word: String, _ value: String, at place: Span) throws(Diagnostic) {
    func count(_ range: ClosedRange<Int>) throws(Diagnostic) -> Int {
      let number = Numeral.number(value[...]).flatMap { Int(exactly: $0) }
      if let number, range.contains(number) { return number }
      throw Diagnostic(
        "`\(word):` takes a whole number from \(printed(Double(range.lowerBound))) to "
          + "\(printed(Double(range.upperBound))), not `\(value)`",
        at: place, help: ["write it like `\(word):\(word == "every" ? "5k" : "3")`"])
    }
    switch word {
    case "last": newest = try count(Self.counts)
    case "spread": spread = try count(Self.counts)
    case "every": interval = try count(Limits.steps)
    case "best":
      guard !value.isEmpty else {
        throw Diagnostic(
          "`best:` needs a metric after it", at: place, help: ["write it like `best:METRIC`"])
      }
      metrics.append(value)
    default:
      throw Diagnostic(
        "`\(word)` says of no checkpoint that it stays", at: place,
        help: suggestion(for: word, in: Self.words, kind: "words")
          + ["several are joined with `+`: `keep=last:3+every:5k`"])
    }
  }
}
