/// A composition that has no meaning.
package struct GraphError: Error, Hashable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

extension Op {
  /// The shape of the result.
  ///
  /// - Throws: `GraphError` naming the op and the shapes where they do not fit.
  package func shape(of operands: [Shape]) throws(GraphError) -> Shape {
    try checkArity(operands.count)
    switch self {
    case .input(_, let shape), .state(_, let shape), .random(_, _, let shape):
      return shape
    case .constant:
      return .scalar
    case .unary, .stopGradient:
      return operands[0]
    case .binary, .select:
      guard operands.allSatisfy({ $0 == operands[0] }) else {
        throw mismatch(operands, "operands of one shape")
      }
      return operands[0]
    case .reshape(let shape):
      guard shape.count == operands[0].count else { throw mismatch(operands, "equal counts") }
      return shape
    case .transpose(let axes):
      guard axes.sorted() == Array(0..<operands[0].rank) else {
        throw mismatch(operands, "a permutation of the axes")
      }
      return Shape(axes.map { operands[0][$0] })
    case .broadcast(let shape):
      guard operands[0].broadcasts(to: shape) else {
        throw mismatch(operands, "extents 1 or equal")
      }
      return shape
    case .slice(let starts, let sizes, let strides):
      guard starts.count == operands[0].rank, sizes.count == starts.count,
        strides.count == starts.count,
        starts.indices.allSatisfy({
          starts[$0] >= 0 && sizes[$0] > 0 && strides[$0] > 0
            && starts[$0] + (sizes[$0] - 1) * strides[$0] < operands[0][$0]
        })
      else { throw mismatch(operands, "a slice inside the tensor") }
      return Shape(sizes)
    case .pad(let low, let high, let interior):
      guard low.count == operands[0].rank, high.count == low.count, interior.count == low.count,
        (low + high + interior).allSatisfy({ $0 >= 0 })
      else { throw mismatch(operands, "non-negative padding of each axis") }
      return Shape(
        low.indices.map {
          low[$0] + high[$0] + operands[0][$0] + (operands[0][$0] - 1) * interior[$0]
        })
    case .concatenate(let axis):
      guard let first = operands.first, axis >= 0, axis < first.rank,
        operands.allSatisfy({
          $0.rank == first.rank && $0.removing([axis]) == first.removing([axis])
        })
      else { throw mismatch(operands, "shapes that differ along axis \(axis) alone") }
      var dimensions = first.dimensions
      dimensions[axis] = operands.reduce(0) { $0 + $1[axis] }
      return Shape(dimensions)
    case .sum(let axes), .maximum(let axes):
      guard axes == Array(Set(axes)).sorted(), axes.allSatisfy({ $0 >= 0 && $0 < operands[0].rank })
      else { throw mismatch(operands, "axes of the tensor, ascending") }
      return operands[0].removing(axes)
    case .matmul(let transposeLeft, let transposeRight):
      let batch = operands[0].dimensions.dropLast(2)
      guard operands[0].rank == 2 || operands[0].rank == 3, operands[1].rank == operands[0].rank,
        operands[1].dimensions.dropLast(2) == batch
      else { throw mismatch(operands, "two matrices, or two batches of as many") }
      let (m, k) = transposed(operands[0], transposeLeft)
      let (k2, n) = transposed(operands[1], transposeRight)
      guard k == k2 else { throw mismatch(operands, "equal inner extents") }
      return Shape(batch + [m, n])
    case .maskedMatmul(_, let transposeLeft):
      let (x, v) = (operands[0], operands[3])
      guard x.rank == 2, operands[1] == Shape([x[0]]), operands[2] == Shape([x[1]]), v.rank == 2
      else { throw mismatch(operands, "matrices, and vectors along the first one's axes") }
      let (m, k) = transposed(x, transposeLeft)
      guard k == v[0] else { throw mismatch(operands, "equal inner extents") }
      return Shape([m, v[1]])
    case .convolution, .convolutionInputGradient, .convolutionWeightGradient:
      return try convolutionShape(of: operands)
    }
  }

  private func convolutionShape(of operands: [Shape]) throws(GraphError) -> Shape {
    guard operands[0].rank == 4, operands[1].rank == 4 else {
      throw mismatch(operands, "two tensors of rank 4")
    }
    let (a, b) = (operands[0].dimensions, operands[1].dimensions)
    switch self {
    case .convolution(let geometry):
      guard a[1] == b[1] else { throw mismatch(operands, "equal input channels") }
      guard let size = geometry.outputSize(input: [a[2], a[3]], kernel: [b[2], b[3]]) else {
        throw mismatch(operands, "a kernel no larger than the padded image")
      }
      return Shape([a[0], b[0]] + size)
    case .convolutionInputGradient(let geometry, let inputSize):
      guard a[1] == b[0] else { throw mismatch(operands, "equal output channels") }
      guard geometry.outputSize(input: inputSize, kernel: [b[2], b[3]]) == [a[2], a[3]] else {
        throw mismatch(operands, "an input size that gives this output")
      }
      return Shape([a[0], b[1]] + inputSize)
    case .convolutionWeightGradient(let geometry, let kernelSize):
      guard a[0] == b[0] else { throw mismatch(operands, "equal batches") }
      guard geometry.outputSize(input: [a[2], a[3]], kernel: kernelSize) == [b[2], b[3]] else {
        throw mismatch(operands, "a kernel size that gives this output")
      }
      return Shape([b[1], a[1]] + kernelSize)
    case .input, .state, .constant, .random, .unary, .binary, .select, .stopGradient, .reshape,
      .transpose, .broadcast, .slice, .pad, .concatenate, .sum, .maximum, .matmul, .maskedMatmul:
      throw GraphError("\(self) is not a convolution")
    }
  }

  private func checkArity(_ count: Int) throws(GraphError) {
    let expected: Int
    switch self {
    case .input, .state, .constant, .random: expected = 0
    case .unary, .stopGradient, .reshape, .transpose, .broadcast, .slice, .pad, .sum, .maximum:
      expected = 1
    case .binary, .matmul, .convolution, .convolutionInputGradient, .convolutionWeightGradient:
      expected = 2
    case .select: expected = 3
    case .maskedMatmul: expected = 4
    case .concatenate: expected = max(count, 1)
    }
    guard count == expected else {
      throw GraphError("\(self) takes \(expected) operands, got \(count)")
    }
  }

  /// Rows and columns of the last two axes.
  private func transposed(_ shape: Shape, _ transpose: Bool) -> (Int, Int) {
    let (rows, columns) = (shape[shape.rank - 2], shape[shape.rank - 1])
    return transpose ? (columns, rows) : (rows, columns)
  }

  private func mismatch(_ shapes: [Shape], _ wanted: String) -> GraphError {
    GraphError(
      "\(self) wants \(wanted), got \(shapes.map(\.description).joined(separator: " and "))")
  }
}
