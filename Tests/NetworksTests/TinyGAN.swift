import Networks
import Specification
import TensorGraph
import TestSupport

/// A GAN on points that is small enough for the reference evaluator, and its states.
struct TinyGAN {
  static let architecture = ArchitectureSpecification.typed(
    """
    custom points=2 latent=3 {
      generator init=normal:0.5 { dense 4; lrelu 0.2; batchnorm; dense 2 }
      discriminator init=normal:0.5 {
        dense 4; batchnorm momentum=keras:0.8; lrelu 0.2; dropout 0.3; dense 1 } }
    """)

  let recipe: RecipeSpecification
  let programs: [String: NetworkProgram]
  let plan: Plan
  var states: [String: [Double]] = [:]

  init(_ recipe: RecipeSpecification, seed: UInt64 = 3) throws {
    self.recipe = recipe
    plan = try Plan(architecture: Self.architecture, recipe: recipe)
    programs = Dictionary(
      uniqueKeysWithValues: try (plan.training() + plan.evaluating(count: 2)).map {
        ($0.name, $0)
      })
    var states: [String: [Double]] = [:]
    plan.initialStates(seed: seed) { states[$0] = $1.map(Double.init) }
    self.states = states
  }

  /// Executes a program on fixed examples; returns its outputs.
  mutating func execute(
    _ name: String, step: Int = 1, inputs: [String: [Double]] = [:]
  ) throws -> [String: [Double]] {
    guard let program = programs[name] else { return [:] }
    var inputs = inputs
    let done = Dictionary(uniqueKeysWithValues: plan.phases.map { ($0.name, step - 1) })
    for execution in plan.possibleExecutions where execution.program == name {
      for dial in plan.inputs(of: execution, dials: recipe, after: done) {
        inputs[dial.name] = inputs[dial.name] ?? [Double(dial.value)]
      }
    }
    let real = BatchColumn.image.input
    inputs[real] = inputs[real] ?? (0..<2 * recipe.batch).map { Double($0 % 5) / 2 - 1 }
    let reference = Reference(inputs: inputs, states: states, seed: 9, step: UInt32(step))
    let results = try reference.evaluate((program.outputs + program.updates).map(\.tensor))
    for (update, value) in zip(program.updates, results.dropFirst(program.outputs.count)) {
      states[update.name] = value
    }
    return Dictionary(uniqueKeysWithValues: zip(program.outputs.map(\.name), results))
  }
}
