package import MetricDescriptions

/// Whether the discriminator wins: how well its scores tell real examples from fakes.
package struct DiscriminatorBalance: Sendable, Hashable {
  /// Where scores of an objective lie.
  package enum Scale: Sendable, Hashable {
    /// An example is judged real above `boundary`; what is farther from it than `reach` is sure.
    case boundary(Double, reach: Double)
    /// Only differences of scores mean something.
    case differences

    /// Logits: sure above a probability of 0.99.
    package static let logits = Scale.boundary(0, reach: 4.59511985013459)
  }

  /// Of real examples and of fakes together the share that is judged rightly and surely; nil without a boundary.
  package let saturation: Double?
  /// The share of real examples, and of fakes, that is judged rightly; nil without a boundary.
  package let realAccuracy: Double?
  package let fakeAccuracy: Double?
  /// The mean of both; without a boundary the share of pairs of a real example and a fake of which the real one
  /// has the higher score, equal ones counted half.
  package let accuracy: Double
  /// The mean score of real examples less that of fakes.
  package let gap: Double
  /// The standard deviation of fakes' scores over that of real examples'; nil where those are all alike.
  package let spread: Double?
  /// r_t: the mean sign of real examples' scores, seen from the boundary (Karras et al. 2020, arXiv:2006.06676,
  /// equation 1); nil without one.
  package let realSign: Double?
  /// r_v: (E D(train) - E D(held out)) / (E D(train) - E D(fake)), mostly 0 to 1; nil where nothing is held out, and
  /// where the mean scores of real examples and of fakes differ by less than the standard error of that.
  package let overfitting: Double?

  package static let metrics = [
    saturationMetric, accuracyMetric, realAccuracyMetric, fakeAccuracyMetric, gapMetric,
    spreadMetric, realSignMetric, overfittingMetric,
  ]

  package static let saturationMetric = MetricDescription(
    "saturation", family: "discriminator's accuracy",
    meaning:
      "the share of real examples and fakes of which the discriminator is sure, and right; of logits, "
      + "with a probability above 0.99; near 1 the generator has little to learn from")
  package static let accuracyMetric = MetricDescription(
    "discriminator_accuracy", label: "D right", family: "discriminator's accuracy",
    meaning:
      "the share of real examples and fakes that the discriminator tells rightly; of objectives without "
      + "a boundary the share of pairs in the right order; 0.5 where it cannot tell, 1 where it wins"
  )
  package static let realAccuracyMetric = MetricDescription(
    "real_accuracy", label: "D right on x", family: "discriminator's accuracy",
    meaning: "the share of real examples that the discriminator takes for real")
  package static let fakeAccuracyMetric = MetricDescription(
    "fake_accuracy", label: "D right on G(z)", family: "discriminator's accuracy",
    meaning: "the share of fakes that the discriminator takes for fakes")
  package static let gapMetric = MetricDescription(
    "score_gap", label: "score gap",
    meaning: "the mean score of real examples less that of fakes; as the discriminator ends in them"
  )
  package static let spreadMetric = MetricDescription(
    "score_spread", label: "score spread",
    meaning:
      "how much the discriminator's scores of fakes differ; their standard deviation over that of real "
      + "examples' scores; near 0 where it sees one fake again and again")
  package static let realSignMetric = MetricDescription(
    "score_sign", label: "r_t", family: "overfitting",
    meaning:
      "the mean sign of the scores of examples that the discriminator trains on; r_t of Karras et al. "
      + "2020, who keep it at 0.6; 1 where it knows them all")
  package static let overfittingMetric = MetricDescription(
    "overfitting", label: "r_v", family: "overfitting",
    meaning:
      "how far the discriminator tells examples of `test=` from those it trains on; 0 not at all, 1 as well "
      + "as fakes, and below or above where the few scores vary: r_v of Karras et al. 2020")

  /// - Parameters:
  ///   - real: scores of examples that are trained on.
  ///   - fake: scores of fakes.
  ///   - heldOut: scores of examples that are not trained on; empty: there are none.
  package init(real: [Float], fake: [Float], heldOut: [Float] = [], on scale: Scale) {
    func mean(_ scores: [Float]) -> Double {
      scores.reduce(0.0) { $0 + Double($1) } / Double(max(scores.count, 1))
    }
    let (realMean, fakeMean) = (mean(real), mean(fake))
    gap = realMean - fakeMean
    func deviation(_ scores: [Float], _ mean: Double) -> Double {
      let squares = scores.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      return (squares / Double(max(scores.count, 1))).squareRoot()
    }
    let ofReal = deviation(real, realMean)
    spread = ofReal > 0 ? deviation(fake, fakeMean) / ofReal : nil
    func squaredError(_ deviation: Double, _ count: Int) -> Double {
      deviation * deviation / Double(max(count, 1))
    }
    let error =
      (squaredError(ofReal, real.count) + squaredError(deviation(fake, fakeMean), fake.count))
      .squareRoot()
    // A share of next to nothing is any number.
    let isKnown = gap.isFinite && gap != 0 && gap.magnitude >= error
    overfitting = heldOut.isEmpty || !isKnown ? nil : (realMean - mean(heldOut)) / gap
    guard case .boundary(let boundary, let reach) = scale else {
      (saturation, realAccuracy, fakeAccuracy, realSign) = (nil, nil, nil, nil)
      accuracy = Self.order(real, fake)
      return
    }
    func share(_ scores: [Float], _ holds: (Double) -> Bool) -> Double {
      Double(scores.count { holds(Double($0) - boundary) }) / Double(max(scores.count, 1))
    }
    let (onReal, onFake) = (share(real) { $0 > 0 }, share(fake) { $0 < 0 })
    (realAccuracy, fakeAccuracy) = (onReal, onFake)
    accuracy = (onReal + onFake) / 2
    saturation = (share(real) { $0 > reach } + share(fake) { $0 < -reach }) / 2
    realSign = onReal - share(real) { $0 < 0 }
  }

  /// The share of pairs in the right order: Mann and Whitney's U over all pairs.
  private static func order(_ real: [Float], _ fake: [Float]) -> Double {
    guard !real.isEmpty, !fake.isEmpty else { return 0.5 }
    let sorted = fake.sorted()
    /// How many of the fakes a score is not below, or is above.
    func count(_ isBefore: (Float) -> Bool) -> Int {
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if isBefore(sorted[middle]) { low = middle + 1 } else { high = middle }
      }
      return low
    }
    let wins = real.reduce(0.0) { sum, score in
      sum + Double(count { $0 < score } + count { $0 <= score }) / 2
    }
    return wins / Double(real.count * fake.count)
  }

  package var readings: [MetricReading] {
    let all: [(MetricDescription, Double?)] = [
      (Self.saturationMetric, saturation), (Self.accuracyMetric, accuracy),
      (Self.realAccuracyMetric, realAccuracy), (Self.fakeAccuracyMetric, fakeAccuracy),
      (Self.gapMetric, gap), (Self.spreadMetric, spread), (Self.realSignMetric, realSign),
      (Self.overfittingMetric, overfitting),
    ]
    return all.compactMap { metric, value in value.map { MetricReading(metric, $0) } }
  }
}
