import Compilation
import Foundation
import Language
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `replay RUN [as NAME]`.
struct ReplayCommand: Command {
  static let synopsis = Synopsis(
    "replay", "repeat a run with every turn of its dials",
    parameters: [
      Parameter("run", .run, "a run"),
      Parameter(
        "name", .newName, "what the repetition is called (RUN-replay if left out)", after: "as",
        isRequired: false),
    ],
    options: DataOptions.synopses("replay base"),
    mayRunInBackground: true,
    discussion: """
      The same specification, seed, threads and kernels, as many steps as the run has done, and its \
      turns of dials at the steps at which they took effect. On the same machine the weights come out \
      the same, bit for bit; when it has finished, the checkpoints are compared and it says so.

      Where the data hold something else than then it says so and goes on only if told to with \
      `data=changed`; a folder that was moved is given anew with `path=`.
      """,
    examples: [
      Example("Does it come out the same?", "replay base", given: .runs),
      Example(
        "Its pictures were moved.", "replay base path=pictures labels=pictures/ages.csv",
        given: .moved),
    ],
    searchTerms: ["repeat", "reproduce", "again", "journal", "tweaks"])

  private let name: Word
  private let newName: Word?
  private let data: DataOptions
  private let isBackground: Bool

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    name = try arguments.requiredWord("run")
    newName = try arguments.word("name")
    _ = try arguments.term("name")?.declaredName()
    data = try DataOptions(arguments)
    isBackground = statement.isBackground
  }

  func run(in session: Session) throws {
    let original = try session.run(named: name)
    let notebook = try session.notebook()
    let origin = try original.specification().origin
    let first = origin?.step ?? 0
    let takesNoStep = original.stepsPlanned == first && original.status == .finished
    guard original.stepsDone > first || takesNoStep, !original.isAlive else {
      throw Diagnostic(
        original.isAlive
          ? "run `\(original.name)` is still under way" : "run `\(original.name)` has done no step",
        at: name.span, help: ["`replay` repeats what has come to an end"])
    }
    var specification = try original.specification(steps: original.stepsDone)
    // A branch is repeated from where it began.
    let weights = try session.importedAgain(original, specification)
    let source =
      try weights == nil
      ? origin.flatMap { try session.beginning(ofBranch: original, specification, at: $0) } : nil
    if let origin, source == nil, weights == nil {
      throw try session.lostBeginning(of: original, at: origin)
    }
    // What an alarm did then is in the journal.
    specification.observation.response = .warn
    specification.observation.goal = nil
    let judge = session.modeClassifierIfThere(for: &specification, at: name.span)
    let features = session.featuresIfThere(for: &specification)
    let tweaks = try notebook.journalledTweaks(of: original).filter {
      $0.step < specification.steps
    }
    let kernels = try notebook.kernels(of: original)
    let threads = threads(choosing: kernels) ?? original.threads
    let found = try session.findData(
      of: original, specification, data, verb: "replay", namedBy: name, threads: threads)
    let reasons = try self.reasons(original, found, in: notebook)
    let backend = try session.makeBackend(threads)
    session.tellBuild(of: original, verb: "is repeated by")
    let folder = try session.takeRunsFolder()
    let turns = tweaks.map {
      DialTurn(dial: $0.dial.rawValue, setting: $0.setting.description, step: $0.step)
    }
    let row = try begin(
      original, specification, found.content, turns, backend, folder, in: session)
    try session.keepPlace(of: found, ofRun: row, from: DataPlaces(specification), step: first)
    if let test = found.test { try session.keep(test: test, ofRun: row) }
    for reason in reasons {
      try notebook.record(event: "data", run: row.id, step: first, message: reason)
      session.errors.line("note: \(reason)")
    }
    let steps = grouped(specification.steps)
    session.errors.line(
      "\(row.name): the "
        + (first > 0 ? "steps from \(grouped(first)) to \(steps)" : "\(steps) steps")
        + " of \(original.name)"
        + (tweaks.isEmpty
          ? ""
          : " with \(grouped(tweaks.count)) \(tweaks.count == 1 ? "turn of a dial" : "turns of dials")")
    )
    let goal = try notebook.checkpoints(run: original.id).last { $0.step == specification.steps }
    try session.launch(
      new: row, specification, on: found.dataset, test: found.test, with: backend, in: folder,
      from: RunBeginning(
        tweaks: tweaks, kernels: kernels, source: source, weights: weights,
        signals: SignalHistory(
          checks: try origin.map {
            try notebook.signalChecks(of: original, specification, upTo: $0.step)
          } ?? [], repeated: try notebook.repeatedChecks(ofRun: original.id)),
        classifier: judge, features: features),
      step: first,
      inBackground: isBackground
    ) { [build = session.configuration.build] file in
      guard let goal, goal.step == file.step else {
        return "\(original.name) has no checkpoint of step \(grouped(file.step)) to compare with"
      }
      if goal.digest == file.digest {
        return "its checkpoint is that of \(original.name), bit for bit"
      }
      let made = try Checkpoint(contentsOf: file.url)
      // An earlier program wrote other words beside the same numbers.
      if let before = try? goal.read(in: notebook),
        before.tensors.holdsNumbers(of: made.tensors)
      {
        return "its numbers are those of \(original.name), bit for bit"
      }
      let chosen = made.kernels
      let others = original.differences(
        computedBy: backend.description, build: build, kernels: (kernels, chosen))
      return (["its checkpoint differs from that of \(original.name)"] + reasons + others)
        .joined(separator: "; ")
    }
  }

  /// Why the repetition may come to something else.
  private func reasons(
    _ original: RunRecord, _ found: FoundData, in notebook: Notebook
  ) throws -> [String] {
    // What is kept of a beginning is about another run, of which this one was the repetition.
    let then = try notebook.events(run: original.id, kind: "data").compactMap { event in
      event.step.flatMap { step in
        step > 0
          ? "\(original.name) went on at step \(grouped(step)) though \(event.message)" : nil
      }
    }
    return then + (found.change.map { ["the data of \(original.name) have changed: \($0)"] } ?? [])
  }

  private func begin(
    _ original: RunRecord, _ specification: RunSpecification, _ content: DataContent,
    _ turns: [DialTurn], _ backend: any Backend, _ folder: RunsFolder, in session: Session
  ) throws -> RunRecord {
    let notebook = try session.notebook()
    if let newName, try notebook.run(named: newName.text) != nil {
      throw Diagnostic(
        "a run named `\(newName.text)` exists", at: newName.span, help: ["choose another name"])
    }
    let git = try session.journal.git()
    let branched = try specification.origin.flatMap { _ in
      try notebook.branchRecord(of: original)
    }.map { record in
      RunStart.Event(
        BranchRecord.kind, step: record.step,
        message: "as \(original.name) from a checkpoint of step \(grouped(record.step))",
        json: record.repeated.json)
    }
    func start(_ name: String) -> RunStart {
      RunStart(
        name: name, session: session.journal.sessionRow, architecture: original.architecture,
        dataset: original.dataset, recipe: original.recipe,
        text: original.text(ofSteps: specification.steps),
        seed: specification.seed, stepsPlanned: specification.steps,
        build: session.configuration.build, threads: backend.threads,
        kernels: backend.description, git: git, data: content, kind: original.kind,
        parent: RunParent(run: original.id, step: 0),
        stepsTaken: specification.origin?.step ?? 0, turns: turns,
        events: [branched].compactMap(\.self))
    }
    if let newName {
      try session.checkFolder(ofNewRun: newName, in: folder)
      return try notebook.begin(start(newName.text))
    }
    return try notebook.begin(
      named: .plain("\(original.name)-replay"), avoiding: folder.takenNames, start)
  }
}

extension Notebook {
  /// The choices that a run was computed with, from its newest readable checkpoint; none: the backend chooses anew.
  func kernels(of run: RunRecord) throws -> [String: String] {
    for row in try checkpoints(run: run.id).reversed() {
      do throws(TrainingError) { return try row.read(in: self).kernels } catch { continue }
    }
    return [:]
  }
}

extension RunRecord {
  /// Why a repetition may have come out otherwise: what is recorded of the run and is not so now.
  ///
  /// - Parameter kernels: the choices that were recorded, and those that were made.
  fileprivate func differences(
    computedBy description: String, build: String,
    kernels: (recorded: [String: String], made: [String: String])
  ) -> [String] {
    var reasons: [String] = []
    if self.kernels != description {
      reasons.append("it was computed by \(self.kernels), and now by \(description)")
    }
    let others = kernels.recorded.filter { kernels.made[$0.key] != $0.value }
    if let other = others.min(by: { $0.key < $1.key }) {
      let now = kernels.made[other.key] ?? "none of that kind"
      reasons.append(
        "\(others.count) of its kernels \(others.count == 1 ? "is" : "are") not to be had here, such "
          + "as \(other.value) for \(other.key) (now \(now))")
    }
    if self.build != build { reasons.append("it was built as \(self.build), and now is \(build)") }
    return reasons
  }
}
