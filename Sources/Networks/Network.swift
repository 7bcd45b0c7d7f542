import Specification
package import TensorGraph

/// How a network is applied.
package enum Mode: Sendable, Hashable {
  /// Normalisation by the batch, running statistics updated, dropout. Applications of one network in
  /// one program that see different data have different numbers, so that their noise differs:
  /// the discriminator on real examples is 0, on generated ones 1, in the generator's update 2 (on real
  /// ones 3), in a further update of the generator 4 (5), in a penalty `penaltyApplication` plus its
  /// place; the generator is 0 in the discriminator's update, 1 in its own with a fresh batch and 2 in a
  /// further one.
  case training(application: Int)
  /// Running statistics and no noise: an output doesn't depend on its neighbours in the batch.
  case inference

  static let penaltyApplication = 16_384
}

/// A network whose layers have names and sizes, ready to be put into graphs.
package struct Network: Sendable {
  /// `generator` or `discriminator`.
  package let name: String
  /// Every tensor that belongs to it, in order of creation, running statistics included.
  package let parameters: [Parameter]
  let layers: [Layer]
  /// What it makes of one example: `[units]` or `[channels, height, width]`.
  package let output: [Int]

  struct Layer: Sendable {
    /// `generator.block1.conv`.
    let scope: String
    let kind: LayerSpecification.Kind
    /// The first of the random streams that are this layer's.
    let noise: UInt64
  }

  init(name: String, parameters: [Parameter], layers: [Layer], output: [Int]) {
    self.name = name
    self.parameters = parameters
    self.layers = layers
    self.output = output
  }

  /// Those that an optimiser updates.
  package var trained: [Parameter] { parameters.filter(\.role.isTrained) }

  /// Whether an output in training is a function of its own example alone, so that two batches may
  /// pass together.
  var treatsExamplesAlone: Bool {
    layers.allSatisfy { layer in
      switch layer.kind {
      case .batchNormalisation, .dropout: false
      case .dense, .convolution, .transposedConvolution, .layerNormalisation, .activation,
        .maximumPooling, .averagePooling, .globalAveragePooling, .upsample, .reshape, .flatten:
        true
      }
    }
  }

  /// The output for a batch; the first axis of `x` is the batch.
  ///
  /// - Parameters:
  ///   - states: where parameters are read and, in training, running statistics replaced.
  ///   - average: whether the averaged weights are used (states named `average.…`).
  package func apply(
    to x: Tensor, mode: Mode, in states: inout StateValues, average: Bool = false
  ) -> Tensor {
    let application: Int
    if case .training(let number) = mode { application = number } else { application = 0 }
    var value = x
    for layer in layers {
      var place = LayerApplication(
        scope: average ? Average.name(of: layer.scope) : layer.scope, mode: mode,
        noise: layer.noise(inApplication: application), states: states)
      value = place.apply(layer.kind, to: value)
      states = place.states
    }
    return value
  }

  /// The scores `[N]` of a discriminator.
  func scores(of x: Tensor, mode: Mode, in states: inout StateValues) -> Tensor {
    apply(to: x, mode: mode, in: &states).reshape([x.shape[0]])
  }
}
