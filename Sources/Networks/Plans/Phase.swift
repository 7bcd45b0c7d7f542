package import MetricDescriptions
package import Specification
package import TensorGraph

/// A part of a step: what it moves, by which loss and optimiser, and how often.
///
/// Its loss is the sum of its terms. All of them are computed from the same passes, which the phase makes
/// of networks, data and random numbers.
package struct Phase: Sendable {
  package let name: String
  /// What it moves: networks, parts of some, or a tensor that is none's.
  package let updated: [Parameter]
  package let optimiser: PhaseOptimiser
  /// Steps from one to the next that it takes part in.
  package let interval: Int
  /// How often it moves them in a step.
  package let updates: UpdateCount
  /// Networks whose averages follow each of its updates.
  package let averaged: [Network]
  /// States that it sees as they were before its program, where it computes again what an earlier phase of
  /// the program has computed.
  package let seenBefore: [Parameter]
  /// Scalars that its passes keep, which begin at zero.
  let scalars: [String]
  /// What an update measures: the loss, what the phase adds, and the norm of all gradients.
  package internal(set) var measured: [MetricDescription]
  /// Whether the gradients of each layer are measured, too.
  var measuresLayers = false
  /// What its programs read of a batch.
  package let columns: Set<BatchColumn>
  let terms: [Summand]
  /// What it does to gradients before the optimiser sees them, and to weights after.
  let remedies: [RemedyDefinition]
  /// Further scalar inputs, with their values.
  let inputs: @Sendable (Moment) -> [(name: String, value: Double)]
  /// Updates of another phase that its loss is seen through.
  let unrolling: Unrolling?
  let build: @Sendable (Occurrence, inout StateValues) -> Built

  /// When a phase is updated: what its scalar inputs are a function of.
  package struct Moment: Sendable {
    package let dials: RecipeSpecification
    /// Updates that each phase has made before the execution.
    package let updates: [String: Int]
  }

  /// A term without its values.
  struct Summand: Sendable {
    let name: String
    let weight: TermWeight?
    let interval: Int
  }

  /// How often a phase moves its parameters in a step.
  package enum UpdateCount: Sendable, Hashable {
    case fixed(Int)
    /// As often as a dial says.
    case dial(Dial)

    package func count(_ dials: RecipeSpecification) -> Int {
      switch self {
      case .fixed(let count): max(0, count)
      case .dial(let dial): max(1, dials.numbers(of: dial).first.map { Int($0) } ?? 1)
      }
    }
  }

  /// Where a phase stands in an execution.
  package struct Occurrence: Sendable, Hashable {
    /// Whether no phase goes before it. The counter of random numbers is the first one's, so that a phase
    /// draws from other streams where it is first.
    package var isLeading: Bool { leader == phase }
    /// The phase itself, and the first one of its execution.
    package let phase, leader: String
    /// Terms at intervals that are due.
    package let dueTerms: [String]
  }

  struct Built {
    let loss: Tensor
    let measures: () -> [Tensor]
  }

  /// - Parameters:
  ///   - measured: the metrics of the loss, of what `measures` gives, and of the gradients' norm.
  ///   - seenBefore: states that it sees as they were before its program.
  ///   - unrolling: updates of another phase that its loss is seen through.
  ///   - scalars: states that its passes keep, which begin at zero.
  ///   - passes: what the terms are computed from; running statistics that it moves are replaced in the
  ///     states.
  ///   - measures: further scalars to be measured.
  package init<Passes>(
    _ name: String, updating updated: [Parameter], by optimiser: PhaseOptimiser,
    updates: UpdateCount = .fixed(1), interval: Int = 1, terms: [LossTerm<Passes>],
    columns: Set<BatchColumn>,
    inputs: @escaping @Sendable (Moment) -> [(name: String, value: Double)] = { _ in [] },
    remedies: [RemedyDefinition] = [], averaged: [Network] = [], seenBefore: [Parameter] = [],
    unrolling: Unrolling? = nil, scalars: [String] = [],
    measured: [MetricDescription],
    passes: @escaping @Sendable (Occurrence, inout StateValues) -> Passes,
    measures: @escaping @Sendable (Passes) -> [Tensor] = { _ in [] }
  ) {
    (self.name, self.updated, self.optimiser) = (name, updated, optimiser)
    (self.interval, self.updates) = (max(1, interval), updates)
    (self.averaged, self.measured, self.columns) = (averaged, measured, columns)
    (self.seenBefore, self.unrolling) = (seenBefore, unrolling)
    self.scalars = scalars
    self.terms = terms.map { Summand(name: $0.name, weight: $0.weight, interval: $0.interval) }
    self.remedies = remedies
    self.inputs = { moment in
      let update = moment.updates[name, default: 0] + 1
      return inputs(moment) + remedies.inputs(moment.dials, update: update)
        + (unrolling?.inputs(moment) ?? [])
    }
    build = { occurrence, states in
      let graph = states.graph
      let made = passes(occurrence, &states)
      var loss: Tensor?
      for term in terms where term.interval == 1 || occurrence.dueTerms.contains(term.name) {
        var value = term.value(made)
        if let weight = term.weight { value = value * graph.input(weight.input, .scalar) }
        loss = loss.map { $0 + value } ?? value
      }
      return Built(loss: loss ?? graph.constant(0)) { measures(made) }
    }
  }
}

/// An optimiser, and which of a recipe's dials are its.
package struct PhaseOptimiser: Sendable {
  package let definition: OptimiserDefinition
  package let dials: @Sendable (RecipeSpecification) -> OptimiserSpecification

  /// - Throws: `NetworksError.unknown` for a keyword of another release.
  package init(
    _ recipe: RecipeSpecification,
    _ dials: @escaping @Sendable (RecipeSpecification) -> OptimiserSpecification
  ) throws(NetworksError) {
    definition = try dials(recipe).definition()
    self.dials = dials
  }
}

extension Phase {
  /// Keywords of terms at intervals that are due after so many updates, in order.
  func dueTerms(after done: Int) -> [String] {
    terms.filter { $0.interval > 1 && done % $0.interval == 0 }.map(\.name)
  }

  /// What its optimiser's scalar inputs are called by in an extrapolation.
  var nameAhead: String { "\(name).ahead" }

  /// What is kept of each of its weights beside their gradients, by name: it begins at zero.
  func states(of parameter: Parameter) -> [String] {
    optimiser.definition.states.map { OptimiserDefinition.state($0, of: parameter.name) }
      + remedies.states(of: parameter.name)
  }

  /// The terms that an update's loss has.
  func terms(due: [String]) -> [Summand] {
    terms.filter { $0.interval == 1 || due.contains($0.name) }
  }
}
