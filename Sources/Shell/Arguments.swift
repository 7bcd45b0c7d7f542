import Language
import Specification

/// A statement's operands and options under the names that its synopsis gives them.
struct Arguments {
  private let statement: Statement
  private let synopsis: Synopsis
  private var values: [String: [Term]] = [:]
  /// Options in the order in which they were typed.
  let options: [Option]

  /// Sorts a statement by a synopsis.
  ///
  /// - Throws: where an operand is missing or too many, an option is unknown or given twice, or a
  ///   block or `&` stands where there can be none.
  init(_ statement: Statement, of synopsis: Synopsis) throws(Diagnostic) {
    self.statement = statement
    self.synopsis = synopsis
    options = statement.options
    if let block = statement.block, !synopsis.takesBlock {
      throw Diagnostic(
        "`\(synopsis.name)` takes no block", at: block.span, help: ["usage: \(synopsis.usage)"])
    }
    if !synopsis.mayRunInBackground { try statement.expectForeground() }
    try checkClauses()
    if !synopsis.takesFurtherOptions { try statement.checkPenaltySchedule() }
    try sortOperands()
    try checkOptions()
  }

  private func checkClauses() throws(Diagnostic) {
    if let place = statement.clausePlace, !synopsis.takesCondition {
      throw Diagnostic(
        "`\(synopsis.name)` takes no condition and no order", at: place,
        help: ["usage: \(synopsis.usage)"])
    }
  }

  private mutating func sortOperands() throws(Diagnostic) {
    let prepositions = Set(synopsis.parameters.compactMap(\.preposition))
    var rest = statement.operands[...]
    while let term = rest.popFirst() {
      if let preposition = term.bareName, prepositions.contains(preposition) {
        try sort(after: preposition, term, &rest, prepositions)
        continue
      }
      let next = synopsis.parameters.first {
        $0.preposition == nil && ($0.repeats || values[$0.name] == nil) && $0.mayBe(term)
      }
      guard let next else {
        throw Diagnostic(
          "`\(synopsis.name)` has no use for `\(term.brief)` here", at: term.span,
          help: meant(by: term, prepositions) + keywordLeft + ["usage: \(synopsis.usage)"])
      }
      try checkWhere(term, before: rest)
      values[next.name, default: []].append(term)
    }
    for parameter in synopsis.parameters where parameter.isRequired && values[parameter.name] == nil
    {
      throw Diagnostic(
        "`\(synopsis.name)` needs \(parameter.summary)", at: statement.verb.span,
        help: ["usage: \(synopsis.usage)"])
    }
  }

  private mutating func sort(
    after preposition: String, _ word: Term, _ rest: inout ArraySlice<Term>,
    _ prepositions: Set<String>
  ) throws(Diagnostic) {
    let parameter = synopsis.parameters.first { $0.preposition == preposition }
    guard let parameter else { return }
    guard values[parameter.name] == nil else {
      throw Diagnostic("`\(preposition)` stands here a second time", at: word.span)
    }
    let isWord = rest.first.map { !prepositions.contains($0.bareName ?? "") } ?? false
    guard isWord, let value = rest.popFirst() else {
      var needed = parameter.summary
      if case .choice(let words) = parameter.kind {
        needed = words.map { "`\($0)`" }.joined(separator: " or ")
      }
      throw Diagnostic(
        "`\(preposition)` needs \(needed) after it", at: word.span,
        help: ["usage: \(synopsis.usage)"])
    }
    values[parameter.name] = [value]
  }

  private func meant(by term: Term, _ prepositions: Set<String>) -> [String] {
    guard let name = term.bareName else { return [] }
    if synopsis.takesFurtherOptions, let sign = name.firstIndex(of: "="), sign > name.startIndex {
      return [
        "such a name stands in quotes: `\(quotedForTyping(String(name[..<sign])))\(name[sign...])`"
      ]
    }
    if synopsis.takesCondition, statement.condition == nil, name.contains(where: "<>=".contains) {
      return ["conditions begin with `where`"]
    }
    if statement.condition != nil { return ["join conditions with `and` or `or`"] }
    let words =
      prepositions.sorted() + synopsis.parameters.compactMap(\.keyword)
      + (synopsis.takesCondition ? ["where", "order"] : [])
    // `show dta ck`: the word before may be the slip.
    let before = statement.operands.last { $0.span.end <= term.span.start }?.bareName
    let meant = nearest(to: name, in: words) ?? before.flatMap { nearest(to: $0, in: words) }
    return meant.map { ["did you mean `\($0)`?"] } ?? []
  }

  /// - Throws: where a word is nearly `where` and a comparison follows, which would be read as names.
  private func checkWhere(_ term: Term, before rest: ArraySlice<Term>) throws(Diagnostic) {
    let known = synopsis.options.map(\.key)
    guard synopsis.takesCondition, statement.condition == nil, let name = term.bareName,
      nearest(to: name, in: ["where"]) != nil,
      rest.contains(where: { $0.source.contains { "<>=".contains($0) } })
        || statement.options.contains(where: { !known.contains($0.key.text) })
    else { return }
    throw Diagnostic(
      "`\(name)` does not begin a condition", at: term.span, help: ["did you mean `where`?"])
  }

  private func checkOptions() throws(Diagnostic) {
    var seen = Set<String>()
    for option in options {
      let key = option.key.text
      if !synopsis.hasOption(key) && !synopsis.takesFurtherOptions {
        throw Diagnostic(
          "`\(synopsis.name)` has no option `\(key)`", at: option.key.span,
          help: synopsis.waysOut(of: key))
      }
      guard seen.insert(key).inserted else {
        throw Diagnostic("`\(key)` is given twice", at: option.span)
      }
    }
  }

  // MARK: Operands

  /// The operand of a name; nil when it was left out.
  func term(_ parameter: String) -> Term? { values[parameter]?.first }

  /// All operands of a name, in order; lists are taken apart.
  func terms(_ parameter: String) -> [Term] {
    (values[parameter] ?? []).flatMap { term in
      if case .list(let parts) = term.value { return parts }
      return [term]
    }
  }

  /// A name or path that was typed, and its place.
  func word(_ parameter: String) throws(Diagnostic) -> Word? {
    guard let term = term(parameter) else { return nil }
    return try term.asWord(for: parameter)
  }

  /// As `word`, for operands that the synopsis requires.
  func requiredWord(_ parameter: String) throws(Diagnostic) -> Word {
    guard let word = try word(parameter) else {
      throw Diagnostic("`\(synopsis.name)` needs \(parameter)", at: statement.verb.span)
    }
    return word
  }

  /// All names of a parameter.
  func words(_ parameter: String) throws(Diagnostic) -> [Word] {
    var words: [Word] = []
    for term in terms(parameter) { words.append(try term.asWord(for: parameter)) }
    return words
  }

  // MARK: Options

  /// The value of an option; nil when it was left out.
  func option(_ key: String) -> Term? { options.first { $0.key.text == key }?.value }

  /// A whole number in a range.
  func integer(_ key: String, in range: ClosedRange<Int>) throws(Diagnostic) -> Int? {
    guard let term = option(key) else { return nil }
    return try term.integer(in: range, for: key)
  }

  /// Names with commas between them.
  func names(_ key: String) throws(Diagnostic) -> [Word]? {
    guard let term = option(key) else { return nil }
    guard case .list(let parts) = term.value else { return [try term.asWord(for: key)] }
    var words: [Word] = []
    for part in parts { words.append(try part.asWord(for: key)) }
    return words
  }
}

extension Arguments {
  /// The one word that may still come after what was given, `full` of `watch base`.
  private var keywordLeft: [String] {
    guard !values.isEmpty else { return [] }
    let left = synopsis.parameters.first { $0.keyword != nil && values[$0.name] == nil }
    return (left?.keyword).map { ["did you mean `\($0)`?"] } ?? []
  }
}

extension Parameter {
  /// The word that it is, of one that is nothing else: `tree` of `runs`.
  fileprivate var keyword: String? {
    if preposition == nil, case .choice(let words) = kind, words.count == 1 {
      words[0]
    } else {
      nil
    }
  }

  fileprivate func mayBe(_ term: Term) -> Bool {
    keyword.map { $0 == term.bareName } ?? true
  }
}

extension Term {
  /// The text of a name that was typed without quotes.
  var bareName: String? {
    if case .name(let name) = value { return name }
    return nil
  }

  /// A name or path; what looks like a number is a name too, as it was typed.
  func asWord(for what: String) throws(Diagnostic) -> Word {
    switch value {
    case .name(let text): return Word(text, at: span)
    case .string(let text) where !text.isEmpty: return Word(text, at: span)
    case .number, .size: return Word(source, at: span)
    default: throw Diagnostic("`\(source)` is no name for \(what)", at: span)
    }
  }
}
