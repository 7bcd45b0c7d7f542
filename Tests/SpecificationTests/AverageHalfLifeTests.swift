import Language
import Networks
import Specification
import Testing

/// `ema-half-life=` beside `ema=`: one takes the other's place.
@Suite struct AverageHalfLifeTests {
  private func recipe(
    _ options: String, like base: RecipeSpecification? = nil
  ) throws -> RecipeSpecification {
    try RecipeSpecification(
      parsing: statement("recipe r \(base == nil ? "" : "like base ")\(options)"), .all,
      known: base.map { ["base": $0] } ?? [:])
  }

  @Test(arguments: [
    "ema-half-life=10k", "ema-half-life=10k ema-ramp-up=0.05",
    "ema-half-life=1k->20k over 500",
  ])
  func `it prints and parses, and keeps an average`(options: String) throws {
    let recipe = try recipe(options)
    #expect(recipe.keepsAverage && recipe.generatorAverage == nil)
    #expect(try RecipeSpecification(stored: "recipe r \(recipe)") == recipe)
    #expect("\(recipe)".contains("ema=no"))
  }

  @Test func `what is said later takes the place of what was said before`() throws {
    let decay = try recipe("ema=0.999")
    let halfLife = try recipe("ema-half-life=10k", like: decay)
    #expect(halfLife.generatorAverage == nil)
    #expect(halfLife.strength(of: "ema-half-life") == 10_000)
    #expect(try recipe("ema=0.99", like: halfLife).strength(of: "ema-half-life") == nil)
    #expect(try !recipe("ema=no", like: halfLife).keepsAverage)
    #expect(try !recipe("ema-half-life=no", like: halfLife).keepsAverage)
    let gliding = try recipe("ema-half-life=1k->20k over 500")
    #expect(try recipe("ema=0.99", like: gliding).schedules.isEmpty)
    #expect(throws: Diagnostic.self) { try recipe("ema=0.9 ema-half-life=10k") }
    #expect(throws: Diagnostic.self) { try recipe("ema-half-life=0") }
  }

  @Test func `it is a dial, and the decay is none then`() throws {
    let recipe = try recipe("ema-half-life=10k")
    let turns = try recipe.settings(statement("tune a ema-half-life=20k").options, rest: 9, .all)
    #expect(turns.map(\.dial) == [.remedy("ema-half-life")])
    let fault = #expect(throws: Diagnostic.self) {
      try recipe.settings(statement("tune a ema=0.9").options, rest: 9, .all)
    }
    #expect(fault?.message == "the run's average has a half-life in place of a decay")
  }
}
