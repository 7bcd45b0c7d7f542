import Foundation
import Language
import Networks
import Specification
import TestSupport
import Testing
import Training

/// Remedies beside what fixtures say of them: what they keep over a checkpoint, and what does not go together.
@Suite struct RemedyTests {
  private func recipe(_ text: String) throws -> RecipeSpecification {
    let source = SourceText(name: "recipe", text: "recipe r batch=4 \(text)")
    return try RecipeSpecification(parsing: try #require(try parse(source).first), .all)
  }

  @Test(arguments: [
    "mode-seeking=0.1 latent-noise=0.1", "unrolled=2 historical-averaging=0.1",
    "unrolled=2 updates=simultaneous", "consensus-optimisation=0.1 updates=simultaneous",
    "symplectic-adjustment=0.5", "updates=extragradient historical-averaging=0.1",
    "ema=0.99 ema-ramp-up=0.05 top-k=0.5",
    "ema-half-life=40 ema-ramp-up=0.5",
    "gradient-normalisation=1 consensus-optimisation=0.1",
    "gradient-normalisation=1 symplectic-adjustment=0.5",
    "gradient-normalisation=1 updates=extragradient",
    "flip-labels=0.3 smooth-fakes=0.1 feature-matching=1",
    "gradient-normalisation=1 orthogonal-weights=1e-3 critic=2",
  ])
  func `a run that goes on ends as one that was never stopped, bit for bit`(
    text: String
  ) throws {
    let recipe = try recipe(text)
    try withFolder { folder in
      func specification(_ steps: Int) -> RunSpecification {
        TinyRun.specification(steps: steps) { $0.recipe = recipe }
      }
      let whole = try TinyRun.run(specification(6), in: folder.appendingPathComponent("whole"))
      let parts = folder.appendingPathComponent("parts")
      let first = try TinyRun.run(specification(3), in: parts)
      let middle = try #require(first.checkpoints.last, "\(first)")
      let second = try TinyRun.run(specification(6), in: parts, from: middle.url)
      let (one, other) = (
        try #require(whole.checkpoints.last), try #require(second.checkpoints.last, "\(second)")
      )
      #expect(one.digest == other.digest)
    }
  }

  @Test func `a term that compares features wants a layer that gives them`() throws {
    let architecture = ArchitectureSpecification.typed(
      """
      custom points=2 latent=3 {
        generator { dense 2 }
        discriminator { block as all { dense 4; relu; dense 1 } } }
      """)
    #expect {
      _ = try Plan(architecture: architecture, recipe: try recipe("feature-matching=1"))
    } throws: { "\($0)".contains("has none outside braces") }
  }

  @Test func `truncated latents and a second batch of them draw from streams of their own`() throws
  {
    var architecture = TinyRun.specification().architecture
    architecture.latentDistribution = .truncated
    let plan = try Plan(architecture: architecture, recipe: try recipe("mode-seeking=1"))
    #expect(try plan.training().map(\.name).contains("step"))
  }

  @Test(arguments: [
    ("unrolled=2 generator-steps=2", "batches of its own"),
    ("consensus-optimisation=1 generator-steps=2", "batches of its own"),
    ("updates=extragradient critic=2", "moves both players once"),
    ("objective=hinge smooth-fakes=0.1", "it has no target"),
    ("latent-reconstruction=1", "reconstructor(image)"),
    ("augment-cutout=0.5", "examples are points"),
  ])
  func `what does not go together is said in a sentence`(text: String, part: String) throws {
    let recipe = try recipe(text)
    let architecture = TinyRun.specification().architecture
    #expect {
      _ = try Plan(architecture: architecture, recipe: recipe)
    } throws: { "\($0)".contains(part) }
  }

  @Test func `a ramp-up forgets the beginning and then leaves the decay`() throws {
    let recipe = try recipe("ema=0.99 ema-ramp-up=0.05")
    let plan = try Plan(architecture: TinyRun.specification().architecture, recipe: recipe)
    func decay(after updates: Int) throws -> Double {
      let execution = try #require(plan.executions(after: .init(of: plan), dials: recipe).first)
      let inputs = plan.inputs(
        of: execution, dials: recipe, after: ["generator": updates, "discriminator": updates])
      let share = try #require(inputs.first { $0.name == "generator.average_complement" })
      return 1 - Double(share.value)
    }
    #expect(try decay(after: 0) == 0)
    // 200 examples seen: a half-life of 10 examples, 2.5 batches.
    #expect(abs(try decay(after: 50) - pow(0.5, 0.4)) < 1e-6)
    #expect(abs(try decay(after: 100_000) - 0.99) < 1e-6)
  }

  @Test func `truncated latents are normal within two deviations`() throws {
    var architecture = TinyRun.specification().architecture
    let normal = architecture.latents(count: 4000, seed: 3)
    architecture.latentDistribution = .truncated
    let latents = architecture.latents(count: 4000, seed: 3)
    #expect(latents.allSatisfy { abs($0) <= 2 })
    let inside = zip(normal, latents).filter { abs($0.0) <= 2 }
    #expect(inside.allSatisfy { $0.0 == $0.1 } && inside.count < latents.count)
    // The deviation of N(0, 1) within ±2 is 0.8796.
    let squares = latents.map { Double($0) * Double($0) }.reduce(0, +)
    #expect(abs((squares / Double(latents.count)).squareRoot() - 0.8796) < 0.02)
    #expect(
      ArchitectureSpecification.typed("mlp points=2 prior=truncated").latentDistribution
        == .truncated)
  }
}
