import Datasets
import Language
import Networks
import Specification
import Testing

/// What a run says before its first step, since it is allowed and seldom meant.
struct CautionTests {
  private func cautions(_ arch: String, _ recipe: String) throws -> [String] {
    let run = RunSpecification(
      architecture: try architecture(arch),
      dataset: try DatasetSpecification(
        parsing: statement("data d portraits count=8 size=16"), .all),
      recipe: try RecipeSpecification(parsing: statement(recipe), .all), steps: 1, seed: 1)
    return run.cautions(.all)
  }

  @Test func `batch normalisation of one example is said for each network that has it`() throws {
    let dcgan = "arch a like dcgan image=16x16x3"
    let said = try cautions(dcgan, "recipe r batch=1")
    #expect(said.contains { $0.contains("the generator's batch normalisation") })
    #expect(said.allSatisfy { $0.contains("batches of one example") })
    #expect(try cautions(dcgan, "recipe r batch=2").isEmpty)
  }

  @Test func `a gradient penalty of a discriminator that normalises by batch is said`() throws {
    let generator = "generator { dense 4x4x4; deconv 4; deconv 3; tanh }"
    func arch(_ norm: String) -> String {
      "arch a custom image=16x16x3 latent=4 { \(generator); "
        + "discriminator { conv 4; \(norm); lrelu 0.2; flatten; dense 1 } }"
    }
    let said = try cautions(arch("batchnorm"), "recipe r penalty=gp:10")
    #expect(said.count == 1 && said[0].contains("depends on the whole batch"))
    #expect(try cautions(arch("layernorm"), "recipe r penalty=gp:10").isEmpty)
    let statistics =
      "arch a custom image=16x16x3 latent=4 { \(generator); "
      + "discriminator { conv 4; lrelu 0.2; minibatchstd; flatten; dense 1 } }"
    let other = try cautions(statistics, "recipe r penalty=gp:10")
    #expect(
      other.count == 1 && other[0].contains("by the discriminator's `minibatchstd`"), "\(other)")
    #expect(try cautions(statistics, "recipe r batch=1").isEmpty)
    #expect(try cautions(arch("batchnorm"), "recipe r").isEmpty)
  }

  @Test func `what is to be done at an alarm is said to be idle where none can come`() throws {
    var run = RunSpecification(
      architecture: try architecture("arch a like mlp points=2"),
      dataset: try DatasetSpecification(parsing: statement("data d ring"), .all),
      recipe: try RecipeSpecification(parsing: statement("recipe r"), .all), steps: 1, seed: 1)
    run.observation.response = .pause
    run.observation.signals = nil
    #expect(
      run.cautions(.all) == [
        "`on-collapse` changes nothing: without `signals` no alarm is raised"
      ])
    run.observation.signals = 0.03
    #expect(run.cautions(.all).isEmpty)
  }

  @Test func `what is about networks that the model does not have is said`() throws {
    let classifier =
      "arch a custom image=16x16x3 labels=Smiling { classifier { flatten; dense 1 } }"
    #expect(
      try cautions(classifier, "recipe r critic=2") == [
        "`critic` changes nothing: it is about a discriminator, and the model has none"
      ])
    #expect(
      try cautions(classifier, "recipe r beta=2") == [
        "`beta` changes nothing: it is about an encoder, and the model has none"
      ])
    #expect(try cautions(classifier, "recipe r lr=1e-3").isEmpty)
  }
}
