import Metrics
import Shell
import Specification
import Testing

/// What is proposed for a run that fails.
@Suite struct RemedyProposalTests {
  private func proposed(_ discriminator: String) throws -> [String] {
    let specification = try RunSpecification(
      stored: """
        data drawn portraits count=32 size=8 channels=1 seed=1
        arch pair custom image=8x8x1 latent=2 {
          generator init=torch { dense 8x8x1; tanh }
          discriminator init=torch { \(discriminator) } }
        recipe greedy glr=2e-3 dlr=1e-4 batch=32
        run pair on drawn with greedy steps=5 seed=1
        """)
    return Remedy.proposed(for: .collapsed, specification).map(\.name)
  }

  @Test func `penalties come last where the discriminator's scores depend on the batch`() throws {
    #expect(
      try proposed("conv 4; lrelu 0.2; flatten; dense 1")
        == [
          "slower-generator", "r1", "relativistic", "pack", "mode-seeking", "wasserstein",
          "instance-noise",
        ])
    #expect(
      try proposed("conv 4; batchnorm; lrelu 0.2; flatten; dense 1")
        == [
          "slower-generator", "pack", "mode-seeking", "instance-noise", "r1", "relativistic",
          "wasserstein",
        ])
  }
}
