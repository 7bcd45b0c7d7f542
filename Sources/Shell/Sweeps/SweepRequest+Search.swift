import Language
import Notebook
import TerminalText

extension SweepRequest {
  /// `search=tpe trials=40 by=modes`: configurations that are chosen by what came of those before.
  struct Search {
    /// Configurations in all.
    let trials: Int
    /// Where that number was typed.
    let place: Span
    /// By which they are better; nil: the one that `show` compares them by.
    let metric: Word?
    let seed: UInt64

    /// Draws at most for the first configurations.
    static let mostDraws = 1000

    private static let methods = ["tpe"]
    /// What others call configurations that are drawn beforehand.
    private static let drawing = ["random", "random-search", "uniform"]

    /// - Returns: nil where nothing is searched.
    init?(_ arguments: Arguments, _ axes: [SweepAxis]) throws(Diagnostic) {
      guard let method = arguments.options.first(where: { $0.key.text == "search" }) else {
        for (key, help) in [
          ("trials", ["say how they are chosen: `search=tpe`", "or draw them: `draws=20`"]),
          ("by", ["`search=tpe` is by a metric; `show NAME by=METRIC` compares by one"]),
        ] {
          guard let option = arguments.options.first(where: { $0.key.text == key }) else {
            continue
          }
          throw Diagnostic("`\(key)` needs `search`", at: option.span, help: help)
        }
        return nil
      }
      if Self.drawing.contains(method.value.text.lowercased()) {
        throw Diagnostic(
          "`\(method.value.brief)` is no search: it learns nothing from what came before",
          at: method.value.span,
          help: ["draw configurations: `draws=20`", "or search: `search=tpe trials=40`"])
      }
      _ = try method.value.choice(from: Self.methods, for: "search")
      for other in ["draws", "halving"] {
        guard let option = arguments.options.first(where: { $0.key.text == other }) else {
          continue
        }
        throw Diagnostic(
          "`search` chooses the configurations, and so does `\(other)`", at: option.span,
          help: ["leave one of them out"])
      }
      guard let trials = arguments.option("trials") else {
        throw Diagnostic(
          "`search` needs `trials`", at: method.span,
          help: ["say how many configurations: `trials=40`"])
      }
      guard axes.contains(where: { $0.range != nil || $0.values.count > 1 }) else {
        throw Diagnostic(
          "nothing here has several values to search among", at: method.span,
          help: ["give a range or a list: `lr=1e-5..1e-3:log`, `objective=hinge,minimax`"])
      }
      self.trials = try trials.integer(in: 1...SweepRequest.most, for: "trials")
      place = trials.span
      metric = try arguments.option("by")?.asWord(for: "by")
      seed = try arguments.option("draw-seed")?.seed(for: "draw-seed") ?? 1
    }

    /// Configurations that there are already, which the statement asks for still.
    ///
    /// - Throws: where there are more than it asks for.
    func choices(
      after trials: [TrialRecord], of request: SweepRequest
    ) throws(Diagnostic) -> [Choice] {
      var seen: Set<String> = []
      let settings = trials.map(\.plan.settings).filter { seen.insert($0).inserted }
      guard settings.count <= self.trials else {
        throw Diagnostic(
          "`\(request.name.text)` has \(counted(settings.count, "configuration")) already",
          at: place,
          help: ["ask for more of them, or give another name"])
      }
      return settings.compactMap { settings in
        request.values(ofSettings: settings).map { request.choice($0) }
      }
    }
  }

  /// Configurations that there can be; nil: more than a sweep may have.
  var size: Int? {
    var size = 1
    for axis in axes {
      guard let count = axis.domain.count, count <= Self.most else { return nil }
      size *= count
      if size > Self.most { return nil }
    }
    return size
  }

  /// Configurations that the search comes to, as far as that is known before.
  var searched: Int? { search.map { min($0.trials, size ?? $0.trials) } }

  /// What was chosen for a configuration as values of the axes; nil where it is nothing that can be chosen.
  func values(ofSettings settings: String) -> [Double]? {
    let text = SourceText(name: "", text: "x " + settings)
    let options = parsePrefix(text).statements.first?.options ?? []
    guard options.count == axes.count else { return nil }
    var values: [Double] = []
    for axis in axes {
      guard let option = options.first(where: { $0.key.text == axis.key.text }),
        let value = axis.value(of: option.value)
      else { return nil }
      values.append(value)
    }
    return values
  }

  /// The choice of a value of each axis.
  func choice(_ values: [Double]) -> Choice {
    zip(axes, values).map { (key: $0.key, value: $0.term($1)) }
  }
}
