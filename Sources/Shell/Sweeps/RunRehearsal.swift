import Compilation
import Foundation
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// What a run takes, by one that is done for it and of which nothing is kept.
///
/// It is a whole run, with its preparation, checkpoint, sheet and whatever is measured after the last step, of as many
/// steps as take a second; of longer ones each further step is added, with the shares of the time that signals and
/// measures may take. What is not in it: the start of a process and its last look (half a second for a sweep), lines in the notebook, sheets
/// and measures at steps between, and that processes are in each other's way.
struct RunRehearsal {
  /// Steps that were done, and the seconds that the run took with them.
  let steps: Int
  let seconds: Double
  /// Seconds of one of its steps alone.
  let step: Double
  /// The share of the time of steps that is taken for measuring beside them.
  let share: Double

  /// How long its steps may take.
  private static let limit = 1.0

  /// - Throws: what the run throws before its first step; `ShellError.interrupted`.
  init(_ prepared: RunCommand.Prepared, threads: Int, in session: Session) throws {
    let backend = try session.makeBackend(threads)
    let (beginning, step) = try SweepEstimate.timed(
      prepared.specification, prepared.data.training, on: backend)
    let begun = prepared.source?.step ?? 0
    let all = Double(max(1, prepared.specification.steps - begun))
    let steps = Int(max(1, min(all, (Self.limit / max(step, 1e-9)).rounded())))
    var specification = prepared.specification
    specification.steps = begun + steps
    // It is to come to its last step, whatever is found on the way.
    specification.observation.goal = nil
    specification.observation.response = .warn
    let observation = specification.observation
    share = (observation.signals ?? 0) + (observation.evaluation?.share ?? 0)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("gansh-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var from = RunBeginning(
      source: prepared.source?.checkpoint, weights: prepared.source?.weights,
      classifier: prepared.classifier, features: prepared.features)
    from.featureCache = session.featureCache
    Interrupts.install()
    let called = monotonicSeconds()
    let handle = RunHandle.launch(
      specification, dataset: prepared.data.training, test: prepared.data.test, backend: backend,
      folder: folder, from: from)
    var isWhole = false
    while !handle.isOver {
      if Interrupts.pendingCount > 0 { handle.stop() }
      for event in handle.events(waitingUpTo: 0.1) {
        if case .finished = event { isWhole = true }
      }
    }
    let taken = monotonicSeconds() - called
    if Interrupts.pendingCount > 0 { throw ShellError.interrupted }
    (self.steps, self.step) = (steps, step)
    // One that diverged or could not write has told less than its steps do.
    seconds = isWhole ? taken : max(taken, beginning + step * Double(steps))
  }

  /// Seconds of a run of so many steps.
  func seconds(of count: Double) -> Double {
    max(count * step, seconds + (count - Double(steps)) * step * (1 + share))
  }

  /// What was found, for whoever asks what an estimate rests on.
  var told: String {
    "a run of \(counted(steps, "step")) of the first configuration took \(Readable.duration(seconds)) just now, "
      + "a step of it \(Readable.duration(step))"
  }
}
