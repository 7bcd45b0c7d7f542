/// The primitives. Everything else (batch normalisation, losses, Adam) is composed of these, and
/// each aspect of them (typing, pullback, reference evaluation, lowering) is one exhaustive `switch`.
package enum Op: Hashable, Sendable {
  // Sources.
  /// Given anew at each execution.
  case input(String, Shape)
  /// Kept by the machine between executions: weights, moments, running statistics.
  case state(String, Shape)
  case constant(Double)
  /// Counter-based random numbers, a function of the execution's seed and step, the stream and the
  /// element's row-major index.
  case random(Distribution, RandomStream, Shape)

  // Element by element; operands have one shape.
  case unary(Unary)
  case binary(Binary)
  /// `operands[0] > 0 ? operands[1] : operands[2]`.
  case select

  /// The operand's value, which derivatives take for a constant. A pass leaves it out before kernels are
  /// chosen (`GraphPass.stopGradients`), so it costs nothing.
  case stopGradient

  // Rearrangement.
  case reshape(Shape)
  case transpose([Int])
  /// Repeats along axes of extent 1 and along new outer axes.
  case broadcast(Shape)
  case slice(starts: [Int], sizes: [Int], strides: [Int])
  /// Zeros before, after, and between neighbours, along each axis.
  case pad(low: [Int], high: [Int], interior: [Int])
  case concatenate(axis: Int)

  // Reductions; the axes disappear.
  case sum([Int])
  case maximum([Int])

  // Contractions.
  /// `[m, k] · [k, n]`, either operand transposed first; `[b, m, k] · [b, k, n]` for each of a batch.
  case matmul(transposeLeft: Bool, transposeRight: Bool)
  /// The product of a left operand that is known but for its signs, `rows ⊗ columns ∘ mask(x)`, with `v`:
  /// what the gradient of a hidden layer before a single output is. Operands are x `[m, k]`, rows `[m]`,
  /// columns `[k]` and v; the mask is 1 where x is positive and the slope elsewhere. The left operand is
  /// transposed first where it says so.
  case maskedMatmul(slope: Double, transposeLeft: Bool)
  /// Cross-correlation of `[N, C, H, W]` with `[O, C, kh, kw]`.
  case convolution(ConvolutionGeometry)
  /// The adjoint of convolution in its images: `[N, O, h, w]`, `[O, C, kh, kw]` to `[N, C, H, W]`.
  case convolutionInputGradient(ConvolutionGeometry, inputSize: [Int])
  /// The adjoint of convolution in its weights: `[N, C, H, W]`, `[N, O, h, w]` to `[O, C, kh, kw]`.
  case convolutionWeightGradient(ConvolutionGeometry, kernelSize: [Int])
}

extension Op {
  /// Whether an element of the result depends on the same element of each operand alone.
  package var isElementwise: Bool {
    switch self {
    case .unary, .binary, .select: true
    case .input, .state, .constant, .random, .stopGradient, .reshape, .transpose, .broadcast,
      .slice, .pad, .concatenate, .sum, .maximum, .matmul, .maskedMatmul, .convolution,
      .convolutionInputGradient, .convolutionWeightGradient:
      false
    }
  }
}

package enum Distribution: Hashable, Sendable {
  /// U(0, 1), ends excluded.
  case uniform
  /// N(0, 1).
  case normal
}

package enum Unary: Hashable, Sendable, CaseIterable {
  case negate, exp, log, sqrt, tanh, sigmoid, softplus, absolute, sign, erf
}

package enum Binary: Hashable, Sendable, CaseIterable {
  case add, subtract, multiply, divide, maximum, minimum
  /// 1 where left > right, else 0.
  case greater

  /// Whether neither the value nor a derivative changes with the order of the operands. At a tie, a
  /// maximum's derivative goes to the right one.
  var isCommutative: Bool {
    switch self {
    case .add, .multiply: true
    case .subtract, .divide, .maximum, .minimum, .greater: false
    }
  }
}

/// Strides and zeros around the images of a convolution; height first.
package struct ConvolutionGeometry: Hashable, Sendable {
  package let strides: [Int]
  package let paddingLow: [Int]
  package let paddingHigh: [Int]

  package init(strides: [Int], paddingLow: [Int], paddingHigh: [Int]) {
    self.strides = strides
    self.paddingLow = paddingLow
    self.paddingHigh = paddingHigh
  }

  /// The convolution's output extents; nil where the kernel does not fit.
  package func outputSize(input: [Int], kernel: [Int]) -> [Int]? {
    var sizes: [Int] = []
    for axis in 0..<2 {
      let room = input[axis] + paddingLow[axis] + paddingHigh[axis] - kernel[axis]
      guard room >= 0 else { return nil }
      sizes.append(room / strides[axis] + 1)
    }
    return sizes
  }
}
