import Language
import Networks
import Specification

/// What is known of one configuration of a sweep, for `where dlr>=glr`.
struct SweepConstraint {
  private let parameters: RunParameters
  private let choice: SweepRequest.Choice

  init(_ specification: RunSpecification, _ choice: SweepRequest.Choice) {
    parameters = RunParameters(of: "\(specification)", Signatures.all.layers)
    self.choice = choice
  }

  /// What stands on one side of a comparison.
  private struct Side {
    var text: String
    var number: Double?
  }

  /// - Throws: a `Diagnostic` at what a configuration has not.
  func holds(_ condition: Condition) throws(Diagnostic) -> Bool {
    switch condition {
    case .all(let parts):
      for part in parts where try !holds(part) { return false }
      return true
    case .any(let parts):
      for part in parts where try holds(part) { return true }
      return false
    case .not(let inner): return try !holds(inner)
    case .test(let test): return try holds(test)
    }
  }

  private func holds(_ test: Condition.Test) throws(Diagnostic) -> Bool {
    let left = try value(of: test.quantity)
    guard case .value(let term) = test.operand else {
      throw Diagnostic("a configuration has no functions", at: test.operand.span)
    }
    switch test.relation {
    case .within: return term.elements.contains { isWithin(left, $0) }
    case .notWithin: return !term.elements.contains { isWithin(left, $0) }
    case .like, .unlike:
      throw Diagnostic("values of a configuration are compared or listed", at: test.span)
    case .equal: return isEqual(left, side(term))
    case .unequal: return !isEqual(left, side(term))
    case .less, .lessOrEqual, .greater, .greaterOrEqual: break
    }
    let right = side(term)
    guard let first = left.number else {
      throw Diagnostic(
        "`\(test.quantity)` is \(left.text), which is no number", at: test.quantity.span)
    }
    guard let second = right.number else {
      throw term.mismatch("what it is compared with", "a number")
    }
    switch test.relation {
    case .less: return first < second
    case .lessOrEqual: return first <= second
    case .greater: return first > second
    default: return first >= second
    }
  }

  private func isWithin(_ left: Side, _ term: Term) -> Bool {
    if case .range(let lower, let upper) = term.value {
      return left.number.map { lower <= $0 && $0 <= upper } ?? false
    }
    return isEqual(left, side(term))
  }

  private func isEqual(_ left: Side, _ right: Side) -> Bool {
    if let first = left.number, let second = right.number { return first == second }
    return left.text == right.text
  }

  /// A value, or what a name stands for.
  private func side(_ term: Term) -> Side {
    if case .name(let name) = term.value, let known = known(name) { return known }
    if case .number(let number) = term.value { return Side(text: term.typed, number: number) }
    return Side(text: term.text)
  }

  private func value(of quantity: Quantity) throws(Diagnostic) -> Side {
    guard quantity.function == nil, quantity.step == nil else {
      throw Diagnostic("a configuration has no metrics", at: quantity.span)
    }
    if let known = known(quantity.name.text) { return known }
    throw Diagnostic(
      "a configuration has nothing called `\(quantity.name.text)`", at: quantity.name.span,
      help: suggestion(
        for: quantity.name.text, in: choice.map(\.key.text) + parameters.entries.map(\.key)))
  }

  private func known(_ name: String) -> Side? {
    if ["arch", "data", "with"].contains(name),
      let chosen = choice.first(where: { $0.key.text == name })
    {
      return Side(text: chosen.value.text)
    }
    for key in [name, "arch.\(name)", "data.\(name)"] {
      guard let entry = parameters[key] else { continue }
      return Side(
        text: entry.text,
        number: entry.integer.map(Double.init) ?? entry.number ?? Double(entry.text))
    }
    return nil
  }
}
