import Language
import Notebook
import Specification

extension Remedy {
  /// The line: a turn of a dial of a run at work, else a branch from a step, else the run anew.
  ///
  /// - Parameters:
  ///   - step: of a checkpoint from before the failure; nil: there is none.
  ///   - name: that is free.
  func line(
    for run: RunRecord, at step: Int?, in specification: RunSpecification, as name: String
  ) -> String {
    if isDial && run.isAlive { return "tune \(run.name) \(change)" }
    let options =
      step == nil ? ["steps=\(specification.steps)", "seed=\(specification.seed)"] : []
    return begun(options, for: run, at: step, in: specification, as: name)
  }

  /// A run with the change: a branch from a step, or the run anew with everything that its recipe says.
  ///
  /// - Parameter options: further ones of `run`.
  func begun(
    _ options: [String], for run: RunRecord, at step: Int?, in specification: RunSpecification,
    as name: String
  ) -> String {
    let change = change.isEmpty ? [] : [change]
    if let step {
      return (["branch", run.name, "at", "\(step)"] + change + options + ["as", name])
        .joined(separator: " ")
    }
    // What it is made of is declared under the names that its text has.
    let head = run.text.split(separator: "\n").last { $0.hasPrefix("run ") } ?? ""
    var words = head.split(separator: " ").prefix { !$0.contains("=") && $0 != "as" }.map(
      String.init)
    // Of a run with its architecture's own recipe the text has a name that nobody declared.
    if run.recipe == nil, let with = words.firstIndex(of: "with") { words.removeSubrange(with...) }
    let changed = Self.keys(self.change.split(separator: " ").map(String.init))
    let kept = specification.recipe.options.filter { option in
      let key = Self.key(of: option)
      return !changed.contains { Self.replaces($0, key) }
    }
    let test = head.split(separator: " ").first { $0.hasPrefix("test=") }.map(String.init)
    let said = Set(Self.keys(options))
    let own = ([test].compactMap(\.self) + Self.observed(in: specification)).filter {
      !said.contains(Self.key(of: $0))
    }
    return (words + kept + change + own + options + ["as", name]).joined(separator: " ")
  }

  /// Whether a run with an option has nothing of another one any more: `dlr` leaves `lr` to the generator.
  private static func replaces(_ key: String, _ other: String) -> Bool {
    if key == "betas" && ["beta1", "beta2"].contains(other) { return true }
    let isPart = RunParameters.parts(of: other).count > RunParameters.parts(of: key).count
    return RunParameters.touches(key, other) && !isPart
  }

  private static func key(of option: String) -> String { String(option.prefix { $0 != "=" }) }

  private static func keys(_ options: [String]) -> [String] {
    options.filter { $0.contains("=") }.map(key)
  }

  /// The run's own options that say what it is looked at for, where `run` alone would do something else.
  private static func observed(in specification: RunSpecification) -> [String] {
    var usual = RunSpecification(
      architecture: specification.architecture, dataset: specification.dataset,
      recipe: specification.recipe, steps: specification.steps, seed: specification.seed,
      retention: .standard)
    usual.observation.signals = RunObservation.standardShare
    func options(_ specification: RunSpecification) -> [String] {
      specification.schedule.split(separator: " ").map(String.init)
    }
    let lengths = ["steps", "seed", "log-every", "sample-every", "checkpoint-every"]
    return options(specification).filter { option in
      !lengths.contains(key(of: option)) && !options(usual).contains(option)
    } + (specification.observation.signals == nil ? ["signals=no"] : [])
  }
}
