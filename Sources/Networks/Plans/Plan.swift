package import MetricDescriptions
package import Specification
import TensorGraph

/// How a run trains: its networks, the phases of a step, and what is computed beside the training.
///
/// What is trained, how a step is measured and how samples are made is asked of it; whoever executes its
/// programs needs to know no kind of model.
package struct Plan: Sendable {
  package let networks: [PlannedNetwork]
  /// What labels of examples its programs read; nil: none.
  package let labels: LabelShape?
  /// Tensors that are trained and belong to no network.
  package let tensors: [FreeTensor]
  /// In the order in which they are executed.
  package internal(set) var phases: [Phase]
  /// What phases of one step see of each other's updates.
  let updates: UpdateOrder
  /// Examples of a batch.
  package let batch: Int
  /// What a step measures, in the order in which it is shown.
  package internal(set) var measured: [MetricDescription]
  /// Programs beside the training.
  package let evaluations: [Evaluation]

  /// The program in which all phases take part.
  package static let step = "step"

  /// - Throws: `NetworksError` where two phases move one tensor, or have terms at intervals of one name.
  package init(
    networks: [PlannedNetwork], labels: LabelShape? = nil, tensors: [FreeTensor] = [],
    phases: [Phase],
    updates: UpdateOrder = .sequential, batch: Int, measured: [MetricDescription],
    evaluations: [Evaluation] = []
  ) throws(NetworksError) {
    (self.networks, self.labels, self.tensors) = (networks, labels, tensors)
    self.phases = phases
    self.updates = updates
    (self.batch, self.measured, self.evaluations) = (batch, measured, evaluations)
    try check()
  }

  /// The plan of a specification's kind of model.
  ///
  /// - Throws: `NetworksError` where the layers do not fit together, the example or each other, or where
  ///   the recipe names what this release does not build.
  package init(
    architecture: ArchitectureSpecification, recipe: RecipeSpecification
  ) throws(NetworksError) {
    let model: Model
    do { model = try Model(architecture) } catch { throw .architecture("\(error)") }
    guard recipe.batch > 0, recipe.discriminatorSteps > 0, recipe.generatorSteps > 0 else {
      throw .recipe(batch: recipe.batch, discriminatorSteps: recipe.discriminatorSteps)
    }
    try recipe.checkAugmentation(of: model)
    switch model.kind {
    case .adversarial, .bidirectional: self = try .adversarial(model, recipe: recipe)
    case .classifier: self = try .classifier(model, recipe: recipe)
    case .autoencoder: self = try .autoencoder(model, recipe: recipe)
    case .repair: self = try .repair(model, recipe: recipe)
    }
  }

  /// The network of a name; nil where there is none.
  package func network(_ name: String) -> Network? {
    networks.first { $0.network.name == name }?.network
  }

  func phase(_ name: String) -> Phase? { phases.first { $0.name == name } }

  private func check() throws(NetworksError) {
    var (owners, lazy) = ([String: String](), [String: String]())
    for phase in phases {
      for parameter in phase.updated {
        if let other = owners.updateValue(phase.name, forKey: parameter.name) {
          throw .plan(
            "\(parameter.name) would be moved in the phases \(other) and \(phase.name) of one plan")
        }
      }
      // Programs are named by what is due.
      for term in phase.terms where term.interval > 1 {
        if let other = lazy.updateValue(phase.name, forKey: term.name) {
          throw .plan("the phases \(other) and \(phase.name) both have a term \(term.name)")
        }
      }
    }
    try checkInitialStreams()
  }
}

/// A network of a plan.
package struct PlannedNetwork: Sendable {
  package let network: Network
  /// Whether an average of its weights is kept.
  package let isAveraged: Bool

  package init(_ network: Network, isAveraged: Bool = false) {
    (self.network, self.isAveraged) = (network, isAveraged)
  }
}

/// A tensor that is trained and belongs to no network, such as a latent, and how it begins.
package struct FreeTensor: Sendable {
  package let parameter: Parameter
  package let initialisation: Initialisation

  package init(_ name: String, _ shape: [Int], _ initialisation: Initialisation) {
    parameter = Parameter(name: name, shape: shape, role: .weight)
    self.initialisation = initialisation
  }
}
