import Language
import MetricDescriptions
package import Notebook

/// What rows of the notebook can be chosen, ordered and listed by, under the names in which it is typed.
package struct Vocabulary<Quantity: SQLQuantity> {
  /// `runs` or `cells`, for messages.
  var rows: String
  package var fields: [Field]
  /// A field that is not listed, since each row may have its own.
  var further: (String) -> Field? = { _ in nil }
  /// The metrics of the notebook; none where there are no metrics.
  var described: [MetricDescription] = []
  var metrics: [String] { described.map(\.name) }
  /// A metric as a quantity; nil where there are no metrics.
  var metric: (@Sendable (MetricUse) -> Quantity)?

  /// One thing that every row has, or that some have.
  package struct Field {
    /// The first is the one that is shown; the others are understood.
    package var names: [String]
    package var quantity: Quantity
    /// What stands in for it where it is compared with a number.
    var numeric: Quantity?
    var kind: Kind
    var summary: String
    /// Whether a metric of the same name is meant rather than this, where it can be.
    var yieldsToMetric = false

    init(
      _ names: String..., as quantity: Quantity, numeric: Quantity? = nil, _ kind: Kind,
      _ summary: String
    ) {
      self.names = names
      self.quantity = quantity
      self.numeric = numeric
      self.kind = kind
      self.summary = summary
    }

    var name: String { names.first ?? "" }
  }

  /// What values a field has, which decides what it can be compared with.
  enum Kind {
    case integer, number, text, date, duration, seed
    /// One of these words, and nothing else.
    case choice([String])
    /// A name of something in the notebook; which there are is only asked when it matters.
    case name(String, known: () -> [String])
    /// A number or a text: `ema=no`, `ema>0.9`, `penalty=gp`.
    case either
  }

  /// What of a metric is asked for.
  struct MetricUse: Sendable, Hashable {
    var name: String
    var aspect: MetricAspect
    var step: Int?
    /// Whether it is only asked whether the value is a number.
    var isAboutNaN = false
  }

  /// Functions of metrics, as they are typed.
  static var functions: [(name: String, aspect: MetricAspect)] {
    [("last", .last), ("min", .minimum), ("max", .maximum), ("mean", .mean), ("first", .first)]
  }

  package func field(named name: String) -> Field? {
    fields.first { $0.names.contains(name) } ?? further(name)
  }

  /// The field that a name alone means; nil where it means a metric or nothing. What came out of a run
  /// goes before what was asked of it: `modes` is how many were found, `data.modes` how many there are.
  func meaning(of name: String) -> Field? {
    guard let field = field(named: name) else { return nil }
    return field.yieldsToMetric && metrics.contains(name) ? nil : field
  }
}

/// A quantity that was typed, and what it is.
struct ResolvedQuantity<Quantity: SQLQuantity> {
  var typed: Language.Quantity
  var quantity: Quantity
  var numeric: Quantity?
  var kind: Vocabulary<Quantity>.Kind
  /// 1 where the value is NaN.
  var isNaN: Quantity?
  /// What it is, if it is of a metric.
  var metric: MetricDescription?

  /// The heading of its column.
  var heading: String { typed.description }
}

extension Vocabulary {
  /// What a typed name stands for: a column of every row, else a metric's last value, else what was asked
  /// of the row.
  ///
  /// - Parameter operand: what it is compared with; a word is compared with no metric.
  /// - Throws: a `Diagnostic` with the nearest name.
  func resolve(
    _ typed: Language.Quantity, comparedWith operand: Condition.Operand? = nil
  ) throws(Diagnostic) -> ResolvedQuantity<Quantity> {
    var typed = typed
    typed.name = try described.measured(typed.name)
    let name = typed.name.text
    let meant = operand?.isWord(besides: metrics) == true ? field(named: name) : meaning(of: name)
    if typed.function == nil, typed.step == nil, let field = meant {
      return ResolvedQuantity(
        typed: typed, quantity: field.quantity, numeric: field.numeric, kind: field.kind)
    }
    guard let metric else {
      if let word = typed.function ?? typed.step.map({ Word($0.source, at: $0.span) }) {
        throw Diagnostic("\(rows) have no metrics, and so no `\(word.text)`", at: typed.span)
      }
      throw unknown(typed.name)
    }
    let aspect = try aspect(typed.function, of: typed.name)
    if let open = typed.name.text.firstIndex(of: "("), !metrics.contains(typed.name.text) {
      throw Diagnostic(
        "a function is taken of a metric, not of another function", at: typed.name.span,
        help: ["write it like `\(typed.name.text[..<open])(\(metrics.first ?? "loss"))`"])
    }
    guard metrics.contains(typed.name.text) else {
      if field(named: typed.name.text) != nil {
        throw Diagnostic(
          "`\(typed.name.text)` is no metric, and so has one value only", at: typed.span,
          help: ["write `\(typed.name.text)` alone"])
      }
      if typed.function == nil && typed.step == nil { throw unknown(typed.name) }
      throw Diagnostic(
        "no run has a metric `\(typed.name.text)`", at: typed.name.span,
        help: described.suggestion(for: typed.name.text, kind: "metrics"))
    }
    var use = MetricUse(name: typed.name.text, aspect: aspect)
    if let step = typed.step {
      if typed.function != nil {
        throw Diagnostic(
          "a value at a step is one value, which needs no `\(typed.function?.text ?? "")`",
          at: typed.span, help: ["write `\(typed.name.text) at \(step.source)`"])
      }
      use.step = try step.integer(in: 0...Int(1e12), for: "a step")
    }
    var aboutNaN = use
    aboutNaN.isAboutNaN = true
    return ResolvedQuantity(
      typed: typed, quantity: metric(use), kind: .number,
      isNaN: typed.function == nil && typed.step == nil ? metric(aboutNaN) : nil,
      metric: described.named(typed.name.text))
  }

  private func aspect(_ function: Word?, of argument: Word) throws(Diagnostic) -> MetricAspect {
    guard let function else { return .last }
    if let found = Self.functions.first(where: { $0.name == function.text }) {
      return found.aspect
    }
    if let meant = described.name(under: "\(function.text)(\(argument.text))") {
      throw Diagnostic(
        "`\(function.text)(\(argument.text))` is the heading of a metric", at: function.span,
        help: ["did you mean `\(meant)`?"])
    }
    throw Diagnostic(
      "there is no function `\(function.text)`", at: function.span,
      help: suggestion(for: function.text, in: Self.functions.map(\.name), kind: "functions"))
  }

  private func unknown(_ name: Word) -> Diagnostic {
    let meant =
      described.name(under: name.text)
      ?? nearest(to: name.text, in: fields.flatMap(\.names) + metrics)
    return Diagnostic(
      "\(rows) have nothing called `\(name.text)`", at: name.span,
      help: meant.map { ["did you mean `\($0)`?"] } ?? ["`help \(helpTopic)` lists what there is"])
  }

  private var helpTopic: String { rows == "cells" ? "history" : rows }
}

extension Condition.Operand {
  /// Whether it is a word or a text, or a list with one in it, and so nothing that a number can be.
  fileprivate func isWord(besides metrics: [String]) -> Bool {
    guard case .value(let term) = self else { return false }
    return term.elements.contains { element in
      switch element.value {
      case .name(let name): !["none", "nan"].contains(name) && !metrics.contains(name)
      case .string, .tagged: true
      case .number, .size, .list, .range, .schedule: false
      }
    }
  }
}
