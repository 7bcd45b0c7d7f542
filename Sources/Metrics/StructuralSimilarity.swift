import Foundation
package import MetricDescriptions

/// How alike two images are: structural similarity, over one scale or five, and the peak signal-to-noise ratio.
///
/// Wang et al. 2004 ("Image quality assessment"): a Gaussian window of 11 pixels with a deviation of 1.5, K = 0.01 and 0.03,
/// places where it fits, a mean over channels. Values are in 0…1.
package enum StructuralSimilarity {
  package static let metrics = [ssim, psnr, diversity, dataDiversity]

  package static let ssim = MetricDescription(
    "ssim", label: "SSIM", family: "similarity", direction: .highest,
    meaning:
      "the structural similarity of an autoencoder's reconstructions to their examples; 1 where they are the same"
  )
  package static let psnr = MetricDescription(
    "psnr", label: "PSNR", family: "noise ratio", unit: "dB", direction: .highest,
    meaning:
      "the peak signal-to-noise ratio of an autoencoder's reconstructions; a mean over examples, infinite where one is "
      + "the same"
  )
  package static let diversity = MetricDescription(
    "ms_ssim", label: "MS-SSIM", family: "diversity",
    meaning:
      "how alike two samples are; multi-scale structural similarity, a mean over pairs; to be compared with "
      + "that of examples: above it samples repeat each other")

  package static let classDiversity = MetricDescription(
    "class_ms_ssim", label: "MS-SSIM within a class", family: "diversity",
    meaning:
      "how alike two samples of the same labels are; multi-scale structural similarity, a mean over pairs with "
      + "labels as they come in the data (Odena et al. 2017)")

  package static let dataDiversity = MetricDescription(
    "data_ms_ssim", label: "data's MS-SSIM", family: "diversity",
    meaning: "how alike two examples are; multi-scale structural similarity, a mean over pairs")

  private static let size = 11
  /// The shortest side of images that one scale compares.
  package static let leastSideOfOne = size
  private static let deviation = 1.5
  private static let constants = (luminance: 0.01 * 0.01, contrast: 0.03 * 0.03)

  /// - Returns: nil of images of different shapes, or smaller than the window.
  package static func value(_ one: ImagePlanes, _ other: ImagePlanes) -> Double? {
    guard one.hasShape(of: other), min(one.height, one.width) >= size else { return nil }
    return compare(one, other).similarity
  }

  /// - Returns: nil of images of different shapes, or of none; infinite of one and the same.
  package static func peakSignalToNoise(_ one: ImagePlanes, _ other: ImagePlanes) -> Double? {
    guard one.hasShape(of: other), !one.values.isEmpty else { return nil }
    let error = one.combined(other) { ($0 - $1) * ($0 - $1) }.mean
    return error > 0 ? -10 * log10(error) : error == 0 ? .infinity : nil
  }

  /// Exponents of the scales, from the finest: Wang, Simoncelli and Bovik 2003.
  private static let weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

  /// The shortest side that five scales leave a pixel of.
  package static let leastSide = 16

  /// Over five scales, each half of the one before (means of 2x2), with a window that shrinks with images that are smaller
  /// than it, as Karras et al. 2018 (arXiv:1710.10196) use it.
  ///
  /// - Returns: nil of images of different shapes, or with a side below `leastSide`.
  package static func multiScale(_ one: ImagePlanes, _ other: ImagePlanes) -> Double? {
    guard one.hasShape(of: other), min(one.height, one.width) >= leastSide else { return nil }
    var (one, other, product) = (one, other, 1.0)
    for (scale, weight) in weights.enumerated() {
      let compared = compare(one, other)
      let isLast = scale == weights.count - 1
      product *= pow(max(0, isLast ? compared.similarity : compared.contrast), weight)
      if !isLast { (one, other) = (one.halved, other.halved) }
    }
    return product
  }

  /// The similarity at each place where the window fits, `[channels, height - 10, width - 10]`.
  ///
  /// - Returns: nil of images of different shapes, or smaller than the window.
  static func map(_ one: ImagePlanes, _ other: ImagePlanes) -> ImagePlanes? {
    guard one.hasShape(of: other), min(one.height, one.width) >= size else { return nil }
    var values: [Double] = []
    _ = compare(one, other) { values.append($0) }
    return ImagePlanes(
      values, channels: one.channels, height: one.height - size + 1, width: one.width - size + 1)
  }

  /// - Parameter body: is given the similarity at each place.
  private static func compare(
    _ one: ImagePlanes, _ other: ImagePlanes, _ body: (Double) -> Void = { _ in }
  ) -> (similarity: Double, contrast: Double) {
    let side = min(size, one.height, one.width)
    let window = gaussian(side, deviation: deviation * Double(side) / Double(size))
    let (means, others) = (one.filtered(by: window), other.filtered(by: window))
    let squares = one.combined(one, *).filtered(by: window)
    let otherSquares = other.combined(other, *).filtered(by: window)
    let products = one.combined(other, *).filtered(by: window)
    var (similarity, contrast) = (0.0, 0.0)
    for place in means.values.indices {
      let (a, b) = (means.values[place], others.values[place])
      let variances = squares.values[place] - a * a + otherSquares.values[place] - b * b
      let covariance = products.values[place] - a * b
      let own = (2 * covariance + constants.contrast) / (variances + constants.contrast)
      contrast += own
      let here = own * (2 * a * b + constants.luminance) / (a * a + b * b + constants.luminance)
      similarity += here
      body(here)
    }
    let count = Double(max(means.values.count, 1))
    return (similarity / count, contrast / count)
  }

  private static func gaussian(_ size: Int, deviation: Double) -> [Double] {
    let numbers = (0..<size).map { place in
      let offset = Double(place) - Double(size - 1) / 2
      return exp(-offset * offset / (2 * deviation * deviation))
    }
    let sum = numbers.reduce(0, +)
    return numbers.map { $0 / sum }
  }
}
