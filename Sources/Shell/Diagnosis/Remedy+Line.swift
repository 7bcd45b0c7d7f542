import Language
import Notebook
import Specification

extension Remedy {
  /// The line: a turn of a dial of a run at work, else a branch.
  ///
  /// - Parameters:
  ///   - start: the step of the checkpoint that it begins with; 0: anew.
  ///   - name: that is free.
  func line(of diagnosis: RunDiagnosis, at start: Int, as name: String) -> String {
    let run = diagnosis.run
    if isDial && run.isAlive { return "tune \(run.name) \(change)" }
    // What is tried by hand is not to begin branches of its own.
    let isWatched =
      if case .branch = diagnosis.specification.observation.response { true } else { false }
    return branch(
      of: diagnosis, at: start, isWatched ? ["on-collapse=warn"] : [], as: name)
  }

  /// A branch with the change, and with the dials that were turned between its beginning and the failure.
  ///
  /// - Parameter options: further ones of `branch`.
  func branch(
    of diagnosis: RunDiagnosis, at start: Int, _ options: [String], as name: String
  ) -> String {
    let changed = change.split(separator: " ").filter { $0.contains("=") }.map {
      Self.key(of: String($0))
    }
    let turned =
      leavesTurnsOut
      ? []
      : diagnosis.turnedOptions(after: start).filter { option in
        !changed.contains { Self.replaces($0, Self.key(of: option)) }
      }
    let head = ["branch", diagnosis.run.name, "at", "\(start)"]
    return (head + turned + (change.isEmpty ? [] : [change]) + options + ["as", name])
      .joined(separator: " ")
  }

  /// Whether a run with an option has nothing of another one any more: `dlr` leaves `lr` to the generator.
  private static func replaces(_ key: String, _ other: String) -> Bool {
    if key == "betas" && ["beta1", "beta2"].contains(other) { return true }
    let isPart = RunParameters.parts(of: other).count > RunParameters.parts(of: key).count
    return RunParameters.touches(key, other) && !isPart
  }

  private static func key(of option: String) -> String { String(option.prefix { $0 != "=" }) }
}

extension RunDiagnosis {
  /// The options that turn the dials of a branch from a step to where they stood at the failure: of those that were
  /// turned in between.
  func turnedOptions(after step: Int) -> [String] {
    let turns = madeTurns(after: step)
    guard !turns.isEmpty else { return [] }
    var recipe = recipe
    for turn in turns { recipe.turn(turn) }
    let keys = Set(turns.map { $0.dial.optionKey })
    return recipe.options(inPlaceOf: specification.recipe).filter { option in
      let key = String(option.prefix { $0 != "=" })
      return keys.contains { RunParameters.touches(key, $0) }
    }
  }
}
