import Foundation
package import MetricDescriptions

/// How many bins of the data have another share of the samples than of the examples: NDB/K, and how far all
/// shares are from each other.
///
/// Richardson and Weiss 2018, "On GANs and GMMs", arXiv:1805.12462, section 4: bins are clusters of the data,
/// and a bin differs where a test of two proportions says so at the level 0.05.
package struct BinDifference: Sendable, Hashable {
  /// Of the bins, the share that differs; by chance about 0.05.
  package let differing: Double
  /// The Jensen-Shannon divergence of the shares in nats, 0 to ln 2.
  package let divergence: Double

  package static let metrics = [ndb, jensenShannon]

  package static let ndb = MetricDescription(
    "ndb", label: "NDB/K", family: "bins",
    meaning:
      "the share of the data's clusters of which samples have too many or too few; a test of two "
      + "proportions at 0.05, so that 0.05 differ by chance")
  package static let jensenShannon = MetricDescription(
    "bin_divergence", label: "JS", family: "bins", unit: "nats",
    meaning:
      "how far samples are from being spread over the data's clusters as examples are; the "
      + "Jensen-Shannon divergence of the shares, 0 to 0.69")

  /// Two-sided, at the level 0.05: Φ⁻¹(0.975).
  static let quantile = 1.959963984540054

  /// - Parameters:
  ///   - shares: of the bins among the samples, and how many samples there were.
  ///   - known: the same among the examples.
  package init(
    shares: [Double], of samples: Int, known: [Double], of examples: Int
  ) {
    let (n, m) = (Double(samples), Double(examples))
    let different = zip(shares, known).count { share, known in
      let pooled = (n * share + m * known) / (n + m)
      let error = (pooled * (1 - pooled) * (1 / n + 1 / m)).squareRoot()
      return error > 0 && abs(share - known) / error > Self.quantile
    }
    differing = shares.isEmpty ? 0 : Double(different) / Double(shares.count)
    divergence = zip(shares, known).reduce(0.0) { sum, pair in
      let middle = (pair.0 + pair.1) / 2
      func term(_ share: Double) -> Double { share > 0 ? share / 2 * log(share / middle) : 0 }
      return sum + term(pair.0) + term(pair.1)
    }
  }

  package var readings: [MetricReading] {
    [MetricReading(Self.ndb, differing), MetricReading(Self.jensenShannon, divergence)]
  }
}
