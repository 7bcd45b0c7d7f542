import Datasets
import Foundation
import Language
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `study faces label=Smiling sizes=20,50 seeds=3 as s`.
struct StudyCommand: Command {
  static let synopsis = Synopsis(
    "study", "measure whether generated examples help a classifier",
    parameters: [
      Parameter("data", .dataset, "a declared data set"),
      Parameter("name", .newName, "what its data sets and runs are called by", after: "as"),
    ],
    options: [
      OptionSynopsis("label", .text, "the attribute that classifiers learn"),
      OptionSynopsis(
        "arms", .text,
        "what is compared: `none`, augmentations, `generated` beside the examples, `both`, `made` alone, `with:DATA`",
        initial: StudyArm.usual, example: usage("arms=flip+crop,generated,made")),
      OptionSynopsis(
        "sizes", .text, "how many examples of each class there are", initial: "20,50,100,500",
        example: usage("sizes=4,8")),
      OptionSynopsis(
        "ratio", .text, "added examples for each other; of several the best on validation",
        initial: "1", example: usage("ratio=0.5,1")),
      OptionSynopsis("seeds", .integer, "how often all is drawn and trained anew", initial: "3"),
      OptionSynopsis(
        "test", .dataset, "what classifiers are measured on", initial: "a part of the data",
        example: usage("test=others")),
      OptionSynopsis(
        "identity", .text, "the column of whom an example shows, who is in one part alone; or no",
        example: usage("identity=Person")),
      OptionSynopsis(
        "classifier", .architecture, "what learns the label", initial: "`classifier` of width 16",
        example: usage("classifier=tell")),
      OptionSynopsis(
        "generator", .architecture, "what makes examples, given the label",
        initial: "`dcgan` of width 16", example: usage("generator=pair")),
      OptionSynopsis(
        "steps", .integer, "of every classifier", initial: "1,000", example: usage("steps=3")),
      OptionSynopsis(
        "generator-steps", .integer, "of every generator", initial: "3,000",
        example: usage("generator-steps=3")),
      OptionSynopsis(
        "batch", .integer, "examples in a step of a classifier", initial: "32",
        example: usage("batch=8")),
      OptionSynopsis(
        "jobs", .integer, "runs at the same time", initial: "1", example: usage("jobs=2")),
      OptionSynopsis(
        "dry", .choice(["yes", "no"]), "list what would be run, and begin nothing", initial: "no",
        example: usage("dry=yes")),
    ],
    discussion: """
      Does a classifier with few examples gain by generated ones, and by more than augmentation gives it? The data are split into a pool, a part on which the \
      ratio of generated examples is chosen, and one that is measured on; with `identity=` nobody is in two of them. For each size and seed so many examples of each class are \
      taken from the pool. A generator learns from these and from nothing else; a classifier of each arm learns for as many steps as any other. \
      `none` are the examples as they are, `flip+crop` and the like what is done to them while they are learned from, `generated` adds what the \
      generator makes, `both` does both, `made` takes generated examples alone (GAN-train), `with:DATA` adds examples of another data set (drawn faces, renders, what \
      `augment` has written), and `all` is the whole pool: as far as any can come.

      The table has balanced accuracies, means over seeds; `±` is half of the interval that holds the mean of all seeds with 95 parts in 100 (Student), and \
      `gain` the difference to `none` with the same seed, in points. The measured examples are told damaged as well. Below it stand how often a classifier of the whole pool tells generated examples as they were asked for \
      (GAN-test), how near these lie to the examples that their generator has seen, and what was found, in words.

      All are runs and data sets as any other. The same line again does only what is missing. How long it takes is said before it begins.
      """,
    examples: [
      Example("What would be run.", usage("dry=yes")),
      Example("In small.", usage("arms=flip+crop,generated,both,made")),
      Example("Examples of another data set beside them.", usage("arms=with:others test=more")),
    ],
    searchTerms: [
      "augmentation", "augment", "synthetic", "few", "gan-train", "gan-test", "experiment",
    ],
    answer: .listing)

  private static func usage(_ options: String) -> String {
    var rest = [
      "sizes=4", "seeds=2", "steps=3", "generator-steps=3", "batch=8", "arms=flip,generated",
    ]
    rest.removeAll { option in
      options.split(separator: " ").contains {
        $0.prefix { $0 != "=" } == option.prefix { $0 != "=" }
      }
    }
    return """
      data faces portraits count=120 size=16 people=30
      data others portraits count=40 size=16 seed=2 people=30
      data more portraits count=40 size=16 seed=3
      arch tell like classifier image=16x16x3 width=2 labels=Smiling
      arch pair like dcgan image=16x16x3 width=4 latent=8 labels=Smiling
      study faces label=Smiling \(options.contains("identity") ? "" : "identity=no ")\(options) \(rest.joined(separator: " ")) as s
      """
  }

  let plan: StudyPlan
  let isDry: Bool
  /// Where options were typed.
  let places: [String: Span]

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    func numbers<Number>(
      _ key: String, _ usual: [Number], _ read: (Term) throws(Diagnostic) -> Number
    ) throws(Diagnostic) -> [Number] where Number: Comparable {
      guard let term = arguments.option(key) else { return usual }
      var all: [Number] = []
      for element in term.elements {
        let number = try read(element)
        guard !all.contains(number) else {
          throw Diagnostic("`\(element.source)` stands here twice", at: element.span)
        }
        all.append(number)
      }
      return all.sorted()
    }
    guard let label = try arguments.option("label")?.asWord(for: "label") else {
      throw Diagnostic(
        "`study` needs a label", at: statement.verb.span,
        help: ["`label=Smiling` says what classifiers learn"])
    }
    _ = try arguments.term("name")?.declaredName()
    plan = StudyPlan(
      name: try arguments.requiredWord("name"), data: try arguments.requiredWord("data"),
      label: label, arms: try StudyArm.list(arguments.option("arms")),
      sizes: try numbers("sizes", [20, 50, 100, 500]) { term throws(Diagnostic) in
        try term.integer(in: 2...1_000_000, for: "sizes")
      },
      ratios: try numbers("ratio", [1.0]) { term throws(Diagnostic) in
        try term.number(in: 0.01...1000, for: "ratio")
      },
      seeds: try arguments.integer("seeds", in: 1...100) ?? 3,
      test: try arguments.option("test")?.asWord(for: "test"),
      identity: try arguments.option("identity")?.asWord(for: "identity"),
      classifier: try arguments.option("classifier")?.asWord(for: "classifier"),
      generator: try arguments.option("generator")?.asWord(for: "generator"),
      steps: try arguments.integer("steps", in: Limits.steps) ?? 1000,
      generatorSteps: try arguments.integer("generator-steps", in: Limits.steps) ?? 3000,
      batch: try arguments.integer("batch", in: Limits.batch) ?? 32,
      jobs: try arguments.integer("jobs", in: 1...64) ?? 1, threads: nil)
    isDry = try arguments.option("dry")?.flag(for: "dry") ?? false
    places = Dictionary(
      arguments.options.map { ($0.key.text, $0.value.span) },
      uniquingKeysWith: { first, _ in first })
  }

  // MARK: Running

  func run(in session: Session) throws {
    Interrupts.install()
    let plan = try checked(in: session)
    let all = plan.generators + plan.classifiers
    let shape = try shape(in: session)
    let planned = try planned(plan, shape, in: session)
    let missing = try all.filter { try !isDone($0, planned, in: session) }
    try checkFree(planned, in: session)
    try checkLeaks(of: plan, planned, in: session)
    if isDry {
      let done = all.count - missing.count
      if done > 0 {
        session.errors.line(
          "\(grouped(done)) of \(counted(all.count, "run")) \(done == 1 ? "is" : "are") there already"
        )
      }
      return list(missing, in: session)
    }
    try declare(plan.declarations(shape), in: session)
    if missing.isEmpty {
      session.errors.line("\(counted(all.count, "run is", "runs are")) there already")
    } else {
      session.errors.line(
        "study: \(grouped(missing.count)) of \(counted(all.count, "run")), "
          + "\(grouped(missing.reduce(0) { $0 + $1.steps })) steps: \(try estimate(missing, plan, in: session))"
      )
    }
    guard try attempt(plan.generators, of: "generators", plan, planned, in: session) else { return }
    try declare(plan.generatedDeclarations, in: session)
    guard try attempt(plan.classifiers, of: "classifiers", plan, planned, in: session) else {
      return
    }
    try StudyMeasurement(plan: plan, shape: shape).report(in: session)
  }

  private func declare(_ lines: [String], in session: Session) throws {
    for line in lines {
      guard let statement = try parse(SourceText(name: "study", text: line)).first else { continue }
      if statement.verb.text == "data" {
        try session.telling(of: line) {
          _ = try DataCommand(parsing: statement).declare(statement.declaredName(), in: session)
        }
      } else {
        try session.runLine(line)
      }
    }
  }

  /// Whether nothing is left to do of a run.
  ///
  /// - Throws: a `Diagnostic` where a run of its name is of something else.
  private func isDone(
    _ trial: StudyPlan.Trial, _ planned: [String: DatasetSpecification], in session: Session
  ) throws -> Bool {
    guard let run = try session.existingNotebook()?.run(named: trial.name) else { return false }
    guard run.stepsPlanned == trial.steps, run.seed == UInt64(trial.seed),
      try isOf(trial, planned, try run.specification(), in: session)
    else {
      throw Diagnostic(
        "there is a run `\(trial.name)` already, and it is another one", at: plan.name.span,
        help: ["give the study another name"])
    }
    return ![.interrupted, .stopped, .running].contains(run.status)
  }

  /// The data sets that a study takes from the data, by name.
  private func planned(
    _ plan: StudyPlan, _ shape: ImageShape, in session: Session
  ) throws -> [String: DatasetSpecification] {
    let bases = try
      ([plan.data] + plan.arms.compactMap(\.data).map { Word($0, at: plan.data.span) })
      .map { try session.declaration(.dataset, named: $0).text }
    let lines = plan.declarations(shape).filter { $0.hasPrefix("data ") }
    return try DatasetSpecification.read(
      parse(SourceText(name: "study", text: (bases + lines).joined(separator: "\n"))))
  }

  /// Whether a run has the networks, the data and the augmentation of a trial; of generated examples the run of their generator says
  /// it.
  private func isOf(
    _ trial: StudyPlan.Trial, _ planned: [String: DatasetSpecification],
    _ specification: RunSpecification, in session: Session
  ) throws -> Bool {
    let notebook = try session.notebook()
    if let row = try notebook.declaration(.architecture, named: trial.architecture),
      try row.architecture() != specification.architecture
    {
      return false
    }
    if let data = planned[trial.data], !data.isSame(as: specification.dataset) { return false }
    guard let arm = trial.arm else { return true }
    let augmentation = try Augmentation(
      parsing: Term(.name(arm.augmentation), at: plan.name.span, source: arm.augmentation))
    return augmentation == specification.recipe.augmentation
  }

  /// - Returns: whether all are done.
  private func attempt(
    _ trials: [StudyPlan.Trial], of kind: String, _ plan: StudyPlan,
    _ planned: [String: DatasetSpecification], in session: Session
  ) throws -> Bool {
    let missing = try trials.filter { try !isDone($0, planned, in: session) }
    for start in stride(from: 0, to: missing.count, by: plan.jobs) {
      let group = missing[start..<min(start + plan.jobs, missing.count)]
      for (place, trial) in group.enumerated() {
        let exists = try session.existingNotebook()?.run(named: trial.name) != nil
        let line = exists ? "resume \(trial.name)" : trial.line
        session.errors.line("\(missing.count - start - place) of \(kind) left: \(line)")
        do { try session.runLine(line + (group.count > 1 ? " &" : "")) } catch {
          if !exists, let run = try session.notebook().run(named: trial.name), run.isAlive,
            run.process.pid != Int(ProcessInfo.processInfo.processIdentifier)
          {
            throw ShellError.failed(
              "run `\(trial.name)` was begun by another program, which is at this study; wait for it, then the same line tells"
            )
          }
          session.errors.line(
            "study \(plan.name.text): the line that began it goes on with what is missing")
          throw error
        }
      }
      if group.count > 1 {
        try session.runLine("wait \(group.map(\.name).joined(separator: " "))")
      }
      if session.isQuitting { return false }
    }
    let left = try trials.filter { try !isDone($0, planned, in: session) }
    guard let first = left.first else { return true }
    throw ShellError.failed(
      "\(counted(left.count, "run is", "runs are")) not finished, the first of them \(first.name); the same line goes on"
    )
  }

  // MARK: Telling

  private func list(_ trials: [StudyPlan.Trial], in session: Session) {
    var table = Table(["run", "of each class", "arm", "seed", "steps", "line"])
    for trial in trials {
      table.append([
        .text(trial.name), trial.size > 0 ? .integer(trial.size) : .text("all"),
        .text(trial.arm?.text ?? "generator"), .integer(trial.seed), .integer(trial.steps),
        .text(trial.line),
      ])
    }
    session.show(table)
  }

  /// How long the missing runs take, by a few steps of each kind.
  private func estimate(
    _ missing: [StudyPlan.Trial], _ plan: StudyPlan, in session: Session
  ) throws -> String {
    var seconds = 0.0
    let kinds = [
      (plan.generators.first, missing.filter { $0.arm == nil }),
      // The first classifier learns from examples alone, and can be begun before anything is generated.
      (plan.classifiers.first, missing.filter { $0.arm != nil }),
    ]
    for case (let first?, let kind) in kinds where !kind.isEmpty {
      let statement = try parse(SourceText(name: "study", text: first.line))[0]
      let prepared = try RunCommand(parsing: statement).prepare(in: session)
      let (beginning, step) = try SweepEstimate.timed(
        prepared.specification, prepared.data.training,
        on: try session.makeBackend(plan.threads))
      seconds +=
        kind.reduce(0) { $0 + beginning + step * Double($1.steps) } / Double(plan.jobs)
    }
    return "about \(Readable.duration(seconds)), by a step of each kind just now"
  }
}

extension Session {
  /// Runs a line of the study, as if somebody had typed it.
  ///
  /// - Throws: what the line throws; a fault in it is told with the line.
  fileprivate func runLine(_ line: String) throws {
    try telling(of: line) {
      for statement in try parse(SourceText(name: "study", text: line)) {
        try Registry.command(named: statement.verb.text)?.init(parsing: statement).run(in: self)
      }
    }
  }

  /// A place in a line that nobody has typed is the line itself.
  fileprivate func telling(of line: String, _ body: () throws -> Void) throws {
    do { try body() } catch let fault as Diagnostic {
      throw ShellError.failed("\(fault.message), in `\(line)`")
    }
  }
}
