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

  private func plan(_ recipe: RecipeSpecification) throws -> Plan {
    try Plan(architecture: TinyGAN.architecture, recipe: recipe)
  }

  /// The programs of a step after so many updates of the discriminator.
  private func executed(_ recipe: RecipeSpecification, after done: Int) throws -> [String] {
    try plan(recipe).executions(
      after: TrainingCounters(updates: ["discriminator": done]), dials: recipe
    ).map(\.program)
  }

  private func programs(of recipe: RecipeSpecification) throws -> [String] {
    try plan(recipe).training().map(\.name)
  }

  @Test func `a step is as many updates of each network as the recipe says`() throws {
    let executions = try executed(recipe(critic: 3, generator: 2), after: 7)
    #expect(executions == ["discriminator", "discriminator", "step", "generator"])
    #expect(try executed(recipe(), after: 0) == ["step"])
  }

  @Test func `a penalty at intervals is due at the first update and at every k-th after it`() throws
  {
    let lazy = recipe(
      critic: 2,
      [
        PenaltySpecification("gp", weight: 10), PenaltySpecification("r1", weight: 1, interval: 4),
      ])
    let programs = try (0..<4).map { try executed(lazy, after: 2 * $0) }
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
    let needed = try Set(updates.flatMap { try executed(lazy, after: $0) })
    #expect(made == needed)
  }

  @Test func `further updates of the generator have latents of their own`() throws {
    var gan = try TinyGAN(recipe(generator: 2))
    #expect(gan.programs.keys.contains("generator"))
    #expect(try TinyGAN(recipe()).programs["generator"] == nil)
    let before = gan.states
    let first = try gan.execute(Plan.step)
    gan.states = before
    let further = try gan.execute("generator")
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
    _ = try fast.execute(Plan.step)
    _ = try still.execute(Plan.step)
    #expect(fast.states[name] == still.states[name])
    both.updates = .sequential
    var sequential = try TinyGAN(both)
    _ = try sequential.execute(Plan.step)
    #expect(sequential.states[name] != still.states[name])
  }
}
