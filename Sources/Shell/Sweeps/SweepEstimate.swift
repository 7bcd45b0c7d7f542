import Foundation
import Notebook
import Reports
import Terminal
import TerminalText
import Training

/// How long the missing runs of a sweep take.
struct SweepEstimate {
  let seconds: Double
  /// Where that is from.
  let basis: String

  /// Seconds for which a step is timed, and how many steps at most.
  private static let timing = (seconds: 2.0, steps: 50)

  /// Of each run the seconds of a step are those of finished steps in the notebook, of the same architecture,
  /// batch and threads; where there are none, a step of the first configuration is timed.
  ///
  /// - Parameter change: what is added is to be run, in halving all of it for its first length, and then what
  ///   goes on.
  init(of plan: SweepPlan, besides change: Notebook.SweepChange, in session: Session) throws {
    let added = Set(change.added.map { "\($0.fingerprint) \($0.goal)" })
    let missing = plan.runs.filter { added.contains("\($0.fingerprint) \($0.goal)") }
    let notebook = try session.notebook()
    var known: [String: Double] = [:]
    var timed: Double?
    var (sum, recorded) = (0.0, 0)
    for run in missing {
      let key = "\(run.architecture) \(run.batch)"
      if known[key] == nil {
        known[key] = try notebook.secondsOfStep(
          architecture: run.architecture, batch: run.batch, threads: plan.threads)
      }
      let steps = Self.steps(of: run, plan.halving, plan.request.halving?.rungs)
      if let seconds = known[key] {
        recorded += 1
        sum += seconds * steps
      } else {
        let seconds = try timed ?? Self.timed(plan, in: session)
        timed = seconds
        sum += seconds * steps
      }
    }
    let jobs = min(plan.request.jobs, max(1, missing.count))
    seconds = sum / Double(jobs)
    let rate = timed.map {
      "a step of the first configuration took \(Readable.duration($0)) just now"
    }
    basis =
      switch (recorded, rate) {
      case (0, let rate?): rate
      case (_, nil): "by runs in the notebook of the same architecture, batch and threads"
      case (_, let rate?):
        "\(grouped(recorded)) by runs in the notebook of the same architecture, batch and threads; "
          + "for the others \(rate)"
      }
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

  private static func timed(_ plan: SweepPlan, in session: Session) throws -> Double {
    guard let first = plan.first else { return 0 }
    let backend = try session.makeBackend(plan.threads)
    var trainer = try Trainer(
      first.specification, dataset: first.data.training, backend: backend)
    for _ in 0..<2 { _ = trainer.advance() }
    let begun = monotonicSeconds()
    var steps = 0
    while steps < timing.steps, steps == 0 || monotonicSeconds() - begun < timing.seconds {
      _ = trainer.advance()
      steps += 1
    }
    return (monotonicSeconds() - begun) / Double(steps)
  }
}
