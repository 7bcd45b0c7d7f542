package import TensorGraph

/// What one execution does: outputs to read back, and states to replace.
///
/// All reads of states see the values from before the execution; updates happen at its end.
package struct ProgramSource {
  package let name: String
  package let graph: Graph
  package let outputs: [Named]
  package let updates: [Named]

  /// A tensor under the name of an output or of the state that it replaces.
  package struct Named {
    package let name: String
    package let tensor: Tensor

    package init(_ name: String, _ tensor: Tensor) {
      self.name = name
      self.tensor = tensor
    }
  }

  package init(name: String, graph: Graph, outputs: [Named], updates: [Named] = []) {
    self.name = name
    self.graph = graph
    self.outputs = outputs
    self.updates = updates
  }
}
