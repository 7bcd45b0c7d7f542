import Compilation
import Language
import Networks
import Notebook
import Specification
import Terminal
import TerminalText
import Training

extension BranchCommand {
  /// Writes the branch down and starts it.
  func begin(
    _ specification: RunSpecification,
    from origin: (
      parent: RunRecord, source: RunSpecification, record: BranchRecord, transfer: Transfer?
    ), on data: OpenData, _ beginning: RunBeginning, in session: Session
  ) throws {
    let (parent, source, record, transfer) = origin
    let notebook = try session.notebook()
    let backend = try session.makeBackend(threads(of: parent, beginning.kernels))
    session.tellBuild(of: parent, verb: "is branched by")
    let git = try session.journal.git()
    let names = StatementNames(of: parent)
    let isRewired = specification.architecture != source.architecture
    let datasetRow = try self.data.map { try session.declaration(.dataset, named: $0).id }
    let text = specification.script(
      architecture: names.architecture + (isRewired ? "-changed" : ""),
      dataset: self.data?.text ?? names.dataset, recipe: names.recipe,
      run: newName?.text ?? "branch", test: plan.test?.text ?? names.test)
    let turns = beginning.tweaks.map {
      DialTurn(dial: $0.dial.rawValue, setting: $0.setting.description, step: $0.step)
    }
    let changes = BranchChanges(
      from: (parent.text, try notebook.tweaks(run: parent.id).compactMap(\.turn)),
      to: (text, turns), after: record.step
    ).entries
    let told = changes.isEmpty ? "without a change" : changes.joined(separator: ", ")
    var events = [
      RunStart.Event(
        BranchRecord.kind, step: record.step,
        message: !record.beginsAnew
          ? "branched off \(parent.name) at step \(grouped(record.step)): \(told)"
          : "\(parent.name) begun anew: \(told)",
        json: record.json)
    ]
    if let change = data.found?.change {
      events.append(
        RunStart.Event(
          "data", step: record.step, message: "the data of \(parent.name) have changed: \(change)"))
    }
    func start(_ name: String) -> RunStart {
      RunStart(
        name: name, session: session.journal.sessionRow,
        architecture: isRewired ? nil : parent.architecture,
        dataset: datasetRow ?? parent.dataset, recipe: parent.recipe, text: text,
        seed: specification.seed, stepsPlanned: specification.steps,
        build: session.configuration.build, threads: backend.threads, kernels: backend.description,
        git: git, data: data.found?.content ?? DataContent(data.dataset), kind: parent.kind,
        parent: RunParent(run: parent.id, step: record.step), stepsTaken: record.step, turns: turns,
        events: events)
    }
    let folder = try session.takeRunsFolder()
    if let newName { try session.checkFolder(ofNewRun: newName, in: folder) }
    let run =
      if let newName { try notebook.begin(start(newName.text)) } else {
        try notebook.begin(
          named: .plain("\(parent.name)-branch"), avoiding: folder.takenNames, start)
      }
    if let found = data.found {
      try session.keepPlace(
        of: found, ofRun: run, from: DataPlaces(specification), step: record.step)
    }
    if let test = data.test { try session.keep(test: test, ofRun: run, step: record.step) }
    tell(run, from: parent, record, told, transfer, in: session)
    for caution in specification.cautions(.all) { session.errors.line("note: \(caution)") }
    try session.launch(
      new: run, specification, on: data.dataset, test: data.test, with: backend, in: folder,
      from: beginning, step: record.step, inBackground: statement.isBackground)
  }

  /// The fingerprint of the run that a line would begin.
  ///
  /// - Throws: where it would begin none.
  static func fingerprint(
    of line: String, from source: RunSpecification, at step: Int, in session: Session
  ) throws -> String {
    guard let statement = try parse(SourceText(name: "branch", text: line)).first else { return "" }
    let command = try BranchCommand(parsing: statement)
    var specification = try command.specification(from: source, at: step, in: session)
    if step > 0 {
      _ = specification.recipe.takeSchedules(saidBy: command.plan.keys, from: step)
    }
    return specification.fingerprint
  }

  private func tell(
    _ run: RunRecord, from parent: RunRecord, _ record: BranchRecord, _ changes: String,
    _ transfer: Transfer?, in session: Session
  ) {
    let step = record.step
    let more = run.stepsPlanned - step
    session.errors.line(
      "\(run.name): \(parent.name) from \(record.beginsAnew ? "its beginning" : "step \(grouped(step))") to \(grouped(run.stepsPlanned)), \(changes)"
    )
    if !plan.hasLength && !record.beginsAnew {
      session.errors.line(
        "  \(grouped(more)) further \(more == 1 ? "step" : "steps"), which were left of \(parent.name)"
      )
    }
    for line in transfer?.lines ?? [] { session.errors.line("  \(line)") }
  }
}

/// The names under which a run's statements declare what it is made of.
private struct StatementNames {
  var architecture = "networks"
  var dataset = "examples"
  var recipe = "training"
  var test = "test"

  init(of run: RunRecord) {
    let statements = parsePrefix(SourceText(name: "specification", text: run.text)).statements
    guard let statement = statements.last(where: { $0.verb.text == "run" }) else { return }
    let operands = statement.operands.map(\.text)
    func name(after word: String) -> String? {
      operands.firstIndex(of: word).flatMap { $0 + 1 < operands.count ? operands[$0 + 1] : nil }
    }
    architecture = operands.first ?? architecture
    dataset = name(after: "on") ?? dataset
    recipe = name(after: "with") ?? recipe
    test = statement.options.first { $0.key.text == "test" }?.value.text ?? test
  }
}
