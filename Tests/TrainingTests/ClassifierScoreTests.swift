import Foundation
import Networks
import Specification
import TensorGraph
import TestSupport
import Testing
import Training

@Suite struct ClassifierScoreTests {
  private let words = LabelLayout([LabelDescription("class", .words(["a", "b", "c"]))])
  private let attributes = LabelLayout([
    LabelDescription("x", .attribute), LabelDescription("y", .attribute),
  ])

  @Test func `classes are counted by what is known and what is said`() throws {
    var score = ClassifierScore(words)
    #expect(score.accuracy == nil && score.readings.isEmpty)
    score.count([1, 3, 2], [0, 1, 0], known: [1, 1, 1])
    score.count([1, 3, 2], [0, 0, 1], known: [1, 1, 1])
    score.count([5, 3, 2], [1, 0, 0], known: [1, 1, 1])
    score.count([5, 5, 2], [1, 0, 0], known: [1, 1, 1])
    // Unknown, and not a number.
    score.count([1, 3, 2], [0, 0, 0], known: [0, 0, 0])
    score.count([.nan, 3, 2], [0, 1, 0], known: [1, 1, 1])
    #expect(score.confusion == [[2, 0, 0], [0, 1, 0], [0, 1, 0]])
    #expect(score.accuracy == 0.75)
    func loss(_ scores: [Double], _ own: Int) -> Double {
      log(scores.map(exp).reduce(0, +)) - scores[own]
    }
    let expected =
      loss([1, 3, 2], 1) + loss([1, 3, 2], 2) + loss([5, 3, 2], 0) + loss([5, 5, 2], 0)
    #expect(abs(try #require(score.crossEntropy) - expected / 4) < 1e-9)
  }

  @Test func `attributes are counted one by one where they are known`() throws {
    var score = ClassifierScore(attributes)
    score.count([2, -1], [1, 1], known: [1, 1])
    score.count([-2, 4], [0, 0], known: [1, 0])
    #expect(score.confusion.isEmpty && score.known == [2, 1] && score.right == [2, 0])
    #expect(score.accuracy == 2.0 / 3)
    #expect(score.held == [1, 1] && score.said == [1, 0] && score.found == [1, 0])
    let expected = (2 * log(1 + exp(-2.0)) + log(1 + exp(1.0))) / 3
    #expect(abs(try #require(score.crossEntropy) - expected) < 1e-9)
  }
}
