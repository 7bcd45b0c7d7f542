import Compilation
import Datasets
import Foundation
import Language
import Networks
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `branch RUN [at STEP] [key=value …] [{ … }] [as NAME]`.
struct BranchCommand: Command {
  static let synopsis = Synopsis(
    "branch", "go another way from a checkpoint of a run",
    parameters: [
      Parameter("run", .run, "a run"),
      Parameter(
        "point", .checkpoint,
        "a step, 0, `best:METRIC`, `before alarm` or `last` (the newest if left out)",
        after: "at", isRequired: false),
      Parameter(
        "data", .dataset, "another data set of the same shape (the run's own if left out)",
        after: "on", isRequired: false),
      Parameter(
        "name", .newName, "what the branch is called (RUN-branch if left out)", after: "as",
        isRequired: false),
    ],
    options: runOptions + recipeOptions + networkOptions
      + DataOptions.synopses("branch base steps=4"),
    takesBlock: true, mayRunInBackground: true,
    discussion: """
      A new run that begins with what the run had learnt at a checkpoint, as it stood there: its recipe with \
      the dials where they had been turned to, its seed, its place in the data. What is typed holds \
      instead: every option of a recipe and of `run`, `latent`, `prior` and `pack` of `arch`, and in a block \
      networks that are written anew. The steps are counted on: at 2,000 with `steps=4000` it goes from step \
      2,001 to 6,000, and its curves go on from those of the run. Without `steps` it takes as many as were left.

      Everything whose name and shape fit is taken over: weights, running statistics, averages, what the \
      optimisers keep. What does not fit begins as in a new run, and which that is is said first. An optimiser \
      of another kind, or one that moves weights that are new, begins anew as a whole. A branch without any change has the same bits as the run.

      `at 0` begins the run anew with what is typed: with the data, networks and recipe of its own text, whatever \
      their names mean by now, and its seed.

      The branch keeps a checkpoint of the step at which it begins for itself: it goes on, and can be \
      repeated, when the run it comes from is deleted. `runs tree` draws which run came from which.
      """,
    examples: [
      Example(
        "Calmer from step 10 on.", "branch base at 10 lr=5e-5 penalty=r1:0.1 steps=20 as calmer",
        given: .kept),
      Example(
        "From where it was best.", "branch base at best:\(ExampleMetric.count) critic=2 steps=10",
        given: .kept),
      Example(
        "Another discriminator.",
        """
        branch base at 20 { discriminator { dense 24; lrelu 0.2; dense 16; lrelu 0.2; dense 1 } } \\
          steps=10 as stronger
        """,
        given: .kept),
      Example(
        "Its pictures were moved.",
        "branch base steps=2 path=pictures labels=pictures/ages.csv", given: .moved),
    ],
    searchTerms: [
      "fork", "rewind", "go back", "checkpoint", "continue", "fine-tune", "transfer", "change",
    ])

  let statement: Statement
  private let name: Word
  let newName: Word?
  private let point: BranchPoint
  let data: Word?
  let plan: RunPlan
  private let places: DataOptions

  init(parsing statement: Statement) throws(Diagnostic) {
    var statement = statement
    // `at before alarm` is what it says.
    let names = statement.operands.map(\.bareName)
    if let place = names.indices.dropLast().first(where: {
      names[$0] == "before" && names[$0 + 1] == "alarm"
    }) {
      let span = Span(
        statement.operands[place].span.start, statement.operands[place + 1].span.end)
      let word = "before-alarm"
      statement.operands.replaceSubrange(
        place...place + 1, with: [Term(.name(word), at: span, source: word)])
    }
    let arguments = try Arguments(statement, of: Self.synopsis)
    self.statement = statement
    name = try arguments.requiredWord("run")
    newName = try arguments.word("name")
    _ = try arguments.term("name")?.declaredName()
    point = try BranchPoint(arguments.term("point"))
    data = try arguments.word("data")
    places = try DataOptions(arguments)
    if let data, let place = places.place {
      throw Diagnostic(
        "`\(data.text)` says itself where its files are", at: place,
        help: ["leave this out, or declare the data anew"])
    }
    plan = try RunPlan(Self.ofRuns(statement.options), of: "branch")
  }

  /// The options that a `run` has as well.
  private static func ofRuns(_ options: [Option]) -> [Option] {
    let others =
      ArchitectureSpecification.changeableKeys + DataOptions.synopses("branch base").map(\.key)
    return options.filter { !others.contains($0.key.text) }
  }

  func run(in session: Session) throws {
    let parent = try session.run(named: name)
    if let newName, let run = try session.notebook().run(named: newName.text) {
      throw Diagnostic(
        "a run named `\(newName.text)` exists", at: newName.span,
        help: ["choose another name; `\(run.wayOn)` goes on with that one"])
    }
    let source = try parent.specification()
    let start = try self.start(of: parent, source, in: session)
    var specification = try specification(
      from: source, at: start.step, left: parent.stepsPlanned - start.step, in: session)
    // What the run had and is lost keeps no branch from beginning.
    let classifier =
      if let place = plan.place(of: "classifier") {
        try session.modeClassifier(for: &specification, at: place)
      } else {
        session.modeClassifierIfThere(for: &specification, at: name.span)
      }
    let features =
      RunEvaluation.keys.contains { plan.place(of: $0) != nil }
      ? try session.features(for: &specification, at: plan.place)
      : session.featuresIfThere(for: &specification)
    let found = try open(&specification, of: parent, start, in: session)
    try setLength(of: &specification, parent, from: start.step, over: found.dataset)
    let transfer = try start.checkpoint.map {
      try Transfer(of: $0, by: source, to: specification, count: found.dataset.count)
    }
    let notebook = try session.notebook()
    let turns =
      try notebook.journalledTweaks(of: parent).taken(
        after: start.step, without: plan.keys, into: specification.recipe)
      + specification.recipe.takeSchedules(
        saidBy: start.step > 0 ? plan.keys : [], from: start.step)
    let continuesSignals = start.step > 0 && specification.continuesSignals(of: source)
    let beginning = RunBeginning(
      tweaks: turns, kernels: specification.kernels(start.kernels, of: source),
      source: start.checkpoint.map {
        (checkpoint: $0, specification: source)
      },
      signals: SignalHistory(
        checks: continuesSignals
          ? try notebook.signalChecks(of: parent, source, upTo: start.step) : []),
      classifier: classifier, features: features)
    let record = BranchRecord(
      run: parent.name, step: start.step, digest: start.digest, continuesSignals: continuesSignals)
    try begin(
      specification, from: (parent, source, record, transfer), on: found, beginning, in: session)
  }

  /// Where a branch begins: with a checkpoint, or at step 0 without one.
  struct Start {
    var step = 0
    var digest = ""
    var checkpoint: Checkpoint?
    /// The choices of kernels of the run.
    let kernels: [String: String]
  }

  private func start(
    of parent: RunRecord, _ source: RunSpecification, in session: Session
  ) throws -> Start {
    if case .beginning = point, source.origin == nil {
      return Start(kernels: try session.notebook().kernels(of: parent))
    }
    let (row, checkpoint) = try point.find(of: parent, namedBy: name, in: session) {
      session.errors.line("\(session.errors.styled("warning:", .yellow)) \($0)")
    }
    return Start(
      step: row.step, digest: row.digest, checkpoint: checkpoint, kernels: checkpoint.kernels)
  }

  /// What a branch of a run from a step is.
  ///
  /// - Parameter left: steps that were left of the run there; nil: as its text says.
  /// - Throws: where it cannot be such a run.
  func specification(
    from source: RunSpecification, at step: Int, left: Int? = nil, in session: Session
  ) throws -> RunSpecification {
    var specification = try changed(source, left: left ?? source.steps - step, in: session)
    // Of a run that began with weights the first checkpoint is of step 0.
    if step > 0 || source.origin != nil {
      specification.origin = RunOrigin(step: step, fingerprint: source.fingerprint)
    }
    return specification
  }

  /// What the run was, with what is typed instead.
  ///
  /// - Throws: where it cannot be such a run.
  private func changed(
    _ source: RunSpecification, left: Int, in session: Session
  ) throws -> RunSpecification {
    var specification = source
    var options = try OptionReader(statement.options, of: "`branch`")
    let before = try Model(source.architecture).kind
    for item in statement.block?.items ?? [] {
      let role = NetworkSpecification.Role(rawValue: item.name.text)
      guard let role, !before.roles.contains(role) else { continue }
      throw otherKind(before, "has no \(role.rawValue)", at: item.name.span)
    }
    let architecture = try source.architecture.changed(by: statement.block, &options, .all)
    let kind = try Model(architecture).kind
    guard kind == before else {
      throw otherKind(before, "cannot become \(kind.spoken)", at: statement.block?.span)
    }
    specification.architecture = architecture
    try plan.change(&specification, left: left)
    if let data {
      specification.dataset = try session.declaration(.dataset, named: data).dataset()
    }
    if let test = plan.test {
      specification.test = try session.declaration(.dataset, named: test).dataset()
    }
    try specification.checkFit(at: data?.span ?? name.span)
    try specification.checkTestFit(at: plan.test?.span ?? data?.span)
    do {
      try specification.recipe.check(fits: architecture) { key in
        statement.options.first { $0.key.text == key }?.span
      }
    } catch {
      var fault = error
      fault.span = fault.span ?? statement.block?.span ?? name.span
      throw fault
    }
    try session.check(
      specification.retention, of: specification.observation, at: plan.retentionPlace)
    try session.check(
      specification.observation.goal, of: specification.observation,
      at: plan.place(of: "stop-when"))
    try session.check(
      specification.observation.response, on: architecture,
      at: plan.place(of: "on-collapse") ?? name.span)
    return specification
  }

  private func otherKind(_ kind: Model.Kind, _ fact: String, at place: Span?) -> Diagnostic {
    Diagnostic(
      "run `\(name.text)` trains \(kind.spoken), and a branch of it \(fact)", at: place,
      help: ["begin a run of its own: `arch …`, then `run …`"])
  }

  /// Data that a branch is trained and measured on.
  struct OpenData {
    let dataset: Dataset
    let test: Dataset?
    /// Of the run's own data; nil: they are others.
    let found: FoundData?
  }

  private func open(
    _ specification: inout RunSpecification, of parent: RunRecord, _ start: Start,
    in session: Session
  ) throws -> OpenData {
    let threads = threads(of: parent, start.kernels)
    guard let data else {
      // A test set that is named here is opened by its name.
      var own = specification
      if plan.test != nil { own.test = nil }
      let found = try session.findData(
        of: parent, own, places, verb: "branch", namedBy: name, threads: threads)
      try specification.checkBatch(
        fits: found.dataset, at: plan.place(of: "batch") ?? name.span)
      let test =
        try plan.test.flatMap { word in
          try session.openTest(
            of: specification, namedBy: word, besides: found.dataset, threads: threads)
        } ?? found.test
      return OpenData(dataset: found.dataset, test: test, found: found)
    }
    let dataset = try session.open(specification.dataset, namedBy: data, threads: threads)
    try specification.takeLabels(of: dataset, namedBy: data)
    try specification.checkBatch(fits: dataset, at: data.span)
    let test = try session.openTest(
      of: specification, namedBy: plan.test ?? name, besides: dataset, threads: threads)
    return OpenData(dataset: dataset, test: test, found: nil)
  }

  func threads(of parent: RunRecord, _ kernels: [String: String]) -> Int {
    plan.threads ?? Training.threads(choosing: kernels) ?? parent.threads
  }

  /// Counts the further steps on from where it begins.
  private func setLength(
    of specification: inout RunSpecification, _ parent: RunRecord, from step: Int,
    over dataset: Dataset
  ) throws {
    guard plan.hasLength else {
      guard parent.stepsPlanned > step else {
        throw Diagnostic(
          "of the \(counted(parent.stepsPlanned, "step")) of run `\(parent.name)` none is left after step "
            + "\(grouped(step))", at: name.span,
          help: ["say how many further ones: `steps=\(max(1, step))`"])
      }
      specification.steps = try parent.specification(steps: parent.stepsPlanned).steps
      return
    }
    try plan.setLength(of: &specification, over: dataset)
    let most = Limits.steps.upperBound - step
    guard specification.steps <= most else {
      throw Diagnostic(
        "no run takes more than \(grouped(Limits.steps.upperBound)) steps, and \(grouped(step)) are done",
        at: plan.place(of: "steps") ?? plan.place(of: "epochs"))
    }
    specification.steps += step
  }
}
