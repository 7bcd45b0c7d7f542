package import Language

/// Which examples of a data set make another one, in this order: those for which a condition holds, of them one
/// part, of that each class as often as another.
package struct ExampleChoice: Sendable, Hashable {
  /// What holds for them; nil: nothing is asked.
  package var condition: ExampleCondition?
  /// The part that is taken; nil: all.
  package var part: Part?
  /// The column whose classes occur equally often; nil: each example once.
  package var balance: String?

  package init(condition: ExampleCondition? = nil, part: Part? = nil, balance: String? = nil) {
    (self.condition, self.part, self.balance) = (condition, part, balance)
  }

  /// One of the two parts of a data set. Each example is in one of them by the hash of its name and of
  /// nothing else, so that an image that comes or goes moves no other.
  package struct Part: Sendable, Hashable {
    package var size: Size
    /// Another one cuts otherwise; by the same one parts of parts are not drawn at random.
    package var seed: UInt64
    /// The column of whom an example shows: what has the same there is on one side. Nil: each by itself.
    package var identity: String?
    /// Whether it is the other part, of the examples that the first one leaves.
    package var isRest: Bool

    /// How large the first part is.
    package enum Size: Sendable, Hashable {
      /// About; above 0 and below 1.
      case share(Double)
      /// So many examples, or so many of those that are shown; of each class of a column, or of all.
      case count(Int, each: String?)
    }

    package init(_ size: Size, seed: UInt64 = 1, identity: String? = nil, isRest: Bool = false) {
      (self.size, self.seed, self.identity, self.isRest) = (size, seed, identity, isRest)
    }
  }

  /// The word that stands for a source in a statement that chooses.
  package static let keyword = "from"

  /// What it takes, for completion.
  package static let optionKeys = ["split", "each", "part", "seed", "identity", "balance"]

  /// How deep data sets that are made of one another may be.
  package static let depths = 1...16

  /// What a statement says after `data NAME from BASE`.
  ///
  /// - Parameter seed: what splits where the statement names none.
  package init(parsing statement: Statement, seed: UInt64 = 1) throws(Diagnostic) {
    if let order = statement.order.first {
      throw Diagnostic(
        "examples are in no order", at: order.quantity.span,
        help: ["each epoch shows them in another one"])
    }
    condition = try statement.condition.map(ExampleCondition.init(parsing:))
    var options = try OptionReader(statement.options, of: "`\(Self.keyword)`")
    part = try Self.part(&options, seed)
    balance = try options.take("balance").map { term throws(Diagnostic) in
      try Self.column(term, for: "balance")
    }
    try options.finish()
  }

  private static func part(
    _ options: inout OptionReader, _ seed: UInt64
  ) throws(Diagnostic) -> Part? {
    let split = options.take("split")
    let others = ["part", "seed", "identity", "each"].map { ($0, options.take($0)) }
    guard let split else {
      guard let (key, term) = others.first(where: { $0.1 != nil }), let term else { return nil }
      throw Diagnostic(
        "`\(key)` says how a data set is split, and `split` is missing",
        at: options.span(of: key) ?? term.span,
        help: ["say how large the first part is: `split=0.9`"])
    }
    let each = try others[3].1.map { term throws(Diagnostic) in try column(term, for: "each") }
    var part = Part(try size(split, each: each, at: others[3].1?.span), seed: seed)
    if let term = others[0].1 {
      part.isRest = try term.choice(from: ["first", "rest"], for: "part") == "rest"
    }
    if let term = others[1].1 { part.seed = try term.seed(for: "seed") }
    part.identity = try others[2].1.map { term throws(Diagnostic) in
      try column(term, for: "identity")
    }
    if part.identity != nil, each != nil, let term = others[3].1 {
      throw Diagnostic(
        "`identity` counts those that are shown, and `each` examples of a class", at: term.span,
        help: ["leave one of them out"])
    }
    return part
  }

  private static let shares = Double.leastNonzeroMagnitude...1.0.nextDown
  private static let counts = 1...1_000_000_000

  private static func size(
    _ split: Term, each: String?, at place: Span?
  ) throws(Diagnostic) -> Part.Size {
    guard case .number(let number) = split.value else {
      throw split.mismatch("split", "the share of the first part, below 1, or how many it has")
    }
    if shares.contains(number) {
      guard each == nil else {
        throw Diagnostic(
          "`each` says of what so many are taken, and `split` is a share", at: place,
          help: ["give a count: `split=100`"])
      }
      return .share(number)
    }
    guard let count = Int(exactly: number), counts.contains(count) else {
      throw split.mismatch("split", "the share of the first part, below 1, or how many it has")
    }
    return .count(count, each: each)
  }

  private static func column(_ term: Term, for key: String) throws(Diagnostic) -> String {
    switch term.value {
    case .name, .string, .number, .size:
      guard !term.text.isEmpty else { fallthrough }
      return term.text
    case .list, .range, .tagged, .schedule:
      throw term.mismatch(key, "the name of a label column")
    }
  }
}

extension ExampleChoice: CustomStringConvertible {
  /// What stands after the base; it parses to the same choice.
  package var description: String {
    var words: [String] = []
    if let part {
      words += ["split=\(part.size)", "seed=\(part.seed)"]
      if case .count(_, let each?) = part.size { words.append("each=\(storedWord(each))") }
      words += part.identity.map { ["identity=\(storedWord($0))"] } ?? []
      if part.isRest { words.append("part=rest") }
    }
    words += balance.map { ["balance=\(storedWord($0))"] } ?? []
    words += condition.map { ["where \($0)"] } ?? []
    return words.joined(separator: " ")
  }
}

extension ExampleChoice.Part.Size: CustomStringConvertible {
  /// `0.9`, `100`.
  package var description: String {
    switch self {
    case .share(let share): printed(share)
    case .count(let count, _): String(count)
    }
  }
}

extension DatasetSpecification {
  /// The examples of another data set that a choice is made of, prepared as they are there.
  package init(from base: DatasetSpecification, _ choice: ExampleChoice) {
    self.init(source: .examples(of: base, choice), preprocessing: base.preprocessing)
  }

  /// The one below all choices: its examples are read and not chosen.
  package var root: DatasetSpecification {
    guard case .examples(let base, _) = source else { return self }
    return base.root
  }

  /// The least seed from 1 that has split nothing below. Whether an example is in a part is a number between 0 and 1 by its
  /// name and the seed: of those in a part of seven tenths by one seed, all are in such a part by the same seed.
  package var unusedSeed: UInt64 {
    let used = splittingSeeds
    return (1...).first { !used.contains($0) } ?? 1
  }

  private var splittingSeeds: Set<UInt64> {
    var seeds = bases.reduce(into: Set<UInt64>()) { $0.formUnion($1.splittingSeeds) }
    if case .examples(_, let choice) = source, let part = choice.part { seeds.insert(part.seed) }
    return seeds
  }

  /// What is chosen from the root, the first choice first.
  package var choices: [ExampleChoice] {
    guard case .examples(let base, let choice) = source else { return [] }
    return base.choices + [choice]
  }
}
