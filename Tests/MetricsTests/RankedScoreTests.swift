import Foundation
import Metrics
import TestSupport
import Testing

/// Rankings and calibration against scikit-learn and SciPy (`Fixtures/metrics/make_rankings.py`).
@Suite struct RankedScoreTests {
  private struct Fixture: Decodable {
    let rankings: [Ranking]

    struct Ranking: Decodable {
      let scores: [Float]
      let holds: [Bool]
      let averagePrecision, area, equalErrorRate, best, calibration: Double
      let confidences: [Double]
    }
  }

  private static let rankings: [Fixture.Ranking] =
    (try? TestSupport.Fixture.json("metrics/rankings.json", as: Fixture.self).rankings) ?? []

  @Test func `what public implementations find is found`() throws {
    try #require(Self.rankings.count == 5)
    for ranking in Self.rankings {
      let scores = RankedScores(ranking.scores, holds: ranking.holds)
      for (found, expected) in [
        (scores.averagePrecision, ranking.averagePrecision), (scores.area, ranking.area),
        (scores.equalErrorRate, ranking.equalErrorRate), (scores.best?.accuracy, ranking.best),
      ] {
        #expect(abs(try #require(found) - expected) < 1e-9, "\(expected)")
      }
      let best = try #require(scores.best)
      #expect(scores.accuracy(at: best.score) == best.accuracy)
      var calibration = Calibration()
      for (place, confidence) in ranking.confidences.enumerated() {
        calibration.note(confidence, isRight: (ranking.scores[place] > 0) == ranking.holds[place])
      }
      #expect(abs(try #require(calibration.error) - ranking.calibration) < 1e-9)
    }
  }

  @Test func `what cannot be said is not said`() {
    #expect(RankedScores([], holds: []).best == nil)
    let same = RankedScores([1, 2], holds: [true, true])
    #expect(same.averagePrecision == 1 && same.area == nil && same.equalErrorRate == nil)
    let others = RankedScores([1, .nan], holds: [false, false])
    #expect(others.averagePrecision == nil && others.best?.accuracy == 1)
    let apart = RankedScores([3, 2, 1], holds: [true, false, false])
    #expect(apart.equalErrorRate == 0 && apart.area == 1 && apart.best?.score == 3)
    #expect(RankedScores([1, 2, 3], holds: [true, false, false]).equalErrorRate == 1)
    #expect(Calibration().error == nil)
  }
}
