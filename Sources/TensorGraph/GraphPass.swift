/// A rewriting of a whole graph that changes no value. It comes when all derivatives are taken, and a
/// backend asks for those that its kernels gain by; `stopGradients` comes before kernels are chosen for any.
package enum GraphPass: Sendable, Hashable, CaseIterable {
  /// Leaves `stopGradient` out.
  case stopGradients
  /// Makes products with an axis of one or two sums of products element by element, which share the loops
  /// of their neighbours.
  case narrowProducts
  /// Reads what a rectifier's derivative asks of its argument from its result where that is a layer's, so
  /// that the layer's own result need not be kept.
  case rectifierResults
  /// Makes products whose left operand is known but for its signs `maskedMatmul`.
  case maskedProducts

  /// Whether its rules may say anything else for this node.
  fileprivate func mayRewrite(_ node: Graph.Node) -> Bool {
    switch (self, node.op) {
    case (.stopGradients, .stopGradient): true
    case (.narrowProducts, .matmul), (.maskedProducts, .matmul): node.shape.rank == 2
    case (.rectifierResults, .select): true
    default: false
    }
  }
}

extension Graph {
  /// Some tensors after a pass, in a graph that holds nothing but what they depend on; the tensors
  /// themselves where the pass has nothing to say.
  ///
  /// - Throws: `GraphError` where a node does not fit its operands, which none does that was added.
  package func rewritten(
    _ tensors: [Tensor], by pass: GraphPass
  ) throws(GraphError) -> [Tensor] {
    var needed = Set(tensors.map(\.id))
    for id in nodes.indices.reversed() where needed.contains(id) {
      needed.formUnion(nodes[id].operands)
    }
    guard needed.contains(where: { pass.mayRewrite(nodes[$0]) }) else { return tensors }
    let graph = Graph(simplifies: simplifies, passes: [pass])
    var rewritten: [Int: Tensor] = [:]
    for id in nodes.indices where needed.contains(id) {
      let operands = nodes[id].operands.compactMap { rewritten[$0] }
      rewritten[id] = try graph.add(nodes[id].op, operands)
    }
    return tensors.compactMap { rewritten[$0.id] }
  }
}
