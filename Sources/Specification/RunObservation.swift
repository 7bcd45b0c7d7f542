package import Language

/// What a run is looked at for while it trains. It changes no number of the training.
package struct RunObservation: Sendable, Hashable {
  /// The share of the time that measuring signals of collapse may take; nil: they are not measured.
  package var signals: Double?
  /// What is done when they say that the run fails.
  package var response: AlarmResponse
  /// Whether the gradients of each layer are measured beside those of each network.
  package var measuresLayers: Bool
  /// What the modes of samples are counted by; nil: of images they are not counted.
  package var classifier: ClassifierReference?
  /// How samples are measured; nil: they are not.
  package var evaluation: RunEvaluation?
  /// Where it ends before its last step; nil: nowhere.
  package var goal: RunGoal?

  package init(
    signals: Double? = nil, response: AlarmResponse = .warn, measuresLayers: Bool = false,
    classifier: ClassifierReference? = nil, evaluation: RunEvaluation? = nil, goal: RunGoal? = nil
  ) {
    (self.signals, self.response, self.measuresLayers) = (signals, response, measuresLayers)
    (self.classifier, self.evaluation, self.goal) = (classifier, evaluation, goal)
  }

  /// What a run's text means that says nothing: what programs did before there were signals.
  package static let neutral = RunObservation()
  /// The share where nobody says otherwise.
  package static let standardShare = 0.03
  /// The smallest and the largest share; in a text one has four decimals of a percent.
  static let shares = 1e-4...0.5
}

/// What a run does at an alarm.
package enum AlarmResponse: Sendable, Hashable, CustomStringConvertible {
  case warn
  /// It waits, saved, as after `pause`.
  case pause
  /// It stops, saved, and a branch with this recipe begins from before the alarm.
  case branch(recipe: String)

  package var description: String {
    switch self {
    case .warn: "warn"
    case .pause: "pause"
    case .branch(let recipe): "branch:\(recipe)"
    }
  }

  package static let words = ["warn", "pause", "branch:RECIPE"]

  /// - Throws: at what is none of them.
  package init(parsing term: Term) throws(Diagnostic) {
    if case .tagged(let word, let recipe) = term.value, word.text == "branch" {
      guard !recipe.text.isEmpty else {
        throw recipe.mismatch("the recipe of `on-collapse`", "the name of one")
      }
      self = .branch(recipe: recipe.text)
      return
    }
    switch term.text {
    case "warn": self = .warn
    case "pause": self = .pause
    case "branch":
      throw Diagnostic(
        "`on-collapse=branch` needs a recipe to go on with", at: term.span,
        help: ["like `on-collapse=branch:RECIPE`"])
    default:
      throw term.mismatch(
        "on-collapse", "one of " + Self.words.joined(separator: ", "),
        help: nearest(to: term.text, in: ["warn", "pause", "branch"]).map {
          ["did you mean `\($0)`?"]
        } ?? [])
    }
  }
}

extension RunObservation {
  static let keys =
    ["signals", "on-collapse", "gradients", "classifier"] + RunEvaluation.keys + RunGoal.keys

  /// What is neutral, as it would be typed.
  package static let neutralArguments = [
    (key: "signals", value: "no"), (key: "on-collapse", value: "warn"),
    (key: "gradients", value: "networks"), (key: "classifier", value: "no"),
    (key: "evaluate", value: "no"), (key: "stop-when", value: "no"),
  ]

  /// Takes `signals=3%`, `on-collapse=pause`, `gradients=layers` and `classifier=judge`, and what is said of measures and of
  /// a goal.
  mutating func take(from options: inout OptionReader) throws(Diagnostic) {
    if let term = options.take("signals") { signals = try Self.share(term, for: "signals") }
    if let term = options.take("on-collapse") { response = try AlarmResponse(parsing: term) }
    if let term = options.take("gradients") {
      measuresLayers =
        try term.choice(from: ["networks", "layers"], for: "gradients") == "layers"
    }
    if let term = options.take("classifier") { classifier = try Self.classifier(term) }
    try takeEvaluation(from: &options)
    try takeGoal(from: &options)
  }

  /// - Throws: at what is neither the name of a run nor `no`.
  package static func classifier(_ term: Term) throws(Diagnostic) -> ClassifierReference? {
    term.text == "no" ? nil : try ClassifierReference(parsing: term)
  }

  static func share(_ term: Term, for key: String) throws(Diagnostic) -> Double? {
    if ["no", "off", "false"].contains(term.text) { return nil }
    let text = term.text
    let number =
      text.hasSuffix("%")
      ? Numeral.number(text.dropLast()).map { $0 / 100 } : Numeral.number(text[...])
    guard let number, shares.contains(number) else {
      let (least, most) = (shares.lowerBound * 100, shares.upperBound * 100)
      throw term.mismatch(
        key, "a share of the time from \(printed(least))% to \(printed(most))%, or `no`",
        help: ["like `\(key)=3%`"])
    }
    // As it is read from what is printed of it.
    return percent(number) / 100
  }

  /// With as many decimals as are printed.
  static func percent(_ share: Double) -> Double { (share * 1e6).rounded() / 1e4 }

  /// ` signals=3% …`: what is not neutral.
  var text: String {
    (signals.map { " signals=\(printed(Self.percent($0)))%" } ?? "")
      + (response == .warn ? "" : " on-collapse=\(response)")
      + (measuresLayers ? " gradients=layers" : "")
      + (classifier.map { " classifier=\(storedWord("\($0)"))" } ?? "")
      + (evaluation.map { " \($0)" } ?? "") + goalText
  }
}

extension RunSpecification {
  /// Whether signals of a run go on from those of the one that it was branched off: they are of the same data, networks
  /// and kind of scores.
  package func continuesSignals(of other: RunSpecification) -> Bool {
    architecture == other.architecture && dataset == other.dataset
      && recipe.objective == other.recipe.objective
  }
}
