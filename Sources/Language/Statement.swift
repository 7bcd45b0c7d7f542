/// One statement: a verb, its operands, `key=value` options, perhaps a condition, a block, `&` or
/// `| MODE`.
///
/// `run dc on faces steps=20k seed=7 as base &` has the verb `run`, the operands
/// `dc`, `on`, `faces`, `as`, `base`, and the options `steps` and `seed`; options may stand
/// anywhere among the operands, and a command reads its prepositions itself.
package struct Statement: Sendable, Hashable {
  package var verb: Word
  package var operands: [Term]
  package var options: [Option]
  /// What stands after `where`.
  package var condition: Condition?
  /// What stands after `order by`.
  package var order: [Ordering]
  package var block: Block?
  /// Whether the statement ended in `&`.
  package var isBackground: Bool
  /// How rows are to be written; nil where the statement does not say.
  package var output: OutputRequest?
  package var span: Span
  /// The text after the verb exactly as typed, for commands that take it whole (`sql`, `!`).
  package var rest: String

  package init(
    verb: Word, operands: [Term] = [], options: [Option] = [], condition: Condition? = nil,
    order: [Ordering] = [], block: Block? = nil,
    isBackground: Bool = false, output: OutputRequest? = nil, span: Span, rest: String = ""
  ) {
    self.verb = verb
    self.operands = operands
    self.options = options
    self.condition = condition
    self.order = order
    self.block = block
    self.isBackground = isBackground
    self.output = output
    self.span = span
    self.rest = rest
  }
}

/// A bare word and its place.
package struct Word: Sendable, Hashable {
  package var text: String
  package var span: Span

  package init(_ text: String, at span: Span) {
    self.text = text
    self.span = span
  }
}

/// `key=value`.
package struct Option: Sendable, Hashable {
  package var key: Word
  package var value: Term
  package var span: Span { key.span.joined(with: value.span) }

  package init(key: Word, value: Term) {
    self.key = key
    self.value = value
  }
}

/// A value and its place.
package struct Term: Sendable, Hashable {
  package var value: Value
  package var span: Span
  /// The value as it was typed.
  package var source: String

  package init(_ value: Value, at span: Span, source: String) {
    self.value = value
    self.span = span
    self.source = source
  }
}

/// What a term can be.
package indirect enum Value: Sendable, Hashable {
  /// `2e-4`, `20k`, `1M`, `-3`; the suffixes k, M and G are thousands, millions, milliards.
  case number(Double)
  /// `faces`, `dcgan`, `~/celeba`, `sheet.png`, `plain-hinge`; a path needs no quotes.
  case name(String)
  /// `"two words"`.
  case string(String)
  /// `64x64x3`.
  case size([Int])
  /// `1e-4,2e-4`.
  case list([Term])
  /// `3..7`, inclusive.
  case range(Double, Double)
  /// `gp:10`, `centre:32`.
  case tagged(Word, Term)
  /// `2e-4->5e-5 over 20k`: from, to, and the steps it takes (nil: the whole run).
  case schedule(from: Double, to: Double, over: Double?)
}

/// `{ … }`: either layers or named parts that hold layers.
package struct Block: Sendable, Hashable {
  package var items: [Item]
  package var span: Span

  package init(items: [Item], span: Span) {
    self.items = items
    self.span = span
  }

  /// One entry of a block: `conv 64 kernel=4 stride=2`, or `discriminator(image, crop) { … }`.
  package struct Item: Sendable, Hashable {
    package var name: Word
    /// What stands in parentheses after the name: `(image, crop)`.
    package var inputs: [Word]?
    package var operands: [Term]
    package var options: [Option]
    package var block: Block?
    package var span: Span

    package init(
      name: Word, inputs: [Word]? = nil, operands: [Term] = [], options: [Option] = [],
      block: Block? = nil, span: Span
    ) {
      self.name = name
      self.inputs = inputs
      self.operands = operands
      self.options = options
      self.block = block
      self.span = span
    }
  }
}
