package import Language

extension SourceSignature.Argument {
  /// A value as it is stored.
  ///
  /// - Throws: for what is no such value.
  func canonical(_ term: Term) throws(Diagnostic) -> SourceSpecification.Value {
    switch kind {
    case .path:
      guard !term.text.isEmpty, !term.text.utf8.contains(0) else {
        throw Diagnostic("a path has letters, and no NUL among them", at: term.span)
      }
      return .word(term.text)
    case .labels: return .word(try LabelSource(parsing: term).text)
    case .choice(let words): return .word(try term.choice(from: words, for: name))
    case .integer(let range): return .bare(String(try term.integer(in: range, for: name)))
    case .number(let range): return .bare(printed(try term.number(in: range, for: name)))
    case .seed: return .bare(String(try term.seed(for: name)))
    case .run: return .word("\(try ClassifierReference(parsing: term))")
    }
  }
}

extension SourceSignature.Argument {
  /// How one that is missing is typed.
  fileprivate func wayToSay(of keyword: String) -> String {
    if case .run = kind { return "say which: `\(name)=\(sample ?? "")`" }
    return "say where it is: `\(name)=~/\(keyword)`"
  }
}

extension SourceSignature {
  /// What `data` takes with it, for completion.
  var optionKeys: [String] {
    arguments.map(\.name) + (images.map(Preprocessing.optionKeys) ?? [])
  }

  /// Its arguments as they are typed; what is left out has its default.
  ///
  /// - Parameter kind: the keyword in the statement.
  func read(
    _ kind: Term, _ options: inout OptionReader
  ) throws(Diagnostic) -> SourceSpecification {
    var read: [SourceSpecification.Argument] = []
    for argument in arguments {
      guard let value = try value(of: argument, kind, &options) else { continue }
      read.append(SourceSpecification.Argument(argument.name, value))
    }
    return SourceSpecification(keyword, read)
  }

  /// Nil where it is neutral.
  private func value(
    of argument: Argument, _ kind: Term, _ options: inout OptionReader
  ) throws(Diagnostic) -> SourceSpecification.Value? {
    let name = argument.name
    let value: SourceSpecification.Value
    if let term = options.take(name) {
      value = try argument.canonical(term)
    } else if let standard = argument.standard {
      value = .init(standard, as: argument.kind)
    } else if let slip = options.misspelling(of: name) {
      throw Diagnostic(
        "`\(keyword)` has no option `\(slip.key.text)`, and needs a \(name)", at: slip.key.span,
        help: ["did you mean `\(name)`?"])
    } else {
      throw Diagnostic(
        "`\(keyword)` needs a \(name)", at: kind.span,
        help: [argument.wayToSay(of: keyword)])
    }
    return value.text == argument.neutral ? nil : value
  }

  /// Every argument by its name, as the source takes it; what a stored text leaves out is neutral.
  ///
  /// - Throws: for what it does not take; without a place.
  package func values(of source: SourceSpecification) throws(Diagnostic) -> [String: String] {
    for argument in source.arguments where self.argument(argument.key) == nil {
      throw Diagnostic("`\(keyword)` has no option `\(argument.key)`")
    }
    var values: [String: String] = [:]
    for argument in arguments {
      guard let value = source.value(of: argument.name) else {
        guard let value = argument.neutral ?? argument.standard else {
          throw Diagnostic("`\(keyword)` needs a \(argument.name)")
        }
        values[argument.name] = value
        continue
      }
      // A file of labels that was moved may be called anything.
      if case (.labels, .word(let text)) = (argument.kind, value) {
        values[argument.name] = text
      } else {
        do { values[argument.name] = try argument.canonical(value.term).text } catch {
          throw Diagnostic(error.message)
        }
      }
    }
    return values
  }
}

extension SourceSpecification.Value {
  fileprivate init(_ text: String, as kind: SourceSignature.Argument.Kind) {
    switch kind {
    case .path, .labels, .choice, .run: self = .word(text)
    case .integer, .number, .seed: self = .bare(text)
    }
  }

  fileprivate var term: Term {
    let place = Span(0, 0)
    switch self {
    case .word(let text): return Term(.name(text), at: place, source: text)
    case .bare(let text):
      let number = Numeral.number(text[...])
      return Term(number.map { .number($0) } ?? .name(text), at: place, source: text)
    }
  }
}

extension [SourceSignature] {
  package var keywords: [String] { map(\.keyword) }

  package func named(_ keyword: String) -> SourceSignature? { first { $0.keyword == keyword } }

  /// The options of `data` for a source, for completion.
  package func optionKeys(of keyword: String) -> [String] {
    switch keyword {
    case ExampleChoice.keyword: ExampleChoice.optionKeys
    case JoinedExamples.keyword: JoinedExamples.optionKeys
    default: named(keyword)?.optionKeys ?? []
    }
  }

  /// The signature that a word names.
  ///
  /// - Throws: for any other word, with the keyword that is meant elsewhere by it or the nearest one.
  func read(_ kind: Term) throws(Diagnostic) -> SourceSignature {
    if let signature = named(kind.text) { return signature }
    let plain = kind.text.lowercased().filter { $0 != "_" && $0 != "-" }
    let meant = first { $0.synonyms.contains(plain) }
    throw Diagnostic(
      "there is no source `\(kind.brief)`", at: kind.span,
      help: meant.map { ["it is called `\($0.keyword)` here"] }
        ?? suggestion(
          for: kind.text, in: keywords + [ExampleChoice.keyword, JoinedExamples.keyword],
          kind: "sources"))
  }
}

extension DatasetSpecification {
  /// Whether its source is one of these, with arguments that it takes.
  ///
  /// - Throws: for one of another release; without a place.
  package func checkKnown(_ sources: [SourceSignature]) throws(Diagnostic) {
    guard case .read(let source) = root.source else {
      for base in root.bases { try base.checkKnown(sources) }
      return
    }
    guard let signature = sources.named(source.keyword) else {
      throw Diagnostic("there is no source `\(source.keyword)`")
    }
    _ = try signature.values(of: source)
  }
}
