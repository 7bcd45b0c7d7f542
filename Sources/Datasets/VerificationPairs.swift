import Randomness

/// Pairs of examples, of which half show the same and half do not.
package struct VerificationPairs: Sendable, Hashable {
  /// Numbers of examples.
  package let ones, others: [Int]
  package let areSame: [Bool]

  /// Draws pairs, evenly over what is shown: first what, then an example of it.
  ///
  /// - Parameters:
  ///   - groups: examples by what they show; two groups of two examples or more.
  ///   - count: of pairs; an even number.
  package init(of groups: [[Int32]], count: Int, seed: UInt64) {
    precondition(groups.count > 1 && groups.allSatisfy { $0.count > 1 })
    var draws = PhiloxDraws(Philox(seed: seed, stream: Randomness.Stream.verificationPair))
    var (ones, others, areSame) = ([Int](), [Int](), [Bool]())
    /// Two different places of so many.
    func two(of count: Int) -> (Int, Int) {
      let first = draws.integer(0...count - 1)
      let second = draws.integer(0...count - 2)
      return (first, second < first ? second : second + 1)
    }
    for number in 0..<count {
      let isSame = number % 2 == 0
      if isSame {
        let group = groups[draws.integer(0...groups.count - 1)]
        let (one, other) = two(of: group.count)
        ones.append(Int(group[one]))
        others.append(Int(group[other]))
      } else {
        let (one, other) = two(of: groups.count)
        ones.append(Int(groups[one][draws.integer(0...groups[one].count - 1)]))
        others.append(Int(groups[other][draws.integer(0...groups[other].count - 1)]))
      }
      areSame.append(isSame)
    }
    (self.ones, self.others, self.areSame) = (ones, others, areSame)
  }
}
