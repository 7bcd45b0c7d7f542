import Language

extension LayerSignature.Argument {
  /// The text of a value as it is stored.
  ///
  /// - Parameter keyword: the layer's, for messages.
  /// - Throws: for what is no such value.
  func canonical(_ term: Term, of keyword: String) throws(Diagnostic) -> String {
    let what = isOperand ? "\(phrase) of `\(keyword)`" : name
    switch kind {
    case .number(let range): return printed(try term.number(in: range, for: what))
    case .integer(let range): return String(try term.integer(in: range, for: what))
    case .pair(let range):
      let size = try term.size(counts: [1, 2], in: range, for: what, like: "4x4")
      return Set(size).count == 1 ? String(size[0]) : size.printedShape
    case .shape(let range):
      return try term.size(counts: [1, 3], in: range, for: what, like: "8x8x512")
        .map(String.init).joined(separator: "x")
    case .flag: return yesOrNo(try term.flag(for: what))
    case .choice(let words): return try term.choice(from: words, for: what)
    case .padding(let range): return try padding(term, range, what)
    case .momentum: return try momentum(term, what)
    case .word(let words, let tagged, let range):
      guard case .tagged(let tag, let amount) = term.value else {
        return try term.choice(from: words + tagged, for: what)
      }
      guard tagged.contains(tag.text) else { return try term.choice(from: words, for: what) }
      return "\(tag.text):\(printed(try amount.number(in: range, for: tag.text)))"
    case .name: return term.text
    }
  }

  private func padding(
    _ term: Term, _ range: ClosedRange<Int>, _ what: String
  ) throws(Diagnostic) -> String {
    let words = ["same", "valid"]
    if words.contains(term.text) { return term.text }
    guard case .number = term.value else {
      throw term.mismatch(
        what, "`same`, `valid` or a number",
        help: nearest(to: term.text, in: words).map { ["did you mean `\($0)`?"] } ?? [])
    }
    return String(try term.integer(in: range, for: what))
  }

  /// A bare number is Keras's momentum, as in the listings this language grew from.
  private func momentum(_ term: Term, _ what: String) throws(Diagnostic) -> String {
    guard case .tagged(let tag, let amount) = term.value else {
      return "keras:\(printed(try term.number(in: 0...1, for: what)))"
    }
    let words = ["keras", "torch"]
    guard words.contains(tag.text) else {
      throw Diagnostic(
        "momentum is `keras:0.8` (the share kept) or `torch:0.1` (the share taken), "
          + "not `\(term.brief)`", at: tag.span,
        help: nearest(to: tag.text, in: words).map { ["did you mean `\($0)`?"] } ?? [])
    }
    return "\(tag.text):\(printed(try amount.number(in: 0...1, for: what)))"
  }
}

extension [LayerSignature] {
  package func named(_ keyword: String) -> LayerSignature? { first { $0.keyword == keyword } }

  /// The signature of a layer in a block.
  ///
  /// - Throws: for any other word, with the keyword that is meant elsewhere by it or the nearest one.
  func read(_ word: Word) throws(Diagnostic) -> LayerSignature {
    if let signature = named(word.text) { return signature }
    let plain = word.text.lowercased().filter { $0 != "_" && $0 != "-" }
    let meant = first { $0.synonyms.contains(plain) }
    throw Diagnostic(
      "unknown layer `\(word.text)`", at: word.span,
      help: meant.map { ["it is called `\($0.keyword)` here"] }
        ?? suggestion(for: word.text, in: map(\.keyword), kind: "layers"))
  }
}

func yesOrNo(_ value: Bool) -> String { value ? "yes" : "no" }
