import Foundation
import Metrics
import Specification
import Testing
import Training

/// Which samples are alike to each other and to examples.
@Suite struct LookalikeTests {
  private func side(_ points: [(Float, Float)]) -> EvaluatedSide {
    var side = EvaluatedSide(of: .point(dimensions: 2), for: [.support], by: nil, seed: 1)
    side.add(points.flatMap { [$0.0, $0.1] }, count: points.count)
    return side
  }

  @Test func `the closest pairs come first, each sample once, and copies by their distance`() throws
  {
    // Samples 1 and 3 are one point, 2 lies beside them; 0 and 4 are near each other; 5 is an example.
    let samples = side([(0, 0), (5, 5), (5.1, 5), (5, 5), (0, 0.3), (9, 9)])
    let examples = side([(9, 9), (5, 6), (0, -1), (20, 20), (30, 30), (40, 40)])
    let alike = try #require(Lookalikes(of: samples, beside: examples, count: 2))
    #expect(
      alike.pairs == [
        .init(one: 1, other: 3, example: 1), .init(one: 0, other: 4, example: 2),
      ])
    #expect(alike.copies.map(\.sample) == [5, 0])
    #expect(alike.copies[0].examples == [0, 1] && alike.copies[1].examples[0] == 2)
  }

  @Test func `nothing is alike of one sample, or of what is no number`() {
    let examples = side([(0, 0), (1, 1)])
    #expect(Lookalikes(of: side([(0, 0)]), beside: examples, count: 3) == nil)
    #expect(Lookalikes(of: side([(0, .nan), (1, 1)]), beside: examples, count: 3) == nil)
    let all = Lookalikes(of: side([(0, 0), (1, 1)]), beside: examples, count: 9)
    #expect(all?.pairs.count == 1 && all?.copies.count == 2)
  }
}
