package import Foundation
package import Language
package import Notebook

/// From conditions as they were typed to filters over what there is.
extension Vocabulary {
  /// The filter that a condition means.
  ///
  /// - Parameter now: what `2h ago` and `yesterday` count from.
  /// - Throws: a `Diagnostic` at the name or value that means nothing here.
  package func filter(
    _ condition: Condition, now: Date = .now
  ) throws(Diagnostic) -> RowFilter<Quantity> {
    switch condition {
    case .all(let parts):
      return .all(try parts.map { part throws(Diagnostic) in try filter(part, now: now) })
    case .any(let parts):
      return .any(try parts.map { part throws(Diagnostic) in try filter(part, now: now) })
    case .not(let inner): return .not(try filter(inner, now: now))
    case .test(let test): return try filter(test, now: now)
    }
  }

  /// The order that was typed.
  func order(_ order: [Ordering]) throws(Diagnostic) -> [RowQuery<Quantity>.Ordering] {
    try order.map { ordering throws(Diagnostic) in
      let resolved = try resolve(ordering.quantity)
      return .init(
        resolved.numericOrder ?? resolved.quantity, isDescending: ordering.isDescending)
    }
  }

  private func filter(
    _ test: Condition.Test, now: Date
  ) throws(Diagnostic) -> RowFilter<Quantity> {
    let left = try resolve(test.quantity, comparedWith: test.operand)
    let reader = OperandReader(vocabulary: self, left: left, now: now)
    switch test.relation {
    case .equal: return try reader.equal(test.operand)
    case .unequal: return .not(try reader.equal(test.operand))
    case .within: return try reader.within(test.operand)
    case .notWithin: return .not(try reader.within(test.operand))
    case .like: return try reader.like(test.operand)
    case .unlike: return .not(try reader.like(test.operand))
    case .less: return try reader.ordered(.less, test.operand)
    case .lessOrEqual: return try reader.ordered(.lessOrEqual, test.operand)
    case .greater: return try reader.ordered(.greater, test.operand)
    case .greaterOrEqual: return try reader.ordered(.greaterOrEqual, test.operand)
    }
  }
}

extension ResolvedQuantity {
  /// What a field is ordered by that may hold numbers.
  fileprivate var numericOrder: Quantity? {
    switch kind {
    case .integer, .number: numeric
    default: nil
    }
  }
}

/// The right side of a comparison, read for what stands on its left.
private struct OperandReader<Quantity: SQLQuantity> {
  typealias Filter = RowFilter<Quantity>

  let vocabulary: Vocabulary<Quantity>
  let left: ResolvedQuantity<Quantity>
  let now: Date

  private var name: String { left.typed.description }

  // MARK: Equality

  func equal(_ operand: Condition.Operand) throws(Diagnostic) -> Filter {
    if let right = try quantity(operand) { return compare(.equal, right) }
    guard case .value(let term) = operand else { return .any([]) }
    if case .list = term.value, !left.kind.takesLists {
      throw Diagnostic(
        "`\(name)` has one value, not several", at: term.span,
        help: ["for one of several write `\(name) in \(term.source)`"])
    }
    if case .range = term.value {
      throw Diagnostic(
        "`=` compares with one value", at: term.span,
        help: ["for a range write `\(name) in \(term.source)`"])
    }
    return try equal(term)
  }

  private func equal(_ term: Term) throws(Diagnostic) -> Filter {
    if term.bareName == "none" { return .isMissing(left.quantity) }
    switch left.kind {
    case .integer, .number:
      if term.bareName == "nan", let isNaN = left.isNaN {
        return .compare(isNaN, .equal, .integer(1))
      }
      return .compare(left.numeric ?? left.quantity, .equal, .real(try number(term)))
    case .duration: return .compare(left.quantity, .equal, .real(try Moment.seconds(term, name)))
    case .seed:
      let seed = try term.seed(for: "`\(name)`")
      return .compare(left.quantity, .equal, .integer(Int64(bitPattern: seed)))
    case .date:
      let moment = try Moment(term, of: name, now: now)
      guard let end = moment.end else {
        return .compare(left.quantity, .equal, .date(moment.start))
      }
      return .all([
        .compare(left.quantity, .greaterOrEqual, .date(moment.start)),
        .compare(left.quantity, .less, .date(end)),
      ])
    case .choice(let words):
      let word = try term.choice(from: words, for: "`\(name)`")
      return .compare(left.quantity, .equal, .text(word))
    case .name(let what, let known):
      let all = known()
      guard all.contains(term.text) else {
        throw Diagnostic(
          "there is no \(what) `\(term.text)`", at: term.span,
          help: suggestion(for: term.text, in: all))
      }
      return .compare(left.quantity, .equal, .text(term.text))
    case .text: return .compare(left.quantity, .equal, .text(term.text))
    case .either:
      if case .number(let number) = term.value {
        return .compare(left.numeric ?? left.quantity, .equal, .real(number))
      }
      let text = term.description
      let whole = Filter.compare(left.quantity, .equal, .text(term.bareName ?? text))
      guard let tag = term.bareName else {
        if case .string(let text) = term.value {
          return .compare(left.quantity, .equal, .text(text))
        }
        return whole
      }
      // `penalty=gp` is any `gp:…`.
      return .any([whole, .like(left.quantity, Pattern.escaped(tag) + ":%")])
    }
  }

  func within(_ operand: Condition.Operand) throws(Diagnostic) -> Filter {
    guard case .value(let list) = operand else {
      throw Diagnostic("`in` takes values and ranges", at: operand.span)
    }
    return .any(
      try list.elements.map { term throws(Diagnostic) in
        guard case .range(let lower, let upper) = term.value else { return try equal(term) }
        guard lower <= upper else {
          throw Diagnostic(
            "this range goes down", at: term.span,
            help: ["write it like `\(printed(upper))..\(printed(lower))`"])
        }
        let quantity = try numericQuantity(at: term.span)
        return .all([
          .compare(quantity, .greaterOrEqual, .real(lower)),
          .compare(quantity, .lessOrEqual, .real(upper)),
        ])
      })
  }

  // MARK: Patterns

  func like(_ operand: Condition.Operand) throws(Diagnostic) -> Filter {
    switch left.kind {
    case .text, .choice, .name, .either: break
    case .integer, .number, .date, .duration, .seed:
      throw Diagnostic(
        "`\(name)` is no text for a pattern", at: left.typed.span,
        help: ["compare it with =, !=, <, <=, > or >="])
    }
    guard case .value(let term) = operand else {
      throw Diagnostic(
        "a pattern is a text like `dc*`", at: operand.span,
        help: ["put one that holds parentheses in quotes"])
    }
    return .like(left.quantity, Pattern.sql(term.text))
  }

  // MARK: Order

  func ordered(
    _ comparison: Filter.Comparison, _ operand: Condition.Operand
  ) throws(Diagnostic) -> Filter {
    if let right = try quantity(operand) { return compare(comparison, right) }
    guard case .value(let term) = operand else { return .any([]) }
    switch left.kind {
    case .duration:
      return .compare(left.quantity, comparison, .real(try Moment.seconds(term, name)))
    case .date:
      let moment = try Moment(term, of: name, now: now)
      // Through the end of a day, but from its beginning.
      if comparison == .lessOrEqual, let end = moment.end {
        return .compare(left.quantity, .less, .date(end))
      }
      let isFrom = comparison == .greater && moment.end != nil
      return .compare(left.quantity, isFrom ? .greaterOrEqual : comparison, .date(moment.start))
    default:
      let quantity = try numericQuantity(at: left.typed.span)
      return .compare(quantity, comparison, .real(try number(term)))
    }
  }

  /// What numbers are compared with.
  private func numericQuantity(at place: Span) throws(Diagnostic) -> Quantity {
    switch left.kind {
    case .integer, .number, .seed, .duration, .either: return left.numeric ?? left.quantity
    case .text, .choice, .name, .date:
      var help = ["compare it with =, !=, in or like"]
      if case .date = left.kind { help = ["compare it with =, !=, <, <=, > or >="] }
      if vocabulary.metrics.contains(name) { help.append("the metric is `last(\(name))`") }
      throw Diagnostic("`\(name)` is no number", at: place, help: help)
    }
  }

  private func number(_ term: Term) throws(Diagnostic) -> Double {
    if case .number(let number) = term.value { return number }
    throw term.mismatch("`\(name)`", "a number")
  }

  // MARK: Quantities on the right

  /// What the right side names, where numbers are compared and it is no value.
  private func quantity(
    _ operand: Condition.Operand
  ) throws(Diagnostic) -> ResolvedQuantity<Quantity>? {
    switch operand {
    case .quantity(let typed):
      let right = try vocabulary.resolve(typed)
      guard left.kind.isNumeric, right.kind.isNumeric else {
        throw Diagnostic("only numbers can be compared with one another", at: typed.span)
      }
      return right
    case .value(let term):
      guard left.kind.isNumeric, let name = term.bareName, name != "none", name != "nan" else {
        return nil
      }
      let known = vocabulary.field(named: name) != nil || vocabulary.metrics.contains(name)
      guard known else { return nil }
      let right = try vocabulary.resolve(
        Language.Quantity(Word(name, at: term.span), at: term.span))
      return right.kind.isNumeric ? right : nil
    }
  }

  private func compare(
    _ comparison: Filter.Comparison, _ right: ResolvedQuantity<Quantity>
  ) -> Filter {
    .compareQuantities(
      left.numeric ?? left.quantity, comparison, right.numeric ?? right.quantity)
  }
}

extension Vocabulary.Kind {
  fileprivate var isNumeric: Bool {
    switch self {
    case .integer, .number, .duration, .either: true
    case .text, .date, .seed, .choice, .name: false
    }
  }

  /// Whether a value with commas in it is one value.
  fileprivate var takesLists: Bool {
    switch self {
    case .either, .text: true
    default: false
    }
  }
}

/// Patterns as they are typed, as SQL has them.
enum Pattern {
  /// `*` and `%` are any text, `?` is one letter; everything else is itself.
  static func sql(_ typed: String) -> String {
    typed.map { letter in
      switch letter {
      case "*", "%": "%"
      case "?": "_"
      default: escaped(String(letter))
      }
    }.joined()
  }

  static func escaped(_ text: String) -> String {
    text.map { "\\%_".contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}
