import Language
import Notebook
import Specification

/// What a `sweep` statement asks for, before any name in it is looked up.
struct SweepRequest {
  let name: Word
  /// What is chosen for each run, in the order in which it was typed.
  let axes: [SweepAxis]
  let seeds: [UInt64]
  let jobs: Int
  /// Threads of each run; nil: a share of the cores.
  let threads: Term?
  /// How many configurations are drawn, with which seed; nil: all there are.
  let draws: (count: Int, seed: UInt64)?
  let halving: (metric: Word, factor: Int, rungs: Int)?
  /// What chooses the configurations one after the other; nil: they are known from the beginning.
  let search: Search?
  let condition: Condition?

  /// The data sets that runs are measured against: those of `test`, else what they are trained on.
  var examples: SweepAxis { axes.first { $0.key.text == "test" } ?? axes[1] }

  /// Options of `sweep` that are none of a run.
  static let ownKeys = [
    "seeds", "jobs", "threads", "draws", "draw-seed", "halving", "rungs", "search", "trials", "by",
    "dry", "within", "seed",
  ]

  /// Configurations and runs of one sweep at most.
  static let most = 10_000

  /// - Throws: also where a value alone is one that `run` does not take.
  init(_ arguments: Arguments, _ statement: Statement) throws(Diagnostic) {
    name = try arguments.requiredWord("name")
    _ = try arguments.term("name")?.declaredName()
    var axes = [
      try SweepAxis("arch", arguments.terms("architecture")),
      try SweepAxis("data", arguments.terms("data")),
    ]
    if arguments.term("recipe") != nil {
      axes.append(try SweepAxis("with", arguments.terms("recipe")))
    }
    for option in statement.options where !Self.ownKeys.contains(option.key.text) {
      let axis = try SweepAxis(option)
      for value in axis.values {
        _ = try RunPlan(Self.measured(option, statement) + [Option(key: option.key, value: value)])
      }
      axes.append(axis)
    }
    self.axes = axes
    condition = statement.condition
    seeds = try Self.seeds(arguments)
    jobs = try arguments.integer("jobs", in: 1...256) ?? 1
    threads = arguments.option("threads")
    _ = try threads?.integer(in: 1...1024, for: "threads")
    draws = try Self.draws(arguments)
    halving = try Self.halving(arguments)
    search = try Search(arguments, axes)
    if draws == nil, search == nil, let open = axes.first(where: { $0.range != nil }) {
      throw Diagnostic(
        "`\(open.key.text)` has a range without a count", at: open.place,
        help: [
          "say how many numbers of it: `\(open.key.text)=1e-5..1e-3:log:5`",
          "or draw from it: `draws=20`", "or search it: `search=tpe trials=40`",
        ])
    }
  }

  /// The measures that an option says something of: `evaluate=kid` of `evaluate-every=2k`.
  private static func measured(
    _ option: Option, _ statement: Statement
  ) throws(Diagnostic) -> [Option] {
    guard let measures = RunEvaluation.keys.first, option.key.text != measures,
      RunEvaluation.keys.contains(option.key.text),
      let asked = statement.options.first(where: { $0.key.text == measures })
    else { return [] }
    return [Option(key: asked.key, value: try asked.value.alternatives[0])]
  }

  private static func seeds(_ arguments: Arguments) throws(Diagnostic) -> [UInt64] {
    let base = try arguments.option("seed")?.seed(for: "seed")
    guard let term = arguments.option("seeds") else { return [base ?? 1] }
    var seeds: [UInt64] = []
    switch term.value {
    case .list(let terms):
      for term in terms { seeds.append(try term.seed(for: "a seed")) }
    case .range(let lower, let upper):
      // What a double holds not exactly is read as it is written.
      let ends = term.source.split(separator: ".", omittingEmptySubsequences: true)
        .compactMap { UInt64($0) }
      let isWritten = ends.count == 2
      guard let first = isWritten ? ends[0] : UInt64(exactly: lower),
        let last = isWritten ? ends[1] : UInt64(exactly: upper), first <= last,
        last - first < 1000
      else { throw term.mismatch("seeds", "a range of at most 1,000, like `3..7`") }
      seeds = Array(first...last)
    default:
      let count = try term.integer(in: 1...1000, for: "seeds")
      let first = base ?? 1
      guard first <= UInt64.max - UInt64(count) else {
        throw term.mismatch("seeds", "a number for which there are seeds from `seed` on")
      }
      return (0..<UInt64(count)).map { first + $0 }
    }
    if base != nil, let place = arguments.option("seed")?.span {
      throw Diagnostic(
        "`seed` is where a number of seeds begins, and these are named", at: place,
        help: ["leave it out"])
    }
    for (index, seed) in seeds.enumerated() where seeds[..<index].contains(seed) {
      throw Diagnostic("the seed \(seed) stands here twice", at: term.span)
    }
    return seeds
  }

  private static func draws(
    _ arguments: Arguments
  ) throws(Diagnostic) -> (count: Int, seed: UInt64)? {
    let seed = try arguments.option("draw-seed")?.seed(for: "draw-seed")
    guard let count = try arguments.integer("draws", in: 1...most) else {
      if seed != nil, arguments.option("search") == nil,
        let place = arguments.option("draw-seed")?.span
      {
        throw Diagnostic(
          "`draw-seed` needs `draws` or `search`", at: place, help: ["say how many: `draws=20`"])
      }
      return nil
    }
    return (count, seed ?? 1)
  }

  private static func halving(
    _ arguments: Arguments
  ) throws(Diagnostic) -> (metric: Word, factor: Int, rungs: Int)? {
    let rungs = try arguments.integer("rungs", in: 2...20)
    guard let term = arguments.option("halving") else {
      if rungs != nil, let place = arguments.option("rungs")?.span {
        throw Diagnostic(
          "`rungs` needs `halving`", at: place, help: ["say by what: `halving=modes`"])
      }
      return nil
    }
    guard case .tagged(let metric, let factor) = term.value else {
      return (try term.asWord(for: "halving"), 2, rungs ?? 3)
    }
    return (metric, try factor.integer(in: 2...100, for: "the factor"), rungs ?? 3)
  }

  // MARK: Configurations

  /// What is chosen for one configuration, in the order of the axes.
  typealias Choice = [(key: Word, value: Term)]

  /// A choice drawn of what each axis has.
  func drawn(_ draw: Int, seed: UInt64) -> Choice {
    axes.map { (key: $0.key, value: $0.drawn(draw, seed: seed)) }
  }

  /// Every combination, the last axis turning fastest; or as many as are drawn, each once.
  func choices() throws(Diagnostic) -> [Choice] {
    if let draws {
      var (choices, seen): ([Choice], Set<String>) = ([], [])
      for draw in 0..<draws.count {
        let choice = drawn(draw, seed: draws.seed)
        let text = choice.map(\.value.text).joined(separator: "\u{0}")
        if seen.insert(text).inserted { choices.append(choice) }
      }
      return choices
    }
    let count = axes.reduce(1) { product, axis in
      product > Self.most ? product : product * axis.values.count
    }
    guard count * seeds.count <= Self.most else {
      throw Diagnostic(
        "a sweep has at most 10,000 runs, and this line asks for more", at: name.span,
        help: ["draw some of them: `draws=100`"])
    }
    return axes.reduce([[]]) { choices, axis in
      choices.flatMap { choice in axis.values.map { choice + [(key: axis.key, value: $0)] } }
    }
  }

  /// The `run` statement of a choice, each value at the place where it was typed.
  func statement(
    of choice: Choice, seed: UInt64, threads: Int, named name: String
  ) -> Statement {
    func operand(_ text: String) -> Term { Term(.name(text), at: self.name.span, source: text) }
    var operands: [Term] = []
    var options: [Option] = []
    for (key, value) in choice {
      switch key.text {
      case "arch": operands.append(value)
      case "data": operands += [operand("on"), value]
      case "with": operands += [operand("with"), value]
      default: options.append(Option(key: key, value: value))
      }
    }
    for (key, number) in [("seed", String(seed)), ("threads", String(threads))] {
      // What a double holds not exactly is kept as it is written.
      let kept = UInt64(number).map { $0 <= 1 << 53 } ?? false
      let value = Term(
        kept ? .number(Double(number) ?? 0) : .name(number), at: self.name.span, source: number)
      options.append(Option(key: Word(key, at: self.name.span), value: value))
    }
    operands += [operand("as"), operand(name)]
    return Statement(
      verb: Word("run", at: self.name.span), operands: operands, options: options,
      span: self.name.span)
  }

  /// What was chosen, as it is kept: `arch=gan data=ring lr=2e-4`.
  static func settings(of choice: Choice) -> String {
    choice.map { "\($0.key.text)=\($0.value.typed)" }.joined(separator: " ")
  }
}
