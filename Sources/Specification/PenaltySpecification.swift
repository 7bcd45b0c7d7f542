package import Language
import TerminalText

/// A cost that is added to the discriminator's loss, by its keyword: `gp:10`, `r1:1@16`.
package struct PenaltySpecification: Sendable, Hashable {
  package let keyword: String
  /// What it is multiplied by; a dial.
  package var weight: Double
  /// Every how many updates of the discriminator it is added; it then counts as many times.
  package var interval: Int

  package init(_ keyword: String, weight: Double, interval: Int = 1) {
    (self.keyword, self.weight, self.interval) = (keyword, weight, interval)
  }

  package static let weights = 0.0...1e6
  package static let intervals = 1...10_000

  /// Whether it is due at the discriminator's update after `done` ones.
  package func isDue(after done: Int) -> Bool { done % max(1, interval) == 0 }
}

extension [PenaltySpecification] {
  /// Keywords of those at intervals above 1 that are due together, none of them first.
  package var dueTogether: [[String]] {
    namesDueTogether(map { (name: $0.keyword, interval: $0.interval) })
  }
}

/// Names of those at intervals above 1 that are due together, none of them first.
///
/// Some are due without the others at the least common multiple of their intervals, unless the interval of
/// another divides that.
package func namesDueTogether(_ intervals: [(name: String, interval: Int)]) -> [[String]] {
  let lazy = intervals.filter { $0.interval > 1 }
  return (0..<1 << lazy.count).compactMap { members in
    let isMember = { (index: Int) in members >> index & 1 == 1 }
    let due = lazy.indices.filter(isMember)
    let multiple = due.reduce(1) { leastCommonMultiple($0, lazy[$1].interval) }
    let isJoined = lazy.indices.contains {
      !isMember($0) && multiple % lazy[$0].interval == 0
    }
    return isJoined ? nil : due.map { lazy[$0].name }
  }
}

/// The largest number there is where it would be larger.
private func leastCommonMultiple(_ a: Int, _ b: Int) -> Int {
  var (large, small) = (a, b)
  while small != 0 { (large, small) = (small, large % small) }
  let (product, overflow) = (a / large).multipliedReportingOverflow(by: b)
  return overflow ? .max : product
}

extension PenaltySpecification: CustomStringConvertible {
  /// As it is typed: `gp:10`, `r1:1@16`.
  package var description: String {
    "\(keyword):\(printed(weight))" + (interval == 1 ? "" : "@\(interval)")
  }

  /// Reads `gp:10`, `r1:1@16+drift:0.001`; a penalty without a weight has its standard one; `no`.
  ///
  /// - Parameter signatures: the penalties that there are; nil: any keyword is taken.
  static func list(_ term: Term, _ signatures: [Signature]?) throws(Diagnostic) -> [Self] {
    if term.text == "no" { return [] }
    if ["none", "off", "0"].contains(term.text) {
      throw Diagnostic(
        "there is no penalty `\(term.text)`", at: term.span, help: ["none at all is `penalty=no`"])
    }
    if case .schedule = term.value {
      let usual = penaltySchedule("gp", "10", term.source)
      throw Diagnostic(
        "`penalty` says which penalties there are, and one of them glides by its own name",
        at: term.span, help: ["write it like `\(usual)`"])
    }
    var penalties: [Self] = []
    for part in try term.joined(calling: "several penalties") {
      let penalty = try Self(parsing: part, signatures)
      if penalties.contains(where: { $0.keyword == penalty.keyword }) {
        throw Diagnostic("the penalty `\(penalty.keyword)` is given twice", at: part.span)
      }
      penalties.append(penalty)
    }
    guard signatures != nil, penalties.dueTogether.count > mostSets else { return penalties }
    throw Diagnostic(
      "at these intervals different penalties are due together in \(penalties.dueTogether.count) "
        + "ways, and each is compiled for itself; \(mostSets) are allowed", at: term.span,
      help: ["let one interval divide the other, like `@4` and `@16`"])
  }

  /// Sets of penalties that may be due together.
  private static let mostSets = 8

  private init(
    parsing part: Term.Part, _ signatures: [Signature]?
  ) throws(Diagnostic) {
    let signature = try signatures?.read(part.keyword, at: part.span, as: "penalty")
    let (keyword, argument) = (signature?.keyword ?? part.keyword, signature?.argument)
    let usage = signature?.usage ?? "gp:10"
    var weight = argument?.standard ?? 1
    var interval = 1
    if let text = part.argument {
      let range = argument?.range ?? Self.weights
      guard let number = Double(text), range.contains(number) else {
        if text.contains("->") { throw glide(of: keyword, text, over: nil, at: part.span) }
        throw Diagnostic(
          "penalty is a weight from \(printed(range.lowerBound)) to "
            + "\(grouped(Int(range.upperBound))) after `\(keyword):`, not `\(text)`",
          at: part.span, help: ["write it like `\(usage)`"])
      }
      weight = number
    }
    if let text = part.interval {
      guard let number = Int(text), Self.intervals.contains(number) else {
        throw Diagnostic(
          "after `@` stands every how many updates the penalty is added, from 1 to 10,000, not "
            + "`\(text)`", at: part.span, help: ["write it like `\(usage)@16`"])
      }
      interval = number
    }
    self.init(keyword, weight: weight, interval: interval)
  }
}

/// A penalty with a schedule of its weight as they are typed: `penalty=gp:10 penalty.gp=10->0 over 20k`.
private func penaltySchedule(_ keyword: String, _ begin: String, _ schedule: String) -> String {
  "penalty=\(keyword):\(begin) \(Dial.weight(of: keyword).rawValue)=\(schedule)"
}

/// What is said where the weight behind a keyword is to glide.
///
/// - Parameter steps: what stands after `over`.
private func glide(
  of keyword: String, _ schedule: String, over steps: String?, at place: Span
) -> Diagnostic {
  let begin = schedule.firstRange(of: "->").map { String(schedule[..<$0.lowerBound]) } ?? "10"
  let whole = schedule + " over " + (steps ?? "20k")
  return Diagnostic(
    "the number after `\(keyword):` is where the weight begins; it glides by the name "
      + "`\(Dial.weight(of: keyword).rawValue)`", at: place,
    help: ["write it like `\(penaltySchedule(keyword, begin, whole))`"])
}

extension Statement {
  /// - Throws: where the weight of a penalty is to glide by its keyword, `penalty=gp:10->0 over 20k`; what stands
  ///   after it is an operand then.
  package func checkPenaltySchedule() throws(Diagnostic) {
    guard let option = options.first(where: { $0.key.text == "penalty" }) else { return }
    let text = option.value.source
    guard let arrow = text.firstRange(of: "->") else { return }
    let words = operands.map(\.text)
    let over = operands.firstIndex { $0.text == "over" && $0.span.start >= option.value.span.end }
    guard let over, let colon = text[..<arrow.lowerBound].lastIndex(of: ":") else { return }
    let keyword = text[..<colon].split(separator: "+").last.map(String.init) ?? ""
    throw glide(
      of: keyword, String(text[text.index(after: colon)...]),
      over: words.dropFirst(over + 1).first, at: option.value.span)
  }
}

extension Term {
  /// One of several terms with `+` between: `r1:1@16`.
  struct Part {
    let keyword: String
    /// After the colon.
    let argument: String?
    /// After `@`.
    let interval: String?
    let span: Span
  }

  /// What stands between the `+` that join several.
  ///
  /// - Parameter several: what they are called where commas stand between them: `several penalties`.
  func joined(calling several: String) throws(Diagnostic) -> [Part] {
    if case .list = value {
      throw Diagnostic(
        "\(several) are joined with `+`, not with commas", at: span,
        help: ["write `\(source.replacing(",", with: "+"))`"])
    }
    return joined
  }

  /// What stands between the `+` that join several, a sign within a number apart.
  var joined: [Part] {
    var parts: [Part] = []
    var start = 0
    let bytes = Array(text.utf8)
    for end in 0...bytes.count {
      guard end == bytes.count || bytes[end] == UInt8(ascii: "+") else { continue }
      // `1e+3`
      if end < bytes.count - 1, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[end + 1] { continue }
      parts.append(part(bytes[start..<end], from: start))
      start = end + 1
    }
    return parts
  }

  private func part(_ bytes: ArraySlice<UInt8>, from start: Int) -> Part {
    let text = String(decoding: bytes, as: UTF8.self)
    let atSign = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let colon = atSign[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    return Part(
      keyword: String(colon[0]), argument: colon.count > 1 ? String(colon[1]) : nil,
      interval: atSign.count > 1 ? String(atSign[1]) : nil,
      span: Span(span.start + start, span.start + start + max(1, bytes.count)))
  }
}
