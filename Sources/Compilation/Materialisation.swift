import TensorGraph

/// Which element-wise results are stored in memory. The others are computed again in each loop that
/// uses them, from what is stored: reading three numbers and a few operations in registers cost less
/// than another tensor written and read.
struct Materialisation {
  private(set) var isStored: [Bool]

  /// Operations of a chain that is recomputed rather than stored.
  private static let longestChain = 48

  init(_ program: ProgramSource, needed: [Bool]) {
    let nodes = program.graph.nodes
    isStored = [Bool](repeating: false, count: nodes.count)
    for named in program.outputs + program.updates { isStored[named.tensor.id] = true }
    var users = [Int](repeating: 0, count: nodes.count)
    for id in nodes.indices where needed[id] {
      for operand in nodes[id].operands { users[operand] += 1 }
      switch nodes[id].op {
      case .reshape, .transpose, .broadcast, .slice, .matmul, .maskedMatmul, .convolution,
        .convolutionInputGradient, .convolutionWeightGradient:
        for operand in nodes[id].operands { isStored[operand] = true }
      case .input, .state, .constant, .random, .unary, .binary, .select, .stopGradient, .pad,
        .concatenate, .sum, .maximum:
        break
      }
    }
    var chain = [Int](repeating: 0, count: nodes.count)
    for id in nodes.indices where needed[id] && nodes[id].op.isElementwise {
      chain[id] = 1 + nodes[id].operands.reduce(0) { $0 + (isStored[$1] ? 0 : chain[$1]) }
      if chain[id] > Self.longestChain || (users[id] > 1 && nodes[id].op.isCostly) {
        isStored[id] = true
      }
    }
  }
}

extension Op {
  /// Whether computing a result again costs more than reading it.
  fileprivate var isCostly: Bool {
    switch self {
    case .unary(let unary):
      switch unary {
      case .exp, .log, .tanh, .sigmoid, .softplus, .erf: true
      case .negate, .sqrt, .absolute, .sign: false
      }
    case .input, .state, .constant, .random, .binary, .select, .stopGradient, .reshape, .transpose,
      .broadcast, .slice, .pad, .concatenate, .sum, .maximum, .matmul, .maskedMatmul, .convolution,
      .convolutionInputGradient, .convolutionWeightGradient:
      false
    }
  }
}
