/// How far a run has come: what its next step is a function of, beside its specification, its seed and its
/// states.
package struct TrainingCounters: Sendable, Hashable {
  /// Steps done.
  package var step: Int
  /// Updates that each phase's optimiser has made.
  package var updates: [String: Int]
  /// Executions that each phase came first in: the counters of random numbers.
  package var draws: [String: Int]
  /// Batches that were taken of the data.
  package var batches: Int
  /// Examples that were taken of the data.
  package var examples: Int

  package init(
    step: Int = 0, updates: [String: Int] = [:], draws: [String: Int] = [:], batches: Int = 0,
    examples: Int = 0
  ) {
    (self.step, self.updates, self.draws) = (step, updates, draws)
    (self.batches, self.examples) = (batches, examples)
  }

  /// Those of a run that begins.
  package init(of plan: Plan) {
    self.init(updates: Dictionary(uniqueKeysWithValues: plan.phases.map { ($0.name, 0) }))
  }

  /// The step of the random numbers of an execution.
  package func draw(of execution: Execution) -> UInt32 {
    UInt32(truncatingIfNeeded: draws[execution.leader, default: 0])
  }

  /// Counts what an execution did.
  ///
  /// - Parameter examples: that it took of the data; 0: it read none.
  package mutating func count(_ execution: Execution, examples: Int) {
    for update in execution.updates { updates[update.phase, default: 0] += 1 }
    draws[execution.leader, default: 0] += 1
    if examples > 0 { batches += 1 }
    self.examples += examples
  }
}
