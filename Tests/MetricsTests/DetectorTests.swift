import Metrics
import Testing

@Suite struct DetectorTests {
  private static let thresholds = SignalThresholds(
    rules: [
      SignalRule("coverage", .diversity, .below, 0.5),
      SignalRule("recall", .diversity, .belowShareOfBest, 0.5),
      SignalRule("saturation", .balance, .above, 0.4),
      SignalRule("stretch", .spectra, .aboveMultipleOfFirst, 3),
      SignalRule("share", .spectra, .aboveFirst, 0.2),
    ], grace: 100)

  private func findings(_ checks: [(Int, [String: Double])]) -> [CollapseDetector.Finding] {
    CollapseDetector.findings(
      in: checks.map { SignalCheck(step: $0.0, values: $0.1) }, Self.thresholds)
  }

  private static let healthy = ["coverage": 0.9, "saturation": 0.1]
  private static let failing = ["coverage": 0.1, "saturation": 0.9]

  @Test func `two families in three checks are an alarm, which is raised once`() throws {
    let found = findings([
      (200, Self.healthy), (300, Self.failing), (400, Self.failing), (500, Self.failing),
      (600, Self.failing), (700, Self.healthy), (800, Self.failing),
    ])
    #expect(found.count == 4)
    #expect(found[0] == .suspicion(step: 300))
    guard case .alarm(let alarm) = found[1] else { throw Missing() }
    #expect(alarm.step == 500 && alarm.since == 300 && alarm.families == [.diversity, .balance])
    #expect(alarm.evidence.map(\.metric) == ["coverage", "saturation"])
    #expect(alarm.evidence.map(\.threshold) == [0.5, 0.4])
    #expect(found[2] == .cleared(step: 700) && found[3] == .suspicion(step: 800))
  }

  private struct Missing: Error {}

  @Test func `one family is not enough, nor are two checks, nor what is before the grace`() {
    let one = ["coverage": 0.1, "saturation": 0.1]
    #expect(findings((1...9).map { ($0 * 100, one) }).isEmpty)
    #expect(
      findings([(100, Self.failing), (200, Self.failing), (300, Self.healthy)])
        == [.suspicion(step: 100), .cleared(step: 300)])
    #expect(findings((1...9).map { ($0 * 10, Self.failing) }).isEmpty)
  }

  @Test func `values are compared with the run's own best and first`() {
    let detector = {
      var detector = CollapseDetector(Self.thresholds)
      _ = detector.add(
        SignalCheck(step: 10, values: ["recall": 0.9, "stretch": 2, "share": 0.1]))
      return detector
    }()
    func evidence(_ values: [String: Double]) -> [String] {
      detector.evidence(in: SignalCheck(step: 500, values: values)).map(\.metric)
    }
    #expect(evidence(["recall": 0.46, "stretch": 5.9, "share": 0.29]).isEmpty)
    #expect(
      evidence(["recall": 0.44, "stretch": 6.1, "share": 0.31]) == ["recall", "stretch", "share"])
    #expect(evidence(["recall": .nan, "stretch": .infinity]).isEmpty)
  }

  @Test(
    arguments: [
      (["diversity": 0.1, "coverage": 0.05], ["coverage"], Failure.collapsed),
      (["diversity": 0.8, "coverage": 0.4], ["coverage"], .partlyCollapsed),
      (["diversity": 3, "coverage": 0, "precision": 0], ["coverage"], .diverging),
      (
        ["diversity": 0.1, "coverage": 0, "saturation": 0.99, "discriminator_accuracy": 1],
        ["coverage"], .vanishing
      ),
      (["nearest_ratio": 0.1], ["nearest_ratio"], .memorising),
      (["overfitting": 0.9], ["overfitting"], .overfitting),
    ])
  func `the kind of a failure`(
    values: [String: Double], speaking: [String], failure: Failure
  ) {
    let evidence = speaking.map { metric in
      SignalEvidence(
        metric: metric,
        family: metric == "coverage"
          ? .diversity : metric == "overfitting" ? .balance : .memorisation,
        value: values[metric] ?? 0, threshold: 0.5, isBelow: true)
    }
    #expect(CollapseDetector.failure(evidence, values) == failure)
  }
}
