import Foundation
import Language
import Metrics
import Networks
import Notebook
import Specification
import Terminal

extension Session {
  /// Sees that the recipe with which a branch would go on at an alarm is declared and trains such networks.
  func check(
    _ response: AlarmResponse, on architecture: ArchitectureSpecification, at place: Span
  ) throws {
    guard case .branch(let name) = response else { return }
    let recipe: RecipeSpecification = try declaration(.recipe, named: Word(name, at: place)).value()
    do { try recipe.check(fits: architecture) } catch {
      throw Diagnostic(
        "recipe `\(name)` of `on-collapse`: \(error.message)", at: place, help: error.help)
    }
  }

  /// Begins the branch that a run with `on-collapse=branch:RECIPE` has stopped for, in the place of the run: in the
  /// foreground where it was there, in the background where not.
  ///
  /// - Returns: false where the run has raised no alarm, or was to do something else at one.
  func rescue(after job: Job, inBackground: Bool) throws -> Bool {
    guard job.takeAlarm() != nil, job.standing == "running", job.ending != nil,
      let recipe = try owedBranch(of: job.run)
    else { return false }
    try rescue(job.run, with: recipe, inBackground: inBackground)
    return true
  }

  /// The recipe of the branch that a run's last alarm was to begin and that has not been begun: the process may have
  /// been killed in between; nil: there is nothing to do.
  func owedBranch(of run: RunRecord) throws -> String? {
    let notebook = try notebook()
    guard case .branch(let recipe) = try run.specification().observation.response,
      let alarm = try notebook.events(run: run.id, kind: "alarm").last(where: {
        Alarm(json: $0.json)?.isFirst ?? true
      })
    else { return nil }
    // A branch that was begun for it may have been deleted.
    let isKept = try notebook.events(run: run.id, kind: Self.rescued).contains {
      $0.id > alarm.id
    }
    let isBegun = try notebook.children(ofRun: run.id).contains { child in
      let step = child.parent?.step ?? .max
      return try child.started >= alarm.time && step < alarm.step ?? .max
        && notebook.branchRecord(of: child) != nil
    }
    return isKept || isBegun ? nil : recipe
  }

  /// The kind of the event that a branch was begun at an alarm.
  private static let rescued = "rescued"

  /// Begins the branch that a run was to go on as after its alarm.
  ///
  /// - Throws: as the branch, where it ended badly; `.failed` where its recipe is declared no longer.
  func rescue(_ run: RunRecord, with recipe: String, inBackground: Bool) throws {
    let (notebook, specification) = (try notebook(), try run.specification())
    // It was there when the run began.
    guard let row = try notebook.declaration(.recipe, named: recipe) else {
      throw ShellError.failed(
        "\(run.name) is stopped, but no recipe `\(recipe)` is declared to go on with; "
          + "`branch \(run.name) at before-alarm …` goes on")
    }
    let declared: RecipeSpecification = try row.value()
    // What the run says as well is left out, unless a dial of it was turned.
    let own = specification.recipe.options(inPlaceOf: declared)
    let turned = try notebook.journalledTweaks(of: run).map(\.dial.optionKey)
    let options = declared.options(inPlaceOf: specification.recipe).filter { option in
      let key = String(option.prefix { $0 != "=" })
      return !own.contains(option) || turned.contains { RunParameters.touches(key, $0) }
    }
    let name = try notebook.freeName(.plain(run.name, then: "-\(recipe)"))
    let place = try BranchPoint.isBeforeAlarmKept(of: run, in: notebook) ? "before-alarm" : "0"
    let line =
      (["branch", run.name, "at", place] + options + ["on-collapse=warn", "as", name]
      + (inBackground ? ["&"] : [])).joined(separator: " ")
    errors.line(line)
    // It is a cell of its own, as if somebody had typed it.
    let outcome = self.run(SourceText(name: "on-collapse of \(run.name)", text: line))
    if try notebook.run(named: name) != nil {
      try notebook.record(
        event: Self.rescued, run: run.id, message: "after its alarm it went on as \(name)")
    }
    switch outcome {
    case .succeeded: return
    case .interrupted: throw ShellError.interrupted
    case .failed: throw ShellError.reported
    }
  }
}
