import Networks
import Randomness
import Specification
import TensorGraph
import TestSupport
import Testing

/// Gradients of a DCGAN whose side is no power of two, so that its first square is not 4x4.
@Suite struct DCGANGradientTests {
  private static let step = 1e-6
  /// Of the larger of both derivatives: rounding in double precision, divided by the step.
  private static let tolerance = 1e-6

  @Test func `dcgan at 48 has the gradients that finite differences give`() throws {
    let architecture = try architecture("like dcgan image=48x48x1 width=1 latent=3")
    let plan = try Plan(architecture: architecture, recipe: RecipeSpecification(batch: 2))
    let generator = try #require(plan.network("generator"))
    let discriminator = try #require(plan.network("discriminator"))
    let graph = Graph()
    var states = StateValues(graph: graph)
    func logits(_ images: Tensor, application: Int) -> Tensor {
      discriminator.apply(
        to: images, mode: .training(application: application), in: &states
      ).reshape([2])
    }
    let fake = generator.apply(
      to: graph.input("latents", [2, 3]), mode: .training(application: 0), in: &states)
    #expect(fake.shape == [2, 1, 48, 48])
    let real = logits(graph.input("real", fake.shape), application: 0)
    let fakes = logits(fake, application: 1)
    let objective = try Objective.nonSaturating.definition()
    let loss =
      objective.discriminatorLoss(
        .init(real: real, fake: fakes, smoothing: graph.constant(0.1)))
      + objective.generatorLoss(fake: fakes)
    let parameters = generator.trained + discriminator.trained
    let gradients = graph.gradients(
      of: loss, withRespectTo: parameters.map { graph.state($0.name, Shape($0.shape)) })

    var reference = Reference(inputs: [
      "latents": Philox(seed: 1, stream: 1).values(6),
      "real": Philox(seed: 1, stream: 2).values(fake.shape.count),
    ])
    for (number, parameter) in parameters.enumerated() {
      let values = Philox(seed: 2, stream: UInt64(number)).values(parameter.count)
      reference.states[parameter.name] = values.map { (parameter.role == .scale ? 1 : 0) + $0 / 3 }
    }
    let symbolic = try reference.evaluate(gradients)
    for (number, parameter) in parameters.enumerated() {
      let direction = Philox(seed: 3, stream: UInt64(number)).values(parameter.count)
      func value(_ distance: Double) throws -> Double {
        var moved = reference
        moved.states[parameter.name] = zip(reference.states[parameter.name] ?? [], direction)
          .map { $0 + distance * $1 }
        return try moved.evaluate([loss])[0][0]
      }
      let numeric = try (value(Self.step) - value(-Self.step)) / (2 * Self.step)
      let exact = zip(symbolic[number], direction).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(
        abs(numeric - exact) <= Self.tolerance * max(abs(numeric), abs(exact)),
        "\(parameter.name): \(numeric) by differences, \(exact) by rule")
      #expect(abs(exact) > 1e-6, "\(parameter.name) has a gradient")
    }
  }
}

extension Philox {
  /// Standard normal numbers.
  fileprivate func values(_ count: Int) -> [Double] { (0..<count).map { Double(normal($0)) } }
}
