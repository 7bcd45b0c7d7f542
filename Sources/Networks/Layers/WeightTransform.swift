import Language
import Specification
import TensorGraph

/// What a weight passes through before it is used.
enum WeightTransform {
  case none
  /// Miyato et al. 2018, arXiv:1802.05957, algorithm 1: divided by its largest singular value, found by one
  /// step of a power iteration in each application in training, as PyTorch computes it.
  case spectral
  /// Karras et al. 2018, arXiv:1710.10196, section 4.1: begun as N(0, 1) and multiplied by gain / √(fan in).
  case equalised(gain: Double)
  /// Salimans and Kingma 2016, arXiv:1602.07868: a direction and a length for each output.
  case weightNormalisation

  /// - Throws: for another word; a stored text can hold any.
  init(text: String) throws(Diagnostic) {
    let parts = text.split(separator: ":", maxSplits: 1)
    switch (parts.first, parts.count) {
    case ("no", 1): self = .none
    case ("spectral", 1): self = .spectral
    case ("weightnorm", 1): self = .weightNormalisation
    case ("equalised", 1): self = .equalised(gain: 2.0.squareRoot())
    case ("equalised", 2):
      guard let gain = Double(parts[1]), gain > 0, gain <= 100 else { fallthrough }
      self = .equalised(gain: gain)
    default: throw Diagnostic("there is no transform of weights `\(text)` in this release")
    }
  }

  /// The weight as it is used.
  ///
  /// - Parameter outputs: the axis of the outputs: 0, or 1 of a transposed convolution.
  func weight(
    _ name: String, _ dimensions: [Int], outputs: Int, begun role: Parameter.Role,
    in scope: LayerScope
  ) throws(Diagnostic) -> Tensor {
    switch self {
    case .none: return try scope.parameter(name, dimensions, role)
    case .equalised(let gain):
      let weight = try scope.parameter(name, dimensions, .unitWeight)
      let fanIn = weight.shape.count / dimensions[outputs]
      return weight * (gain / Double(fanIn).squareRoot())
    case .spectral:
      let weight = try scope.parameter(name, dimensions, role)
      return weight / (try norm(of: weight, name, outputs: outputs, in: scope))
    case .weightNormalisation:
      let weight = try scope.parameter(name, dimensions, role)
      let rows = [dimensions[outputs]]
      let length = try scope.parameter(
        "\(name)_length", rows, .magnitude(of: "\(scope.name).\(name)", outputs: outputs))
      let others = dimensions.indices.filter { $0 != outputs }
      var perRow = [Int](repeating: 1, count: dimensions.count)
      perRow[outputs] = rows[0]
      let norm = weight.squared().sum(others).sqrt()
      return weight * (length / norm).reshape(perRow)
    }
  }

  /// The largest singular value of the weight as a matrix, outputs by everything else.
  private func norm(
    of weight: Tensor, _ name: String, outputs: Int, in scope: LayerScope
  ) throws(Diagnostic) -> Tensor {
    let axes = [outputs] + weight.shape.dimensions.indices.filter { $0 != outputs }
    let turned = outputs == 0 ? weight : weight.transpose(axes)
    let rows = turned.shape[0]
    let matrix = turned.reshape([rows, turned.shape.count / rows])
    let columns = matrix.shape[1]
    var left = try scope.parameter("\(name)_left", [rows], .direction)
    var right = try scope.parameter("\(name)_right", [columns], .direction)
    if scope.isTraining {
      let fixed = matrix.stopGradient()
      right = Self.unit(
        fixed.matmul(left.reshape([rows, 1]), transposeLeft: true).reshape([columns]))
      left = Self.unit(fixed.matmul(right.reshape([columns, 1])).reshape([rows]))
      scope.replace("\(name)_left", by: left)
      scope.replace("\(name)_right", by: right)
    }
    let (u, v) = (left.stopGradient(), right.stopGradient())
    return (matrix.matmul(v.reshape([columns, 1])).reshape([rows]) * u).sum()
  }

  /// As PyTorch normalises: v / max(‖v‖, 1e-12).
  private static func unit(_ x: Tensor) -> Tensor {
    x / x.squared().sum().sqrt().maximum(1e-12)
  }
}
