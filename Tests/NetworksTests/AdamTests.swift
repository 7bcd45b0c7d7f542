import Foundation
import Networks
import Specification
import TensorGraph
import Testing

@Suite struct AdamTests {
  /// Two steps of the tiny GAN's discriminator by hand: the gradient is read off the first moment.
  @Test func `two updates agree with Adam by hand`() throws {
    var recipe = RecipeSpecification(batch: 4)
    recipe.discriminatorOptimiser = OptimiserSpecification(
      learningRate: 0.01, beta1: 0.5, beta2: 0.9, epsilon: 1e-3)
    var gan = try TinyGAN(recipe)
    let name = "discriminator.block2.dense.weight"
    let moments = ["first", "second"].map { "optimiser.\(name).\($0)_moment" }
    var (weight, m, v) = (try #require(gan.states[name]), [0.0], [0.0])
    (m, v) = ([Double](repeating: 0, count: 4), [Double](repeating: 0, count: 4))
    for step in 1...2 {
      _ = try gan.execute(Plan.step, step: step)
      let gradient = zip(try #require(gan.states[moments[0]]), m).map { ($0 - 0.5 * $1) / 0.5 }
      for index in 0..<4 {
        m[index] = 0.5 * m[index] + 0.5 * gradient[index]
        v[index] = 0.9 * v[index] + 0.1 * gradient[index] * gradient[index]
        let (mean, square) = (
          m[index] / (1 - pow(0.5, Double(step))), v[index] / (1 - pow(0.9, Double(step)))
        )
        weight[index] -= 0.01 * mean / (square.squareRoot() + 1e-3)
      }
      #expect(gradient.contains { abs($0) > 1e-4 })
      #expect(expectClose(try #require(gan.states[moments[1]]), v, within: 1e-7))
      #expect(expectClose(try #require(gan.states[name]), weight, within: 1e-6))
    }
  }

  @Test func `corrections are computed in double precision`() throws {
    let adam = OptimiserSpecification()
    let dials = Dictionary(
      uniqueKeysWithValues: try adam.definition().inputs(adam, of: "generator", update: 1).map {
        ($0.name, $0.value)
      })
    #expect(dials["generator.adam.beta2_complement"] == Float(0.001))
    #expect(dials["generator.adam.step_size"] == Float(4e-4))
    #expect(dials["generator.adam.second_correction"] == Float(1 / 0.001.squareRoot()))
  }

  @Test func `every scalar input of a step is listed among the dials`() throws {
    var recipe = RecipeSpecification(batch: 4, generatorAverage: 0.9)
    (recipe.discriminatorSteps, recipe.generatorSteps) = (2, 2)
    recipe.penalties = [
      PenaltySpecification("gp", weight: 10), PenaltySpecification("r1", weight: 1),
    ]
    let gan = try TinyGAN(recipe)
    func inputs(_ program: String) -> Set<String> {
      Set(
        (gan.programs[program]?.graph.nodes ?? []).compactMap { node in
          if case .input(let name, .scalar) = node.op { name } else { nil }
        })
    }
    #expect(
      gan.plan.possibleExecutions.map(\.program) == [Plan.step, "discriminator", "generator"])
    for execution in gan.plan.possibleExecutions {
      let dials = gan.plan.inputs(of: execution, dials: recipe, after: [:])
      #expect(inputs(execution.program) == Set(dials.map(\.name)), "\(execution.program)")
    }
  }
}
