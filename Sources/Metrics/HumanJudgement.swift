package import MetricDescriptions

/// How often people took generated samples for real, or one generator's for better than another's.
///
/// A rate of errors over both kinds of pictures of 0.5 means that nobody can tell them apart (HYPE∞, Zhou et al. 2019,
/// arXiv:1904.01121).
package struct HumanJudgement: Sendable {
  /// What one rater said in one trial.
  package struct Answer: Sendable, Hashable {
    /// Which rater, and which trial.
    package let rater, trial: Int
    /// Whether the picture is real; of two pictures, whether the first is of the generator that is measured.
    package let truth: Bool
    /// Whether it was taken for real; of two, whether the first was chosen.
    package let said: Bool

    package init(rater: Int, trial: Int, truth: Bool, said: Bool) {
      (self.rater, self.trial, self.truth, self.said) = (rater, trial, truth, said)
    }
  }

  private let answers: [Answer]

  package init(_ answers: [Answer]) { self.answers = answers }

  package static let metrics = [errors, passed, doubted, preferred, agreement]

  package static let errors = MetricDescription(
    "human_errors", label: "errors of people", family: "human judgement", direction: .highest,
    format: .percent,
    meaning:
      "the share of pictures that people took for the wrong kind; of real and generated ones together, "
      + "50% where they cannot be told apart (HYPE∞)")
  package static let passed = MetricDescription(
    "taken_for_real", label: "generated taken for real", family: "human judgement",
    direction: .highest, format: .percent,
    meaning: "the share of generated pictures that people took for real")
  package static let doubted = MetricDescription(
    "taken_for_generated", label: "real taken for generated", family: "human judgement",
    format: .percent, meaning: "the share of real pictures that people took for generated")
  package static let preferred = MetricDescription(
    "human_preference", label: "preferred by people", family: "human preference",
    direction: .highest, format: .percent,
    meaning: "the share of pairs in which people chose this run's picture and not the other's")
  package static let agreement = MetricDescription(
    "raters_agreement", label: "agreement of raters", family: "agreement",
    meaning:
      "Fleiss' kappa of the answers; 1 where raters always say the same, 0 where they agree as often as "
      + "by chance")

  /// A share of some answers.
  package struct Share: Sendable, Hashable {
    package let hits, count: Int

    package init(hits: Int, count: Int) { (self.hits, self.count) = (hits, count) }

    package var value: Double { Double(hits) / Double(count) }

    /// The deviation of a share of so many.
    package var standardError: Double { MetricReading.standardError(ofShare: value, of: count) }

    /// In which the share lies at 95%, answers taken for independent: Wilson 1927, "Probable inference, the law of succession, and
    /// statistical inference".
    package var interval: ClosedRange<Double> {
      let (n, z) = (Double(count), 1.959963984540054)
      let middle = (value + z * z / (2 * n)) / (1 + z * z / n)
      let half = z / (1 + z * z / n) * (value * (1 - value) / n + z * z / (4 * n * n)).squareRoot()
      return (hits == 0 ? 0 : max(0, middle - half))...(hits == count ? 1 : min(1, middle + half))
    }
  }

  /// Of answers for which something holds; nil where there are none.
  private func share(_ holds: (Answer) -> Bool, of answers: [Answer]) -> Share? {
    answers.isEmpty ? nil : Share(hits: answers.count(where: holds), count: answers.count)
  }

  /// Shares that are told, in the order in which they are shown.
  ///
  /// - Parameter isOfPairs: whether each trial had two pictures.
  package func shares(isOfPairs: Bool) -> [(metric: MetricDescription, share: Share)] {
    let real = answers.filter(\.truth)
    let generated = answers.filter { !$0.truth }
    let all =
      isOfPairs
      ? [(Self.preferred, share({ $0.said == $0.truth }, of: answers))]
      : [
        (Self.errors, share({ $0.said != $0.truth }, of: answers)),
        (Self.passed, share(\.said, of: generated)),
        (Self.doubted, share({ !$0.said }, of: real)),
      ]
    return all.compactMap { metric, share in share.map { (metric, $0) } }
  }

  /// How much raters agree beyond chance: Fleiss 1971, with as many raters for a trial as there were (the mean over trials).
  ///
  /// - Returns: nil where no trial has two answers; 1 where all say the same of everything.
  package var kappa: Double? {
    var counts: [Int: (first: Int, second: Int)] = [:]
    for answer in answers {
      if answer.said {
        counts[answer.trial, default: (0, 0)].first += 1
      } else {
        counts[answer.trial, default: (0, 0)].second += 1
      }
    }
    let shared = counts.values.filter { $0.first + $0.second > 1 }
    guard !shared.isEmpty else { return nil }
    var (agreed, first, all) = (0.0, 0.0, 0.0)
    for (one, other) in shared {
      let n = Double(one + other)
      agreed += (Double(one * one + other * other) - n) / (n * (n - 1))
      first += Double(one)
      all += n
    }
    agreed /= Double(shared.count)
    let share = first / all
    let chance = share * share + (1 - share) * (1 - share)
    return chance == 1 ? 1 : (agreed - chance) / (1 - chance)
  }
}
