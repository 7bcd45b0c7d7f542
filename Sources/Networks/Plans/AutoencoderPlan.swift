package import MetricDescriptions
import Randomness
import Specification
import TensorGraph

extension Plan {
  /// One phase, `autoencoder`: what is encoded and decoded again is to be the same; of an encoder with the
  /// outputs `mean` and `logvariance` the code is drawn, and kept near N(0, I).
  ///
  /// - Throws: `NetworksError` where the recipe names what this release does not build.
  static func autoencoder(
    _ model: Model, recipe: RecipeSpecification
  ) throws(NetworksError) -> Plan {
    guard let encoder = model.network(.encoder), let decoder = model.network(.decoder) else {
      throw .architecture("an autoencoder needs an encoder and a decoder")
    }
    let own = Autoencoder(
      encoder: encoder, decoder: decoder, example: model.architecture.example.dimensions,
      latent: model.architecture.latent, distribution: model.architecture.latentDistribution)
    let batch = recipe.batch
    let averaged = recipe.keepsAverage ? [encoder, decoder] : []
    var terms = [
      LossTerm<Autoencoder.Passes>("reconstruction") { passes in
        (passes.reconstruction - passes.image).squared().sum() * (0.5 / Double(batch))
      }
    ]
    var measured = [AutoencoderMetrics.loss, AutoencoderMetrics.error]
    if own.isVariational {
      let weight = TermWeight("autoencoder.beta") { $0.divergenceWeight }
      terms.append(LossTerm("divergence", weight: weight) { $0.divergence })
      measured.append(AutoencoderMetrics.divergence)
    }
    measured.append(AutoencoderMetrics.gradientNorm)
    let remedies = try recipe.remedyDefinitions()
    try recipe.checkFrozen(among: model.networks)
    let phase = Phase(
      "autoencoder", updating: try recipe.moved(of: [encoder, decoder]),
      by: try PhaseOptimiser(recipe) { $0.generatorOptimiser }, terms: terms, columns: [.image],
      inputs: Average.inputs(of: averaged, movedBy: "autoencoder", remedies: remedies),
      remedies: remedies.corrections(), averaged: averaged,
      measured: measured,
      passes: { _, states in own.passes(batch: batch, in: &states) },
      measures: { passes in
        let error = (passes.reconstruction - passes.image).squared().mean()
        return own.isVariational ? [error, passes.divergence] : [error]
      })
    return try Plan(
      networks: [encoder, decoder].map { PlannedNetwork($0, isAveraged: !averaged.isEmpty) },
      phases: [phase], batch: batch, measured: measured,
      evaluations: (averaged.isEmpty ? [false] : [false, true]).flatMap(own.evaluations))
  }
}

/// An encoder and a decoder, and how they are applied.
private struct Autoencoder: Sendable {
  let encoder, decoder: Network
  /// Dimensions of an example.
  let example: [Int]
  let latent: Int
  let distribution: LatentDistribution

  struct Passes {
    let image, reconstruction: Tensor
    /// KL(q(z|x) ‖ N(0, I)), a mean over the batch in nats; 0 where the code is not drawn.
    let divergence: Tensor
  }

  /// Whether the code of an example is drawn from a distribution that the encoder gives.
  var isVariational: Bool {
    ["mean", "logvariance"].allSatisfy { name in encoder.outputs.contains { $0.name == name } }
  }

  /// Kingma and Welling 2014, arXiv:1312.6114, equation 10, with β of Higgins et al. 2017.
  func passes(batch: Int, in states: inout StateValues) -> Passes {
    let graph = states.graph
    let image = graph.input(BatchColumn.image.input, Shape([batch] + example))
    var wires = [Model.Wire.image: image]
    let code = encoder.apply(to: wires, mode: .training(application: 0), in: &states)
    wires.merge(code) { $1 }
    var divergence = graph.constant(0)
    if isVariational, let mean = code["mean"], let logVariance = code["logvariance"] {
      let noise = graph.random(
        .normal, RandomStream(Stream.encodedLatent, for: "noise of the code"), mean.shape)
      wires[Model.Wire.latent] = mean + noise * (logVariance * 0.5).exp()
      let terms = mean.squared() + logVariance.exp() - logVariance - 1
      divergence = terms.sum() * (0.5 / Double(batch))
    }
    let made = decoder.apply(to: wires, mode: .training(application: 0), in: &states)
    return Passes(
      image: image, reconstruction: made[decoder.role.output] ?? image, divergence: divergence)
  }

  /// What is made of examples and, where codes have a distribution, of latents.
  func evaluations(isOfAverage: Bool) -> [Evaluation] {
    let suffix = isOfAverage ? "_average" : ""
    let reconstruct = Evaluation(
      "reconstruct" + suffix, .reconstructions, isOfAverage: isOfAverage
    ) { count, states in
      let image = states.graph.input(BatchColumn.image.input, Shape([count] + example))
      var wires = [Model.Wire.image: image]
      let code = encoder.apply(to: wires, mode: .inference, in: &states, average: isOfAverage)
      wires.merge(code) { $1 }
      if isVariational { wires[Model.Wire.latent] = code["mean"] }
      let made = decoder.apply(to: wires, mode: .inference, in: &states, average: isOfAverage)
      return [(Plan.images, made[decoder.role.output] ?? image)]
    }
    let code = Evaluation(
      "features" + suffix, .features, isOfAverage: isOfAverage
    ) { count, states in
      let image = states.graph.input(BatchColumn.image.input, Shape([count] + example))
      let code = encoder.apply(
        to: [Model.Wire.image: image], mode: .inference, in: &states, average: isOfAverage)
      let features = code[isVariational ? "mean" : encoder.role.output] ?? image
      return [(Plan.features, features.flattened)]
    }
    let common =
      [reconstruct, code]
      + (Evaluation.distances(by: encoder, isOfAverage: isOfAverage).map { [$0] } ?? [])
    guard isVariational else { return common }
    let sample = Evaluation(
      "sample" + suffix, .samples, isOfAverage: isOfAverage
    ) { count, states in
      let latents = states.graph.input(Plan.latents, Shape([count, latent]))
      return [
        (
          Plan.images,
          decoder.apply(to: latents, mode: .inference, in: &states, average: isOfAverage)
        )
      ]
    }
    return common + [sample]
  }
}

/// What an autoencoder's step measures.
package enum AutoencoderMetrics {
  package static let all = [loss, error, divergence, gradientNorm]

  package static let loss = MetricDescription(
    "autoencoder_loss", label: "loss", family: "autoencoder loss", unit: "nats",
    direction: .lowest,
    meaning: "half the squared error of a reconstruction, with the divergence of its code; the "
      + "divergence is multiplied by `beta`, and all is a mean over the batch",
    isListed: true)
  package static let error = MetricDescription(
    "reconstruction_error", label: "error", family: "reconstruction", direction: .lowest,
    meaning: "the mean squared error of reconstructions; value by value, in -1 to 1", isListed: true
  )
  package static let divergence = MetricDescription(
    "code_divergence", label: "KL", family: "divergence", unit: "nats",
    meaning:
      "how far the codes of examples are from the prior; the Kullback-Leibler divergence of an "
      + "example's code from N(0, I), a mean over the batch; at 0 the code says nothing of the example",
    isListed: true)
  package static let gradientNorm = MetricDescription(
    "autoencoder_gradient_norm", label: "∇A", family: "gradient norm",
    meaning: "the Euclidean norm of all gradients of encoder and decoder together")
}
