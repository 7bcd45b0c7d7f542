extension Op {
  /// The cotangents of the operands, given the result's: the transposed derivative applied to
  /// `cotangent`. They are graph nodes of the same primitives, so derivatives have derivatives.
  ///
  /// - Parameters:
  ///   - wanted: for each operand, whether its cotangent is needed; the others are nil.
  func pullback(
    _ cotangent: Tensor, result: Tensor, operands: [Tensor], wanted: [Bool]
  ) -> [Tensor?] {
    let g = cotangent
    switch self {
    case .input, .state, .constant, .random:
      return []
    case .unary(let unary):
      return [unary.pullback(g, x: operands[0], y: result)]
    case .binary(let binary):
      return binary.pullback(g, a: operands[0], b: operands[1], y: result, wanted: wanted)
    case .select:
      let zero = g.graph.constant(0, g.shape)
      return [
        nil, wanted[1] ? operands[0].select(g, zero) : nil,
        wanted[2] ? operands[0].select(zero, g) : nil,
      ]
    case .stopGradient:
      return [nil]
    case .reshape:
      return [g.reshape(operands[0].shape.dimensions)]
    case .transpose(let axes):
      return [g.transpose(axes.indices.map { axis in axes.firstIndex(of: axis) ?? axis })]
    case .broadcast(let shape):
      let source = operands[0].shape
      return [g.sum(source.repeatedAxes(in: shape)).reshape(source.dimensions)]
    case .slice(let starts, let sizes, let strides):
      let extents = operands[0].shape.dimensions
      let high = starts.indices.map { extents[$0] - starts[$0] - (sizes[$0] - 1) * strides[$0] - 1 }
      return [g.pad(low: starts, high: high, interior: strides.map { $0 - 1 })]
    case .pad(let low, _, let interior):
      return [
        g.slice(
          starts: low, sizes: operands[0].shape.dimensions, strides: interior.map { $0 + 1 })
      ]
    case .concatenate(let axis):
      var start = 0
      return operands.indices.map { index in
        defer { start += operands[index].shape[axis] }
        guard wanted[index] else { return nil }
        return g.slice(axis: axis, start: start, size: operands[index].shape[axis])
      }
    case .sum(let axes):
      let shape = operands[0].shape
      return [g.reshape(shape.keeping(axes).dimensions).broadcast(to: shape)]
    case .maximum(let axes):
      return [maximumPullback(g, x: operands[0], y: result, axes: axes)]
    case .matmul(let left, let right):
      let (a, b) = (operands[0], operands[1])
      return [
        wanted[0]
          ? (left
            ? b.matmul(g, transposeLeft: right, transposeRight: true)
            : g.matmul(b, transposeRight: !right)) : nil,
        wanted[1]
          ? (right
            ? g.matmul(a, transposeLeft: true, transposeRight: left)
            : a.matmul(g, transposeLeft: !left)) : nil,
      ]
    case .maskedMatmul:
      preconditionFailure("a pass makes it, when all derivatives are taken")
    case .convolution, .convolutionInputGradient, .convolutionWeightGradient:
      return convolutionPullback(g, operands[0], operands[1], wanted)
    }
  }

  /// Convolution is bilinear, and its two adjoints are closed under differentiation.
  private func convolutionPullback(
    _ g: Tensor, _ a: Tensor, _ b: Tensor, _ wanted: [Bool]
  ) -> [Tensor?] {
    func size(_ tensor: Tensor) -> [Int] { Array(tensor.shape.dimensions[2...]) }
    func weightGradient(_ geometry: ConvolutionGeometry, _ x: Tensor, _ y: Tensor, _ kernel: [Int])
      -> Tensor
    { x.apply(.convolutionWeightGradient(geometry, kernelSize: kernel), y) }
    switch self {
    case .convolution(let geometry):
      return [
        wanted[0] ? g.convolutionInputGradient(b, geometry, inputSize: size(a)) : nil,
        wanted[1] ? weightGradient(geometry, a, g, size(b)) : nil,
      ]
    case .convolutionInputGradient(let geometry, _):
      return [
        wanted[0] ? g.convolution(b, geometry) : nil,
        wanted[1] ? weightGradient(geometry, g, a, size(b)) : nil,
      ]
    case .convolutionWeightGradient(let geometry, _):
      return [
        wanted[0] ? b.convolutionInputGradient(g, geometry, inputSize: size(a)) : nil,
        wanted[1] ? a.convolution(g, geometry) : nil,
      ]
    case .input, .state, .constant, .random, .unary, .binary, .select, .stopGradient, .reshape,
      .transpose, .broadcast, .slice, .pad, .concatenate, .sum, .maximum, .matmul, .maskedMatmul:
      preconditionFailure("not a convolution")
    }
  }

  /// Equal maxima share the cotangent equally.
  private func maximumPullback(_ g: Tensor, x: Tensor, y: Tensor, axes: [Int]) -> Tensor {
    let kept = x.shape.keeping(axes).dimensions
    let isMaximum = 1 - y.reshape(kept).broadcast(to: x.shape).greater(than: x)
    let share = g / isMaximum.sum(axes)
    return share.reshape(kept).broadcast(to: x.shape) * isMaximum
  }
}

extension Unary {
  func pullback(_ g: Tensor, x: Tensor, y: Tensor) -> Tensor? {
    switch self {
    case .negate: -g
    case .exp: g * y
    case .log: g / x
    case .sqrt: g * 0.5 / y
    case .tanh: g * (1 - y * y)
    case .sigmoid: g * (y * (1 - y))
    case .softplus: g * x.sigmoid()
    case .absolute: g * x.sign()
    case .sign: nil
    case .erf: g * ((-(x * x)).exp() * 1.128_379_167_095_512_6)  // 2/√π
    }
  }
}

extension Binary {
  func pullback(
    _ g: Tensor, a: Tensor, b: Tensor, y: Tensor, wanted: [Bool]
  ) -> [Tensor?] {
    let zero = g.graph.constant(0, g.shape)
    switch self {
    case .add: return [g, g]
    case .subtract: return [g, wanted[1] ? -g : nil]
    case .multiply: return [wanted[0] ? g * b : nil, wanted[1] ? g * a : nil]
    case .divide: return [wanted[0] ? g / b : nil, wanted[1] ? -(g * y / b) : nil]
    case .maximum, .minimum:
      // At a tie the right operand takes all, which gives a leaky ReLU its slope at zero.
      let takesLeft = self == .maximum ? a.greater(than: b) : b.greater(than: a)
      return [
        wanted[0] ? takesLeft.select(g, zero) : nil, wanted[1] ? takesLeft.select(zero, g) : nil,
      ]
    case .greater: return [nil, nil]
    }
  }
}
