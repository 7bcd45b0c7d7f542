import TensorGraph

/// Chains of element-wise ops, gathered into loops over one index space.
extension Lowering {
  /// Computes a node over an index space, in a loop that already reads what it needs if there is one,
  /// and hands the value to `finish`, which returns the buffers it writes.
  ///
  /// - Parameter earliest: the loop comes after this unit.
  mutating func emit(
    _ id: Int, over space: IndexSpace, after earliest: Int = -1,
    _ finish: (inout LoopBuilder, Loop.Operand) -> [Int]
  ) throws {
    var leaves: [Int: Leaf] = [:]
    try gather(id, space, &leaves)
    let unit = joinable(space, leaves, after: earliest) ?? units.count
    var builder: LoopBuilder
    if unit < units.count, case .loop(let existing) = units[unit] {
      builder = existing
    } else {
      builder = LoopBuilder(space: space)
      units.append(.loop(builder))
    }
    let operand = compute(id, &builder, leaves)
    builder.learn(id, operand)
    for buffer in finish(&builder, operand) {
      buffers[buffer].producer = max(buffers[buffer].producer, unit)
    }
    units[unit] = .loop(builder)
  }

  private enum Leaf {
    case constant(Float)
    case view(Loop.View)
  }

  private func isInline(_ id: Int) -> Bool {
    source.graph.nodes[id].op.isElementwise && bufferOf[id] == nil
  }

  /// Finds what the chain that ends in a node reads.
  private mutating func gather(
    _ id: Int, _ space: IndexSpace, _ leaves: inout [Int: Leaf]
  ) throws {
    if leaves[id] != nil { return }
    if let value = source.graph.uniformValue(id) {
      leaves[id] = .constant(Float(value))
    } else if isInline(id) {
      for operand in source.graph.nodes[id].operands { try gather(operand, space, &leaves) }
    } else {
      leaves[id] = .view(try view(id, in: space))
    }
  }

  /// A stored node seen from an index space.
  private mutating func view(_ id: Int, in space: IndexSpace) throws -> Loop.View {
    var location = try locate(id)
    if location.strides == nil {
      let layout = buffers[location.buffer].layout
      if layout == space.layout {
        return Loop.View(buffer: location.buffer, offset: 0, strides: space.ownStrides)
      }
      location = try plainLocation(id)
    }
    let strides = location.strides ?? shape(id).strides
    if let own = space.strides(fromPlain: strides) {
      return Loop.View(buffer: location.buffer, offset: location.offset, strides: own)
    }
    let whole = try contiguous(id, location)
    let packed = reordered(whole, shape(id), to: space.layout)
    return Loop.View(buffer: packed, offset: 0, strides: space.ownStrides)
  }

  /// A loop over the same space, late enough to know all leaves, that shares a tensor with the chain.
  private func joinable(_ space: IndexSpace, _ leaves: [Int: Leaf], after earliest: Int) -> Int? {
    var index = units.count - 1
    while index > earliest {
      var (knowsAll, shares, mustStop) = (true, false, false)
      let candidate: LoopBuilder? =
        if case .loop(let builder) = units[index] { builder } else { nil }
      for (node, leaf) in leaves {
        guard case .view(let view) = leaf else { continue }
        let producer = buffers[view.buffer].producer
        if producer > index { mustStop = true }
        let isKnown = candidate?.known[node] != nil
        if producer >= index, !isKnown {
          knowsAll = false
          mustStop = true
        }
        if isKnown, view.strides.contains(where: { $0 != 0 }) { shares = true }
        if candidate?.shares(view) == true { shares = true }
      }
      if let candidate, candidate.space == space, knowsAll, shares, !candidate.isFull {
        return index
      }
      if mustStop { return nil }
      index -= 1
    }
    return nil
  }

  private func compute(
    _ id: Int, _ builder: inout LoopBuilder, _ leaves: [Int: Leaf]
  ) -> Loop.Operand {
    if let known = builder.known[id] { return known }
    let operand: Loop.Operand
    switch leaves[id] {
    case .constant(let value): return .constant(value)
    case .view(let view): operand = builder.load(view)
    case nil:
      let node = source.graph.nodes[id]
      let operands = node.operands.map { compute($0, &builder, leaves) }
      let operation: Loop.Operation
      switch node.op {
      case .unary(let unary): operation = .unary(unary)
      case .binary(let binary): operation = .binary(binary)
      case .select: operation = .select
      default: preconditionFailure("not element by element")
      }
      operand = builder.append(operation, operands)
    }
    builder.learn(id, operand)
    return operand
  }
}
