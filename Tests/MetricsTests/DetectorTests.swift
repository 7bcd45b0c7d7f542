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
      (600, Self.failing), (700, Self.healthy), (800, Self.failing), (900, Self.failing),
      (1000, Self.failing), (1100, Self.failing),
    ])
    #expect(found.count == 2)
    #expect(found[0] == .suspicion(step: 300))
    guard case .alarm(let alarm) = found[1] else { throw Missing() }
    #expect(alarm.step == 500 && alarm.since == 300 && alarm.families == [.diversity, .balance])
    #expect(alarm.evidence.map(\.metric) == ["coverage", "saturation"])
    #expect(alarm.evidence.map(\.threshold) == [0.5, 0.4])
    #expect(alarm.isFirst)
  }

  /// Checks at steps, all of the same values.
  private func checks(_ steps: [Int], _ values: [String: Double]) -> [(Int, [String: Double])] {
    steps.map { ($0, values) }
  }

  @Test func `an alarm ends where no family has been past a threshold in three checks`() throws {
    let one = ["coverage": 0.9, "saturation": 0.9]
    let raised = checks([200, 300, 400], Self.failing)
    #expect(findings(raised + checks([500, 600, 700, 800], one)).count == 2)
    #expect(findings(raised + checks([500, 600], Self.healthy) + checks([700], one)).count == 2)
    var all = raised
    all += checks([500, 600, 700, 800], Self.healthy)
    all += checks([900, 1000, 1100], Self.failing)
    let found = findings(all)
    #expect(found.dropFirst(2).first == .recovered(step: 700, since: 500))
    #expect(found.dropFirst(3).first == .suspicion(step: 900))
    guard case .alarm(let alarm) = found.last else { throw Missing() }
    #expect(found.count == 5 && alarm.step == 1100 && alarm.since == 900 && alarm.isFirst)
  }

  @Test func `a further family joins an alarm after three checks in a row, once`() throws {
    var worse = Self.failing
    worse["stretch"] = 4
    var all = checks([100], ["stretch": 1])
    all += checks([200, 300, 400], Self.failing)
    all += checks([500, 600], worse)
    all += checks([700], Self.failing)
    all += checks([800, 900, 1000, 1100, 1200, 1300], worse)
    let found = findings(all)
    guard found.count == 3, case .alarm(let alarm) = found[2] else { throw Missing() }
    #expect(alarm.step == 1000 && alarm.since == 200 && alarm.joined == [.spectra])
    #expect(alarm.families == [.diversity, .spectra, .balance])
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
    values: [String: Double], past: [String], failure: Failure
  ) {
    let evidence = past.map { metric in
      SignalEvidence(
        metric: metric,
        family: metric == "coverage"
          ? .diversity : metric == "overfitting" ? .balance : .memorisation,
        value: values[metric] ?? 0, threshold: 0.5, isBelow: true)
    }
    #expect(CollapseDetector.failure(evidence, values) == failure)
  }
}
