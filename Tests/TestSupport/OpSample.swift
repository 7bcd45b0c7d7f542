import Randomness
package import TensorGraph

/// A composition to differentiate, with operands that stay clear of kinks and poles.
package struct OpSample: Sendable, CustomStringConvertible {
  package let description: String
  package let shapes: [Shape]
  /// Operands are drawn from U(low, high), signs alternating with the element where `signed`.
  var low = 0.3
  var high = 1.7
  var signed = false
  package let build: @Sendable ([Tensor]) -> Tensor

  package func values(seed: UInt64) -> [[Double]] {
    shapes.enumerated().map { operand, shape in
      let philox = Philox(seed: seed, stream: UInt64(operand))
      return (0..<shape.count).map { index in
        let magnitude = low + (high - low) * Double(philox.uniform(2 * index))
        return signed && philox.uniform(2 * index + 1) < 0.5 ? -magnitude : magnitude
      }
    }
  }

  private static let images: Shape = [2, 3, 5, 4]
  private static let geometry = ConvolutionGeometry(
    strides: [2, 1], paddingLow: [1, 1], paddingHigh: [2, 0])

  /// Every op at least once: the exhaustive switch does not compile when one has no sample.
  static func samples(of op: Op) -> [OpSample] {
    switch op {
    // What it stops, differences do not: `StopGradientTests`.
    // A masked product is made by a pass, of what has no derivatives taken any more.
    case .input, .state, .constant, .random, .stopGradient, .maskedMatmul: []
    case .unary(let unary):
      [
        OpSample(description: "\(unary)", shapes: [[2, 3]], signed: allowsNegative(unary)) {
          [unary] in $0[0].tensor(unary)
        }
      ]
    case .binary(let binary):
      [
        OpSample(description: "\(binary)", shapes: [[2, 3], [2, 3]], signed: true) {
          $0[0].tensor(binary, $0[1])
        },
        OpSample(description: "\(binary), repeated", shapes: [[2, 3], [3]], signed: true) {
          $0[0].tensor(binary, $0[1].broadcast(to: [2, 3]))
        },
      ]
    case .select:
      [
        OpSample(description: "select", shapes: [[6], [6], [6]], signed: true) {
          $0[0].select($0[1], $0[2])
        }
      ]
    case .reshape:
      [OpSample(description: "reshape", shapes: [[2, 6]]) { $0[0].reshape([3, 4]) }]
    case .transpose:
      [OpSample(description: "transpose", shapes: [[2, 3, 4]]) { $0[0].transpose([2, 0, 1]) }]
    case .broadcast:
      [OpSample(description: "broadcast", shapes: [[3, 1]]) { $0[0].broadcast(to: [2, 3, 4]) }]
    case .slice:
      [
        OpSample(description: "slice", shapes: [[5, 6]]) {
          $0[0].slice(starts: [1, 0], sizes: [2, 3], strides: [2, 2])
        }
      ]
    case .pad:
      [
        OpSample(description: "pad", shapes: [[2, 3]]) {
          $0[0].pad(low: [1, 0], high: [0, 2], interior: [2, 1])
        }
      ]
    case .concatenate:
      [
        OpSample(description: "concatenate", shapes: [[2, 1], [2, 3]]) {
          Tensor.concatenate($0, axis: 1)
        }
      ]
    case .sum: [OpSample(description: "sum", shapes: [[2, 3, 4]]) { $0[0].sum([0, 2]) }]
    case .maximum:
      [
        OpSample(description: "maximum over axes", shapes: [[2, 3, 4]]) { $0[0].maximum([1]) },
        OpSample(description: "maximum over rows", shapes: [[5, 4]], signed: true) {
          $0[0].maximum([0])
        },
        OpSample(description: "maximum along rows", shapes: [[5, 20]], signed: true) {
          $0[0].maximum([1])
        },
      ]
    case .matmul:
      [
        OpSample(description: "matmul", shapes: [[2, 3], [3, 4]]) { $0[0].matmul($0[1]) },
        OpSample(description: "matmul, left transposed", shapes: [[3, 2], [3, 4]]) {
          $0[0].matmul($0[1], transposeLeft: true)
        },
        OpSample(description: "matmul, right transposed", shapes: [[2, 3], [4, 3]]) {
          $0[0].matmul($0[1], transposeRight: true)
        },
        OpSample(description: "matmul, both transposed", shapes: [[3, 2], [4, 3]]) {
          $0[0].matmul($0[1], transposeLeft: true, transposeRight: true)
        },
        OpSample(description: "batched matmul", shapes: [[2, 2, 3], [2, 3, 4]]) {
          $0[0].matmul($0[1])
        },
        OpSample(description: "batched matmul, left transposed", shapes: [[2, 3, 2], [2, 3, 4]]) {
          $0[0].matmul($0[1], transposeLeft: true)
        },
        OpSample(description: "batched matmul, right transposed", shapes: [[2, 2, 3], [2, 4, 3]]) {
          $0[0].matmul($0[1], transposeRight: true)
        },
        OpSample(description: "batched matmul, both transposed", shapes: [[2, 3, 2], [2, 4, 3]]) {
          $0[0].matmul($0[1], transposeLeft: true, transposeRight: true)
        },
      ]
    case .convolution:
      [
        OpSample(description: "convolution", shapes: [images, [2, 3, 4, 3]], signed: true) {
          $0[0].convolution($0[1], geometry)
        }
      ]
    case .convolutionInputGradient:
      [
        OpSample(
          description: "convolution's input gradient", shapes: [[2, 2, 3, 3], [2, 3, 4, 3]],
          signed: true
        ) { $0[0].convolutionInputGradient($0[1], geometry, inputSize: [5, 4]) }
      ]
    case .convolutionWeightGradient:
      [
        OpSample(
          description: "convolution's weight gradient", shapes: [images, [2, 2, 3, 3]],
          signed: true
        ) { operands in
          operands[0].graph.reference(
            .convolutionWeightGradient(geometry, kernelSize: [4, 3]), operands)
        }
      ]
    }
  }

  private static func allowsNegative(_ unary: Unary) -> Bool {
    switch unary {
    case .log, .sqrt: false
    case .negate, .exp, .tanh, .sigmoid, .softplus, .absolute, .sign, .erf: true
    }
  }

  /// One of each case, in the order of the enumeration.
  static let everyOp: [Op] =
    Unary.allCases.map { .unary($0) } + Binary.allCases.map { .binary($0) } + [
      .select, .stopGradient, .reshape([1]), .transpose([]), .broadcast([1]),
      .slice(starts: [], sizes: [], strides: []), .pad(low: [], high: [], interior: []),
      .concatenate(axis: 0), .sum([]), .maximum([]),
      .matmul(transposeLeft: false, transposeRight: false),
      .maskedMatmul(slope: 0, transposeLeft: false), .convolution(geometry),
      .convolutionInputGradient(geometry, inputSize: []),
      .convolutionWeightGradient(geometry, kernelSize: []),
    ]

  package static let all: [OpSample] = everyOp.flatMap(samples) + compositions

  /// Compositions that the simplifier rewrites, and that training uses.
  static let compositions: [OpSample] = [
    OpSample(description: "batch normalisation", shapes: [[3, 2, 2, 2], [2], [2]], signed: true) {
      operands in
      let (x, scale, shift) = (operands[0], operands[1], operands[2])
      func channels(_ t: Tensor) -> Tensor { t.reshape([1, 2, 1, 1]).broadcast(to: x.shape) }
      let centred = x - channels(x.mean([0, 2, 3]))
      let variance = (centred * centred).mean([0, 2, 3])
      return centred * channels(scale / (variance + 1e-3).sqrt()) + channels(shift)
    },
    OpSample(description: "leaky ReLU", shapes: [[2, 3]], signed: true) {
      $0[0].maximum($0[0] * 0.2)
    },
    OpSample(description: "slices side by side", shapes: [[4, 6]], signed: true) {
      let (left, right) = (
        $0[0].slice(axis: 1, start: 0, size: 2), $0[0].slice(axis: 1, start: 3, size: 3)
      )
      let middle = $0[0].slice(axis: 1, start: 2, size: 1)
      return left.squared().sum([1]) + middle.exp().sum([1]) + right.squared().sum([1])
    },
    OpSample(
      description: "hidden layers before one output", shapes: [[3, 2], [4, 2], [5, 4], [1, 5]],
      signed: true
    ) { operands in
      func layer(_ x: Tensor, _ weights: Tensor, _ slope: Double) -> Tensor {
        let y = x.matmul(weights, transposeRight: true)
        return slope == 0 ? y.maximum(0.0) : slope < 1 ? y.maximum(y * slope) : y.minimum(y * slope)
      }
      let first = layer(operands[0], operands[1], 1.5)
      return layer(first, operands[2], 0.2).matmul(operands[3], transposeRight: true)
        + layer(first, operands[2], 0).matmul(operands[3], transposeRight: true)
    },
    OpSample(
      description: "a rectifier before one output", shapes: [[3, 4], [5, 4], [1, 5]], signed: true
    ) { operands in
      let y = operands[0].matmul(operands[1], transposeRight: true)
      return y.maximum(y * 0.2).matmul(operands[2], transposeRight: true)
    },
    OpSample(description: "whole-image convolution", shapes: [[2, 3, 4, 4], [5, 3, 4, 4]]) {
      $0[0].convolution(
        $0[1], ConvolutionGeometry(strides: [1, 1], paddingLow: [0, 0], paddingHigh: [0, 0]))
    },
    OpSample(
      description: "one-pixel transposed convolution", shapes: [[2, 3, 1, 1], [3, 2, 4, 4]]
    ) {
      $0[0].convolutionInputGradient(
        $0[1], ConvolutionGeometry(strides: [1, 1], paddingLow: [0, 0], paddingHigh: [0, 0]),
        inputSize: [4, 4])
    },
    OpSample(
      description: "self-attention", shapes: [[2, 5, 3], [2, 4, 3], [2, 4, 2]], signed: true
    ) { operands in
      let scores = operands[0].matmul(operands[1], transposeRight: true)
      // The shift changes no value, and needs no derivative.
      let largest = scores.maximum([2]).reshape([2, 5, 1]).stopGradient()
      let powers = (scores - largest.broadcast(to: scores.shape)).exp()
      let shares = powers / powers.sum([2]).reshape([2, 5, 1]).broadcast(to: scores.shape)
      return shares.matmul(operands[2])
    },
    OpSample(
      description: "narrow products", shapes: [[5, 2], [4, 2], [1, 4], [4, 3]], signed: true
    ) { operands in
      let hidden = operands[0].matmul(operands[1], transposeRight: true).tanh()
      let one = hidden.matmul(operands[2], transposeRight: true)
      return hidden.matmul(operands[3]) * one.broadcast(to: [5, 3])
    },
    OpSample(description: "sums of products", shapes: [[3, 4], [4], [3, 1]], signed: true) {
      let (x, row, column) = ($0[0], $0[1].broadcast(to: [3, 4]), $0[2].broadcast(to: [3, 4]))
      return (x * row + row * 3 - x * column * row).sum([0]) + (-(x * column)).sum([1]).sum()
    },
  ]
}

extension Tensor {
  func tensor(_ op: Unary) -> Tensor { graph.reference(.unary(op), [self]) }
  func tensor(_ op: Binary, _ other: Tensor) -> Tensor {
    graph.reference(.binary(op), [self, other])
  }
}

extension Graph {
  /// Adds an op whose operands are known to fit.
  package func reference(_ op: Op, _ operands: [Tensor]) -> Tensor {
    do { return try add(op, operands) } catch { preconditionFailure("\(error)") }
  }
}
