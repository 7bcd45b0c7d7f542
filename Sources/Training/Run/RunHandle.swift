package import Compilation
package import Datasets
package import Foundation
package import Specification
import Synchronization

/// Where a run begins: anew, or where an earlier life of it has left off.
package struct RunBeginning: Sendable {
  /// What it goes on from; nil: it begins anew.
  package var checkpoint: URL?
  /// A checkpoint outside the run's own folder that it begins with, and the run that wrote it: what fits is taken
  /// over, and the run's first checkpoint is what came of it.
  package var source: (checkpoint: Checkpoint, specification: RunSpecification)?
  /// What it takes over from a file of weights; its first checkpoint is what came of it.
  package var weights: ImportedWeights?
  /// The checkpoint's SHA-256, if known.
  package var digest: String?
  /// Turns of dials that an earlier life of it has journalled, before and after the checkpoint.
  package var tweaks: [Tweak]
  /// The choices of kernels to begin anew with.
  package var kernels: [String: String]
  /// What is known of its signals.
  package var signals: SignalHistory
  /// What its modes are counted by; nil: of images they are not counted.
  package var classifier: ModeClassifier?
  /// What makes features of images for measures; nil: what is usual.
  package var features: FeatureSource?
  /// Where features of examples may be.
  package var featureCache: FeatureCache?

  package init(
    checkpoint: URL? = nil, digest: String? = nil, tweaks: [Tweak] = [],
    kernels: [String: String] = [:],
    source: (checkpoint: Checkpoint, specification: RunSpecification)? = nil,
    weights: ImportedWeights? = nil, signals: SignalHistory = SignalHistory(),
    classifier: ModeClassifier? = nil, features: FeatureSource? = nil
  ) {
    self.weights = weights
    (self.classifier, self.features) = (classifier, features)
    self.signals = signals
    self.checkpoint = checkpoint
    self.digest = digest
    self.tweaks = tweaks
    self.kernels = kernels
    self.source = source
  }
}

/// A run on a thread of its own, as others see it: events come out, what is asked of it goes in.
///
/// Events queue up until they are taken. The run waits for whoever listens only where sheets and
/// checkpoints come faster than they are written down, and then for a moment each: what is not written
/// down is lost with the process, and would not fit on a disk that is full. A run with one thread also
/// waits while a sheet, a checkpoint or a `batch` of events is written down, so that it keeps one
/// processor busy and not two.
package final class RunHandle: Sendable {
  /// Events that a run with one thread waits behind.
  package static let batch = 2048

  private let outbox: Outbox
  /// What is asked of the run. Safe from any thread.
  package let inbox = RunInbox()
  /// Whole checkpoints that have no name yet, by step.
  private let held = Mutex<[Int: PreparedFile]>([:])

  private init(isAlone: Bool) { outbox = Outbox(isAlone: isAlone) }

  /// Starts a run.
  ///
  /// - Parameters:
  ///   - test: what it is measured on beside its own data; nil: nothing.
  ///   - folder: where its checkpoints go; made if missing.
  ///   - holdsCheckpoints: whether `keep` gives checkpoints their names, when what was logged before
  ///     them is written down. A kill before that leaves no checkpoint that is ahead of its past.
  ///   - probes: what may be measured beside the training.
  package static func launch(
    _ specification: RunSpecification, dataset: Dataset, test: Dataset? = nil,
    backend: any Backend, folder: URL, from beginning: RunBeginning = RunBeginning(),
    holdsCheckpoints: Bool = false, probes: [any Probe.Type] = Probes.all
  ) -> RunHandle {
    let handle = RunHandle(isAlone: backend.threads == 1)
    let hold: @Sendable (CheckpointFile, PreparedFile) -> Void = { checkpoint, file in
      handle.held.withLock { $0[checkpoint.step] = file }
    }
    let thread = Thread {
      let run = Run(
        specification: specification, test: test, folder: folder, send: handle.outbox.send,
        inbox: handle.inbox, hold: holdsCheckpoints ? hold : nil, probes: probes,
        goal: ReachedGoal(specification.observation.goal))
      run.go(dataset: dataset, backend: backend, from: beginning)
    }
    thread.name = "run"
    thread.stackSize = 8 << 20
    thread.start()
    return handle
  }

  /// Gives a checkpoint its name.
  ///
  /// - Throws: `.unwritable`, also where something has the name; the checkpoint is lost then.
  package func keep(_ checkpoint: CheckpointFile) throws(TrainingError) {
    guard let file = held.withLock({ $0.removeValue(forKey: checkpoint.step) }) else { return }
    try file.keep(as: checkpoint.url)
  }

  /// Asks the run to stop at the end of the step that it is in, with a checkpoint.
  package func stop() { inbox.stop() }

  /// Takes all events that have come since the last call, waiting for one if there is none.
  ///
  /// - Parameters:
  ///   - seconds: the longest wait; 0 does not wait.
  /// - Returns: events in order; empty when the time is over, or after the last event was taken.
  package func events(waitingUpTo seconds: Double) -> [RunEvent] {
    outbox.take(waitingUpTo: seconds)
  }

  /// Whether the run has ended and every event has been taken.
  package var isOver: Bool { outbox.isOver }
}

/// Events between the run's thread and whoever listens.
///
/// `@unchecked Sendable`: everything in it is behind `condition`.
private final class Outbox: @unchecked Sendable {
  /// Seconds for which events are gathered before they are taken together.
  private var gathering: Double { isAlone ? 0.1 : 0.02 }
  /// Sheets and checkpoints that may wait, and the seconds that the next one waits at most.
  private static let capacity = 8
  private static let patience = 1.0

  /// Whether who sends waits while a batch is written down.
  private let isAlone: Bool
  private let condition = NSCondition()
  private var waiting: [RunEvent] = []
  /// Whether events were taken and more are not asked for yet.
  private var isInHand = false
  private var largeCount = 0
  private var hasEnded = false

  init(isAlone: Bool) { self.isAlone = isAlone }

  func send(_ event: RunEvent) {
    condition.withLock {
      guard !hasEnded else { return }
      if event.isLarge {
        let limit = Date(timeIntervalSinceNow: Self.patience)
        while largeCount >= Self.capacity {
          guard condition.wait(until: limit) else { break }
        }
        largeCount += 1
      }
      waiting.append(event)
      hasEnded = event.isLast
      // The first wakes whoever waits; the others are found then.
      if waiting.count == 1 || hasEnded || isFull { condition.broadcast() }
      guard isAlone && isFull else { return }
      let limit = Date(timeIntervalSinceNow: Self.patience)
      while !hasEnded && (isInHand || !waiting.isEmpty) {
        guard condition.wait(until: limit) else { break }
      }
    }
  }

  func take(waitingUpTo seconds: Double) -> [RunEvent] {
    let limit = Date(timeIntervalSinceNow: seconds)
    return condition.withLock {
      if isInHand {
        isInHand = false
        if isAlone { condition.broadcast() }
      }
      while waiting.isEmpty && !hasEnded && seconds > 0 {
        guard condition.wait(until: limit) else { break }
      }
      // Small steps come in hundreds: to be woken for each would take time away from them.
      let soon = min(limit, Date(timeIntervalSinceNow: gathering))
      while !hasEnded && !isFull && seconds > 0 {
        guard condition.wait(until: soon) else { break }
      }
      isInHand = !waiting.isEmpty
      defer { waiting = [] }
      if largeCount >= Self.capacity { condition.broadcast() }
      largeCount = 0
      return waiting
    }
  }

  /// Whether who sends waits, or soon will.
  private var isFull: Bool {
    isAlone
      ? largeCount > 0 || waiting.count >= RunHandle.batch : largeCount >= Self.capacity
  }

  var isOver: Bool { condition.withLock { hasEnded && waiting.isEmpty } }
}

extension RunEvent {
  /// Whether it takes long to write down.
  fileprivate var isLarge: Bool {
    switch self {
    case .sheet, .checkpoint: true
    default: false
    }
  }
}
