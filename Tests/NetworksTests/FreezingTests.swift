import Language
import Networks
import Specification
import Testing

@Suite struct FreezingTests {
  private let architecture = try? ArchitectureSpecification(
    like: "dcgan image=32x32x3 width=4 latent=8")

  private func plan(_ freeze: String) throws -> Plan {
    let text = "recipe r freeze=\(freeze)"
    let recipe = try RecipeSpecification(
      parsing: try #require(try parse(SourceText(name: "recipe", text: text)).first), .all)
    return try Plan(architecture: try #require(architecture), recipe: recipe)
  }

  private func moved(_ plan: Plan, _ phase: String) -> Set<String> {
    Set(plan.phases.first { $0.name == phase }?.updated.map(\.name) ?? [])
  }

  @Test func firstLayersAreLeftAsTheyAre() throws {
    let (free, frozen) = (try plan("no"), try plan("discriminator:2+generator:1"))
    let discriminator = moved(free, "discriminator").subtracting(moved(frozen, "discriminator"))
    #expect(
      discriminator == [
        "discriminator.block1.conv.weight", "discriminator.block2.conv.weight",
        "discriminator.block2.batchnorm.weight", "discriminator.block2.batchnorm.bias",
      ])
    #expect(moved(free, "generator").subtracting(moved(frozen, "generator")).count == 3)
    // What a program reads is kept all the same.
    #expect(frozen.kept.flatMap(\.parameters) == free.kept.flatMap(\.parameters))
    let updates = try frozen.training().flatMap { $0.updates.map(\.name) }
    #expect(!updates.contains("discriminator.block1.conv.weight"))
    #expect(updates.contains("discriminator.block3.conv.weight"))
  }

  @Test func `the first layers move at a rate of their own`() throws {
    let slowed = try plan("discriminator:1+discriminator:2:0.25+generator:1:0.5")
    let rates = Dictionary(
      uniqueKeysWithValues: slowed.phases.flatMap(\.updated).map { ($0.name, $0.rate) })
    #expect(rates["discriminator.block1.conv.weight"] == nil)
    #expect(rates["discriminator.block2.conv.weight"] == 0.25)
    #expect(rates["discriminator.block3.conv.weight"] == 1)
    #expect(rates.values.filter { $0 == 0.5 }.count == 3)
  }

  @Test(arguments: [
    ("discriminator:9", "leaves nothing of the discriminator to train: it has 4 layers"),
    ("encoder:1", "there is no network `encoder`"), ("discriminator", "freeze is a network"),
    ("discriminator:0", "freeze is a network"),
    ("generator:1+generator:2", "contradict each other"),
    ("generator:1:0.5+generator:2:0.1", "contradict each other"),
    ("generator:1:1", "below 1, how fast they move"), ("generator:1:0.1:2", "freeze is a network"),
  ])
  func nonsenseIsRefused(freeze: String, fact: String) {
    do {
      _ = try plan(freeze)
      Issue.record("\(freeze) is taken")
    } catch { #expect("\(error)".contains(fact), "\(error)") }
  }
}
