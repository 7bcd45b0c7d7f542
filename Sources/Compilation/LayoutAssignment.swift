import TensorGraph

/// Chooses a layout for every tensor of some programs that share states.
///
/// Tensors that meet element by element in one shape form a class, with the states that they replace;
/// a class has one layout. Contractions vote: images with enough channels become blocked, weights take
/// the layout that their forward kernel asks for.
///
/// States may have their layouts already, by the votes of other programs: then a class with one of them has
/// its layout, and nothing here changes it.
struct LayoutAssignment {
  private var parents: [Int] = []
  private var votes: [Int: Vote] = [:]
  private var stateMembers: [String: Int] = [:]
  private let firstMember: [Int]
  private var layouts: [Int: Layout] = [:]
  /// Of states whose layouts were chosen before.
  private let given: [String: Layout]

  private struct Vote {
    var wantsBlocked = false
    /// The forward contraction that uses this class as weights.
    var weights: (op: Op, shapes: [Shape])?
    /// Whether something needs to know where an element lies.
    var needsOrder = false
  }

  /// - Parameter given: layouts of states that others have chosen.
  init(
    _ programs: [ProgramSource], given: [String: Layout] = [:], library: any KernelLibrary
  ) throws {
    self.given = given
    var first = 0
    firstMember = programs.map { program in
      defer { first += program.graph.nodes.count }
      return first
    }
    parents = Array(0..<first)
    let needed = programs.map(\.neededNodes)
    for (index, program) in programs.enumerated() {
      unify(program, needed[index], firstMember[index])
    }
    for (index, program) in programs.enumerated() {
      vote(program, needed[index], firstMember[index], library)
    }
    for (root, vote) in votes { layouts[root] = try decide(vote, library) }
    for (name, member) in stateMembers.sorted(by: { $0.key > $1.key }) {
      if let layout = given[name] { layouts[root(member)] = layout }
    }
  }

  /// The layout of a node's class.
  func layout(ofProgram program: Int, node: Int) -> Layout {
    layouts[root(firstMember[program] + node)] ?? .plain
  }

  func layout(ofState name: String) -> Layout {
    given[name] ?? stateMembers[name].flatMap { layouts[root($0)] } ?? .plain
  }

  // MARK: Classes

  private func root(_ member: Int) -> Int {
    var member = member
    while parents[member] != member { member = parents[member] }
    return member
  }

  private mutating func join(_ a: Int, _ b: Int) {
    let (rootA, rootB) = (root(a), root(b))
    if rootA != rootB { parents[max(rootA, rootB)] = min(rootA, rootB) }
    // Shorten the paths that were walked.
    parents[a] = min(rootA, rootB)
    parents[b] = min(rootA, rootB)
  }

  private mutating func unify(_ program: ProgramSource, _ needed: [Bool], _ first: Int) {
    let nodes = program.graph.nodes
    for id in nodes.indices where needed[id] {
      if case .state(let name, _) = nodes[id].op { joinState(name, first + id) }
      guard nodes[id].op.isElementwise else { continue }
      for operand in nodes[id].operands where nodes[operand].op.mayShareLayout {
        join(first + id, first + operand)
      }
    }
    for update in program.updates where update.tensor.op.mayShareLayout {
      joinState(update.name, first + update.tensor.id)
    }
  }

  private mutating func joinState(_ name: String, _ member: Int) {
    if let known = stateMembers[name] { join(known, member) } else { stateMembers[name] = member }
  }

  // MARK: Votes

  private mutating func vote(
    _ program: ProgramSource, _ needed: [Bool], _ first: Int, _ library: any KernelLibrary
  ) {
    let nodes = program.graph.nodes
    func shapes(_ id: Int) -> [Shape] {
      nodes[id].operands.map { nodes[$0].shape } + [nodes[id].shape]
    }
    for id in nodes.indices where needed[id] {
      let operands = nodes[id].operands
      switch nodes[id].op {
      case .convolution:
        votes[root(first + operands[1]), default: Vote()].weights = (nodes[id].op, shapes(id))
        voteBlocked([operands[0], id], nodes, first, library)
      case .convolutionInputGradient:
        // A transposed convolution's forward kernel; a convolution's own has the last word.
        if votes[root(first + operands[1])]?.weights == nil {
          votes[root(first + operands[1]), default: Vote()].weights = (nodes[id].op, shapes(id))
        }
        voteBlocked([operands[0], id], nodes, first, library)
      case .convolutionWeightGradient:
        voteBlocked(operands, nodes, first, library)
      case .matmul(false, true) where nodes[id].shape.rank == 2 && nodes[operands[1]].op.isState:
        votes[root(first + operands[1]), default: Vote()].weights = (nodes[id].op, shapes(id))
      case .unary, .binary, .select:
        // A repeated operand that is not a scalar has to know its place.
        for operand in operands where !nodes[operand].op.mayShareLayout {
          if !isUniform(operand, nodes) {
            votes[root(first + id), default: Vote()].needsOrder = true
          }
        }
      case .sum(let axes), .maximum(let axes):
        if axes.count < nodes[operands[0]].shape.rank {
          votes[root(first + operands[0]), default: Vote()].needsOrder = true
        }
      case .pad, .concatenate:
        for operand in operands { votes[root(first + operand), default: Vote()].needsOrder = true }
      case .input, .state, .constant, .random, .stopGradient, .reshape, .transpose, .broadcast,
        .slice, .matmul, .maskedMatmul:
        break
      }
    }
  }

  /// Whether all elements of a repeated tensor are one.
  private func isUniform(_ id: Int, _ nodes: [Graph.Node]) -> Bool {
    switch nodes[id].op {
    case .constant: true
    case .broadcast, .reshape: nodes[nodes[id].operands[0]].shape.count == 1
    default: nodes[id].shape.count == 1
    }
  }

  private mutating func voteBlocked(
    _ images: [Int], _ nodes: [Graph.Node], _ first: Int, _ library: any KernelLibrary
  ) {
    guard let block = library.channelBlock else { return }
    for id in images where nodes[id].shape[1] % block == 0 && nodes[id].op.mayShareLayout {
      votes[root(first + id), default: Vote()].wantsBlocked = true
    }
  }

  private func decide(_ vote: Vote, _ library: any KernelLibrary) throws -> Layout {
    if let weights = vote.weights, !vote.needsOrder {
      let block = library.channelBlock
      func image(_ shape: Shape) -> Layout {
        guard shape.rank == 4, let block, shape[1] % block == 0 else { return .plain }
        return .blocked(block)
      }
      let (a, result) = (weights.shapes[0], weights.shapes[2])
      return try library.weightLayout(
        weights.op, shapes: weights.shapes, layouts: [image(a), nil, image(result)])
    }
    if vote.wantsBlocked, let block = library.channelBlock { return .blocked(block) }
    return .plain
  }
}

extension ProgramSource {
  /// Nodes that outputs and updates depend on.
  var neededNodes: [Bool] {
    var needed = [Bool](repeating: false, count: graph.nodes.count)
    for named in outputs + updates { needed[named.tensor.id] = true }
    for id in graph.nodes.indices.reversed() where needed[id] {
      for operand in graph.nodes[id].operands { needed[operand] = true }
    }
    return needed
  }
}

extension Op {
  /// Whether a result of this op can lie in any layout. The others are row-major, or views.
  var mayShareLayout: Bool {
    switch self {
    case .unary, .binary, .select, .state, .convolution, .convolutionInputGradient,
      .convolutionWeightGradient, .matmul, .maskedMatmul:
      true
    case .input, .constant, .random, .stopGradient, .reshape, .transpose, .broadcast, .slice, .pad,
      .concatenate, .sum, .maximum:
      false
    }
  }

  var isState: Bool {
    if case .state = self { true } else { false }
  }

  /// Whether the result is the operand seen otherwise.
  var isView: Bool {
    switch self {
    case .reshape, .transpose, .broadcast, .slice: true
    case .input, .state, .constant, .random, .unary, .binary, .select, .stopGradient, .pad,
      .concatenate, .sum, .maximum, .matmul, .maskedMatmul, .convolution, .convolutionInputGradient,
      .convolutionWeightGradient:
      false
    }
  }
}
