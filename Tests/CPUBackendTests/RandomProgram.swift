import Compilation
import TensorGraph
import TestSupport

/// A training step made of a random graph: outputs, gradients, sometimes gradients of these, and updates of
/// its states in several ways.
struct RandomProgram {
  let seed: UInt64
  let source: ProgramSource
  let inputs: [String: [Double]]
  let states: [String: [Double]]
  /// Of what gradients are taken.
  let sources: [String]
  private let loss: Tensor
  private let gradients: [Tensor]

  init(seed: UInt64, simplifies: Bool = true) {
    self.seed = seed
    var random = RandomGraph(seed: seed, simplifies: simplifies)
    loss = random.loss()
    let graph = random.graph
    sources = random.sources.map(\.name)
    gradients = graph.gradients(of: loss, withRespectTo: random.sources.map(\.tensor))
    var results = gradients
    if random.draws.once(in: 3) {
      let penalty = gradients.map { $0.squared().sum() }.reduce(loss, +)
      results = graph.gradients(of: penalty, withRespectTo: random.sources.map(\.tensor))
    }
    var (inputs, states) = ([String: [Double]](), [String: [Double]]())
    var outputs: [ProgramSource.Named] = [.init("loss", loss)]
    var updates: [ProgramSource.Named] = []
    outputs.append(.init("last", random.pool[random.pool.count - 1]))
    outputs.append(.init("one", random.draws.one(of: random.pool)))
    for ((name, tensor), gradient) in zip(random.sources, results) {
      let values = random.values[name] ?? []
      guard random.isState(name) else {
        inputs[name] = values
        outputs.append(.init("\(name).gradient", gradient))
        // A machine has no memory for an input that nothing reads.
        outputs.append(.init("\(name).sum", tensor.sum()))
        continue
      }
      states[name] = values
      switch random.draws.below(4) {
      case 0: outputs.append(.init("\(name).gradient", gradient))
      case 1: updates.append(.init(name, tensor - gradient * 0.1))
      case 2:
        let moment = graph.state("\(name).moment", tensor.shape)
        let mean = moment * 0.9 + gradient * 0.1
        states["\(name).moment"] = values.reversed()
        updates += [.init(name, tensor - mean * 0.5), .init("\(name).moment", mean)]
      default:
        let square = graph.state("\(name).square", tensor.shape)
        let mean = square.absolute() * 0.9 + gradient * gradient * 0.1
        states["\(name).square"] = values.reversed()
        let new = tensor - gradient / ((mean + 0.1).sqrt() + 0.01) * 0.1
        updates += [
          .init(name, new), .init("\(name).square", mean), .init("\(name).average", tensor + new),
        ]
      }
    }
    (self.inputs, self.states) = (inputs, states)
    source = ProgramSource(name: "step", graph: graph, outputs: outputs, updates: updates)
  }

  private var results: [Tensor] { (source.outputs + source.updates).map(\.tensor) }

  private func reference(rounds: Bool = false) -> Reference {
    var reference = Reference(inputs: inputs, states: states, seed: 5, step: 3)
    reference.rounds = rounds
    return reference
  }

  func values() throws -> [[Double]] { try reference().evaluate(results) }

  func firstGradients() throws -> [[Double]] { try reference().evaluate(gradients) }

  /// What each result is, and how far single precision may be from it; nil where something is so near a jump
  /// that it may come out on the other side, or so large that nothing is left of its digits.
  func expected() throws -> [(value: [Double], tolerance: Double)]? {
    let jumps = jumps
    let exact = try reference().evaluate(results + jumps.flatMap { $0 })
    for (index, pair) in jumps.enumerated() {
      let (left, right) = (
        exact[results.count + 2 * index], exact[results.count + 2 * index + 1]
      )
      for (x, y) in zip(left, right) {
        let distance = abs(x - (pair[0].id == pair[1].id ? 0 : y))
        if distance != 0, distance < 2e-4 * max(1, abs(x)) { return nil }
      }
    }
    let rounded = try reference(rounds: true).evaluate(results)
    var expected: [(value: [Double], tolerance: Double)] = []
    for (value, single) in zip(exact, rounded) {
      let scale = value.map(abs).max() ?? 0
      let moved = zip(value, single).map { abs($0 - $1) }.max() ?? 0
      guard scale < 1e5, moved.isFinite, moved <= 1e-3 * max(scale, 1e-2) else { return nil }
      expected.append((value, 2e-6 + 2e-5 * scale + 30 * moved))
    }
    return expected
  }

  /// Whether two different values are one number where the larger one counts: there a function has no
  /// derivative, and the rule's is one of many.
  func hasTies() throws -> Bool {
    let pairs = jumps.filter { $0[0].id != $0[1].id }
    let values = try reference().evaluate(pairs.flatMap { $0 })
    return pairs.indices.contains { index in
      zip(values[2 * index], values[2 * index + 1]).contains { $0 == $1 && $0 != 0 }
    }
  }

  /// Pairs whose order decides a value; one that is compared with nought stands twice.
  private var jumps: [[Tensor]] {
    let graph = source.graph
    var needed = Set(results.map(\.id))
    var pairs: [[Tensor]] = []
    for id in graph.nodes.indices.reversed() where needed.contains(id) {
      let operands = graph.nodes[id].operands.map(graph.tensor)
      needed.formUnion(graph.nodes[id].operands)
      switch graph.nodes[id].op {
      case .unary(.sign), .select: pairs.append([operands[0], operands[0]])
      case .binary(.greater): pairs.append(operands)
      default: break
      }
    }
    return pairs
  }

  // MARK: Differences

  /// The loss with what is stopped as inputs, which have the values that it has here.
  func withStopsHeld() throws -> HeldLoss {
    let nodes = source.graph.nodes
    let graph = Graph()
    var rebuilt: [Tensor] = []
    var stops: [Tensor] = []
    for (id, node) in nodes.enumerated() where id <= loss.id {
      if node.op == .stopGradient {
        rebuilt.append(graph.input("stop \(stops.count)", node.shape))
        stops.append(source.graph.tensor(id))
      } else {
        rebuilt.append(graph.reference(node.op, node.operands.map { rebuilt[$0] }))
      }
    }
    var reference = reference()
    for (index, values) in try reference.evaluate(stops).enumerated() {
      reference.inputs["stop \(index)"] = values
    }
    return HeldLoss(loss: rebuilt[loss.id], reference: reference)
  }
}

/// A loss and what it is evaluated with.
struct HeldLoss {
  let loss: Tensor
  let reference: Reference

  /// The derivative with respect to one element of an input or state, by central differences.
  func difference(_ name: String, _ element: Int, _ step: Double) throws -> Double {
    func value(_ change: Double) throws -> Double {
      var reference = reference
      reference.inputs[name]?[element] += change
      reference.states[name]?[element] += change
      return try reference.evaluate([loss])[0][0]
    }
    return try (value(step) - value(-step)) / (2 * step)
  }
}

extension RandomGraph {
  func isState(_ name: String) -> Bool {
    sources.contains { source in
      if case .state(name, _) = source.tensor.op { source.name == name } else { false }
    }
  }
}
