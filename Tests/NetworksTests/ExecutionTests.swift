import Networks
import Specification
import Testing

/// Which programs a run has, and when each is executed.
@Suite struct ExecutionTests {
  private func recipe(
    critic: Int = 1, generator: Int = 1, _ penalties: [PenaltySpecification] = []
  ) -> RecipeSpecification {
    RecipeSpecification(
      batch: 4, discriminatorSteps: critic, generatorSteps: generator, penalties: penalties)
  }

  private func programs(of recipe: RecipeSpecification) throws -> [String] {
    try StepPrograms(architecture: TinyGAN.architecture, recipe: recipe).training(samples: 2)
      .map(\.name)
  }

  @Test func `a step is as many updates of each network as the recipe says`() throws {
    let executions = recipe(critic: 3, generator: 2).executions(after: 7).map(\.program)
    #expect(executions == ["discriminator", "discriminator", "step", "generator"])
    #expect(recipe().executions(after: 0).map(\.program) == ["step"])
  }

  @Test func `a penalty at intervals is due at the first update and at every k-th after it`() {
    let lazy = recipe(
      critic: 2,
      [
        PenaltySpecification("gp", weight: 10), PenaltySpecification("r1", weight: 1, interval: 4),
      ])
    let programs = (0..<4).map { lazy.executions(after: 2 * $0).map(\.program) }
    #expect(
      programs == [
        ["discriminator+r1", "step"], ["discriminator", "step"], ["discriminator+r1", "step"],
        ["discriminator", "step"],
      ])
  }

  @Test(arguments: [[2, 3], [2, 4], [4, 6, 9], [5, 5], [1, 7], [9973, 9967]])
  func `a program is there for every set of penalties that is due together, and for no other`(
    _ intervals: [Int]
  ) throws {
    let keywords = ["r1", "r2", "drift"]
    let lazy = recipe(
      zip(keywords, intervals).map { PenaltySpecification($0, weight: 1, interval: $1) })
    let made = Set(try programs(of: lazy).filter { $0.hasPrefix("step") })
    let multiple = intervals.reduce(1, *)
    let updates =
      multiple < 10_000
      ? Array(0..<multiple) : [0, 1, intervals[0], intervals[1], multiple]
    let needed = Set(updates.flatMap { lazy.executions(after: $0).map(\.program) })
    #expect(made == needed)
  }

  @Test func `further updates of the generator have latents of their own`() throws {
    var gan = try TinyGAN(recipe(generator: 2))
    #expect(gan.programs.keys.contains("generator"))
    #expect(try TinyGAN(recipe()).programs["generator"] == nil)
    let before = gan.states
    let first = try gan.execute(Execution.step.program)
    gan.states = before
    let further = try gan.execute(Execution.generator.program)
    #expect(first["generator_loss"] != further["generator_loss"])
    for (name, value) in gan.states where name.hasPrefix("discriminator") {
      let isStatistic = name.contains("running")
      #expect(isStatistic || value == before[name], "\(name) is not moved")
    }
    let name = "generator.block1.dense.weight"
    #expect(gan.states[name] != before[name])
  }

  @Test func `simultaneous updates do not see one another`() throws {
    var both = RecipeSpecification(batch: 4, updates: .simultaneous)
    both.discriminatorOptimiser.learningRate = 0.5
    var (fast, slow) = (try TinyGAN(both), both)
    slow.discriminatorOptimiser.learningRate = 0
    var still = try TinyGAN(slow)
    let name = "generator.block1.dense.weight"
    _ = try fast.execute(Execution.step.program)
    _ = try still.execute(Execution.step.program)
    #expect(fast.states[name] == still.states[name])
    both.updates = .sequential
    var sequential = try TinyGAN(both)
    _ = try sequential.execute(Execution.step.program)
    #expect(sequential.states[name] != still.states[name])
  }
}
