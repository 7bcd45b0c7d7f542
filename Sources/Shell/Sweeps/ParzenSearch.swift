import Glibc
package import Randomness

/// A tree-structured Parzen estimator (Bergstra et al. 2011; Bergstra, Yamins and Cox 2013): of the configurations
/// that were tried the better ones make one density, l, the others another one, g, and what comes next is likely under the
/// first and unlikely under the second, since the expected improvement rises with l / g.
///
/// Each key has densities of its own. So the best of what is drawn for each key is the best of all that it makes together.
package struct ParzenSearch: Sendable {
  /// A configuration, and what came of it.
  package struct Trial: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
      /// A number, of which a greater one is better.
      case score(Double)
      /// It diverged or failed: worse than all that have a number.
      case bad
      /// It is not known yet. It counts among the others, so that two processes do not try the same.
      case open
    }

    /// A value of each key.
    package var values: [Double]
    package var outcome: Outcome

    package init(_ values: [Double], _ outcome: Outcome) {
      (self.values, self.outcome) = (values, outcome)
    }
  }

  /// Configurations that are drawn before anything is learnt from any.
  package static let beginning = 10
  /// Values drawn of each key for one choice.
  package static let draws = 24

  package let domains: [SearchDomain]
  private let good: [ParzenEstimator]
  private let rest: [ParzenEstimator]

  /// - Parameter trials: in the order in which they were planned; of equal ones the earlier is better.
  package init(_ domains: [SearchDomain], after trials: [Trial]) {
    self.domains = domains
    let best = Self.best(trials)
    func estimators(_ indices: [Int]) -> [ParzenEstimator] {
      domains.indices.map { key in
        ParzenEstimator(domains[key], indices.map { trials[$0].values[key] })
      }
    }
    good = estimators(best)
    rest = estimators(trials.indices.filter { !best.contains($0) })
  }

  /// Those of which l is made: of n with an outcome the ⌈0.15 n⌉ with the best scores, at most 25.
  package static func best(_ trials: [Trial]) -> [Int] {
    let known = trials.count { $0.outcome != .open }
    let scored = trials.indices.compactMap { index in
      if case .score(let score) = trials[index].outcome {
        (index: index, score: score)
      } else {
        nil
      }
    }
    let count = min(25, (known * 15 + 99) / 100)
    return scored.sorted { ($1.score, $0.index) < ($0.score, $1.index) }.prefix(count)
      .map(\.index).sorted()
  }

  /// ln (l / g) of a key's value.
  package func gain(of value: Double, key: Int) -> Double {
    log(good[key].density(at: value) / rest[key].density(at: value))
  }

  /// Values of a key drawn from l, best first.
  ///
  /// - Parameters:
  ///   - rounding: what becomes of a number before it is used.
  ///   - numbers: random numbers of this choice and key.
  ///   - round: another one draws others.
  package func candidates(
    key: Int, _ numbers: Philox, round: Int = 0, rounding: (Double) -> Double = { $0 }
  ) -> [(value: Double, gain: Double)] {
    var values: [Double] = []
    for draw in 0..<Self.draws {
      let index = 2 * (round * Self.draws + draw)
      let value = rounding(
        good[key].value(Double(numbers.uniform(index)), Double(numbers.uniform(index + 1))))
      if !values.contains(value) { values.append(value) }
    }
    return sorted(values, key: key)
  }

  /// All values of a key, best first; nil where it is any number of a range.
  package func all(key: Int) -> [(value: Double, gain: Double)]? {
    domains[key].values.map { sorted($0, key: key) }
  }

  private func sorted(_ values: [Double], key: Int) -> [(value: Double, gain: Double)] {
    values.map { (value: $0, gain: gain(of: $0, key: key)) }.enumerated()
      .sorted { ($1.element.gain, $0.offset) < ($0.element.gain, $1.offset) }.map(\.element)
  }
}

/// What values of several keys make together, the greatest sum of gains first.
package struct BestFirst: Sequence, IteratorProtocol {
  private let keys: [[(value: Double, gain: Double)]]
  private var open: [(indices: [Int], gain: Double)] = []
  private var seen: Set<[Int]> = []

  /// - Parameter keys: of each key the values, best first.
  package init(_ keys: [[(value: Double, gain: Double)]]) {
    self.keys = keys
    guard keys.allSatisfy({ !$0.isEmpty }) else { return }
    add([Int](repeating: 0, count: keys.count))
  }

  private mutating func add(_ indices: [Int]) {
    guard seen.insert(indices).inserted else { return }
    open.append(
      (indices, zip(keys, indices).reduce(0) { $0 + $1.0[$1.1].gain }))
  }

  package mutating func next() -> [Double]? {
    guard
      let best = open.indices.max(by: { first, second in
        open[first].gain == open[second].gain
          ? open[second].indices.lexicographicallyPrecedes(open[first].indices)
          : open[first].gain < open[second].gain
      })
    else { return nil }
    let indices = open.remove(at: best).indices
    for key in keys.indices where indices[key] + 1 < keys[key].count {
      var next = indices
      next[key] += 1
      add(next)
    }
    return zip(keys, indices).map { $0[$1].value }
  }
}
