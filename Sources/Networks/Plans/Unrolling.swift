import Specification
import TensorGraph

/// Updates of a phase that another one's loss is seen and differentiated through.
///
/// They start from what the phase's last update left, on its batch, and nothing of them is kept.
///
/// - Source: Metz et al. 2017, arXiv:1611.02163, section 2.2.
package final class Unrolling: Sendable {
  let phase: Phase
  let steps: Int
  /// Whether the phase's update in the same program is not seen.
  let isSimultaneous: Bool
  /// Every state of the phase's networks, which are left as they are.
  let states: Set<String>

  init(of phase: Phase, steps: Int, isSimultaneous: Bool, states: Set<String>) {
    (self.phase, self.steps) = (phase, steps)
    (self.isSimultaneous, self.states) = (isSimultaneous, states)
  }

  /// Leaves the weights that the updates would.
  func unroll(_ occurrence: Phase.Occurrence, in states: inout StateValues) {
    let own = Phase.Occurrence(phase: phase.name, leader: occurrence.leader, dueTerms: [])
    for step in 1...steps { phase.imagine(own, inputs: name(of: step), in: &states) }
  }

  /// Scalar inputs of its optimiser.
  func inputs(_ moment: Phase.Moment) -> [(name: String, value: Double)] {
    let done = moment.updates[phase.name, default: 0] + (isSimultaneous ? 0 : 1)
    return (1...steps).flatMap { step in
      phase.optimiser.definition.inputs(
        phase.optimiser.dials(moment.dials), of: name(of: step), update: done + step
      ).map { ($0.name, Double($0.value)) }
    }
  }

  private func name(of step: Int) -> String { "\(phase.name).unrolled\(step)" }
}
