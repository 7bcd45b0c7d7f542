import Foundation
import Language
import Notebook
import Specification
import Terminal

extension Session {
  /// Sees that the recipe is declared with which a branch would go on at an alarm.
  func check(_ response: AlarmResponse, at place: Span) throws {
    guard case .branch(let recipe) = response else { return }
    _ = try declaration(.recipe, named: Word(recipe, at: place))
  }

  /// Begins the branch that a run with `on-collapse=branch:RECIPE` has stopped for, in the place of the run: in the
  /// foreground where it was there, in the background where not.
  ///
  /// - Returns: false where the run has told no alarm, or was to do something else at one.
  func rescue(after job: Job, inBackground: Bool) throws -> Bool {
    guard job.takeAlarm() != nil, job.standing == "running", job.ending != nil,
      case .branch(let recipe) = try job.run.specification().observation.response
    else { return false }
    // It was there when the run began.
    guard let row = try notebook().declaration(.recipe, named: recipe) else {
      throw ShellError.failed(
        "\(job.name) is stopped, but no recipe `\(recipe)` is declared to go on with; "
          + "`branch \(job.name) at before-alarm …` goes on")
    }
    let options = row.text.split(separator: " ").dropFirst(2).joined(separator: " ")
    let name = try notebook().freeName(.plain("\(job.name)-\(recipe)"))
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
