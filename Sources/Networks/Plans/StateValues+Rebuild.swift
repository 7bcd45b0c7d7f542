import TensorGraph

extension StateValues {
  /// Tensors of another graph, rebuilt in this one with its states replaced by what they stand for
  /// here.
  ///
  /// This is how a loss is differentiated through weights that were just updated without also
  /// differentiating the update: the other graph sees the weights as states.
  func rebuild(_ tensors: [Tensor]) -> [Tensor] {
    guard let source = tensors.first?.graph else { return [] }
    var needed = Set(tensors.map(\.id))
    var rebuilt: [Int: Tensor] = [:]
    for id in source.nodes.indices.reversed() where needed.contains(id) {
      needed.formUnion(source.nodes[id].operands)
    }
    for id in source.nodes.indices where needed.contains(id) {
      let node = source.nodes[id]
      if case .state(let name, let shape) = node.op {
        rebuilt[id] = value(name, shape)
      } else {
        do { rebuilt[id] = try graph.add(node.op, node.operands.compactMap { rebuilt[$0] }) } catch
        {
          preconditionFailure("\(error)")
        }
      }
    }
    return tensors.compactMap { rebuilt[$0.id] }
  }
}
