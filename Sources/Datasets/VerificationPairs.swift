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
  ///   - count: of pairs, a multiple of four; as many come as there are different ones of both kinds, each once.
  package init(of groups: [[Int32]], count: Int, seed: UInt64) {
    precondition(groups.count > 1 && groups.allSatisfy { $0.count > 1 })
    let most = Self.most(of: groups)
    let count = min(count, most - most % 4)
    var draws = PhiloxDraws(Philox(seed: seed, stream: Randomness.Stream.verificationPair))
    var (ones, others, areSame) = ([Int](), [Int](), [Bool]())
    /// Two different places of so many.
    func two(of count: Int) -> (Int, Int) {
      let first = draws.integer(0...count - 1)
      let second = draws.integer(0...count - 2)
      return (first, second < first ? second : second + 1)
    }
    func pair(_ isSame: Bool) -> (Int32, Int32) {
      if isSame {
        let group = groups[draws.integer(0...groups.count - 1)]
        let (one, other) = two(of: group.count)
        return (group[one], group[other])
      }
      let (one, other) = two(of: groups.count)
      return (
        groups[one][draws.integer(0...groups[one].count - 1)],
        groups[other][draws.integer(0...groups[other].count - 1)]
      )
    }
    var drawn: Set<[Int32]> = []
    // Where nearly all are drawn those that are left are looked for instead of waited for.
    var left: [Bool: [[Int32]]] = [:]
    for number in 0..<count {
      let isSame = number % 2 == 0
      var (one, other) = pair(isSame)
      var tries = 1
      while !drawn.insert([min(one, other), max(one, other)]).inserted {
        guard tries < Self.mostTries else {
          var rest = left[isSame] ?? Self.all(isSame, of: groups)
          rest.removeAll { drawn.contains($0) }
          let found = rest.remove(at: draws.integer(0...rest.count - 1))
          left[isSame] = rest
          drawn.insert(found)
          (one, other) = (found[0], found[1])
          break
        }
        tries += 1
        (one, other) = pair(isSame)
      }
      ones.append(Int(one))
      others.append(Int(other))
      areSame.append(isSame)
    }
    (self.ones, self.others, self.areSame) = (ones, others, areSame)
  }

  private static let mostTries = 64

  /// How many pairs there are, half of them of each kind.
  private static func most(of groups: [[Int32]]) -> Int {
    let all = groups.reduce(0) { $0 + $1.count }
    let same = groups.reduce(0) { $0 + $1.count * ($1.count - 1) / 2 }
    return 2 * min(same, all * (all - 1) / 2 - same)
  }

  /// All pairs of a kind, each with the smaller number first.
  private static func all(_ areSame: Bool, of groups: [[Int32]]) -> [[Int32]] {
    groups.indices.flatMap { one in
      groups[one].indices.flatMap { place -> [[Int32]] in
        let first = groups[one][place]
        let others =
          areSame ? Array(groups[one][(place + 1)...]) : groups[(one + 1)...].flatMap(\.self)
        return others.map { [min(first, $0), max(first, $0)] }
      }
    }
  }
}
