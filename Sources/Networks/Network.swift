package import Language
package import Specification
package import TensorGraph
import TerminalText

/// How a network is applied.
package enum Mode: Sendable, Hashable {
  /// Normalisation by the batch, running statistics updated, dropout. Applications of one network in
  /// one program that see different data have different numbers, so that their noise differs:
  /// the discriminator on real examples is 0, on generated ones 1, in the generator's update 2 (on real
  /// ones 3), in a further update of the generator 4 (5), in a penalty `penaltyApplication` plus its
  /// place; the generator is 0 in the discriminator's update, 1 in its own with a fresh batch and 2 in a
  /// further one.
  case training(application: Int)
  /// Running statistics and no noise: an output doesn't depend on its neighbours in the batch.
  case inference

  static let penaltyApplication = 16_384
}

/// A network whose layers have names and sizes, ready to be put into graphs.
package struct Network: Sendable {
  package let specification: NetworkSpecification
  /// What it is given, the first to its first layer; shapes of one example.
  package let inputs: [(wire: String, shape: [Int])]
  /// What its last layer gives, under its role's wire, then what `output` names.
  package let outputs: [(name: String, shape: [Int])]
  /// Every tensor that belongs to it, in order of creation, running statistics included.
  package let parameters: [Parameter]
  package let layers: [ResolvedLayer]

  package var name: String { specification.name }
  package var role: NetworkSpecification.Role { specification.role }
  /// What it makes of one example.
  package var output: [Int] { outputs[0].shape }

  /// Those that an optimiser updates.
  package var trained: [Parameter] { parameters.filter(\.role.isTrained) }

  /// Numbers that an optimiser updates.
  package var parameterCount: Int { trained.reduce(0) { $0 + $1.count } }

  /// Whether a layer with weights stands outside braces.
  var hasFeatures: Bool {
    layers.contains { layer in
      guard layer.depth == 0 else { return false }
      let traits = try? LayerDefinition.named(layer.layer.keyword).signature.traits
      return traits?.contains(.contraction) == true
    }
  }

  /// Whether more than one layer with weights stands outside braces.
  var hasStages: Bool {
    layers.count { layer in
      guard layer.depth == 0 else { return false }
      let traits = try? LayerDefinition.named(layer.layer.keyword).signature.traits
      return traits?.contains(.contraction) == true
    } > 1
  }

  /// Of a forward pass for one example; of contractions only.
  package var multiplyAdds: Int { layers.reduce(0) { $0 + $1.multiplyAdds } }

  /// Whether an output in training is a function of its own example alone, so that two batches may
  /// pass together.
  package let treatsExamplesAlone: Bool

  /// Resolves names, shapes and costs.
  ///
  /// - Parameter inputs: shapes of one example, by wire.
  /// - Throws: at the first layer that does not fit.
  package init(
    _ specification: NetworkSpecification, inputs: [(wire: String, shape: [Int])]
  ) throws(Diagnostic) {
    let name = specification.name
    let count = specification.allLayers.count
    guard Limits.layers.contains(count) else {
      throw Diagnostic(
        count == 0
          ? "the \(name) has no layers"
          : "the \(name) has \(grouped(count)) layers, more than the "
            + "\(grouped(Limits.layers.upperBound)) that are possible",
        at: specification.place.span)
    }
    for (_, shape) in inputs {
      guard !shape.isEmpty, shape.product(atMost: Limits.maximumValues) != nil else {
        throw Diagnostic("the \(name) cannot be given \(shape.printedShape)")
      }
    }
    // Two examples, so that nothing is taken for the batch that is not.
    let graph = Graph(simplifies: false)
    let given = inputs.map {
      (wire: $0.wire, tensor: graph.input("input.\($0.wire)", Shape([2] + $0.shape)))
    }
    let pass = NetworkApplication(
      of: specification, to: given, mode: .training(application: 0),
      in: StateValues(graph: graph), resolves: true)
    var names = LayerNames(of: name)
    let y = try pass.apply(
      specification.layers, to: given[0].tensor, &names, isNumbered: specification.isNumbered)
    let found = pass.resolution ?? .init()
    (self.specification, self.inputs) = (specification, inputs)
    (parameters, layers) = (found.parameters, found.layers)
    outputs =
      [(name: specification.role.output, shape: y.example)]
      + pass.outputs.sorted { $0.key < $1.key }.map { (name: $0.key, shape: $0.value.example) }
    treatsExamplesAlone = !specification.has(.mixesExamples) && !specification.has(.noise)
    guard parameterCount > 0 else {
      throw Diagnostic(
        "the \(name) has nothing to learn", at: specification.place.span,
        help: ["give it a layer with weights: `dense`, `conv`"])
    }
  }

  /// The outputs for a batch, by name; the first axis of every tensor is the batch.
  ///
  /// - Parameters:
  ///   - inputs: by wire.
  ///   - states: where parameters are read and, in training, running statistics replaced.
  ///   - average: whether the averaged weights are used (states named `average.…`).
  package func apply(
    to inputs: [String: Tensor], mode: Mode, in states: inout StateValues, average: Bool = false
  ) -> [String: Tensor] {
    pass(inputs, mode: mode, in: &states, average: average).outputs
  }

  /// The same, and what the layers with weights are given: the last one, and all but the first.
  func pass(
    _ inputs: [String: Tensor], mode: Mode, in states: inout StateValues, average: Bool = false
  ) -> (outputs: [String: Tensor], features: Tensor?, stages: [Tensor]) {
    let given = self.inputs.map { wire, _ in
      guard let tensor = inputs[wire] else { preconditionFailure("\(name) is not given \(wire)") }
      return (wire: wire, tensor: tensor)
    }
    let pass = NetworkApplication(
      of: specification, to: given, mode: mode, isAverage: average, in: states)
    var names = LayerNames(of: name)
    do {
      let y = try pass.apply(
        specification.layers, to: given[0].tensor, &names, isNumbered: specification.isNumbered)
      states = pass.states
      return (
        pass.outputs.merging([role.output: y]) { named, _ in named }, pass.features, pass.stages
      )
    } catch {
      // Shapes do not depend on the batch, and `init` has been through every layer.
      preconditionFailure("a network that was resolved does not fit: \(error)")
    }
  }

  /// The output of a network with one input.
  package func apply(
    to x: Tensor, mode: Mode, in states: inout StateValues, average: Bool = false
  ) -> Tensor {
    apply(to: [inputs[0].wire: x], mode: mode, in: &states, average: average)[role.output] ?? x
  }

  /// The scores `[N]` of a discriminator.
  ///
  /// - Parameter inputs: by wire.
  func scores(
    of inputs: [String: Tensor], mode: Mode, in states: inout StateValues
  ) -> Tensor {
    let outputs = apply(to: inputs, mode: mode, in: &states)
    guard let score = outputs[role.output] else { preconditionFailure("\(name) gives no score") }
    return score.reshape([score.shape[0]])
  }
}

extension NetworkSpecification {
  /// Whether the parameters of its unnamed layers begin by their numbers, as the first generators' and
  /// discriminators' did.
  fileprivate var isNumbered: Bool {
    givenName == nil && (role == .generator || role == .discriminator)
  }
}
