package import Compilation
import Networks
import TensorGraph

/// A trained network, compiled and with its weights.
package final class PretrainedMachine {
  let network: PretrainedNetwork
  let digest: String
  /// Numbers of an image's features.
  let width: Int
  let hasLogits: Bool
  /// Whether it tells how far apart images look.
  let tellsDistances: Bool
  /// Images that are looked at together.
  package let batch: Int
  private let machine: any Machine

  /// Images that are looked at together where nobody says otherwise.
  package static let usualBatch = 8

  /// - Parameters:
  ///   - stages: whether the means of results on the way are kept (`output`).
  ///   - distances: whether it tells how far apart images look.
  /// - Throws: `WeightsError` where these are not the network's weights, or what the backend throws.
  package init(
    _ network: PretrainedNetwork, weights: NetworkWeights, backend: any Backend,
    batch: Int = PretrainedMachine.usualBatch, stages: Bool = false, distances: Bool = false
  ) throws {
    try network.check(weights)
    let source = network.source(count: max(1, batch), stages: stages)
    let pairs = distances ? [network.distanceSource(count: max(1, batch / 2))] : []
    machine = try backend.makeMachine(running: [source] + pairs)
    tellsDistances = distances
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

  /// How far apart images look, of so many pairs at once; `fill` puts first the ones and then the others, each
  /// `[batch / 2, 3, side, side]`.
  func distances(_ fill: (UnsafeMutableBufferPointer<Float>) -> Void) -> [Float] {
    machine.withInput(PretrainedNetwork.images, of: PretrainedNetwork.distanceProgram, fill)
    machine.execute(PretrainedNetwork.distanceProgram, seed: 0, step: 0)
    return machine.output(
      PerceptualDistance.distances, of: PretrainedNetwork.distanceProgram)
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
