package import Compilation
import TensorGraph

/// A trained network, compiled and with its weights.
package final class PretrainedMachine {
  let network: PretrainedNetwork
  let digest: String
  /// Numbers of an image's features.
  let width: Int
  let hasLogits: Bool
  /// Images that are looked at together.
  package let batch: Int
  private let machine: any Machine

  /// Images that are looked at together where nobody says otherwise.
  package static let usualBatch = 8

  /// - Parameter stages: whether the means of results on the way are kept (`output`).
  /// - Throws: `WeightsError` where these are not the network's weights, or what the backend throws.
  package init(
    _ network: PretrainedNetwork, weights: NetworkWeights, backend: any Backend,
    batch: Int = PretrainedMachine.usualBatch, stages: Bool = false
  ) throws {
    try network.check(weights)
    let source = network.source(count: max(1, batch), stages: stages)
    machine = try backend.makeMachine(running: [source])
    for layer in network.layers {
      for state in try layer.states(from: weights) { machine.setState(state.name, state.values) }
    }
    (self.network, self.batch, digest) = (network, max(1, batch), weights.digest)
    width = source.outputs[0].tensor.shape[1]
    hasLogits = source.outputs.contains { $0.name == PretrainedNetwork.logits }
  }

  /// Looks at a batch of images, which `fill` puts where they are read, `[batch, 3, side, side]`.
  package func execute(_ fill: (UnsafeMutableBufferPointer<Float>) -> Void) {
    machine.withInput(PretrainedNetwork.images, of: PretrainedNetwork.program, fill)
    machine.execute(PretrainedNetwork.program, seed: 0, step: 0)
  }

  /// An output of the batch that was looked at last, `[batch, …]`.
  package func output(_ name: String) -> [Float] {
    machine.output(name, of: PretrainedNetwork.program)
  }

  /// What each kernel takes for a batch.
  package func profile() -> ProgramProfile {
    machine.profile(PretrainedNetwork.program, seed: 0, step: 0)
  }
}
