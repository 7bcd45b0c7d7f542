import Metrics
import Shell
import Specification
import Testing

/// What is proposed for a run that fails.
@Suite struct RemedyProposalTests {
  private func proposed(
    _ discriminator: String, _ rates: String = "glr=2e-3 dlr=1e-4",
    for failure: Failure = .collapsed
  ) throws -> [Remedy] {
    let specification = try RunSpecification(
      stored: """
        data drawn portraits count=32 size=8 channels=1 seed=1
        arch pair custom image=8x8x1 latent=2 {
          generator init=torch { dense 8x8x1; tanh }
          discriminator init=torch { \(discriminator) } }
        recipe greedy \(rates) batch=32
        run pair on drawn with greedy steps=5 seed=1
        """)
    return Remedy.proposed(for: failure, specification)
  }

  @Test func `penalties come last where the discriminator's scores depend on the batch`() throws {
    #expect(
      try proposed("conv 4; lrelu 0.2; flatten; dense 1").map(\.name)
        == [
          "slower-generator", "r1", "relativistic", "pack", "mode-seeking", "wasserstein",
          "instance-noise",
        ])
    #expect(
      try proposed("conv 4; batchnorm; lrelu 0.2; flatten; dense 1").map(\.name)
        == [
          "slower-generator", "pack", "mode-seeking", "instance-noise", "r1", "relativistic",
          "wasserstein",
        ])
  }

  @Test func `rates far above those of the model's own recipe are lowered first`() throws {
    let network = "conv 4; lrelu 0.2; flatten; dense 1"
    for failure in [Failure.collapsed, .diverging, .vanishing] {
      let first = try #require(try proposed(network, "lr=3e-2", for: failure).first)
      #expect(first.name == "usual-rates" && first.change == "lr=0.0002")
    }
    #expect(try proposed(network, "lr=1e-3").allSatisfy { $0.name != "usual-rates" })
    let both = try proposed(network, "glr=1e-2 dlr=1e-4").prefix(2)
    #expect(both.map(\.name) == ["slower-generator", "usual-rates"])
  }
}
