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

  /// The programs of the evaluations that a run makes while it trains.
  ///
  /// - Parameters:
  ///   - count: examples that one makes at once.
  ///   - judges: whether those of scores of a discriminator are wanted.
  package func evaluating(
    count: Int, judges: Bool = false
  ) throws(NetworksError) -> [NetworkProgram] {
    let wanted = evaluations.filter {
      ![.features, .distances].contains($0.kind) && (judges || $0.kind != .judgements)
    }
    return try wanted.map { evaluation throws(NetworksError) in
      try evaluation.program(
        count: evaluation.kind == .judgements ? min(count, Self.judgedAtOnce) : count)
    }
  }

  /// Examples that are judged at once, at most.
  package static let judgedAtOnce = 256

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
      let done = updates[phase.name, default: 0]
      func ofOptimiser(_ name: String, _ update: Int) -> [(name: String, value: Float)] {
        phase.optimiser.definition.inputs(
          phase.optimiser.dials(dials), of: name, update: update)
      }
      var inputs =
        self.updates == .extragradient
        ? ofOptimiser(phase.nameAhead, 2 * done + 1) + ofOptimiser(phase.name, 2 * done + 2)
        : ofOptimiser(phase.name, done + 1)
      inputs += phase.inputs(.init(dials: dials, updates: updates)).map {
        ($0.name, Float($0.value))
      }
      for term in phase.terms(due: update.dueTerms) {
        guard let weight = term.weight else { continue }
        inputs.append((weight.input, Float(weight.value(dials) * Double(term.interval))))
      }
      return inputs
    }
  }

  private func program(_ execution: Execution) throws(NetworksError) -> NetworkProgram {
    var states = StateValues(graph: Graph())
    let ahead = updates == .extragradient ? extrapolated(execution, from: states) : nil
    if let ahead { for state in heldStates { states.take(state, from: ahead) } }
    var outputs: [(name: String, tensor: Tensor)] = []
    var moved: [String] = []
    for (index, update) in execution.updates.enumerated() {
      guard let phase = phase(update.phase) else { continue }
      let occurrence = occurrence(of: update, in: execution)
      let opponent = opponent(of: phase)
      if index == 0, ahead == nil {
        outputs += phase.update(occurrence, against: opponent, in: &states)
      } else {
        let unseen = (updates == .sequential ? [] : moved) + phase.seenBefore.map(\.name)
        var source = states.before(replacing: unseen)
        if let ahead { for weight in weights { source.take(weight, from: ahead) } }
        outputs += phase.laterUpdate(
          occurrence, against: opponent, seeing: source, in: &states)
      }
      moved += phase.updated.map(\.name) + phase.updated.flatMap(phase.states)
    }
    return try NetworkProgram(
      name: execution.program, graph: states.graph, outputs: outputs, updates: states.updates)
  }

  private func occurrence(
    of update: Execution.Update, in execution: Execution
  ) -> Phase.Occurrence {
    .init(phase: update.phase, leader: execution.leader, dueTerms: update.dueTerms)
  }

  /// The player by whose gradients a phase corrects its own.
  private func opponent(of phase: Phase) -> Phase? {
    phase.remedies.contains(where: \.isOfGames) ? phases.first { $0.name != phase.name } : nil
  }

  /// What all phases would leave, none seeing the others' updates.
  ///
  /// - Source: Gidel et al. 2019, arXiv:1802.10551, algorithm 4.
  private func extrapolated(_ execution: Execution, from states: StateValues) -> StateValues {
    var ahead = states
    for update in execution.updates {
      guard let phase = phase(update.phase) else { continue }
      let source = ahead.before(replacing: weights.map(\.name))
      _ = phase.laterUpdate(
        occurrence(of: update, in: execution), against: opponent(of: phase), seeing: source,
        inputs: phase.nameAhead, in: &ahead)
    }
    return ahead
  }

  /// What phases move.
  private var weights: [(name: String, shape: Shape)] {
    phases.flatMap(\.updated).map { ($0.name, Shape($0.shape)) }
  }

  /// What an extrapolation leaves for the step from where it began: the optimisers' states and the networks'
  /// running statistics.
  private var heldStates: [(name: String, shape: Shape)] {
    let ofOptimisers = phases.flatMap { phase in
      phase.updated.flatMap { parameter in
        phase.optimiser.definition.states.map {
          (OptimiserDefinition.state($0, of: parameter.name), Shape(parameter.shape))
        }
      }
    }
    let statistics = networks.flatMap(\.network.parameters).filter { !$0.role.isTrained }
    return ofOptimisers + statistics.map { ($0.name, Shape($0.shape)) }
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
