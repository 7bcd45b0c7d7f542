import TensorGraph

/// A layer of a network whose weights are read from a file: a convolution or a product, with what is added to its
/// result.
struct FeatureLayer: Sendable {
  /// As the states of the graph are called: `Mixed_5b.branch1x1`.
  let name: String
  let shape: [Int]
  let kind: Kind

  enum Kind: Sendable {
    /// A convolution `NAME.conv` with a batch normalisation `NAME.bn` behind it, which becomes part of it.
    case normalised(epsilon: Double)
    /// `NAME.weight` and `NAME.bias`.
    case biased
    /// `NAME.weight`, without the bias that the file has.
    case unbiased
  }

  var weight: String { name + ".weight" }
  var bias: String { name + ".bias" }

  /// The tensors of a file that the layer is made of, with their shapes.
  var tensors: [(name: String, shape: [Int])] {
    switch kind {
    case .normalised:
      [("\(name).conv.weight", shape)]
        + ["weight", "bias", "running_mean", "running_var"].map { ("\(name).bn.\($0)", [shape[0]]) }
    case .biased, .unbiased: [(weight, shape), (bias, [shape[0]])]
    }
  }

  /// Tensors that a file may have, and that nothing is made of: how many batches the statistics are of.
  var idleTensors: [String] {
    if case .normalised = kind { ["\(name).bn.num_batches_tracked"] } else { [] }
  }

  /// The values of the layer's states: of its weight, and of its bias where it has one.
  ///
  /// - Throws: `WeightsError.unreadable` where a value is missing, not finite, or is a variance that cannot be.
  func states(from file: NetworkWeights) throws(WeightsError) -> [(name: String, values: [Float])] {
    switch kind {
    case .biased:
      return [(weight, try file.values(of: weight)), (bias, try file.values(of: bias))]
    case .unbiased: return [(weight, try file.values(of: weight))]
    case .normalised(let epsilon):
      var weights = try file.values(of: "\(name).conv.weight")
      let scales = try file.values(of: "\(name).bn.weight")
      let shifts = try file.values(of: "\(name).bn.bias")
      let means = try file.values(of: "\(name).bn.running_mean")
      let variances = try file.values(of: "\(name).bn.running_var")
      guard variances.allSatisfy({ Double($0) + epsilon > 0 }) else {
        throw .unreadable(
          file: file.name, "its \(name).bn.running_var holds a variance below zero")
      }
      let width = weights.count / max(1, scales.count)
      var biases = shifts
      weights.withUnsafeMutableBufferPointer { weights in
        for channel in scales.indices {
          let factor = Double(scales[channel]) / (Double(variances[channel]) + epsilon).squareRoot()
          biases[channel] = Float(Double(shifts[channel]) - Double(means[channel]) * factor)
          for place in channel * width..<(channel + 1) * width {
            weights[place] = Float(Double(weights[place]) * factor)
          }
        }
      }
      return [(weight, weights), (bias, biases)]
    }
  }
}
