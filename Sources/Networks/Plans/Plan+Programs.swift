package import Specification
import TensorGraph

extension Plan {
  /// The programs that train: one for each execution that can occur.
  ///
  /// Their inputs are the columns that `columns(of:)` names and the scalars of `inputs(of:dials:after:)`;
  /// all else is drawn in the graph.
  ///
  /// - Throws: `NetworksError.sharedStream`, which no specification should lead to.
  package func training() throws(NetworksError) -> [NetworkProgram] {
    let executions = possibleExecutions
    let programs = try executions.map(program)
    try checkStreams(zip(executions, programs))
    return programs
  }

  /// The programs of all evaluations.
  ///
  /// - Parameter count: examples that one makes at once.
  package func evaluating(count: Int) throws(NetworksError) -> [NetworkProgram] {
    try evaluations.map { evaluation throws(NetworksError) in
      try evaluation.program(count: count)
    }
  }

  /// The columns of a batch that an execution's program reads.
  package func columns(of execution: Execution) -> [BatchColumn] {
    let columns = execution.updates.compactMap { phase($0.phase)?.columns }
    return columns.reduce(into: Set()) { $0.formUnion($1) }.sorted()
  }

  /// Every scalar input of an execution's program.
  ///
  /// - Parameters:
  ///   - dials: the recipe as its dials stand.
  ///   - updates: how many each phase has made before.
  package func inputs(
    of execution: Execution, dials: RecipeSpecification, after updates: [String: Int]
  ) -> [(name: String, value: Float)] {
    execution.updates.flatMap { update -> [(name: String, value: Float)] in
      guard let phase = phase(update.phase) else { return [] }
      var inputs = phase.optimiser.definition.inputs(
        phase.optimiser.dials(dials), of: phase.name,
        update: updates[phase.name, default: 0] + 1)
      inputs += phase.inputs(dials).map { ($0.name, Float($0.value)) }
      for term in phase.terms(due: update.dueTerms) {
        guard let weight = term.weight else { continue }
        inputs.append((weight.input, Float(weight.value(dials) * Double(term.interval))))
      }
      return inputs
    }
  }

  private func program(_ execution: Execution) throws(NetworksError) -> NetworkProgram {
    var states = StateValues(graph: Graph())
    var outputs: [(name: String, tensor: Tensor)] = []
    var moved: [String] = []
    for (index, update) in execution.updates.enumerated() {
      guard let phase = phase(update.phase) else { continue }
      let occurrence = Phase.Occurrence(
        phase: phase.name, leader: execution.leader, dueTerms: update.dueTerms)
      outputs +=
        index == 0
        ? phase.update(occurrence, in: &states)
        : phase.laterUpdate(
          occurrence,
          unseen: (isSimultaneous ? moved : []) + phase.seenBefore.map(\.name), in: &states)
      moved += phase.updated.map(\.name)
    }
    return try NetworkProgram(
      name: execution.program, graph: states.graph, outputs: outputs, updates: states.updates)
  }

  /// Programs whose random numbers different counters count must not share a stream: at equal counts they
  /// would draw the same.
  private func checkStreams(
    _ programs: some Sequence<(Execution, NetworkProgram)>
  ) throws(NetworksError) {
    var known: [UInt64: (leader: String, purpose: String)] = [:]
    for (execution, program) in programs {
      for node in program.graph.nodes {
        guard case .random(_, let stream, _) = node.op else { continue }
        if let other = known[stream.number], other.leader != execution.leader {
          throw .sharedStream(program: program.name, other.purpose, stream.purpose)
        }
        known[stream.number] = (execution.leader, stream.purpose)
      }
    }
  }
}
