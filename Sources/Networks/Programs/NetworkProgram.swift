package import TensorGraph

/// What one execution does, as a graph: values to read back and states to replace.
///
/// Reads of states see the values from before the execution; updates happen at its end.
package struct NetworkProgram {
  package let name: String
  package let graph: Graph
  package let outputs: [(name: String, tensor: Tensor)]
  package let updates: [(name: String, tensor: Tensor)]
}
