extension Graph {
  /// The gradients of a scalar with respect to some tensors, as further nodes of this graph.
  ///
  /// Work is done only along paths from `scalar` to `sources`: what does not depend on a source is a
  /// constant, and so is what passes through `stopGradient`. A source that `scalar` does not depend on has the gradient zero.
  package func gradients(of scalar: Tensor, withRespectTo sources: [Tensor]) -> [Tensor] {
    precondition(scalar.shape == .scalar, "the gradient of a tensor of shape \(scalar.shape)")
    let depends = dependents(of: Set(sources.map(\.id)), upTo: scalar.id)
    var cotangents: [Int: Tensor] = [scalar.id: constant(1)]
    let last = sources.map(\.id).min() ?? scalar.id
    for id in stride(from: scalar.id, through: last, by: -1) {
      guard depends[id], let cotangent = cotangents[id] else { continue }
      let node = nodes[id]
      guard !node.operands.isEmpty else { continue }
      let contributions = node.op.pullback(
        cotangent, result: tensor(id), operands: node.operands.map(tensor),
        wanted: node.operands.map { depends[$0] })
      for (operand, contribution) in zip(node.operands, contributions) where depends[operand] {
        guard let contribution else { continue }
        cotangents[operand] = cotangents[operand].map { $0 + contribution } ?? contribution
      }
    }
    return sources.map { cotangents[$0.id] ?? constant(0, $0.shape) }
  }

  private func dependents(of sources: Set<Int>, upTo last: Int) -> [Bool] {
    var depends = [Bool](repeating: false, count: last + 1)
    for id in 0...last {
      depends[id] =
        sources.contains(id)
        || (nodes[id].op != .stopGradient && nodes[id].operands.contains { depends[$0] })
    }
    return depends
  }
}
