import Language

/// How samples of a run are measured while it trains: `evaluate=kid,coverage evaluate-every=2k`.
package struct RunEvaluation: Sendable, Hashable {
  /// As they are typed; which there are is known to those who measure.
  package var measures: [String]
  /// What makes features of images: a network's name, or a run of a classifier or encoder with its checkpoint.
  package var features: String
  package var samples: Int
  /// Steps from one time to the next; nil: at sample sheets.
  package var interval: Int?
  /// The share of the time that it may take; nil: what it takes.
  package var share: Double?

  package static let usualFeatures = "random"
  package static let usualSamples = 1000
  /// The share where neither it nor an interval is said.
  package static let usualShare = 0.05
  package static let sampleCounts = 2...1_000_000

  package static let keys = [
    "evaluate", "evaluate-every", "evaluate-samples", "evaluate-features", "evaluate-budget",
  ]

  /// - Returns: nil for `no`.
  fileprivate init?(measures list: Term) throws(Diagnostic) {
    guard list.text != "no" else { return nil }
    var measures: [String] = []
    for term in list.elements {
      guard case .name(let name) = term.value else {
        throw term.mismatch("evaluate", "measures with commas between them, or `no`")
      }
      if !measures.contains(name) { measures.append(name) }
    }
    (self.measures, features, samples) = (measures, Self.usualFeatures, Self.usualSamples)
    share = Self.usualShare
  }
}

extension RunEvaluation: CustomStringConvertible {
  /// The options that say it.
  package var description: String {
    "evaluate=\(measures.joined(separator: ","))"
      + (interval.map { " evaluate-every=\($0)" } ?? "")
      + " evaluate-samples=\(samples) evaluate-features=\(storedWord(features))"
      + " evaluate-budget=\(share.map { "\(printed(RunObservation.percent($0)))%" } ?? "no")"
  }
}

extension RunObservation {
  /// Takes what is said of `evaluation`.
  mutating func takeEvaluation(from options: inout OptionReader) throws(Diagnostic) {
    if let term = options.take("evaluate") { evaluation = try RunEvaluation(measures: term) }
    let details = RunEvaluation.keys.dropFirst().map { ($0, options.take($0)) }
    guard evaluation != nil else {
      guard let (key, term) = details.first(where: { $0.1 != nil }), let term else { return }
      throw Diagnostic(
        "`\(key)` is about measures that a run takes, and there are none", at: term.span,
        help: ["say which: `evaluate=kid`"])
    }
    for case (let key, let term?) in details {
      switch key {
      case "evaluate-every":
        evaluation?.interval = try term.integer(in: Limits.steps, for: key)
        // Who says when wants it then.
        evaluation?.share = nil
      case "evaluate-samples":
        evaluation?.samples = try term.integer(in: RunEvaluation.sampleCounts, for: key)
      case "evaluate-features": evaluation?.features = term.text
      default: evaluation?.share = try Self.share(term, for: key)
      }
    }
  }
}

/// When a run has come to where it was to come: `stop-when='kid<0.02' patience=5`.
package struct RunGoal: Sendable, Hashable {
  /// As typed; of a measure without what it was measured by.
  package var metric: String
  /// Nil: it stops by `patience` alone.
  package var bound: Bound?
  /// Values in a row that were no better than the best before them; nil: it stops at the bound alone.
  package var patience: Int?

  package struct Bound: Sendable, Hashable {
    package var comparison: Comparison
    package var value: Double
  }

  package enum Comparison: String, Sendable, Hashable, CaseIterable {
    case atMost = "<="
    case atLeast = ">="
    case below = "<"
    case above = ">"

    package func holds(_ value: Double, _ bound: Double) -> Bool {
      switch self {
      case .atMost: value <= bound
      case .atLeast: value >= bound
      case .below: value < bound
      case .above: value > bound
      }
    }

    /// Whether lower values are nearer to it.
    package var isOfLow: Bool { self == .atMost || self == .below }
  }

  static let keys = ["stop-when", "patience"]
  static let patiences = 1...100_000
  /// Names of metrics, which may have what they were measured by after a point.
  private static let letters = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")

  /// - Returns: nil for `no`.
  fileprivate init?(parsing term: Term) throws(Diagnostic) {
    guard term.text != "no" else { return nil }
    guard let goal = RunGoal(text: term.text) else {
      throw term.mismatch(
        "stop-when", "a metric and where it is to come to, or `no`",
        help: ["like `stop-when='kid<0.02'`, in quotes"])
    }
    self = goal
  }

  /// Takes `kid<0.02`, and a metric alone.
  package init?(text: String) {
    let text = text.filter { $0 != " " }
    metric = String(text.prefix { Self.letters.contains($0) })
    let rest = text.dropFirst(metric.count)
    let comparison = Comparison.allCases.first { rest.hasPrefix($0.rawValue) }
    if let comparison, let value = Numeral.number(rest.dropFirst(comparison.rawValue.count)) {
      bound = Bound(comparison: comparison, value: value)
    } else if !rest.isEmpty {
      return nil
    }
    guard metric.first?.isLetter == true else { return nil }
  }
}

extension RunGoal: CustomStringConvertible {
  /// `kid<0.02`, as it is typed.
  package var description: String {
    metric + (bound.map { "\($0.comparison.rawValue)\(printed($0.value))" } ?? "")
  }
}

extension RunObservation {
  /// Takes what is said of `goal`.
  mutating func takeGoal(from options: inout OptionReader) throws(Diagnostic) {
    let (term, patience) = (options.take("stop-when"), options.take("patience"))
    if let term { goal = try RunGoal(parsing: term) }
    if let patience {
      guard goal != nil else {
        throw Diagnostic(
          "`patience` is about what a run stops at, which is not said", at: patience.span,
          help: ["say what: `stop-when='kid<0.02'`"])
      }
      goal?.patience = try patience.integer(in: RunGoal.patiences, for: "patience")
    }
    if let term, let goal, goal.bound == nil, goal.patience == nil {
      throw Diagnostic(
        "`\(term.brief)` never stops it: neither a bound nor patience is said", at: term.span,
        help: [
          "`stop-when='\(goal.metric)<0.02'`, or `stop-when=\(goal.metric) patience=5`"
        ])
    }
  }

  /// ` stop-when="kid<0.02" patience=5`.
  var goalText: String {
    guard let goal else { return "" }
    return " stop-when=\(storedWord("\(goal)"))"
      + (goal.patience.map { " patience=\($0)" } ?? "")
  }
}
