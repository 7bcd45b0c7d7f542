import Language

/// The statements of a text named `test`.
func statements(_ text: String) throws -> [Statement] {
  try parse(SourceText(name: "test", text: text))
}

/// The fault of a text as it is shown; nil when there is none.
func fault(_ text: String) -> String? {
  let source = SourceText(name: "test", text: text)
  return parsePrefix(source).fault?.rendered(in: source, colour: false)
}

/// The value of `x a=…`.
func value(_ text: String) throws -> Value? {
  try statements("x a=" + text).first?.options.first?.value.value
}

// MARK: Without places

extension Statement {
  var bare: Statement {
    Statement(
      verb: verb.bare, operands: operands.map(\.bare), options: options.map(\.bare),
      condition: condition?.bare, order: order.map(\.bare), block: block?.bare,
      isBackground: isBackground,
      output: output.map { OutputRequest($0.mode, at: .nowhere) }, span: .nowhere,
      rest: ["sql", "!", "help"].contains(verb.text) ? rest : "")
  }
}

extension Span { static let nowhere = Span(0, 0) }
extension Word { var bare: Word { Word(text, at: .nowhere) } }
extension Option { var bare: Option { Option(key: key.bare, value: value.bare) } }
extension Term { var bare: Term { Term(value.bare, at: .nowhere, source: "") } }

extension Value {
  var bare: Value {
    switch self {
    case .list(let terms): .list(terms.map(\.bare))
    case .tagged(let tag, let term): .tagged(tag.bare, term.bare)
    default: self
    }
  }
}

extension Block {
  var bare: Block { Block(items: items.map(\.bare), span: .nowhere) }
}

extension Block.Item {
  var bare: Block.Item {
    Block.Item(
      name: name.bare, operands: operands.map(\.bare), options: options.map(\.bare),
      block: block?.bare, span: .nowhere)
  }
}

extension Condition {
  var bare: Condition {
    switch self {
    case .all(let parts): .all(parts.map(\.bare))
    case .any(let parts): .any(parts.map(\.bare))
    case .not(let inner): .not(inner.bare)
    case .test(let test):
      .test(Test(test.quantity.bare, test.relation, test.operand.bare, at: .nowhere))
    }
  }
}

extension Condition.Operand {
  var bare: Condition.Operand {
    switch self {
    case .value(let term): .value(term.bare)
    case .quantity(let quantity): .quantity(quantity.bare)
    }
  }
}

extension Quantity {
  var bare: Quantity {
    Quantity(name.bare, function: function?.bare, step: step?.bare, at: .nowhere)
  }
}

extension Ordering {
  var bare: Ordering { Ordering(quantity.bare, isDescending: isDescending) }
}

/// A small generator for properties: the same seed gives the same texts (SplitMix64).
struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func pick<T>(_ values: [T]) -> T {
    values[Int.random(in: 0..<values.count, using: &self)]
  }
  mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &self) == 0 }
}
