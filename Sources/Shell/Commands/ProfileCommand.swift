import Compilation
import Datasets
import Foundation
import Language
import Networks
import Notebook
import Reports
import Specification
import Terminal
import Training

/// `profile ARCHITECTURE on DATA [with RECIPE] …`.
struct ProfileCommand: Command {
  static let synopsis = Synopsis(
    "profile", "show where a training step spends its time",
    parameters: [
      Parameter("architecture", .architecture, "a declared architecture"),
      Parameter("data", .dataset, "a declared data set", after: "on"),
      Parameter(
        "recipe", .recipe, "a declared recipe (the architecture's own if left out)",
        after: "with", isRequired: false),
    ],
    options: [
      OptionSynopsis(
        "steps", .integer, "steps that are timed, after two that are not", initial: "10"),
      OptionSynopsis("rows", .integer, "kernels shown", initial: "20"),
      OptionSynopsis(
        "threads", .integer, "threads that compute", initial: "one per core",
        example: "profile mine on ring steps=2 threads=1"),
    ] + recipeOptions,
    discussion: """
      Kernels by the time that they take of a step, those of one kind on tensors of one shape \
      together. GFLOP/s counts the operations of doing it directly: Winograd's form needs fewer, \
      and can pass what the processor reaches otherwise. GB/s counts what a kernel reads and \
      writes once each. The last row is what passes between kernels. Nothing is kept.
      """,
    examples: [
      Example(
        "The five slowest kernels of a step.", "profile mine on ring steps=5 rows=5",
        given: .declarations)
    ],
    searchTerms: ["time", "slow", "fast", "speed", "kernels", "performance"], answer: .listing)

  private let architecture: Word
  private let data: Word
  private let recipe: Word?
  private let steps: Int
  private let rows: Int
  private let plan: RunPlan

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    architecture = try arguments.requiredWord("architecture")
    data = try arguments.requiredWord("data")
    recipe = try arguments.word("recipe")
    steps = try arguments.integer("steps", in: 1...100_000) ?? 10
    rows = try arguments.integer("rows", in: 1...10_000) ?? 20
    plan = try RunPlan(
      statement.options.filter { !["steps", "rows"].contains($0.key.text) })
  }

  func run(in session: Session) throws {
    let networks = try session.declaration(.architecture, named: architecture).architecture()
    let examples = try session.declaration(.dataset, named: data).dataset()
    let recipe: RecipeSpecification =
      try recipe.map { try session.declaration(.recipe, named: $0) }?.value()
      ?? .standard(for: networks)
    let specification = try plan.specification(networks, on: examples, with: recipe)
    try specification.checkFit(at: data.span)
    let dataset = try session.open(examples, namedBy: data, threads: plan.threads)
    try specification.checkBatch(fits: dataset, at: data.span)
    let backend = try session.makeBackend(plan.threads)
    var trainer = try Trainer(specification, dataset: dataset, backend: backend)
    for _ in 0..<2 { _ = trainer.advance() }
    var profiles: [ProgramProfile] = []
    for _ in 0..<steps { profiles += trainer.profile() }
    show(StepProfile(profiles, steps: steps), in: session)
  }

  private func show(_ profile: StepProfile, in session: Session) {
    var table = Table(["kernel", "tensors", "times", "ms", "share %", "GFLOP/s", "GB/s"])
    func share(_ seconds: Double) -> Table.Cell { .number(100 * seconds / profile.seconds) }
    func rate(_ amount: Int, _ row: StepProfile.Row) -> Table.Cell {
      amount == 0 ? .none : .number(Double(amount) / row.seconds / 1e9)
    }
    for row in profile.rows.prefix(rows) {
      table.append([
        .text(row.kernel), .text(row.tensors), .integer(row.times), .number(row.seconds * 1e3),
        share(row.seconds), rate(row.operations, row),
        rate(row.bytes, row),
      ])
    }
    let others = profile.rows.dropFirst(rows)
    if !others.isEmpty {
      let seconds = others.reduce(0) { $0 + $1.seconds }
      table.append([
        .text("others"), .none, .integer(others.reduce(0) { $0 + $1.times }),
        .number(seconds * 1e3), share(seconds), .none, .none,
      ])
    }
    table.append([
      .text("between kernels"), .none, .none, .number(profile.secondsBetween * 1e3),
      share(profile.secondsBetween), .none, .none,
    ])
    table.append([
      .text("a step"), .none, .integer(profile.rows.reduce(0) { $0 + $1.times }),
      .number(profile.seconds * 1e3), share(profile.seconds), .none, .none,
    ])
    session.show(table)
  }
}

/// Kernels of a step by their time: means over steps.
struct StepProfile {
  struct Row {
    let kernel: String
    let tensors: String
    /// Kernels in a step.
    var times = 0
    var seconds = 0.0
    var operations = 0
    var bytes = 0
  }

  /// The slowest first.
  let rows: [Row]
  let seconds: Double
  let secondsBetween: Double

  init(_ profiles: [ProgramProfile], steps: Int) {
    var rows: [String: Row] = [:]
    for kernel in profiles.flatMap(\.kernels) {
      let key = kernel.kernel + "\0" + kernel.tensors
      var row = rows[key] ?? Row(kernel: kernel.kernel, tensors: kernel.tensors)
      row.times += 1
      row.seconds += kernel.seconds
      row.operations += kernel.operations
      row.bytes += kernel.bytes
      rows[key] = row
    }
    self.rows = rows.values.map { row in
      var mean = row
      mean.times /= steps
      mean.seconds /= Double(steps)
      mean.operations /= steps
      mean.bytes /= steps
      return mean
    }.sorted { ($0.seconds, $0.tensors) > ($1.seconds, $1.tensors) }
    seconds = profiles.reduce(0) { $0 + $1.seconds } / Double(steps)
    secondsBetween = profiles.reduce(0) { $0 + $1.secondsBetween } / Double(steps)
  }
}
