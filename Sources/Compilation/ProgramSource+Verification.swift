package import TensorGraph

/// A program that says nothing that can be computed: a fault of gansh, not of who typed.
package struct VerificationError: Error, Hashable, CustomStringConvertible {
  package let program: String
  /// What made it so; nil where it came so.
  package let pass: GraphPass?
  package let node: Int?
  package let fault: String

  package var description: String {
    let place = node.map { "node \($0) of the program" } ?? "the program"
    let origin = pass.map { "after the pass \($0)" } ?? "before any pass"
    return "\(place) `\(program)`, \(origin): \(fault); this is a fault of gansh, and nothing was "
      + "computed with it"
  }
}

extension ProgramSource {
  /// The program after passes, verified before the first and after each.
  func rewritten(by passes: [GraphPass]) throws -> ProgramSource {
    try verify()
    var program = self
    for pass in passes {
      let tensors = (program.outputs + program.updates).map(\.tensor)
      let rewritten = try program.graph.rewritten(tensors, by: pass)
      guard let graph = rewritten.first?.graph, graph !== program.graph else { continue }
      func named(_ names: [Named], _ tensors: some Sequence<Tensor>) -> [Named] {
        zip(names, tensors).map { Named($0.name, $1) }
      }
      program = ProgramSource(
        name: name, graph: graph, outputs: named(outputs, rewritten),
        updates: named(updates, rewritten.dropFirst(outputs.count)))
      try program.verify(after: pass)
    }
    return program
  }

  /// Checks that it can be computed.
  ///
  /// - Throws: `VerificationError`.
  package func verify(after pass: GraphPass? = nil) throws(VerificationError) {
    func fail(_ fault: String, node: Int? = nil) throws(VerificationError) -> Never {
      throw VerificationError(program: name, pass: pass, node: node, fault: fault)
    }
    for named in outputs + updates where named.tensor.graph !== graph {
      try fail("`\(named.name)` is a tensor of another graph")
    }
    try Self.verify(
      graph.nodes, outputs: outputs.map { ($0.name, $0.tensor.id) },
      updates: updates.map { ($0.name, $0.tensor.id) }, program: name, after: pass)
  }

  /// The same of nodes that stand in no graph yet: shapes are as the ops' types say, operands come before
  /// what uses them, an input or state has one shape, and no two outputs or updates have one name.
  package static func verify(
    _ nodes: [Graph.Node], outputs: [(name: String, node: Int)],
    updates: [(name: String, node: Int)], program: String, after pass: GraphPass? = nil
  ) throws(VerificationError) {
    func fail(_ fault: String, node: Int? = nil) throws(VerificationError) -> Never {
      throw VerificationError(program: program, pass: pass, node: node, fault: fault)
    }
    var (inputs, states) = ([String: Int](), [String: Int]())
    for (id, node) in nodes.enumerated() {
      if let operand = node.operands.first(where: { $0 < 0 || $0 >= id }) {
        try fail("\(node.op) uses node \(operand), which does not come before it", node: id)
      }
      let shape: Shape
      do { shape = try node.op.shape(of: node.operands.map { nodes[$0].shape }) } catch {
        try fail(error.description, node: id)
      }
      guard shape == node.shape else {
        try fail("\(node.op) gives \(shape), not \(node.shape)", node: id)
      }
      switch node.op {
      case .input(let name, _):
        if let other = inputs.updateValue(id, forKey: name) {
          try fail("the input `\(name)` is node \(other) already", node: id)
        }
      case .state(let name, _):
        if let other = states.updateValue(id, forKey: name) {
          try fail("the state `\(name)` is node \(other) already", node: id)
        }
      case .stopGradient where pass != nil:
        try fail("a stopGradient is left", node: id)
      default: break
      }
    }
    if let name = states.keys.first(where: { inputs[$0] != nil }) {
      try fail("`\(name)` is an input and a state", node: states[name])
    }
    for (kind, all) in [("output", outputs), ("update", updates)] {
      var known: Set<String> = []
      for (name, node) in all {
        guard nodes.indices.contains(node) else {
          try fail("the \(kind) `\(name)` is node \(node), and there are \(nodes.count)")
        }
        guard known.insert(name).inserted else {
          try fail("two \(kind)s have the name `\(name)`", node: node)
        }
      }
    }
    for (name, node) in updates {
      if let state = states[name], nodes[state].shape != nodes[node].shape {
        let (old, new) = (nodes[state].shape, nodes[node].shape)
        try fail("the state `\(name)` is \(old), its update \(new)", node: node)
      }
    }
  }
}

extension [ProgramSource] {
  /// Checks that a state has one shape in all programs, those that only write it included.
  ///
  /// - Throws: `VerificationError`.
  func verifyStates() throws(VerificationError) {
    var known: [String: (shape: Shape, program: String)] = [:]
    for program in self {
      var states = program.updates.map { ($0.name, $0.tensor.id) }
      for (id, node) in program.graph.nodes.enumerated() {
        if case .state(let name, _) = node.op { states.append((name, id)) }
      }
      for (name, id) in states {
        let shape = program.graph.nodes[id].shape
        guard let other = known[name] else {
          known[name] = (shape, program.name)
          continue
        }
        guard other.shape == shape else {
          throw VerificationError(
            program: program.name, pass: nil, node: id,
            fault: "the state `\(name)` is \(shape) here and \(other.shape) in `\(other.program)`")
        }
      }
    }
  }
}
