import Compilation
import Datasets
import Foundation
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// How long the missing runs of a sweep take.
struct SweepEstimate {
  let seconds: Double
  /// Runs that have steps to do.
  let count: Int
  /// Where that is from.
  let basis: String

  /// Seconds for which a step is timed, and how many steps at most.
  private static let timing = (seconds: 2.0, steps: 50)

  /// Of each run the seconds of a step are those of finished steps in the notebook, of the same architecture,
  /// batch and threads, with all that these runs did besides; where there are none, a short run of the first
  /// configuration says what a run takes (`RunRehearsal`).
  ///
  /// - Parameters:
  ///   - change: what is added is to be run, in halving all of it for its first length, and then what goes on.
  ///   - trials: what there is already; the steps that are left of it are to be done, too.
  init(
    of plan: SweepPlan, besides change: Notebook.SweepChange, _ trials: [TrialRecord],
    in session: Session
  ) throws {
    var done: [String: TrialRecord?] = [:]
    for plan in change.added { done["\(plan.fingerprint) \(plan.goal)"] = .some(nil) }
    for trial in trials where change.kept[trial.id] != nil {
      done["\(trial.plan.fingerprint) \(trial.plan.goal)"] = trial
    }
    let missing = plan.runs.compactMap { run in
      done["\(run.fingerprint) \(run.goal)"].map {
        (run: run, steps: Self.remaining(of: run, $0, plan.halving, plan.request.halving?.rungs))
      }
    }.filter { $0.steps > 0 }
    let notebook = try session.notebook()
    var known: [String: Double] = [:]
    var rehearsal: RunRehearsal?
    var (sum, recorded) = (0.0, 0)
    func seconds(of run: SweepPlan.Planned, _ steps: Double) throws -> Double {
      let key = "\(run.architecture) \(run.batch)"
      if known[key] == nil {
        known[key] = try notebook.secondsOfStep(
          architecture: run.architecture, batch: run.batch, threads: plan.threads)
      }
      if let step = known[key] {
        recorded += 1
        return step * steps
      }
      if rehearsal == nil, let first = plan.first {
        rehearsal = try RunRehearsal(first, threads: plan.threads, in: session)
      }
      return rehearsal?.seconds(of: steps) ?? 0
    }
    for (run, steps) in missing { sum += try seconds(of: run, steps) }
    let ofMissing = recorded
    if plan.toCome > 0 {
      // What a search chooses later takes as long as what is planned on the average.
      var all = 0.0
      for run in plan.runs {
        all += try seconds(of: run, Double(run.goal))
      }
      sum += all / Double(plan.runs.count) * Double(plan.toCome)
    }
    count = missing.count + plan.toCome
    self.seconds = sum / Double(min(plan.request.jobs, max(1, count)))
    basis =
      switch (ofMissing, rehearsal?.told) {
      case (0, let told?): told
      case (_, nil): "by runs in the notebook of the same architecture, batch and threads"
      case (_, let told?):
        "\(grouped(ofMissing)) by runs in the notebook of the same architecture, batch and threads; "
          + "for the others \(told)"
      }
  }

  /// Steps that are left of a run.
  private static func remaining(
    of run: SweepPlan.Planned, _ trial: TrialRecord?, _ halving: Halving?, _ rungs: Int?
  ) -> Double {
    let all = steps(of: run, halving, rungs)
    guard let trial else { return all }
    switch trial.run?.status {
    case .diverged, .failed: return 0
    case nil, .running, .finished, .stopped, .interrupted: break
    }
    let done = Double(max(0, trial.run?.stepsDone ?? 0))
    // Of what has gone on to a later rung, the rest of that one.
    let asked = trial.plan.steps > run.steps ? Double(trial.plan.steps) : all
    return halving != nil && trial.isFinished ? 0 : max(0, asked - done)
  }

  /// Steps of a run on the average: of n on a rung, n / factor go on.
  private static func steps(
    of run: SweepPlan.Planned, _ halving: Halving?, _ rungs: Int?
  ) -> Double {
    guard let halving, let rungs else { return Double(run.goal) }
    var (steps, before, share) = (Double(run.steps), 0.0, 1.0)
    var sum = 0.0
    for _ in 0..<rungs {
      let end = min(steps, Double(run.goal))
      sum += (end - before) * share
      (before, steps) = (end, steps * Double(halving.factor))
      share /= Double(halving.factor)
    }
    return sum
  }

  /// Seconds until a run takes its steps, and of a step by a few of them.
  static func timed(
    _ specification: RunSpecification, _ dataset: Dataset, on backend: any Backend
  ) throws -> (beginning: Double, step: Double) {
    let called = monotonicSeconds()
    var trainer = try Trainer(specification, dataset: dataset, backend: backend)
    for _ in 0..<2 { _ = trainer.advance() }
    let begun = monotonicSeconds()
    var steps = 0
    while steps < timing.steps, steps == 0 || monotonicSeconds() - begun < timing.seconds {
      _ = trainer.advance()
      steps += 1
    }
    return (begun - called, (monotonicSeconds() - begun) / Double(steps))
  }
}
