import Language

/// Label columns in the block of a `data` statement: `{ attribute Smiling; words race asian black; number age }`.
extension [LabelDescription] {
  /// Reads such a block.
  init(parsing block: Block) throws(Diagnostic) {
    self = []
    for item in block.items {
      let column = try LabelDescription(parsing: item)
      if contains(where: { $0.name.isExactly(column.name) }) {
        throw Diagnostic("the label `\(column.name)` stands here a second time", at: item.span)
      }
      append(column)
    }
    guard isEmpty else { return }
    throw Diagnostic(
      "this block names no label", at: block.span, help: ["write it like `{ attribute Smiling }`"])
  }

  /// The block; it parses to the same columns.
  var block: String { "{ " + map(\.text).joined(separator: "; ") + " }" }
}

extension LabelDescription {
  /// What an entry of the block begins with.
  package static let keywords = ["attribute", "words", "number"]

  fileprivate init(parsing item: Block.Item) throws(Diagnostic) {
    let keyword = item.name.text
    guard Self.keywords.contains(keyword) else {
      throw Diagnostic(
        "a label is an attribute, words or a number, not `\(keyword)`", at: item.name.span,
        help: suggestion(for: keyword, in: Self.keywords))
    }
    if let option = item.options.first {
      throw Diagnostic(
        "`\(keyword)` takes no options", at: option.span,
        help: ["put a text that holds `=` in quotes"])
    }
    if let block = item.block { throw Diagnostic("`\(keyword)` takes no block", at: block.span) }
    let texts = item.operands.map(\.text)
    guard let name = texts.first, !name.isEmpty else {
      throw Diagnostic("`\(keyword)` needs the name of a label column", at: item.name.span)
    }
    let words = Array(texts.dropFirst())
    guard keyword == "words" else {
      if !words.isEmpty {
        throw Diagnostic("`\(keyword)` takes one name", at: item.operands[1].span)
      }
      self.init(name, keyword == "number" ? .number : .attribute)
      return
    }
    guard !words.isEmpty else {
      throw Diagnostic("`words` needs the words after the name", at: item.name.span)
    }
    self.init(name, .words(words))
  }

  /// An entry of the block.
  var text: String {
    switch kind {
    case .attribute: "attribute \(Self.operand(name))"
    case .number: "number \(Self.operand(name))"
    case .words(let words):
      (["words", Self.operand(name)] + words.map(Self.operand)).joined(separator: " ")
    }
  }

  /// A name or word as an operand of an entry: bare where that reads back as it is, else in quotes.
  private static func operand(_ text: String) -> String {
    let source = SourceText(name: "", text: "x { y \(text); z }")
    guard let statements = try? parse(source), statements.count == 1,
      let items = statements[0].block?.items, items.count == 2,
      items[0].operands.count == 1, items[0].options.isEmpty, items[0].block == nil,
      items[0].operands[0].isPlain, items[0].operands[0].text.isExactly(text),
      text.utf8.first.map({ $0 < 128 }) ?? false
    else { return quoted(text) }
    return text
  }
}

extension Term {
  /// Whether it is one word, with nothing in it that means more.
  fileprivate var isPlain: Bool {
    switch value {
    case .name, .number, .size: true
    case .string, .list, .range, .tagged, .schedule: false
    }
  }
}
