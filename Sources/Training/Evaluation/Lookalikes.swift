import Metrics

/// Which samples are most alike to each other, and which to examples: what measures of repetitions
/// and of copies are made of, to be looked at.
package struct Lookalikes: Sendable, Hashable {
  /// Two samples by their numbers, and the example that is nearest to the first.
  package struct Pair: Sendable, Hashable {
    package let one, other, example: Int

    package init(one: Int, other: Int, example: Int) {
      (self.one, self.other, self.example) = (one, other, example)
    }
  }

  /// A sample, and the examples that are nearest to it.
  package struct Copy: Sendable, Hashable {
    package let sample: Int
    package let examples: [Int]
  }

  /// Nearest first; no sample is in two of them.
  package let pairs: [Pair]
  /// Nearest first.
  package let copies: [Copy]

  /// Examples that are told of a sample.
  package static let nearest = 2

  /// - Returns: nil where features are not at hand or not finite, or fewer than two on either side.
  package init?(of samples: EvaluatedSide, beside examples: EvaluatedSide, count: Int) {
    let (own, others) = (samples.featureMatrix, examples.featureMatrix)
    guard min(own.count, others.count) >= 2, own.isFinite, others.isFinite,
      own.width == others.width
    else { return nil }
    let found = NearestRows(Self.nearest, of: own, among: others)
    func example(_ sample: Int, _ place: Int) -> Int {
      found.indices[sample * found.neighbours + place]
    }
    var (used, pairs) = (Set<Int>(), [Pair]())
    let all = BirthdayEstimate(of: own, beside: others.rows(0..<own.count), shown: 20 * count)
    for pair in all.closest where pairs.count < count {
      guard used.isDisjoint(with: [pair.one, pair.other]) else { continue }
      used.formUnion([pair.one, pair.other])
      pairs.append(Pair(one: pair.one, other: pair.other, example: example(pair.one, 0)))
    }
    self.pairs = pairs
    let nearest = (0..<own.count).sorted {
      let (one, other) = (
        found.squaredDistances[$0 * found.neighbours], found.squaredDistances[$1 * found.neighbours]
      )
      return (one, $0) < (other, $1)
    }
    copies = nearest.prefix(count).map { sample in
      Copy(sample: sample, examples: (0..<found.neighbours).map { example(sample, $0) })
    }
  }
}
