package import Networks
package import Specification

/// What a run takes over from the checkpoint of another one: every state whose name and shape fit. What does not
/// fit begins as in a new run of its architecture, by its own seed.
package struct Transfer: Sendable {
  /// What is told of a network, of its average or of an optimiser.
  package struct Part: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
      case network, average
      /// What the optimiser of a phase keeps of each weight.
      case optimiser
    }

    package let kind: Kind
    /// The network's name, or the phase's.
    package let name: String
    /// States that are taken over.
    package let taken: Int
    /// Names of those that begin anew.
    package let anew: [String]
    /// Why they do; empty: it is as it is told.
    package let reason: String
  }

  /// In the order of the model: networks, averages, optimisers.
  package let parts: [Part]
  /// Of a model that takes more than one pass over its data: whether it goes on where the other one was.
  package let keepsPosition: Bool
  /// Labels whose weights are another's now, with that one: labels go by their place, and not by their name.
  package let renamedLabels: [(now: String, before: String)]
  package let counters: TrainingCounters
  private let taken: Set<String>

  /// - Parameters:
  ///   - source: the run that wrote the checkpoint.
  ///   - count: examples of the target's data; nil: they never end.
  /// - Throws: `TrainingError`, `NetworksError`; `.foreign` where the checkpoint is not the source's.
  package init(
    of checkpoint: Checkpoint, by source: RunSpecification, to target: RunSpecification, count: Int?
  ) throws {
    try checkpoint.check(isOf: source, file: checkpoint.tensors.name)
    let before = try Plan(architecture: source.architecture, recipe: source.recipe)
    let plan = try Plan(architecture: target.architecture, recipe: target.recipe)
    var fitting = Fitting(checkpoint, before)
    var parts = plan.kept.map { owner, parameters in fitting.network(owner, parameters) }
    if !plan.averages.isEmpty { parts.append(fitting.average(plan.averages)) }
    var counters = try checkpoint.counters(for: before, source.recipe)
    for phase in plan.phases {
      let part = fitting.optimiser(phase, before.phases.first { $0.name == phase.name })
      parts.append(part)
      if !part.anew.isEmpty { counters.updates[phase.name] = 0 }
      fitting.take(scalars: phase.keptScalars)
    }
    keepsPosition = source.dataset.isSame(as: target.dataset)
    if keepsPosition {
      counters.batches = Self.position(
        counters.batches, batch: source.recipe.batch, as: target.recipe.batch, count: count)
    } else {
      counters.batches = 0
    }
    (self.parts, self.counters, taken) = (parts, counters, fitting.taken)
    renamedLabels = Self.renamed(source.architecture.labels, as: target.architecture.labels)
  }

  private static func renamed(
    _ before: LabelShape?, as now: LabelShape?
  ) -> [(now: String, before: String)] {
    guard let before, let now, before.count == now.count, !before.isOfClasses, !now.isOfClasses
    else { return [] }
    return zip(now.names, before.names).filter { $0 != $1 }.map { (now: $0, before: $1) }
  }

  /// Whether a state is taken over.
  package func takes(_ state: String) -> Bool { taken.contains(state) }

  /// The same place in the same pass over the data, in batches of another size; the order of a pass is that of
  /// its examples, and depends on no batch.
  package static func position(_ batches: Int, batch: Int, as other: Int, count: Int?) -> Int {
    guard batch != other, let count, batch > 0, other > 0, count >= max(batch, other) else {
      return batches
    }
    let (passes, place) = batches.quotientAndRemainder(dividingBy: count / batch)
    let (perPass, examples) = (count / other, place * batch)
    return passes * perPass + min(examples / other, perPass)
  }
}

/// Finds what fits.
private struct Fitting {
  private let held: [String: [Int]]
  /// What the networks of the source hold, by name.
  private let known: [String: Parameter]
  private(set) var taken: Set<String> = []

  init(_ checkpoint: Checkpoint, _ before: Plan) {
    held = Dictionary(
      checkpoint.tensors.tensors.map { ($0.name, $0.shape) },
      uniquingKeysWith: { first, _ in first })
    known = Dictionary(
      before.kept.flatMap(\.parameters).map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first })
  }

  mutating func network(_ name: String, _ parameters: [Parameter]) -> Transfer.Part {
    var anew: [String] = []
    for parameter in parameters {
      if fits(parameter) { taken.insert(parameter.name) } else { anew.append(parameter.name) }
    }
    return Transfer.Part(
      kind: .network, name: name, taken: parameters.count - anew.count, anew: anew, reason: "")
  }

  private func fits(_ parameter: Parameter) -> Bool {
    guard held[parameter.name] == parameter.shape, let before = known[parameter.name] else {
      return false
    }
    switch (parameter.role, before.role) {
    // The numbers of one are scaled by a constant of the graph, and those of the other are not.
    case (.unitWeight, .unitWeight): return true
    case (.unitWeight, _), (_, .unitWeight): return false
    // Without its weight a length is none.
    case (.magnitude(let weight, _), _): return taken.contains(weight)
    default: return true
    }
  }

  /// What remedies have found out on the way; one that is new begins at zero.
  mutating func take(scalars: [String]) {
    taken.formUnion(scalars.filter { held[$0]?.allSatisfy { $0 == 1 } == true })
  }

  mutating func average(_ averages: [(name: String, of: Parameter)]) -> Transfer.Part {
    var anew: [String] = []
    for (name, parameter) in averages {
      if held[name] == parameter.shape && taken.contains(parameter.name) {
        taken.insert(name)
      } else {
        anew.append(name)
      }
    }
    return Transfer.Part(
      kind: .average, name: "average", taken: averages.count - anew.count, anew: anew,
      reason: "from the weights")
  }

  /// An optimiser goes on where it is of the same kind and knows all weights that it moves. What it keeps of
  /// each and how often it has moved them go together: Adam divides by powers of that count, and a weight whose
  /// averages are young under an old count would make steps many times too long.
  mutating func optimiser(_ phase: Phase, _ before: Phase?) -> Transfer.Part {
    let states = phase.keptOfWeights
    let lacking = states.filter { held[$0.name] != $0.of.shape || !taken.contains($0.of.name) }
    let strange = Set(phase.updated.map(\.name)).subtracting(taken).count
    var reason = ""
    if let before, before.optimiserKeyword != phase.optimiserKeyword {
      reason = "`\(phase.optimiserKeyword)` instead of `\(before.optimiserKeyword)`"
    } else if before == nil || !lacking.isEmpty {
      reason =
        strange == 0
        ? "it keeps more of each weight than the checkpoint has"
        : "\(strange) of its \(phase.updated.count) weights do"
    }
    guard !reason.isEmpty else {
      taken.formUnion(states.map(\.name))
      return Transfer.Part(
        kind: .optimiser, name: phase.name, taken: states.count, anew: [], reason: "")
    }
    return Transfer.Part(
      kind: .optimiser, name: phase.name, taken: 0, anew: states.map(\.name), reason: reason)
  }
}
