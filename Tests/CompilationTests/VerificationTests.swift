import Compilation
import TensorGraph
import Testing

@Suite struct VerificationTests {
  private typealias Node = Graph.Node

  private func fault(
    _ nodes: [Graph.Node], outputs: [(name: String, node: Int)] = [],
    updates: [(name: String, node: Int)] = [], after pass: GraphPass? = .narrowProducts
  ) -> VerificationError? {
    do {
      try ProgramSource.verify(
        nodes, outputs: outputs, updates: updates, program: "step", after: pass)
      return nil
    } catch { return error }
  }

  private static let x = Graph.Node(op: .input("x", [2, 3]), operands: [], shape: [2, 3])
  private static let w = Graph.Node(op: .state("w", [3]), operands: [], shape: [3])

  @Test func `a sound program passes`() {
    let sum = Node(op: .sum([0]), operands: [0], shape: [3])
    #expect(
      fault([Self.x, sum, Self.w], outputs: [("sum", 1)], updates: [("w", 1), ("v", 2)]) == nil)
  }

  @Test func `a shape that the op does not give is named with pass and node`() {
    let error = fault([Self.x, Node(op: .sum([0]), operands: [0], shape: [2])])
    #expect(error?.pass == .narrowProducts && error?.node == 1)
    #expect(
      error?.description
        == "node 1 of the program `step`, after the pass narrowProducts: sum([0]) gives [3], not [2]; "
        + "this is a fault of gansh, and nothing was computed with it")
    #expect(fault([Self.x, Node(op: .sum([5]), operands: [0], shape: [2, 3])])?.node == 1)
    #expect(fault([Self.x, Node(op: .select, operands: [0, 0], shape: [2, 3])])?.node == 1)
  }

  @Test func `what is used comes before its use`() {
    for operand in [1, 2, -1] {
      let negated = Node(op: .unary(.negate), operands: [operand], shape: [2, 3])
      #expect(fault([Self.x, negated])?.node == 1)
    }
  }

  @Test func `names are given once`() {
    let other = Node(op: .input("x", [3]), operands: [], shape: [3])
    #expect(fault([Self.x, other])?.node == 1)
    #expect(fault([Self.w, Self.w])?.node == 1)
    #expect(fault([Self.x, Node(op: .state("x", [3]), operands: [], shape: [3])])?.node == 1)
    #expect(fault([Self.x, Self.w], outputs: [("y", 0), ("y", 1)])?.node == 1)
    #expect(fault([Self.x, Self.w], updates: [("y", 0), ("y", 0)])?.node == 0)
  }

  @Test func `nothing dangles`() {
    #expect(fault([Self.x], outputs: [("y", 1)])?.fault.contains("`y` is node 1") == true)
    #expect(fault([Self.w, Self.x], updates: [("w", 1)])?.fault.contains("[2, 3]") == true)
    let stop = Node(op: .stopGradient, operands: [0], shape: [2, 3])
    #expect(fault([Self.x, stop], after: nil) == nil)
    #expect(fault([Self.x, stop], after: .stopGradients)?.node == 1)
    let (here, there) = (Graph(), Graph())
    let program = ProgramSource(
      name: "step", graph: here, outputs: [.init("y", there.input("x", [2]))])
    #expect(throws: VerificationError.self) { try program.verify() }
  }

  @Test func `a backend refuses what cannot be computed`() {
    let (one, other) = (Graph(), Graph())
    let (a, b) = (one.state("w", [2]), other.state("w", [3]))
    let programs = [
      ProgramSource(name: "one", graph: one, outputs: [.init("a", a)]),
      ProgramSource(name: "other", graph: other, outputs: [.init("b", b)]),
    ]
    #expect(throws: VerificationError.self) {
      try ReferenceBackend().makeMachine(running: programs)
    }
  }
}
