import Foundation
import Language
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
  /// - Returns: false where the run has told no alarm, or was to do something else at one.
  func rescue(after job: Job, inBackground: Bool) throws -> Bool {
    guard job.takeAlarm() != nil, job.standing == "running", job.ending != nil else { return false }
    let specification = try job.run.specification()
    guard case .branch(let recipe) = specification.observation.response else { return false }
    // It was there when the run began.
    guard let row = try notebook().declaration(.recipe, named: recipe) else {
      throw ShellError.failed(
        "\(job.name) is stopped, but no recipe `\(recipe)` is declared to go on with; "
          + "`branch \(job.name) at before-alarm …` goes on")
    }
    let declared: RecipeSpecification = try row.value()
    let options = declared.options(inPlaceOf: specification.recipe).joined(separator: " ")
    let name = try notebook().freeName(.plain(job.name, then: "-\(recipe)"))
    let line =
      "branch \(job.name) at before-alarm \(options) on-collapse=warn as \(name)\(inBackground ? " &" : "")"
    errors.line(line)
    // It is a cell of its own, as if somebody had typed it.
    switch run(SourceText(name: "on-collapse of \(job.name)", text: line)) {
    case .succeeded: return true
    case .interrupted: throw ShellError.interrupted
    case .failed: throw ShellError.reported
    }
  }
}
