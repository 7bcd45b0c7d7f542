package import Images
package import MetricDescriptions
package import Metrics
package import Specification

/// What a run tells, in order. The last event is `stopped`, `finished`, `diverged` or `failed`.
package enum RunEvent: Sendable, Codable {
  /// The machine is built; training begins after `summary.step` steps.
  case started(RunSummary)
  /// Values of a step; with those that this run has not told before, what they are.
  case metrics(step: Int, [MetricValue], new: [MetricDescription])
  /// A sheet of samples from the fixed latents of a seed.
  case sheet(step: Int, image: PixelImage, latentSeed: UInt64)
  /// A whole checkpoint lies on the disk, under its name unless `RunHandle.keep` is to give it. Older
  /// ones stay until whoever listens has written it down.
  case checkpoint(CheckpointFile)
  /// Samples were measured; their values are told as metrics, too.
  case evaluated(RunEvaluated)
  /// What the run was to come to has been reached, or will not be: why it ends before its last step.
  case reached(step: Int, String)
  /// A dial was turned; `request` is the number under which it was asked for.
  case tuned(Tweak, request: Int64)
  /// It waits after a step, saved, and goes on when it is asked to.
  case paused(step: Int)
  case proceeded(step: Int)
  /// Signals of two families are past their thresholds: what was before this step is to be kept.
  case suspicion(step: Int)
  /// They are no longer, before there was an alarm.
  case cleared(step: Int)
  /// They have been for some checks, or signals of a further family have.
  case alarm(Alarm)
  /// The alarm has ended: no signals of two families have been past their thresholds in the checks since a step.
  case recovered(step: Int, since: Int)
  /// Something went wrong that does not end the run.
  case warning(step: Int, String)
  /// A loss or a weight became NaN or infinite. `lastGood` is untouched.
  case diverged(step: Int, reason: String, lastGood: CheckpointFile?)
  /// It was asked to stop, or the disk has no room for its next checkpoint, which `shortage` says then.
  /// The step's checkpoint is whole; before the first step there is none.
  case stopped(step: Int, shortage: TrainingError? = nil)
  case finished(step: Int)
  case failed(String)

  /// Whether no event follows.
  package var isLast: Bool {
    switch self {
    case .diverged, .stopped, .finished, .failed: true
    case .started, .metrics, .sheet, .checkpoint, .tuned, .paused, .proceeded, .warning,
      .suspicion, .cleared, .alarm, .recovered, .evaluated, .reached:
      false
    }
  }
}

/// What a run is made of.
package struct RunSummary: Sendable, Hashable, Codable {
  /// Steps that were done before.
  package let step: Int
  /// Steps in all.
  package let steps: Int
  package let networks: [NetworkSize]
  /// Bytes that the machine holds.
  package let memory: Int
  /// What computes.
  package let backend: String
  /// Seconds from the launch to here: building graphs, compiling, filling states.
  package let preparation: Double
}

/// A network's trained values.
package struct NetworkSize: Sendable, Hashable, Codable {
  package let name: String
  package let parameters: Int
}
