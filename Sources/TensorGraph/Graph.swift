/// A growing, append-only graph of tensors. Equal expressions are one node, and what can be said more
/// simply is simplified as it is added, so that a gradient of a gradient stays small.
///
/// Operands always precede the node that uses them: the order of nodes is a topological order.
package final class Graph {
  package struct Node {
    package let op: Op
    package let operands: [Int]
    package let shape: Shape

    package init(op: Op, operands: [Int], shape: Shape) {
      (self.op, self.operands, self.shape) = (op, operands, shape)
    }
  }

  package private(set) var nodes: [Node] = []
  /// False only in tests that compare the two.
  package let simplifies: Bool
  /// Passes whose rules apply to what is added.
  let passes: Set<GraphPass>
  private var known: [Key: Int] = [:]

  private struct Key: Hashable {
    let op: Op
    let operands: [Int]
  }

  package convenience init(simplifies: Bool = true) {
    self.init(simplifies: simplifies, passes: [])
  }

  init(simplifies: Bool, passes: Set<GraphPass>) {
    (self.simplifies, self.passes) = (simplifies, passes)
  }

  package func tensor(_ id: Int) -> Tensor { Tensor(graph: self, id: id) }

  /// Adds a node, or finds the one that already says the same.
  ///
  /// - Throws: `GraphError` where the operands' shapes do not fit the op.
  package func add(_ op: Op, _ operands: [Tensor] = []) throws(GraphError) -> Tensor {
    precondition(operands.allSatisfy { $0.graph === self }, "tensors of another graph")
    let shape = try op.shape(of: operands.map(\.shape))
    if simplifies, let simpler = try simplified(op, operands, shape) { return simpler }
    return insert(op, operands, shape)
  }

  func insert(_ op: Op, _ operands: [Tensor], _ shape: Shape) -> Tensor {
    let key = key(op, operands)
    if let id = known[key] { return tensor(id) }
    nodes.append(Node(op: op, operands: key.operands, shape: shape))
    known[key] = nodes.count - 1
    return tensor(nodes.count - 1)
  }

  /// The node that says this, if there is one.
  func existing(_ op: Op, _ operands: [Tensor]) -> Tensor? {
    known[key(op, operands)].map(tensor)
  }

  private func key(_ op: Op, _ operands: [Tensor]) -> Key {
    var ids = operands.map(\.id)
    if case .binary(let binary) = op, binary.isCommutative { ids.sort(by: precedes) }
    return Key(op: op, operands: ids)
  }

  /// The order of commutative operands: repeated ones last, so that rules look for them in one place.
  private func precedes(_ a: Int, _ b: Int) -> Bool {
    let (repeatedA, repeatedB) = (isRepeated(a), isRepeated(b))
    return repeatedA == repeatedB ? a < b : repeatedB
  }

  func isRepeated(_ id: Int) -> Bool {
    switch nodes[id].op {
    case .broadcast, .constant: true
    default: false
    }
  }

  package func input(_ name: String, _ shape: Shape) -> Tensor {
    insert(.input(name, shape), [], shape)
  }

  package func state(_ name: String, _ shape: Shape) -> Tensor {
    insert(.state(name, shape), [], shape)
  }

  package func constant(_ value: Double) -> Tensor { insert(.constant(value), [], .scalar) }

  package func constant(_ value: Double, _ shape: Shape) -> Tensor {
    constant(value).broadcast(to: shape)
  }

  package func random(
    _ distribution: Distribution, _ stream: RandomStream, _ shape: Shape
  ) -> Tensor {
    insert(.random(distribution, stream, shape), [], shape)
  }
}
