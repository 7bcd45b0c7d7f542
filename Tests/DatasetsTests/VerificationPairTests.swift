import Datasets
import Testing

@Suite struct VerificationPairTests {
  @Test
  func `half of the pairs are of one group, all groups are drawn, nothing is paired with itself`() {
    let groups: [[Int32]] = [Array(0..<20), Array(20..<50), Array(50..<90)]
    let pairs = VerificationPairs(of: groups, count: 300, seed: 3)
    func group(_ example: Int) -> Int? { groups.firstIndex { $0.contains(Int32(example)) } }
    var counts = [0, 0, 0]
    for place in 0..<300 {
      let (one, other) = (pairs.ones[place], pairs.others[place])
      #expect(one != other && (group(one) == group(other)) == pairs.areSame[place])
      if pairs.areSame[place] { counts[group(one) ?? 0] += 1 }
    }
    #expect(
      pairs.areSame.count { $0 } == 150 && counts.allSatisfy { abs($0 - 50) < 25 }, "\(counts)")
    #expect(Set(pairs.ones).count > 70)
    #expect(VerificationPairs(of: groups, count: 40, seed: 3).ones == Array(pairs.ones[..<40]))
    #expect(VerificationPairs(of: groups, count: 300, seed: 4) != pairs)
    #expect(Self.distinct(pairs) == 300)
  }

  @Test func `each pair stands once, and there are no more than there are`() {
    let groups: [[Int32]] = [[0, 1], [2, 3, 4], [5, 6, 7, 8, 9, 10]]
    // Nineteen pairs are of one group.
    let pairs = VerificationPairs(of: groups, count: 1200, seed: 3)
    #expect(pairs.ones.count == 36 && pairs.areSame.count { $0 } == 18)
    #expect(Self.distinct(pairs) == 36)
    // One of each group alone, and four of different ones.
    let least = VerificationPairs(of: [[0, 1], [2, 3]], count: 8, seed: 1)
    #expect(least.ones.count == 4 && Self.distinct(least) == 4)
  }

  private static func distinct(_ pairs: VerificationPairs) -> Int {
    Set(zip(pairs.ones, pairs.others).map { [min($0, $1), max($0, $1)] }).count
  }
}
