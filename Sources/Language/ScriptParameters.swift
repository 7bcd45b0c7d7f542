/// What `$name` stands for while a text is read: the parameters that it has declared so far.
///
/// A text that is read without any (a stored specification) has no references: a `$` in it is a letter.
package struct ScriptParameters: Sendable, Hashable {
  /// Values that come from outside, of the command line or an including script. They go before the values
  /// of the text's own declarations.
  package private(set) var given: [String: Term]
  /// Those of `given` that the text must declare, since somebody has asked for them by name.
  package private(set) var asked: Set<String>
  /// What a name stands for now.
  package private(set) var values: [String: Term]
  /// Names that were declared since this was made.
  package private(set) var declared: Set<String> = []

  /// - Parameter asked: values by name, as on a command line: the text is to declare each of them.
  package init(asked: [String: Term] = [:]) {
    given = asked
    self.asked = Set(asked.keys)
    values = [:]
  }

  /// What an included text begins with: everything that is known here, which goes before its own
  /// declarations, and what is asked of it by name, which goes before all.
  package func handedOn(asked: [String: Term]) -> ScriptParameters {
    var inner = ScriptParameters(asked: asked)
    inner.given = values.merging(asked) { $1 }
    inner.values = values
    return inner
  }

  /// Makes what a `param` statement declares hold from here on.
  ///
  /// - Throws: where a value is none of its choices, or depends on a parameter that is not there.
  package mutating func declare(_ statement: Statement) throws(Diagnostic) {
    for declaration in try ParameterDeclaration.read(statement) {
      let name = declaration.name.text
      values[name] = try declaration.value(given: given[name], among: values)
      declared.insert(name)
    }
  }

  /// - Throws: where something was asked for by a name that the text has not declared.
  package func checkAsked(in source: String) throws(Diagnostic) {
    guard let name = asked.subtracting(declared).sorted().first else { return }
    throw Diagnostic(
      "`\(source)` has no parameter `\(name)`", at: nil,
      help: declared.isEmpty
        ? ["it declares none; `param \(name)=…` in it would be one"]
        : suggestion(for: name, in: declared.sorted(), kind: "it has"))
  }

  /// What a name stands for.
  ///
  /// - Throws: a `Diagnostic` at `place` where it stands for nothing.
  func value(of name: String, at place: Span) throws(Diagnostic) -> Term {
    if let value = values[name] { return value }
    let meant = nearest(to: name, in: values.keys.sorted()).map { "did you mean `$\($0)`?" }
    throw Diagnostic(
      "there is no parameter `\(name)`", at: place,
      help: [
        meant ?? "declare it before: `param \(name)=…`",
        "a `$` that is meant as it stands goes into single quotes",
      ])
  }
}

/// What a `param` statement says of one name.
package struct ParameterDeclaration: Sendable, Hashable {
  package let name: Word
  /// The first is what holds unless something else is asked for; where there is one alone, anything may be.
  let choices: [Term]
  /// The parameter whose value chooses among `cases`; nil where it stands for itself.
  let chooser: Word?
  /// Values by the chooser's.
  let cases: [Option]

  /// The declarations of `param length=full|tenth seed=1`, or that of
  /// `param steps by length full=400k tenth=40k`.
  package static func read(
    _ statement: Statement
  ) throws(Diagnostic) -> [ParameterDeclaration] {
    if let first = statement.operands.first {
      return [try dependent(statement, named: first)]
    }
    var declarations: [ParameterDeclaration] = []
    for option in statement.options {
      try check(option.key)
      guard !declarations.contains(where: { $0.name.text == option.key.text }) else {
        throw Diagnostic("`\(option.key.text)` is given twice", at: option.span)
      }
      declarations.append(
        ParameterDeclaration(
          name: option.key, choices: try option.value.alternatives, chooser: nil, cases: []))
    }
    return declarations
  }

  private static func dependent(
    _ statement: Statement, named first: Term
  ) throws(Diagnostic) -> ParameterDeclaration {
    let operands = statement.operands
    let usage = "write it like `param steps by length full=400k tenth=40k`"
    guard operands.count == 3, operands[1].text == "by", case .name(let name) = first.value,
      case .name(let chooser) = operands[2].value
    else {
      throw Diagnostic(
        "`param` takes `name=value`, not `\(first.brief)`", at: first.span,
        help: operands.count == 1
          ? ["give it a value: `param \(first.brief)=…`"] : [usage])
    }
    try check(Word(name, at: first.span))
    guard !statement.options.isEmpty else {
      throw Diagnostic(
        "`\(name)` has no value for any `\(chooser)`", at: operands[2].span, help: [usage])
    }
    return ParameterDeclaration(
      name: Word(name, at: first.span), choices: [],
      chooser: Word(chooser, at: operands[2].span), cases: statement.options)
  }

  private static func check(_ name: Word) throws(Diagnostic) {
    guard ScriptParameters.isName(name.text) else {
      throw Diagnostic(
        "a parameter has a name of letters, digits, `-` and `_`, not `\(name.text)`", at: name.span)
    }
  }

  /// - Parameters:
  ///   - given: what was asked for from outside.
  ///   - values: of the parameters before it.
  func value(given: Term?, among values: [String: Term]) throws(Diagnostic) -> Term {
    guard let chooser else {
      guard let given else { return choices[0] }
      guard choices.count > 1 else { return given }
      if let choice = choices.first(where: { $0.text == given.text }) { return choice }
      throw none(of: choices.map(\.text), given)
    }
    guard let chosen = values[chooser.text] else {
      throw Diagnostic(
        "there is no parameter `\(chooser.text)`", at: chooser.span,
        help: nearest(to: chooser.text, in: values.keys.sorted()).map { ["did you mean `\($0)`?"] }
          ?? ["declare it before: `param \(chooser.text)=…`"])
    }
    if let given { return given }
    if let option = cases.first(where: { $0.key.text == chosen.text }) { return option.value }
    throw Diagnostic(
      "`\(name.text)` has no value for `\(chooser.text)=\(chosen.brief)`", at: name.span,
      help: ["give it one: `\(chosen.brief)=…`"])
  }

  private func none(of words: [String], _ given: Term) -> Diagnostic {
    Diagnostic(
      "`\(name.text)` is one of \(words.joined(separator: ", ")), not `\(given.brief)`",
      at: name.span,
      help: nearest(to: given.text, in: words).map { ["did you mean `\($0)`?"] } ?? [])
  }
}

extension ScriptParameters {
  /// Whether something can be a parameter's name.
  package static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.isKeyHead else { return false }
    return text.utf8.allSatisfy { $0.isKeyBody && $0 != UInt8(ascii: ".") }
  }
}

extension Term {
  /// A value that did not stand in a statement, such as one of a command line: one word or several values
  /// with commas between them as they would be typed, and any other text as a string.
  package init(ofText text: String) {
    if let option = parsePrefix(SourceText(name: "", text: "x a=\(text)")).only?.options.first,
      option.value.source == text
    {
      self = option.value.placed(at: Span(0, 0))
    } else {
      self.init(.string(text), at: Span(0, 0), source: quotedForTyping(text))
    }
  }

  /// The values that bars separate: `full|tenth`, `0,0.9|0.5,0.999`; the term itself where there is none.
  package var alternatives: [Term] {
    get throws(Diagnostic) {
      let bytes = Array(source.utf8)
      var (parts, quote): ([Span], UInt8?) = ([], nil)
      var begin = 0
      var index = 0
      while index < bytes.count {
        let byte = bytes[index]
        if let open = quote {
          if byte == .backslash { index += 1 } else if byte == open { quote = nil }
        } else if byte == .quote || byte == .apostrophe {
          quote = byte
        } else if byte == .bar {
          parts.append(Span(begin, index))
          begin = index + 1
        }
        index += 1
      }
      guard !parts.isEmpty, !isString else { return [self] }
      parts.append(Span(begin, bytes.count))
      let isVerbatim = span.end - span.start == bytes.count
      return try parts.map { part throws(Diagnostic) in
        let place = isVerbatim ? Span(span.start + part.start, span.start + part.end) : span
        let text = String(decoding: bytes[part.start..<part.end], as: UTF8.self)
        guard !text.isEmpty else {
          throw Diagnostic("a value is missing beside this `|`", at: place)
        }
        var parser = Parser(text)
        let term = try? parser.term(inOption: true)
        guard let term, parser.scanner.isAtEnd else {
          throw Diagnostic("`\(text)` is not one value", at: place)
        }
        return isVerbatim ? term.moved(by: span.start + part.start) : term.placed(at: place)
      }
    }
  }

  private var isString: Bool { if case .string = value { true } else { false } }

  /// As it would be typed.
  package var typed: String { source.isEmpty ? value.description : source }

  /// The same value as if it stood there, with everything in it.
  package func placed(at place: Span) -> Term { mapped { _ in place } }

  func moved(by distance: Int) -> Term {
    mapped { Span($0.start + distance, $0.end + distance) }
  }

  private func mapped(_ change: (Span) -> Span) -> Term {
    var term = self
    term.span = change(span)
    switch value {
    case .list(let terms): term.value = .list(terms.map { $0.mapped(change) })
    case .tagged(let tag, let inner):
      term.value = .tagged(Word(tag.text, at: change(tag.span)), inner.mapped(change))
    case .number, .name, .string, .size, .range, .schedule: break
    }
    return term
  }
}

extension ParsedText {
  /// Its statement, where it is one alone and nothing is wrong with it.
  var only: Statement? { fault == nil && statements.count == 1 ? statements.first : nil }
}
