import Compilation
import Datasets
import Digests
import Foundation
import Language
import MetricDescriptions
import Networks
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `run ARCHITECTURE on DATA [with RECIPE] …`.
struct RunCommand: Command {
  static let synopsis = Synopsis(
    "run", "train a pair of networks on a data set",
    parameters: [
      Parameter("architecture", .architecture, "a declared architecture"),
      Parameter("data", .dataset, "a declared data set", after: "on"),
      Parameter(
        "recipe", .recipe, "a declared recipe (the architecture's own if left out)",
        after: "with", isRequired: false),
      Parameter(
        "source", .anyOf([.run, .path]),
        "a run whose newest weights it begins with, where they fit, or a file of weights (PyTorch's or safetensors)",
        after: "from", isRequired: false),
      Parameter(
        "name", .newName, "what the run is called (architecture-1, -2, … if left out)",
        after: "as", isRequired: false),
    ],
    options: [
      OptionSynopsis("steps", .integer, "updates of the generator", initial: "20k"),
      OptionSynopsis(
        "epochs", .number, "passes over the data, instead of steps",
        example:
          "data faces portraits count=16 size=16; arch small like mlp image=16x16x3 width=8; run small on faces epochs=1 batch=8 as short"
      ),
      OptionSynopsis(
        "test", .dataset, "a declared data set that the run is measured on and not trained on",
        example: "data other ring modes=8; run mine on ring test=other steps=5 as measured"),
      OptionSynopsis("seed", .integer, "what all random numbers are drawn with", initial: "1"),
      OptionSynopsis(
        "threads", .integer, "threads that compute", initial: "one per core",
        example: "run mine on ring steps=5 threads=1 as single"),
      OptionSynopsis(
        "log-every", .integer, "steps between logged metrics", initial: "1",
        example: "run mine on ring steps=20 log-every=10 as sparse"),
      OptionSynopsis(
        "sample-every", .integer, "steps between sample sheets", initial: "500",
        example: "run mine on ring steps=20 sample-every=10 as pictured"),
      OptionSynopsis(
        "samples", .integer, "samples on a sheet", initial: "64",
        example: "run mine on ring steps=5 samples=16 as few"),
      OptionSynopsis(
        "checkpoint-every", .integer, "steps between checkpoints", initial: "500",
        example: "run mine on ring steps=20 checkpoint-every=10 as careful"),
      OptionSynopsis(
        "keep", .text,
        "which checkpoints stay: last:N, spread:N, every:STEPS, best:METRIC, joined with +",
        initial: "\(Retention.standard)",
        example: "run mine on ring steps=60 checkpoint-every=10 "
          + "keep=last:2+every:20+best:\(ExampleMetric.count) as kept"),
      OptionSynopsis(
        "signals", .text,
        "the share of the time in which signs of collapse may be measured, or no",
        initial: "3%", example: "run mine on ring steps=20 signals=no as unwatched"),
      OptionSynopsis(
        "on-collapse", .text, "what an alarm does: warn, pause, or branch:RECIPE",
        initial: "warn", example: "run mine on ring steps=20 on-collapse=pause as guarded"),
      OptionSynopsis(
        "gradients", .choice(["networks", "layers"]), "whose gradients are measured",
        initial: "networks", example: "run mine on ring steps=20 gradients=layers as detailed"),
      OptionSynopsis(
        "classifier", .run, "a classifier's run by which the modes of samples are counted, or no",
        initial: "no",
        example: """
          data drawn portraits count=32 size=8 channels=1
          arch tell custom image=8x8x1 labels=Smiling,Eyeglasses { classifier { flatten; dense 2 } }
          run tell on drawn batch=16 steps=20 as judge
          arch pair custom image=8x8x1 latent=2 { generator { dense 8x8x1; tanh }
            discriminator { flatten; dense 1 } }
          run pair on drawn batch=16 steps=5 classifier=judge as counted
          """),
      OptionSynopsis(
        "evaluate", .list(.choice(Measure.ofSamples.map(\.keyword))),
        "what samples are measured by while it trains, or no", initial: "no",
        example: "run mine on ring steps=20 evaluate=kid,coverage as measured"),
      OptionSynopsis(
        "evaluate-every", .integer, "steps between measuring", initial: "those of sample sheets",
        example: "run mine on ring steps=20 evaluate=kid evaluate-every=10 as measured"),
      OptionSynopsis(
        "evaluate-samples", .integer, "samples that are measured",
        initial: grouped(RunEvaluation.usualSamples),
        example: "run mine on ring steps=20 evaluate=kid evaluate-samples=500 as measured"),
      OptionSynopsis(
        "evaluate-features", FeatureChoice.kind,
        "what makes features of images for it: a network, or a run of a classifier or an encoder",
        initial: FeatureChoice.usual.rawValue,
        example: """
          data drawn portraits count=32 size=16; arch small like mlp image=16x16x3 width=8
          run small on drawn batch=8 steps=4 evaluate=kid evaluate-features=pixels as measured
          """),
      OptionSynopsis(
        "evaluate-budget", .text, "the share of the time that measuring may take, or no",
        initial: "5%, with `evaluate-every` no",
        example: "run mine on ring steps=20 evaluate=kid evaluate-budget=10% as measured"),
      OptionSynopsis(
        "stop-when", .text, "a metric and where the run ends before its last step, or no",
        initial: "no",
        example: "run mine on ring steps=60 stop-when='\(ExampleMetric.otherLoss)<9' as short"),
      OptionSynopsis(
        "patience", .integer,
        "values of that metric, none better than the best before them, after which it ends",
        example: "run mine on ring steps=60 stop-when=\(ExampleMetric.loss) patience=9 as short"),
    ] + recipeOptions,
    mayRunInBackground: true,
    discussion: """
      The run is in the notebook before its first step: specification, seed, machine, build and \
      the state of git. Its metrics follow within a fraction of a second, so that nothing is lost \
      when the machine goes down; sample sheets and checkpoints follow at their intervals. The last three \
      checkpoints and ten spread evenly over the run stay, unless `keep` says otherwise; `show RUN` \
      tells which stay and why. The same line with the same seed and threads gives the same \
      bits, however many cores there are and whatever else they do.

      Ctrl-C stops at the end of a step, saved; `resume` goes on as if nothing had been. A second \
      Ctrl-C leaves at once. Options of `recipe` may be given here too and hold for this run; numbers that are dials may \
      glide, `glr=1e-3->1e-4 over 1000`, and do so over the whole run without `over` (`help schedule`).

      `classifier=RUN` counts modes of images at the steps of sample sheets and at the end: of samples, how many \
      classes, or combinations of attributes, the newest checkpoint of that run tells. For 1,000 modes 25,600 samples \
      are made, for 100 and fewer 2,500. A classifier of one digit tells `stacked-mnist` channel by channel.

      `evaluate=kid,coverage` measures samples as `evaluate RUN metrics=…` does: those of the run's seed, beside up to \
      \(grouped(RunEvaluator.mostExamples)) examples, at every sample sheet that the share of the time allows and after the last step; with \
      `evaluate-every` at its steps, whatever that takes. `keep=best:kid` keeps the checkpoint that was best by it, and `best by kid` \
      ranks runs by it. `stop-when='kid<0.02'` ends the run, saved, at the first value below; with `patience=5` it also ends when five \
      values in a row were no better than the best before them. A run that goes on begins to count anew.

      `from RUN` begins with the newest weights of another run instead of random ones: each that has the name and the shape of one here is \
      taken over, with averages and an optimiser of which all fits, and what begins anew is listed; so other data, other classes, another \
      resolution or another recipe can go on from what was learned. Labels go by their place and not by their name. Of another resolution that fits which has the same layers: a `dcgan` \
      of twice the side has one more at the wide end, so that with half the `width` its generator's other layers fit, and its discriminator's do not. Steps count on from those of that run, which is the run's parent in \
      `runs tree`. `freeze=discriminator:3` keeps the weights of the first three layers of a network (Mo et al. 2020), `freeze=discriminator:3:0.1` lets them move at a tenth of the rate; running statistics move.

      `from weights.pth` begins with weights that PyTorch (`torch.save` of a state dict) or safetensors has saved: one network of \
      the model or more, in a wrapper (`state_dict`, `model`) or not. What gansh has exported of the same layers is taken by name; of other layers, or of another \
      program's file, each network's layers in order, where their shapes fit, `netG.main.0.weight` as the first layer of \
      the generator, with running statistics and the vectors of spectral norms; nothing in a pickle is run. What was taken, what begins anew and what fits \
      nowhere is listed. With `steps=0` the run is what was taken over and nothing else, \
      for `samples`, `edit`, `repair` and `evaluate`. The file's SHA-256 is part of the run.

      With `&` at the end it runs in the background: the prompt is back at once, `jobs` tells how far \
      it is, `tune` turns its dials, `pause`, `resume`, `stop` and `wait` do what they say.
      """,
    examples: [
      Example(
        "Train, in the notebook as `base`.", "run mine on ring steps=300 seed=7 as base",
        given: .declarations),
      Example(
        "With a recipe, one number of it changed.",
        "run mine on ring with calm lr=1e-4 steps=200 as slow", given: .declarations),
      Example(
        "With the weights of another run, on other data, some of them kept as they are.",
        """
        run mine on ring steps=60 as base
        data other ring modes=6
        run mine on other from base freeze=discriminator:1 steps=40 as tuned
        """, given: .declarations),
      Example(
        "With the weights of a file, and no step beyond them.",
        """
        run mine on ring steps=60 as base
        export base to base.safetensors
        run mine on ring from base.safetensors steps=0 as taken
        """, given: .declarations),
    ],
    searchTerms: [
      "train", "start", "launch", "fit", "epochs", "import", "pytorch", "weights", "safetensors",
    ])

  private let statement: Statement
  private let architecture: Word
  private let data: Word
  private let recipe: Word?
  /// The run or the file whose weights it begins with.
  private let source: Word?
  private let name: Word?
  private let plan: RunPlan

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    self.statement = statement
    architecture = try arguments.requiredWord("architecture")
    data = try arguments.requiredWord("data")
    recipe = try arguments.word("recipe")
    source = try arguments.word("source")
    name = try arguments.word("name")
    _ = try arguments.term("name")?.declaredName()
    plan = try RunPlan(statement.options, takesOver: source != nil)
  }

  /// Everything that is found out before a run begins.
  struct Prepared {
    var specification: RunSpecification
    let data: (training: Dataset, test: Dataset?)
    let rows: (architecture: Int64, dataset: Int64, recipe: Int64?)
    let classifier: ModeClassifier?
    /// What makes features of samples that are measured while it trains.
    let features: FeatureSource?
    /// What it begins with; nil: as any run of its seed.
    var source: WeightSource?
  }

  func run(in session: Session) throws {
    if let name, let run = try session.notebook().run(named: name.text) {
      throw Diagnostic(
        "a run named `\(name.text)` exists", at: name.span,
        help: ["choose another name; `\(run.wayOn)` goes on with that one"])
    }
    if let name, try session.notebook().sweep(named: name.text) != nil {
      throw Diagnostic(
        "a sweep named `\(name.text)` exists", at: name.span, help: ["choose another name"])
    }
    try launch(try prepare(in: session), in: session)
  }

  /// Runs what a sweep asks for.
  ///
  /// - Throws: also where what it is made of means something else than when the sweep was planned.
  func run(ofTrial trial: TrialRecord, in session: Session) throws {
    var prepared = try prepare(in: session)
    // Where the better ones go on, it is made longer later.
    prepared.specification.steps = trial.plan.steps
    guard prepared.specification.fingerprint == trial.plan.fingerprint else {
      throw ShellError.failed(
        "what \(trial.plan.name) is made of means something else than when it was planned")
    }
    try launch(prepared, of: trial, in: session)
  }

  /// Looks up what the names mean, opens the data, and sees that everything fits.
  func prepare(
    in session: Session, with opened: OpenedDatasets = OpenedDatasets()
  ) throws -> Prepared {
    let declared = try session.declaration(.architecture, named: architecture)
    let dataRow = try session.declaration(.dataset, named: data)
    let recipeRow = try recipe.map { try session.declaration(.recipe, named: $0) }
    let networks = try declared.architecture()
    let examples = try dataRow.dataset()
    let recipe: RecipeSpecification = try recipeRow?.value() ?? .standard(for: networks)
    var specification = try plan.specification(networks, on: examples, with: recipe)
    if let test = plan.test {
      specification.test = try session.declaration(.dataset, named: test).dataset()
    }
    try specification.checkFit(at: data.span)
    try specification.checkTestFit(at: plan.test?.span)
    do {
      try specification.recipe.check(fits: networks, place: plan.place)
    } catch {
      var fault = error
      // Said by a recipe or an architecture that was declared before.
      fault.span = fault.span ?? (self.recipe ?? architecture).span
      throw fault
    }
    let features = try session.features(for: &specification, at: plan.place)
    try session.check(
      specification.retention, of: specification.observation, at: plan.retentionPlace)
    try session.check(
      specification.observation.goal, of: specification.observation,
      at: plan.place(of: "stop-when"))
    try checkTested(specification)
    try session.check(
      specification.observation.response, on: networks,
      at: plan.place(of: "on-collapse") ?? data.span)
    let classifier = try session.modeClassifier(
      for: &specification, at: plan.place(of: "classifier") ?? data.span)
    let dataset = try opened.open(
      examples, namedBy: data, threads: plan.threads, in: session)
    try specification.takeLabels(of: dataset, namedBy: data)
    try specification.checkBatch(fits: dataset, at: data.span)
    try plan.setLength(of: &specification, over: dataset)
    let test = try plan.test.flatMap { word in
      try session.openTest(
        of: specification, namedBy: word, besides: dataset, threads: plan.threads, with: opened)
    }
    let source = try self.source.map {
      try session.weightSource(
        $0, for: &specification, of: architecture, steps: plan.place(of: "steps"),
        count: dataset.count)
    }
    return Prepared(
      specification: specification, data: (dataset, test),
      rows: (declared.id, dataRow.id, recipeRow?.id), classifier: classifier,
      features: features, source: source)
  }

  private func launch(
    _ prepared: Prepared, of trial: TrialRecord? = nil, in session: Session
  ) throws {
    let (specification, data, rows) = (prepared.specification, prepared.data, prepared.rows)
    let source = prepared.source
    let notebook = try session.notebook()
    let backend = try session.makeBackend(plan.threads)
    let git = try session.journal.git()
    func start(_ name: String) -> RunStart {
      RunStart(
        name: name, session: session.journal.sessionRow, architecture: rows.architecture,
        dataset: rows.dataset, recipe: rows.recipe,
        text: specification.script(
          architecture: architecture.text, dataset: self.data.text,
          recipe: recipe?.text ?? "\(architecture.text)-recipe", run: name,
          test: plan.test?.text ?? "test"),
        seed: specification.seed, stepsPlanned: specification.steps,
        build: session.configuration.build, threads: backend.threads, kernels: backend.description,
        git: git, data: DataContent(data.training),
        parent: source?.parent,
        stepsTaken: source?.step ?? 0, events: source.map { [$0.event] } ?? [])
    }
    let folder = try session.takeRunsFolder()
    if let name { try session.checkFolder(ofNewRun: name, in: folder) }
    let row: RunRecord
    if let trial {
      guard let begun = try notebook.begin(start(trial.plan.name), ofTrial: trial.id) else {
        throw ShellError.interrupted
      }
      row = begun
    } else if let name {
      row = try notebook.begin(start(name.text))
    } else {
      row = try notebook.begin(
        named: .counted(architecture.text), avoiding: folder.takenNames, start)
    }
    session.errors.line(
      "\(row.name): \(counted(specification.steps - (source?.step ?? 0), "step")) of "
        + "\(architecture.text) on \(data.training), seed \(specification.seed)"
        + (source.map { ", from \($0.spoken)" } ?? ""))
    for line in source?.lines ?? [] { session.errors.line("  \(line)") }
    if let test = data.test { try session.keep(test: test, ofRun: row) }
    let caution = specification.caution(ofNumbersIn: data.training)
    for caution in specification.cautions(.all) + (caution.map { [$0] } ?? []) {
      session.errors.line("note: \(caution)")
    }
    try session.launch(
      new: row, specification, on: data.training, test: data.test, with: backend, in: folder,
      from: RunBeginning(
        source: source?.checkpoint, weights: source?.weights, classifier: prepared.classifier,
        features: prepared.features),
      step: source?.step ?? 0, inBackground: statement.isBackground)
  }
}

extension RunCommand {
  /// - Throws: where a checkpoint is to be kept, or the run to end, by what is measured on data that it has not.
  private func checkTested(_ specification: RunSpecification) throws(Diagnostic) {
    guard specification.test == nil else { return }
    let wanted = [
      ("keep", specification.retention.metrics, plan.retentionPlace),
      (
        "stop-when", specification.observation.goal.map { [$0.metric] } ?? [],
        plan.place(of: "stop-when")
      ),
    ]
    for (option, metrics, place) in wanted {
      guard
        let metric = ClassifierScore.metrics.map(\.name).first(where: { metrics.contains($0) })
      else { continue }
      throw Diagnostic(
        "`\(option)` names `\(metric)`, which is measured on the data of `test`, and the run has none",
        at: place ?? data.span, help: ["`test=DATA` says what it is measured on"])
    }
  }
}

extension RunSpecification {
  /// Takes the label columns that the architecture wants from data that are open.
  ///
  /// - Throws: also where nothing can be learned about one of them.
  mutating func takeLabels(of dataset: Dataset, namedBy name: Word) throws(Diagnostic) {
    try takeLabels(
      among: dataset.labels?.descriptions ?? [], questions: dataset.labels?.names ?? [],
      of: name.text, at: name.span)
    guard !self.dataset.labels.isEmpty else { return }
    do { try dataset.labelVectors(LabelLayout(self.dataset.labels)).checkOccurrence() } catch {
      throw Diagnostic(error.message, at: name.span, help: error.help)
    }
  }

  /// The digest of all that its numbers depend on, lengths and places apart.
  var fingerprint: String { SHA256.digest(of: essence) }

  func checkBatch(fits dataset: Dataset, at place: Span) throws(Diagnostic) {
    if let meta = recipe.meta {
      do { _ = try dataset.tasks(by: meta.label, batches: 1) } catch {
        throw Diagnostic(error.message, at: place, help: error.help)
      }
    }
    guard let count = dataset.count, count < recipe.batch else { return }
    throw Diagnostic(
      "a batch of \(grouped(recipe.batch)) cannot be filled from \(grouped(count)) "
        + (count == 1 ? "example" : "examples"), at: place,
      help: ["give a batch that can: `batch=\(count)`"])
  }
}
