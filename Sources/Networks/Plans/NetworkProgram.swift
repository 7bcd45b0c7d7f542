package import TensorGraph

/// What one execution does, as a graph: values to read back and states to replace.
///
/// Reads of states see the values from before the execution; updates happen at its end.
package struct NetworkProgram {
  package let name: String
  package let graph: Graph
  package let outputs: [(name: String, tensor: Tensor)]
  package let updates: [(name: String, tensor: Tensor)]

  /// Names of the inputs that something depends on.
  package let inputs: Set<String>

  /// - Throws: `NetworksError.sharedStream` where two of its random ops would draw the same numbers.
  package init(
    name: String, graph: Graph, outputs: [(name: String, tensor: Tensor)],
    updates: [(name: String, tensor: Tensor)]
  ) throws(NetworksError) {
    if let (one, other) = graph.sharedStream {
      throw .sharedStream(program: name, one.purpose, other.purpose)
    }
    (self.name, self.graph, self.outputs, self.updates) = (name, graph, outputs, updates)
    var (needed, inputs) = (Set((outputs + updates).map(\.tensor.id)), Set<String>())
    for id in graph.nodes.indices.reversed() where needed.contains(id) {
      needed.formUnion(graph.nodes[id].operands)
      if case .input(let name, _) = graph.nodes[id].op { inputs.insert(name) }
    }
    self.inputs = inputs
  }
}
