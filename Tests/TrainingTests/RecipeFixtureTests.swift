import CPUBackend
import Compilation
import Foundation
import Language
import Networks
import Specification
import TestSupport
import Testing
import Training

/// Training steps under each objective, penalty, optimiser and order of updates against PyTorch
/// (`Fixtures/training/make_recipes.py`).
@Suite struct RecipeFixtureTests {
  private static let recipes = [
    "hinge", "lsgan", "wasserstein", "relativistic", "ra", "minimax", "gp-onesided", "gp-zero",
    "dragan", "r1", "adamw", "rmsprop", "sgd", "simultaneous", "further",
  ]
  private static let names = ["mlp", "dcgan"].flatMap { network in
    recipes.map { "\(network)-\($0)" }
  }

  private static func recipe(_ fixture: TrainingFixture<ArchitectureSpecification>) throws
    -> RecipeSpecification
  {
    let text = "recipe r \(try #require(fixture.recipe)) batch=\(fixture.batch)"
    let statement = try #require(try parse(SourceText(name: "recipe", text: text)).first)
    return try RecipeSpecification(parsing: statement, .all)
  }

  @Test(arguments: names) func `ten steps end where PyTorch's end`(name: String) throws {
    let fixture = try TrainingFixture<ArchitectureSpecification>(named: name)
    let recipe = try Self.recipe(fixture)
    let training = try FixtureMachine(fixture, recipe, on: CPUBackend())
    var counts = Counts()
    for (step, expected) in fixture.steps.enumerated() {
      let program = train(training, recipe, &counts)
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

  private struct Counts { var discriminator = 0, generator = 0, further = 0 }

  /// - Returns: the program that updated both networks.
  private func train(
    _ training: FixtureMachine, _ recipe: RecipeSpecification, _ counts: inout Counts
  ) -> String {
    let (machine, fixture) = (training.machine, training.fixture)
    var step = ""
    for execution in recipe.executions(after: counts.discriminator) {
      let program = execution.program
      if execution.updatesGenerator { counts.generator += 1 }
      let inputs = training.programs.inputs(
        of: execution, dials: recipe, generatorUpdate: counts.generator,
        discriminatorUpdate: counts.discriminator + 1)
      for (name, value) in inputs { machine.setInput(name, of: program, to: value) }
      let count = execution.updatesDiscriminator ? counts.discriminator : counts.further
      if training.programs.readsRealExamples(execution) {
        training.setRealExamples(
          ofStep: execution.updatesDiscriminator ? count : 1000 + count, in: program)
      }
      machine.execute(program, seed: fixture.seed, step: UInt32(count))
      if execution.updatesDiscriminator {
        counts.discriminator += 1
        if execution.updatesGenerator { step = program }
      } else {
        counts.further += 1
      }
    }
    return step
  }
}
