package import TensorGraph

/// How far apart two images look to a network: at each of some stages, the squared difference of what it makes of them, each
/// place's channels brought to length 1, a mean over places; summed over the stages.
///
/// Zhang et al. 2018, "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric" (LPIPS), section 3.1, with every channel of
/// weight 1 (`lpips=False` of the authors' package).
package enum PerceptualDistance {
  /// Inputs of its program, `[N, …]`, and its output, `[N]`.
  package static let one = "one"
  package static let other = "other"
  package static let distances = "distances"

  /// - Parameter stages: `[2N, C, …]`, of the first images and then of the second.
  /// - Returns: `[N]`.
  package static func value(_ stages: [Tensor]) -> Tensor {
    let parts = stages.map { stage in
      let shape = stage.shape
      let (count, channels) = (shape[0] / 2, shape[1])
      let places = shape.count / (shape[0] * channels)
      let values = stage.reshape([shape[0], channels, places])
      let length = values.squared().sum([1]).sqrt().reshape([shape[0], 1, places]) + 1e-10
      let directions = values / length
      let difference =
        directions.slice(axis: 0, start: 0, size: count)
        - directions.slice(axis: 0, start: count, size: count)
      return difference.squared().sum([1, 2]) * (1 / Double(places))
    }
    return parts.dropFirst().reduce(parts[0]) { $0 + $1 }
  }

  /// Both images, one batch after the other, `[2N, …]`.
  package static func images(
    _ count: Int, _ shape: [Int], in graph: Graph
  ) -> Tensor {
    .concatenate(
      [one, other].map { graph.input($0, Shape([count] + shape)) }, axis: 0)
  }
}

extension Evaluation {
  /// How far apart images look to a network that is given nothing else.
  ///
  /// - Returns: nil of a network with one layer of weights.
  package static func distances(
    by network: Network, isOfAverage: Bool = false
  ) -> Evaluation? {
    guard network.inputs.count == 1, network.hasStages else { return nil }
    let (wire, shape) = network.inputs[0]
    return Evaluation(
      "distances" + (isOfAverage ? "_average" : ""), .distances, isOfAverage: isOfAverage
    ) { count, states in
      let images = PerceptualDistance.images(count, shape, in: states.graph)
      let stages = network.pass(
        [wire: images], mode: .inference, in: &states, average: isOfAverage
      ).stages
      return [(PerceptualDistance.distances, PerceptualDistance.value(stages))]
    }
  }
}
