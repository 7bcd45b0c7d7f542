import Language
import Specification
import TestSupport
import Testing

/// `evaluate=…` and `stop-when=…` of a run: what they say, how it is stored, and what they cannot say.
@Suite struct RunEvaluationTests {
  private func observation(_ options: String) throws -> RunObservation {
    try RunObservation.reading(options)
  }

  @Test func `measures are taken at sheets within a share, or at steps whatever they take`() throws
  {
    let usual = try #require(try observation("evaluate=kid,coverage,kid").evaluation)
    #expect(usual.measures == ["kid", "coverage"] && usual.features == "random")
    #expect(usual.samples == 1000 && usual.interval == nil && usual.share == 0.05)
    let often = try #require(try observation("evaluate=kid evaluate-every=2k").evaluation)
    #expect(often.interval == 2000 && often.share == nil)
    let both = try observation("evaluate-budget=2% evaluate-every=10 evaluate=fid").evaluation
    #expect(both?.share == 0.02 && both?.interval == 10)
    #expect(try observation("evaluate=no").evaluation == nil)
    #expect(try observation("evaluate=kid evaluate-budget=no").evaluation?.share == nil)
  }

  @Test func `a goal is a bound, patience, or both`() throws {
    let bound = try #require(try observation("stop-when='kid < 2e-2'").goal)
    #expect(bound.metric == "kid" && bound.bound?.comparison == .below)
    #expect(bound.bound?.value == 0.02)
    #expect(bound.patience == nil && "\(bound)" == "kid<0.02")
    let both = try observation("stop-when='d_real>=0.9' patience=3").goal
    #expect(both?.bound?.comparison == .atLeast && both?.patience == 3)
    let patience = try observation("stop-when=kid.random-1k-70ef patience=5").goal
    #expect(patience?.metric == "kid.random-1k-70ef" && patience?.bound == nil)
    #expect(try observation("stop-when=no").goal == nil)
  }

  @Test(arguments: [
    "evaluate=kid,coverage", "evaluate=fid evaluate-every=100 evaluate-samples=50",
    "evaluate=kid evaluate-features=judge@0123456789abcdef evaluate-budget=12.5%",
    "stop-when='kid<=0.02'", "evaluate=kid stop-when=kid patience=4", "stop-when='d_real>0.9'",
  ])
  func `what is stored says the same`(options: String) throws {
    let once = try observation(options)
    var specification = RunSpecification(
      architecture: .typed(
        "custom points=2 latent=2 { generator { dense 2 }; discriminator { dense 1 } }"),
      dataset: DatasetSpecification(
        source: .read(SourceSpecification("ring")), preprocessing: nil),
      recipe: RecipeSpecification(), steps: 10, seed: 1)
    specification.observation = once
    #expect(try RunSpecification(stored: "\(specification)") == specification)
    // It changes no number of the training.
    var plain = specification
    plain.observation = .neutral
    #expect(specification.essence == plain.essence)
  }

  @Test(arguments: [
    ("evaluate-every=10", "there are none"), ("patience=5", "what a run stops at"),
    ("evaluate=kid evaluate-budget=90%", "a share of the time"),
    ("evaluate=kid evaluate-samples=1", "from 2 to"), ("evaluate=3", "measures with commas"),
    ("stop-when=kid", "never stops it"), ("stop-when='<3'", "a metric and where"),
    ("stop-when='kid<many'", "a metric and where"), ("stop-when='kid<3' patience=0", "from 1 to"),
  ])
  func `what says nothing is refused at its place`(options: String, words: String) throws {
    let fault = try #require(throws: Diagnostic.self) { try observation(options) }
    #expect(fault.message.contains(words), "\(options): \(fault.message)")
    #expect(fault.span != nil)
  }
}
