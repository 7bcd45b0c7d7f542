package import TensorGraph

/// What one kernel of a program took.
package struct KernelTime: Sendable, Hashable {
  /// What computes: `winograd 4x4`, `loop`, `random`.
  package let kernel: String
  /// On what: the shapes of operands and result.
  package let tensors: String
  package var seconds: Double
  /// Floating-point operations, done directly; a form with fewer of them takes less time than that.
  package let operations: Int
  /// Bytes of everything that it reads and writes, each once.
  package let bytes: Int

  package init(kernel: String, tensors: String, seconds: Double, operations: Int, bytes: Int) {
    (self.kernel, self.tensors, self.seconds) = (kernel, tensors, seconds)
    (self.operations, self.bytes) = (operations, bytes)
  }
}

/// One execution of a program, kernel by kernel.
package struct ProgramProfile: Sendable {
  package let kernels: [KernelTime]
  /// From beginning to end.
  package let seconds: Double

  package init(kernels: [KernelTime], seconds: Double) {
    (self.kernels, self.seconds) = (kernels, seconds)
  }

  /// What passed between kernels: the walk from one to the next, and the clock that timed them.
  package var secondsBetween: Double {
    max(0, seconds - kernels.reduce(0) { $0 + $1.seconds })
  }
}

extension Op {
  /// Floating-point operations of a contraction done directly; 0 for what is not one.
  ///
  /// - Parameter shapes: of the operands and the result.
  package func operations(_ shapes: [Shape]) -> Int {
    func convolution(weights: Shape, result: Shape) -> Int {
      2 * result.count * weights.count / weights[0]
    }
    switch self {
    case .matmul(let left, _):
      return 2 * shapes[2].count * shapes[0][shapes[0].rank - (left ? 2 : 1)]
    case .maskedMatmul: return 2 * shapes[4].count * shapes[3][0]
    case .convolution: return convolution(weights: shapes[1], result: shapes[2])
    case .convolutionInputGradient: return convolution(weights: shapes[1], result: shapes[0])
    case .convolutionWeightGradient: return convolution(weights: shapes[2], result: shapes[1])
    case .input, .state, .constant, .random, .unary, .binary, .select, .stopGradient, .reshape,
      .transpose, .broadcast, .slice, .pad, .concatenate, .sum, .maximum:
      return 0
    }
  }
}

extension ProgramSource {
  /// Floating-point operations of all contractions that an execution needs, done directly.
  package var operations: Int {
    let nodes = graph.nodes
    return zip(nodes, neededNodes).reduce(0) { sum, pair in
      let (node, isNeeded) = pair
      let shapes = node.operands.map { nodes[$0].shape } + [node.shape]
      return sum + (isNeeded ? node.op.operations(shapes) : 0)
    }
  }
}
