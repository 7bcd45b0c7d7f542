import Notebook
package import Terminal

/// What may come next in a condition or an order that is being typed.
package struct ConditionCompletion {
  /// What stands where the cursor is.
  enum Expectation: Hashable {
    /// Something to compare, or to order by.
    case quantity
    /// The metric of `min(`.
    case metric
    /// How the quantity of this name is compared.
    case relation(of: String)
    /// What the quantity of this name is compared with.
    case value(of: String)
    /// A number of steps, after `at`.
    case step
    /// The comparison is over: `and`, `or`, or what else the statement takes.
    case joint
    /// An entry of an order is over.
    case direction
    case by
  }

  private(set) var expectation = Expectation.by
  /// The part of the word that can still change: of `min(d_r` the `d_r`.
  private(set) var partial = ""
  /// The part that is over.
  private(set) var prefix = ""
  private var isOrdering = false
  private var quantity = ""

  /// - Parameters:
  ///   - text: the statement before the word.
  ///   - word: what readline takes for the word.
  /// - Returns: nil where there is no condition, or it is over and something else has begun.
  package init?(_ text: String, word: String) {
    var tokens = Self.tokens(of: text + word)
    let isAtBlank = (text + word).last.map { $0 == " " || $0 == "\t" } ?? true
    if !isAtBlank, case .word(let last)? = tokens.last {
      guard word.hasSuffix(last) else { return nil }
      partial = last
      tokens.removeLast()
    }
    prefix = String(word.dropLast(partial.count))
    guard
      let start = tokens.firstIndex(where: { $0 == .word("where") || $0 == .word("order") }),
      start > 0
    else { return nil }
    begin(tokens[start])
    var rest = tokens[(start + 1)...]
    while let token = rest.popFirst() {
      guard follow(token, before: rest.first) else { return nil }
    }
  }

  /// The candidates for the whole word.
  package func candidates<Quantity>(in vocabulary: Vocabulary<Quantity>) -> [Candidate] {
    words(in: vocabulary).filter { $0.text.hasPrefix(partial) }
      .map { Candidate(prefix + $0.text, $0.summary) }
  }

  /// Everything that rows can be chosen by.
  static func columns<Quantity>(of vocabulary: Vocabulary<Quantity>) -> [Candidate] {
    vocabulary.fields.flatMap { field in
      vocabulary.metrics.contains(field.name) && field.yieldsToMetric
        ? field.names.dropFirst().map { Candidate($0, field.summary) }
        : [Candidate(field.name, field.summary)]
    }
      + vocabulary.metrics.filter { vocabulary.meaning(of: $0) == nil }
      .map { Candidate($0, "a metric") }
  }

  private func words<Quantity>(in vocabulary: Vocabulary<Quantity>) -> [Candidate] {
    switch expectation {
    case .quantity:
      let functions =
        vocabulary.metrics.isEmpty
        ? [] : Vocabulary<Quantity>.functions.map { Candidate($0.name + "(", "of a metric") }
      return Self.columns(of: vocabulary) + functions + (isOrdering ? [] : ["not"])
    case .metric: return vocabulary.metrics.map { Candidate($0 + ")") }
    case .relation(let name):
      return relations(for: vocabulary.meaning(of: name)?.kind).map { Candidate($0) }
    case .value(let name):
      return values(for: vocabulary.meaning(of: name)?.kind).map { Candidate($0) }
    case .step: return []
    case .joint: return ["and", "or", "order"]
    case .direction: return ["desc", "asc", "where"]
    case .by: return ["by"]
    }
  }

  private func relations<Quantity>(for kind: Vocabulary<Quantity>.Kind?) -> [String] {
    switch kind {
    case .text, .choice, .name: ["=", "!=", "in", "like", "not"]
    case nil: ["=", "!=", "<", "<=", ">", ">=", "in", "at"]
    default: ["=", "!=", "<", "<=", ">", ">=", "in"]
    }
  }

  private func values<Quantity>(for kind: Vocabulary<Quantity>.Kind?) -> [String] {
    switch kind {
    case .choice(let words): words
    case .name(_, let known): known()
    case .date: ["now", "today", "yesterday"]
    default: []
    }
  }

  // MARK: Following what was typed

  private mutating func begin(_ keyword: Token) {
    isOrdering = keyword == .word("order")
    expectation = isOrdering ? .by : .quantity
  }

  /// Goes on by a token.
  ///
  /// - Returns: whether it belongs to the condition.
  private mutating func follow(_ token: Token, before next: Token?) -> Bool {
    switch (expectation, token) {
    case (.by, .word("by")): expectation = .quantity
    case (.quantity, .word("not")) where !isOrdering: break
    case (.quantity, .mark("(")) where !isOrdering: break
    case (.quantity, .word(let name)):
      quantity = name
      expectation = next == .mark("(") ? .metric : over
    case (.metric, .mark("(")): break
    case (.metric, .word(let name)):
      quantity = name
      expectation = .metric
    case (.metric, .mark(")")): expectation = over
    case (.relation, .word("at")), (.direction, .word("at")), (.relation, .mark("@")),
      (.direction, .mark("@")):
      expectation = .step
    case (.step, .word): expectation = over
    case (.relation, .word("not")): break
    case (.relation, .word("in")), (.relation, .word("like")): expectation = .value(of: quantity)
    case (.relation, .mark(let mark)) where "<=>=!=".contains(mark):
      expectation = .value(of: quantity)
    case (.value, .word), (.value, .mark(")")): expectation = .joint
    case (.value, .mark): break
    case (.joint, .mark(",")): expectation = .value(of: quantity)
    case (.joint, .mark(")")), (.joint, .word("ago")): break
    case (.joint, .word("and")), (.joint, .word("or")): expectation = .quantity
    case (.joint, .word("order")), (.direction, .word("where")): begin(token)
    case (.direction, .mark(",")): expectation = .quantity
    case (.direction, .word("desc")), (.direction, .word("asc")): break
    default: return false
    }
    return true
  }

  /// What comes after a quantity.
  private var over: Expectation { isOrdering ? .direction : .relation(of: quantity) }

  // MARK: Words and marks

  private enum Token: Equatable {
    case word(String)
    case mark(String)
  }

  private static func tokens(of text: String) -> [Token] {
    var tokens: [Token] = []
    var word = ""
    var quote: Character?
    func finish() {
      if !word.isEmpty { tokens.append(.word(word)) }
      word = ""
    }
    for letter in text {
      if let open = quote {
        if letter == open { quote = nil }
        word.append(letter)
      } else if letter == "\"" || letter == "'" {
        quote = letter
        word.append(letter)
      } else if letter.isWhitespace {
        finish()
      } else if "()<>=!,@".contains(letter) {
        finish()
        if letter == "=", case .mark(let last)? = tokens.last, "<>!".contains(last) {
          tokens[tokens.count - 1] = .mark(last + "=")
        } else {
          tokens.append(.mark(String(letter)))
        }
      } else {
        word.append(letter)
      }
    }
    finish()
    return tokens
  }
}
