package import Specification
import TensorGraph

/// The latent vectors of which a generator makes what is known of images: gradient descent on the latents, the networks as they are.
///
/// Each of the program's latents is by itself: what it becomes depends on no other. The generator and the discriminator normalise by
/// their running statistics.
///
/// - Source: Yeh et al. 2017, arXiv:1607.07539, equations 3 to 5; Bora et al. 2017, arXiv:1703.03208.
package struct LatentProjection: Sendable {
  private let makers, discriminators: [Network]
  private let objective: ObjectiveDefinition
  private let labels: LabelShape?
  private let latent: Int
  private let example: [Int]
  private let optimiser: OptimiserDefinition
  /// Whether the averaged weights are used.
  package let usesAverage: Bool

  /// Inputs and outputs of the program.
  package static let (target, weight) = ("target", "weight")
  package static let (priorWeight, latentWeight) = ("prior_weight", "latent_weight")
  package static let featureWeight = "feature_weight"
  package static let (losses, images) = ("losses", "images")
  /// The state that is moved.
  package static let latents = "projection.latents"
  package static let program = "project"

  /// - Returns: nil of a model that makes nothing of latents.
  /// - Throws: `NetworksError` where the recipe names what this release does not build.
  package init?(
    _ architecture: ArchitectureSpecification, recipe: RecipeSpecification, average: Bool
  ) throws(NetworksError) {
    let model: Model
    do { model = try Model(architecture) } catch { throw .architecture("\(error)") }
    guard [.adversarial, .bidirectional].contains(model.kind) else { return nil }
    makers = model.networks.filter { [.mapping, .generator].contains($0.role) }
    // Those that judge pairs, or several images at once, have nothing to say of one.
    discriminators = model.networks(of: .discriminator).filter { network in
      architecture.pack == 1 && !network.inputs.contains { $0.wire == Model.Wire.latent }
    }
    objective = try recipe.objective.definition()
    (labels, latent, example) = (
      architecture.labels, architecture.latent, architecture.example.dimensions
    )
    optimiser = try Self.adam(rate: 0).definition()
    usesAverage = average && recipe.keepsAverage
  }

  /// Whether a discriminator has a say.
  package var judges: Bool { !discriminators.isEmpty }

  /// Whether a discriminator has layers whose features can be compared.
  package var hasFeatures: Bool { discriminators.contains(where: \.hasStages) }

  /// Whether the program reads labels.
  package var takesLabels: Bool {
    labels != nil
      && (makers + discriminators).contains { $0.inputs.contains { $0.wire == Model.Wire.label } }
  }

  /// One step for so many latents at once.
  ///
  /// Inputs are the images `[count, …]`, how much each of their pixels counts `[count, 1, height, width]`, the weights of the
  /// discriminator's and of the latents' own loss, labels where the model takes some, and the optimiser's. Outputs are the losses
  /// `[count]` and the images of the latents before the step.
  ///
  /// - Parameter comparesFeatures: whether images are to be alike to the discriminator as well, with a weight that is an input.
  package func program(
    count: Int, comparesFeatures: Bool = false
  ) throws(NetworksError) -> NetworkProgram {
    let graph = Graph()
    var states = StateValues(graph: graph)
    let latents = states.value(Self.latents, Shape([count, latent]))
    var wires = [Model.Wire.latent: latents]
    if takesLabels, let labels {
      wires[Model.Wire.label] = labels.normalised(
        graph.input(BatchColumn.drawnLabel.input, Shape([count, labels.count])))
    }
    for network in makers {
      wires.merge(
        network.apply(to: wires, mode: .inference, in: &states, average: usesAverage)
      ) { _, new in new }
    }
    let images = wires[Model.Wire.image] ?? latents
    let target = graph.input(Self.target, Shape([count] + example))
    let weight = graph.input(Self.weight, Shape([count, 1] + example.dropFirst()))
    // A mean over what counts, so that the size of a hole does not decide how much the rest weighs.
    let total = (weight.sum([1, 2, 3]) * Double(example[0])).maximum(1e-6)
    var losses = ((images - target).absolute() * weight).sum([1, 2, 3]) / total
    for network in discriminators {
      let score = network.scores(of: wires, mode: .inference, in: &states)
      let share = graph.input(Self.priorWeight, .scalar)
      losses = losses + ofEach(score, count) * share
    }
    if comparesFeatures {
      let share = graph.input(Self.featureWeight, .scalar)
      for network in discriminators where network.hasStages {
        let both = network.inputs.map(\.wire).reduce(into: [String: Tensor]()) { both, wire in
          let other = wire == Model.Wire.image ? target : wires[wire]
          guard let made = wires[wire], let other else { return }
          both[wire] = Tensor.concatenate([made, other], axis: 0)
        }
        let stages = network.pass(both, mode: .inference, in: &states).stages
        losses = losses + PerceptualDistance.value(stages) * share
      }
    }
    let share = graph.input(Self.latentWeight, .scalar)
    losses = losses + latents.squared().mean([1]) * share
    let gradient = graph.gradients(of: losses.sum(), withRespectTo: [latents])
    var moved = StateValues(graph: graph)
    optimiser.update(
      [(name: Self.latents, tensor: latents)], of: Self.program, gradients: gradient, in: &moved)
    return try NetworkProgram(
      name: Self.program, graph: graph,
      outputs: [(Self.losses, losses), (Self.images, images)], updates: moved.updates)
  }

  /// What the generator loses by each score: of a mean over scores, as many times as there are.
  private func ofEach(_ scores: Tensor, _ count: Int) -> Tensor {
    let parts = (0..<count).map { number in
      objective.generatorLoss(fake: scores.slice(axis: 0, start: number, size: 1))
        .reshape([1])
    }
    return Tensor.concatenate(parts, axis: 0)
  }

  /// States that begin at zero with each image.
  package static let moments = OptimiserDefinition.adam.states.map {
    OptimiserDefinition.state($0, of: latents)
  }

  /// The optimiser's inputs at an update (from 1).
  package func inputs(rate: Double, update: Int) -> [(name: String, value: Float)] {
    optimiser.inputs(Self.adam(rate: rate), of: Self.program, update: update)
  }

  private static func adam(rate: Double) -> OptimiserSpecification {
    OptimiserSpecification(learningRate: rate, beta1: 0.9, beta2: 0.999)
  }
}
