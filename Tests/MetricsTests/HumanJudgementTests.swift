import MetricDescriptions
import Metrics
import Testing

@Suite struct HumanJudgementTests {
  private func answers(_ said: [[Bool]], truths: [Bool]) -> [HumanJudgement.Answer] {
    said.enumerated().flatMap { rater, row in
      row.enumerated().map { trial, said in
        HumanJudgement.Answer(rater: rater, trial: trial, truth: truths[trial], said: said)
      }
    }
  }

  @Test func `shares are of what people took for the wrong kind`() {
    // Real, real, generated, generated; two are told wrongly.
    let judgement = HumanJudgement(
      answers([[true, false, true, false]], truths: [true, true, false, false]))
    let shares = judgement.shares(isOfPairs: false)
    #expect(
      shares.map(\.metric) == [
        HumanJudgement.errors, HumanJudgement.passed, HumanJudgement.doubted,
      ])
    #expect(shares.map(\.share.hits) == [2, 1, 1])
    #expect(shares.map(\.share.count) == [4, 2, 2])
    #expect(judgement.kappa == nil, "one rater agrees with nobody")
  }

  @Test func `of pairs it is how often the measured run's picture was chosen`() {
    let judgement = HumanJudgement(
      answers([[true, false, true]], truths: [true, false, false]))
    let shares = judgement.shares(isOfPairs: true)
    #expect(shares.map(\.metric) == [HumanJudgement.preferred])
    #expect(shares[0].share == HumanJudgement.Share(hits: 2, count: 3))
  }

  @Test func `answers of one kind alone have no share of the other`() {
    let judgement = HumanJudgement(answers([[true, true]], truths: [true, true]))
    #expect(judgement.shares(isOfPairs: false).map(\.metric.name).count == 2)
    #expect(HumanJudgement([]).shares(isOfPairs: false).isEmpty)
  }

  /// Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
  @Test(arguments: [
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
    (1, 29, 0.0061, 0.1718),
  ])
  func `intervals are Wilson's`(hits: Int, count: Int, low: Double, high: Double) {
    let interval = HumanJudgement.Share(hits: hits, count: count).interval
    #expect(
      abs(interval.lowerBound - low) < 5e-5 && abs(interval.upperBound - high) < 5e-5, "\(interval)"
    )
  }

  @Test func `raters agree as much as they do beyond chance`() throws {
    let truths = [true, true, false, false]
    let same = HumanJudgement(
      answers([[true, false, true, false], [true, false, true, false]], truths: truths))
    #expect(same.kappa == 1)
    // Each trial has one of both: agreement 0, chance 1/2.
    let opposed = HumanJudgement(
      answers([[true, false, true, false], [false, true, false, true]], truths: truths))
    #expect(opposed.kappa == -1)
    // Three raters: trials 3-0, 3-0, 2-1, 0-3. Agreement (1 + 1 + 1/3 + 1) / 4 = 5/6; 8 of 12 said yes, chance 5/9.
    let three = HumanJudgement(
      answers(
        [[true, true, true, false], [true, true, true, false], [true, true, false, false]],
        truths: truths))
    let (agreed, chance) = (5.0 / 6, 5.0 / 9)
    let kappa = try #require(three.kappa)
    #expect(abs(kappa - (agreed - chance) / (1 - chance)) < 1e-12)
    #expect(HumanJudgement(answers([[true], [true]], truths: [true])).kappa == 1)
  }
}
