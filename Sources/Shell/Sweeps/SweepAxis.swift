import Language
import Randomness

/// One thing that is chosen for each run of a sweep, and what there is to choose from.
struct SweepAxis {
  /// `arch`, `data`, `with`, or the key of an option.
  let key: Word
  let values: [Term]
  /// What is drawn from instead of `values`.
  let range: SweepRange?
  /// Where all of it was typed.
  let place: Span

  /// Operands that may be several.
  init(_ key: String, _ terms: [Term]) throws(Diagnostic) {
    var values: [Term] = []
    for term in terms { values += try term.alternatives.flatMap(\.parts) }
    for value in values { _ = try value.asWord(for: key) }
    (self.key, self.values, range) = (Word(key, at: terms[0].span), values, nil)
    place = terms[0].span.joined(with: terms[terms.count - 1].span)
    try checkTwice()
  }

  /// An option of `run` with one value or several.
  ///
  /// - `|` separates values of any option. Where there is none, a comma does, but for options of which one value
  ///   is a list (`betas=0,0.9`).
  /// - `64..256:3` and `1e-5..1e-3:log:5` are numbers of a range.
  init(_ option: Option) throws(Diagnostic) {
    key = option.key
    place = option.span
    let isWhole = RunCommand.synopsis.options.first { $0.key == option.key.text }?.kind == .integer
    let barred = try option.value.alternatives
    if barred.count > 1 || Self.listKeys.contains(key.text) {
      (values, range) = (barred, nil)
      try checkTwice()
      return
    }
    let parts = option.value.parts
    if parts.count == 1, let range = try SweepRange(parts[0], isWhole: isWhole) {
      guard let count = range.count else {
        (values, self.range) = ([], range)
        return
      }
      let place = parts[0].span
      values = range.values(count).map { Term(.number($0), at: place, source: printed($0)) }
      self.range = nil
      try checkTwice()
      return
    }
    (values, range) = (parts, nil)
    try checkTwice()
  }

  /// Options of which one value has commas.
  private static let listKeys = ["betas", "gbetas", "dbetas", "evaluate"]

  private func checkTwice() throws(Diagnostic) {
    var seen: Set<String> = []
    for value in values where !seen.insert(value.text).inserted {
      throw Diagnostic(
        "`\(value.brief)` stands twice among the values of `\(key.text)`", at: value.span)
    }
  }

  /// The value of a draw: of a range uniformly, in its logarithm where it is logarithmic; else one of the
  /// values.
  ///
  /// It depends on the seed, the draw and the key alone, so that more draws or other options change none.
  func drawn(_ draw: Int, seed: UInt64) -> Term {
    let purpose = Stream.sweepDraw | Stream.lowWord(of: key.text) << 32
    let share = Double(Philox(seed: seed, stream: purpose, step: UInt32(draw)).uniform(0))
    if let range {
      let value = range.value(at: share)
      return Term(.number(value), at: place, source: printed(value))
    }
    return values[min(values.count - 1, Int(share * Double(values.count)))]
  }
}

// MARK: In a search

extension SweepAxis {
  /// What a search may choose of.
  var domain: SearchDomain {
    guard let range else { return .choices(values.count) }
    return .numbers(
      range.lower...range.upper, isLogarithmic: range.isLogarithmic, isWhole: range.isWhole)
  }

  /// A value of the domain as it is typed.
  func term(_ value: Double) -> Term {
    guard range != nil else { return values[Int(value)] }
    return Term(.number(value), at: place, source: printed(value))
  }

  /// What a term is in the domain; nil where it is none of the values.
  func value(of term: Term) -> Double? {
    guard let range else { return values.firstIndex { $0.text == term.text }.map(Double.init) }
    guard case .number(let number) = term.value, range.contains(number) else { return nil }
    return min(max(number, range.lower), range.upper)
  }

  /// A number of the domain with the digits that are typed.
  func rounded(_ value: Double) -> Double {
    range.map { min(max($0.rounded(value), $0.lower), $0.upper) } ?? value
  }
}

extension Term {
  /// The values that commas separate, or the term itself.
  fileprivate var parts: [Term] {
    if case .list(let terms) = value { return terms }
    return [self]
  }
}
