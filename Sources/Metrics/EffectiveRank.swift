import Foundation
import LinearAlgebra
package import MetricDescriptions

/// In how many directions features differ.
///
/// exp H(λ/Σλ), λ the eigenvalues of the features' covariance (Roy and Vetterli 2007, "The effective rank").
package enum EffectiveRank {
  package static let metrics = [ratio]

  package static let ratio = MetricDescription(
    "effective_rank", label: "effective rank", family: "diversity",
    meaning:
      "in how many directions samples differ, over that of examples; exp of the entropy of the "
      + "covariance's spectrum, of features; near 1 where samples differ as the data do")

  /// From 1, of features that differ along a line, to the smaller of their width and their count less 1;
  /// 0 where none differs, or one is not finite.
  package static func value(_ features: FeatureMatrix) -> Double {
    guard features.count > 1, features.isFinite else { return 0 }
    let means = features.means
    let centred = FeatureMatrix(
      features.values.indices.map {
        Float(Double(features.values[$0]) - means[$0 % features.width])
      }, count: features.count)
    // The covariance has the spectrum of the rows' products, and zeros.
    let smaller = features.width < features.count ? centred.transposed : centred
    return value(ofSpectrum: smaller.products.eigenvalues)
  }

  /// The same of a spectrum; what is below 0 is taken for 0.
  package static func value(ofSpectrum spectrum: [Double]) -> Double {
    let largest = spectrum.max() ?? 0
    // What rounding leaves of zeros is not counted.
    let positive = spectrum.filter { $0 > largest * 1e-12 }
    let sum = positive.reduce(0, +)
    guard sum > 0, sum.isFinite else { return 0 }
    return exp(positive.reduce(0.0) { $0 - $1 / sum * log($1 / sum) })
  }
}
