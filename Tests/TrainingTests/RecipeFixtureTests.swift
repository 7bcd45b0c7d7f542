import CPUBackend
import Compilation
import Foundation
import Language
import Networks
import Specification
import TestSupport
import Testing
import Training

/// Training steps under each objective, penalty, optimiser and order of updates, and of models of many kinds,
/// against PyTorch (`Fixtures/training/make_recipes.py`, `make_remedies.py`, `make_models.py`).
@Suite struct RecipeFixtureTests {
  private static let recipes = [
    "hinge", "lsgan", "wasserstein", "relativistic", "ra", "ralsgan", "minimax", "gp-onesided",
    "gp-zero", "gp-max", "dragan", "r1", "adamw", "optimistic", "rmsprop", "sgd", "simultaneous",
    "clip-norm",
    "clip-value", "clip-weights", "instance-noise", "augment",
    "further",
  ]
  /// `make_remedies.py`.
  private static let remedies = [
    "mode-seeking", "feature-matching", "historical-averaging", "orthogonal-weights",
    "latent-noise", "smooth-fakes", "smooth-fakes-lsgan", "flip-labels", "top-k",
    "gradient-normalisation", "reverse-kl", "unrolled-1", "unrolled-5", "unrolled-critic",
    "unrolled-minimax",
    "consensus", "symplectic", "extragradient", "adaptive", "half-life", "half-life-ramp",
  ]
  private static let models = [
    "resnet-spectral", "resnet-penalty", "attention", "unet", "two-discriminators", "mapping",
    "projection", "concatenated-labels", "auxiliary-classes", "auxiliary-attributes", "sngan",
    "wgan-gp", "sagan", "sngan-classes", "minibatch", "packed", "bidirectional",
    "veegan",
  ]
  private static let names =
    ["mlp", "dcgan"].flatMap { network in (recipes + remedies).map { "\(network)-\($0)" } }
    + models.map { "model-\($0)" }

  private static func recipe(_ fixture: TrainingFixture) throws
    -> RecipeSpecification
  {
    let text = "recipe r \(try #require(fixture.recipe)) batch=\(fixture.batch)"
    let statement = try #require(try parse(SourceText(name: "recipe", text: text)).first)
    return try RecipeSpecification(parsing: statement, .all)
  }

  @Test(arguments: names) func `ten steps end where PyTorch's end`(name: String) throws {
    let fixture = try TrainingFixture(named: name)
    let recipe = try Self.recipe(fixture)
    let training = try FixtureMachine(fixture, recipe, on: CPUBackend())
    if recipe.strength(of: "ada-target") != nil { training.setAugmentation(0.5) }
    var counters = TrainingCounters(of: training.plan)
    for (step, expected) in fixture.steps.enumerated() {
      let program = train(training, recipe, &counters)
      func compare(_ metric: String, _ value: Double) {
        let found = Double(training.machine.scalar(metric, of: program))
        #expect(
          abs(found - value) <= 1e-4 * max(abs(value), 0.01), "\(metric) of step \(step): \(found)")
      }
      compare("discriminator_loss", expected.discriminatorLoss)
      compare("generator_loss", expected.generatorLoss)
      compare("discriminator_gradient_norm", expected.discriminatorGradientNorm)
      compare("generator_gradient_norm", expected.generatorGradientNorm)
    }
    #expect(try training.mismatches() == [])
  }

  @Test(arguments: ["sngan", "wgan-gp", "sagan", "sngan-classes"])
  func `a preset is the architecture that PyTorch trained`(name: String) throws {
    let fixture = try TrainingFixture(named: "model-\(name)")
    let preset = try architecture("like \(try #require(fixture.preset))")
    #expect(preset.networks == (try architecture(fixture.architecture)).networks)
  }

  /// - Returns: the program that updated both networks.
  private func train(
    _ training: FixtureMachine, _ recipe: RecipeSpecification, _ counters: inout TrainingCounters
  ) -> String {
    let (machine, plan) = (training.machine, training.plan)
    var step = ""
    for execution in plan.executions(after: counters, dials: recipe) {
      let program = execution.program
      for (name, value) in plan.inputs(of: execution, dials: recipe, after: counters.updates)
      where training.reads(name, program) {
        machine.setInput(name, of: program, to: value)
      }
      let draw = counters.draw(of: execution)
      if plan.columns(of: execution).contains(.image) {
        training.setRealExamples(
          ofStep: Int(draw) + (execution.leader == "discriminator" ? 0 : 1000), in: program)
      }
      training.setLabels(plan.columns(of: execution), ofStep: Int(draw), in: program)
      machine.execute(program, seed: training.fixture.seed, step: draw)
      counters.count(execution, examples: 0)
      if execution.updates.count == 2 { step = program }
    }
    return step
  }
}
