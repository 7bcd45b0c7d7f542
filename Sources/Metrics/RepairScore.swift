import Foundation
package import MetricDescriptions

/// How near repaired images are to their originals: peak signal-to-noise ratio and structural similarity over all of an image, and over its
/// holes alone.
package struct RepairScore: Sendable, Hashable {
  /// In decibels, of values in 0…1; infinite of one and the same.
  package let noiseRatio: Double
  /// Over the holes alone; nil: there are none.
  package let noiseRatioInHoles: Double?
  /// Nil of images smaller than the window of structural similarity.
  package let similarity: Double?
  /// The mean over the places of the window whose middle is in a hole; nil: there is none.
  package let similarityInHoles: Double?

  /// - Parameters:
  ///   - original: `[channels, height, width]` in -1…1, as `repaired`; what lies beyond is clipped.
  ///   - hole: `[height, width]`: 1 where nothing was left.
  package init(
    of repaired: some Collection<Float>, original: some Collection<Float>, hole: [Float],
    channels: Int, height: Int, width: Int
  ) {
    func planes(_ values: some Collection<Float>) -> ImagePlanes {
      ImagePlanes(
        signed: values.map { min(max($0, -1), 1) }, channels: channels, height: height, width: width
      )
    }
    let (made, wanted) = (planes(repaired), planes(original))
    let squares = zip(made.values, wanted.values).map { ($0 - $1) * ($0 - $1) }
    noiseRatio = Self.decibels(squares.reduce(0, +) / Double(max(1, squares.count)))
    let plane = height * width
    let places = hole.indices.filter { hole[$0] > 0.5 }
    if places.isEmpty {
      noiseRatioInHoles = nil
    } else {
      var sum = 0.0
      for channel in 0..<channels {
        for place in places { sum += squares[channel * plane + place] }
      }
      noiseRatioInHoles = Self.decibels(sum / Double(places.count * channels))
    }
    let map = StructuralSimilarity.map(made, wanted)
    similarity = map.map { $0.values.reduce(0, +) / Double($0.values.count) }
    similarityInHoles = map.flatMap { map in
      let (rows, columns) = ((height - map.height) / 2, (width - map.width) / 2)
      var (sum, count) = (0.0, 0)
      for place in places {
        let (y, x) = (place / width - rows, place % width - columns)
        guard (0..<map.height).contains(y), (0..<map.width).contains(x) else { continue }
        for channel in 0..<channels {
          sum += map.values[(channel * map.height + y) * map.width + x]
        }
        count += channels
      }
      return count == 0 ? nil : sum / Double(count)
    }
  }

  /// Of one of `metrics` or `ofRepairs`.
  package func value(of metric: MetricDescription) -> Double? {
    switch metric {
    case Self.noiseRatio, Self.testNoiseRatio: noiseRatio
    case Self.holeNoiseRatio, Self.testNoiseRatioInHoles: noiseRatioInHoles
    case Self.similarity, Self.testSimilarity: similarity
    case Self.holeSimilarity, Self.testSimilarityInHoles: similarityInHoles
    default: nil
    }
  }

  private static func decibels(_ meanSquare: Double) -> Double {
    meanSquare == 0 ? .infinity : -10 * log10(meanSquare)
  }

  package static let noiseRatio = MetricDescription(
    "repair_psnr", label: "PSNR", family: "noise ratio", unit: "dB", direction: .highest,
    meaning: "the peak signal-to-noise ratio of repaired images; a mean over images")
  package static let holeNoiseRatio = MetricDescription(
    "hole_psnr", label: "PSNR in holes", family: "noise ratio", unit: "dB", direction: .highest,
    meaning: "the peak signal-to-noise ratio in the holes of repaired images; a mean over images")
  package static let similarity = MetricDescription(
    "repair_ssim", label: "SSIM", family: "similarity", direction: .highest,
    meaning: "the structural similarity of repaired images to their originals; a mean over images")
  package static let holeSimilarity = MetricDescription(
    "hole_ssim", label: "SSIM in holes", family: "similarity", direction: .highest,
    meaning: "the structural similarity around the holes of repaired images; a mean over images")
  /// What `repair` measures.
  package static let ofRepairs = [holeNoiseRatio, noiseRatio, holeSimilarity, similarity]

  /// What `repair` measures by a network's features.
  package static let identity = MetricDescription(
    "repair_identity", label: "identity kept", family: "identity", direction: .highest,
    meaning:
      "the cosine between features of repaired images and of their originals; a mean over images")

  /// What is measured while a restorer trains.
  package static let metrics = [
    testNoiseRatio, testNoiseRatioInHoles, testSimilarity, testSimilarityInHoles,
  ]

  package static let testNoiseRatio = MetricDescription(
    "test_psnr", label: "test PSNR", family: "noise ratio", unit: "dB", direction: .highest,
    meaning:
      "the peak signal-to-noise ratio of repaired images that were not trained on; a mean over images"
  )
  package static let testNoiseRatioInHoles = MetricDescription(
    "test_hole_psnr", label: "test PSNR in holes", family: "noise ratio", unit: "dB",
    direction: .highest,
    meaning:
      "the peak signal-to-noise ratio in holes of repaired images not trained on; a mean over images"
  )
  package static let testSimilarity = MetricDescription(
    "test_ssim", label: "test SSIM", family: "similarity", direction: .highest,
    meaning:
      "the structural similarity of repaired images not trained on; to their originals, a mean over images"
  )
  package static let testSimilarityInHoles = MetricDescription(
    "test_hole_ssim", label: "test SSIM in holes", family: "similarity", direction: .highest,
    meaning:
      "the structural similarity around holes of repaired images that were not trained on; a mean over images"
  )
}
