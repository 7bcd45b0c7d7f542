import Language
import Networks
import Specification
import Testing

@Suite struct TweakTests {
  private let recipe = RecipeSpecification(
    generatorAverage: 0.99, penalties: [PenaltySpecification("gp", weight: 10)])

  private func settings(
    _ text: String, of recipe: RecipeSpecification? = nil
  ) throws -> [String] {
    try (recipe ?? self.recipe).settings(statement(text).options, rest: 700, .all).map {
      "\($0.dial.rawValue)=\($0.setting)"
    }
  }

  @Test(arguments: [
    ("lr=1e-4", "lr=0.0001"), ("dbetas=0,0.9", "dbetas=0,0.9"), ("critic=5", "critic=5"),
    ("penalty=gp:5", "penalty=5"), ("penalty=10->1 over 2k", "penalty=10->1 over 2000"),
    ("glr=2e-4->5e-5", "glr=0.0002->5e-05 over 700"), ("ema=0.999", "ema=0.999"),
  ])
  func `a dial is read and printed as it is typed`(typed: String, printed: String) throws {
    #expect(try settings("tune a \(typed)") == [printed])
    let setting = String(printed.drop { $0 != "=" }.dropFirst())
    let dial = try #require(Dial(rawValue: String(printed.prefix { $0 != "=" })))
    #expect(try DialSetting(parsing: setting, of: dial).description == setting)
  }

  @Test(arguments: [
    ("batch=128", "`batch` is built into a run and cannot be turned\n"),
    ("lrr=1", "did you mean `lr`?"),
    ("lr=11", "lr is a number from 0 to 10"), ("lr=1->20", "lr is a number from 0 to 10"),
    ("critic=1->5 over 10", "critic cannot glide"), ("betas=0.5", "two numbers"),
    ("lr=1e-4 lr=2e-4", "given twice"), ("lr=1->2 over 0.5", "whole number of steps"),
  ])
  func `what is no turn of a dial says why`(typed: String, reason: String) throws {
    let source = SourceText(name: "test", text: "tune a \(typed)")
    let fault = #expect(throws: Diagnostic.self) { try settings(source.text) }
    #expect(fault?.rendered(in: source, colour: false).contains(reason) == true, "\(typed)")
  }

  @Test func `what the run was not built with cannot be tuned`() {
    for typed in ["penalty=5", "ema=0.9"] {
      let fault = #expect(throws: Diagnostic.self) {
        try settings("tune a \(typed)", of: RecipeSpecification())
      }
      #expect(fault?.message.contains("the run has no") == true)
    }
  }

  @Test func `of several penalties each has a dial, and what is not there is refused`() throws {
    let several = RecipeSpecification(
      objective: Objective("hinge"), generatorOptimiser: OptimiserSpecification("sgd", argument: 0),
      penalties: [
        PenaltySpecification("r1", weight: 1, interval: 4), PenaltySpecification("r2", weight: 2),
      ])
    #expect(try settings("tune a penalty.r1=5", of: several) == ["penalty.r1=5"])
    #expect(try settings("tune a penalty=r2:5", of: several) == ["penalty.r2=5"])
    var tuned = several
    tuned.set(.weight(of: "r2"), to: [7])
    #expect(tuned.penalties.map(\.weight) == [1, 7])
    for (typed, reason) in [
      ("penalty=5", "several penalties"), ("penalty.gp=1", "no penalty `gp`"),
      ("gbetas=0,0.9", "`sgd` has no betas"), ("smooth=0.9", "means nothing"),
    ] {
      #expect {
        try settings("tune a \(typed)", of: several)
      } throws: { ($0 as? Diagnostic)?.message.contains(reason) == true }
    }
    #expect(try settings("tune a betas=0,0.9", of: several).count == 1)
  }

  @Test func `every dial turns what it says and nothing else`() {
    for dial in Dial.allCases {
      let numbers = [Double](repeating: dial.isWhole ? 7 : 0.625, count: dial.count)
      var tuned = recipe
      tuned.set(dial, to: numbers)
      #expect(tuned.numbers(of: dial) == numbers && tuned != recipe)
      tuned.set(dial, to: recipe.numbers(of: dial))
      #expect(tuned == recipe, "\(dial) is undone by its old value")
    }
  }

  @Test func `a schedule glides from its step on, and the later turn goes before`() {
    let tweaks = [
      Tweak(.learningRate, .schedule(from: 0, to: 1, steps: 4), from: 10),
      Tweak(.discriminatorLearningRate, .numbers([0.125]), from: 12),
    ]
    let rates = [9, 10, 11, 12, 13, 14, 99].map { done in
      let tuned = recipe.tuned(by: tweaks, after: done)
      return [tuned.generatorOptimiser.learningRate, tuned.discriminatorOptimiser.learningRate]
    }
    #expect(
      rates == [
        [2e-4, 2e-4], [0, 0], [0.25, 0.25], [0.5, 0.125], [0.75, 0.125], [1, 0.125], [1, 0.125],
      ])
  }
}
