import Foundation
import Metrics
import Testing

@Suite struct DetectorTests {
  private static let thresholds = SignalThresholds(
    rules: [
      SignalRule("coverage", .diversity, .below, 0.5),
      SignalRule("recall", .diversity, .below, 0.5),
      SignalRule("saturation", .balance, .above, 0.4),
      SignalRule("stretch", .spectra, .above, 3),
      SignalRule("share", .spectra, .above, 0.2),
    ], grace: 100)

  private func findings(_ checks: [(Int, [String: Double])]) -> [CollapseDetector.Finding] {
    CollapseDetector.findings(
      in: checks.map { SignalCheck(step: $0.0, values: $0.1) }, Self.thresholds)
  }

  private static let healthy = ["coverage": 0.9, "saturation": 0.1]
  private static let failing = ["coverage": 0.01, "saturation": 0.9]

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

  @Test func `an alarm ends where six checks in a row had no signals of two families`() throws {
    let one = ["coverage": 0.9, "saturation": 0.9]
    let raised = checks([200, 300, 400], Self.failing)
    #expect(findings(raised + checks([500, 600, 700, 800, 900], Self.healthy)).count == 2)
    let swings =
      raised + checks([500, 600, 700], Self.healthy) + checks([800], Self.failing)
      + checks([900, 1000, 1100], one)
    #expect(findings(swings).count == 2)
    var all = raised
    all += checks([500, 600, 700], one)
    all += checks([800, 900, 1000], Self.healthy)
    all += checks([1100, 1200, 1300], Self.failing)
    let found = findings(all)
    #expect(found.dropFirst(2).first == .recovered(step: 1000, since: 500))
    #expect(found.dropFirst(3).first == .suspicion(step: 1100))
    guard case .alarm(let alarm) = found.last else { throw Missing() }
    #expect(found.count == 5 && alarm.step == 1300 && alarm.since == 1100 && alarm.isFirst)
  }

  @Test func `an alarm that stands says when the run fails otherwise, after three checks in a row`()
    throws
  {
    var partly = Self.failing
    partly["diversity"] = 0.9
    var whole = Self.failing
    whole["diversity"] = 0.1
    var all = checks([200, 300, 400], partly)
    all += checks([500, 600], whole)
    all += checks([700], partly)
    all += checks([800, 900, 1000, 1100], whole)
    let found = findings(all)
    guard found.count == 3, case .alarm(let first) = found[1], case .alarm(let now) = found[2]
    else { throw Missing() }
    #expect(first.failure == .partlyCollapsed && first.isFirst)
    #expect(now.failure == .collapsed && now.step == 1000 && now.since == 200)
    #expect(now.joined == [] && !now.isFirst)
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

  /// Coverage that rises from a low value, beside a discriminator that is too sure all the while.
  private func learning(_ coverage: [Double]) -> [(Int, [String: Double])] {
    coverage.enumerated().map { (100 * ($0 + 1), ["coverage": $1, "saturation": 0.9]) }
  }

  @Test func `a generator that still learns has lost nothing, and may take as long again`() throws {
    #expect(findings(learning([0.1, 0.2, 0.3, 0.4, 0.45, 0.45])).isEmpty)
    // It has learnt nothing since step 200, and is suspicious from twice that on; what it was before was no better.
    let stuck = findings(learning([0.1, 0.2, 0.2, 0.2, 0.2, 0.2]))
    #expect(stuck.first == .suspicion(step: 400))
    guard case .alarm(let alarm) = try #require(stuck.last) else { throw Missing() }
    #expect(alarm.step == 600 && alarm.since == 100 && alarm.isFromFirst == true)
    // What was learnt and is lost counts at once.
    let lost = findings(learning([0.1, 0.2, 0.6, 0.6, 0.4, 0.4, 0.4]))
    guard case .alarm(let other) = try #require(lost.last) else { throw Missing() }
    #expect(other.step == 700 && other.since == 500 && other.isFromFirst == false)
  }

  @Test func `an alarm stands while its generator learns`() {
    #expect(findings(learning([0, 0, 0, 0.1, 0.2, 0.3, 0.6, 0.6, 0.6])).count == 2)
  }

  @Test func `what is measured beside unseen examples is enough, where it means anything`() throws {
    let thresholds = SignalThresholds(
      rules: [
        SignalRule(
          DiscriminatorBalance.overfittingMetric, .memorisation, .above, 0.5,
          where: .init(DiscriminatorBalance.gapMetric, above: 1))
      ], grace: 100)
    func findings(gap: Double) -> [CollapseDetector.Finding] {
      CollapseDetector.findings(
        in: (1...3).map {
          SignalCheck(step: 100 * $0, values: ["overfitting": 1.2, "score_gap": gap])
        }, thresholds)
    }
    #expect(findings(gap: 0.5).isEmpty)
    guard case .alarm(let alarm) = try #require(findings(gap: 2).last) else { throw Missing() }
    #expect(alarm.failure == .overfitting)
  }

  @Test func `alarms of earlier programs are read`() throws {
    let kept = #"""
      {"confidence":0.9,"evidence":[{"family":"diversity","isBelow":true,"metric":"recall","threshold":0.7,"value":0}],
      "failure":"collapsed","since":900,"step":1200}
      """#
    let alarm = try JSONDecoder().decode(Alarm.self, from: Data(kept.utf8))
    #expect(alarm.since == 900 && alarm.isFromFirst == nil && alarm.families == [.diversity])
  }

  @Test func `values are compared with thresholds, and what is no number with none`() {
    func evidence(_ values: [String: Double]) -> [String] {
      CollapseDetector(Self.thresholds).evidence(in: SignalCheck(step: 500, values: values))
        .map(\.metric)
    }
    #expect(evidence(["recall": 0.5, "stretch": 3, "share": 0.2]).isEmpty)
    #expect(
      evidence(["recall": 0.49, "stretch": 3.1, "share": 0.21]) == ["recall", "stretch", "share"])
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
      // Logits without end, samples that jump, samples of all kinds that are unlike the data.
      (
        ["diversity": 0.5, "saturation": 1, "discriminator_accuracy": 1, "score_gap": 3e4],
        ["coverage"], .diverging
      ),
      (["diversity": 0.1, "sample_drift": 900], ["coverage"], .diverging),
      (["diversity": 1.1, "coverage": 0.2, "recall": 0.8], ["precision"], .diverging),
      (["diversity": 1.1, "coverage": 0.2, "recall": 0.1], ["precision"], .partlyCollapsed),
      (["nearest_ratio": 0.1], ["nearest_ratio"], .memorising),
      (["overfitting": 0.9], ["overfitting"], .overfitting),
    ])
  func `the kind of a failure`(
    values: [String: Double], past: [String], failure: Failure
  ) {
    let evidence = past.map { metric in
      SignalEvidence(
        metric: metric,
        family: ["coverage": .diversity, "precision": .coverage, "overfitting": .balance][
          metric, default: .memorisation],
        value: values[metric] ?? 0, threshold: 0.5, isBelow: true)
    }
    #expect(CollapseDetector.failure(evidence, values) == failure)
  }
}
