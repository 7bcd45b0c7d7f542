import Datasets
import Testing

@Suite struct VerificationPairTests {
  @Test
  func `half of the pairs are of one group, all groups are drawn, nothing is paired with itself`() {
    let groups: [[Int32]] = [[0, 1], [2, 3, 4], [5, 6, 7, 8, 9, 10]]
    let pairs = VerificationPairs(of: groups, count: 1200, seed: 3)
    func group(_ example: Int) -> Int? { groups.firstIndex { $0.contains(Int32(example)) } }
    var counts = [0, 0, 0]
    for place in 0..<1200 {
      let (one, other) = (pairs.ones[place], pairs.others[place])
      #expect(one != other && (group(one) == group(other)) == pairs.areSame[place])
      if pairs.areSame[place] { counts[group(one) ?? 0] += 1 }
    }
    #expect(
      pairs.areSame.count { $0 } == 600 && counts.allSatisfy { abs($0 - 200) < 50 }, "\(counts)")
    #expect(Set(pairs.ones).count == 11)
    #expect(VerificationPairs(of: groups, count: 40, seed: 3).ones == Array(pairs.ones[..<40]))
    #expect(VerificationPairs(of: groups, count: 1200, seed: 4) != pairs)
  }
}
