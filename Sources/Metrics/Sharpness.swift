package import MetricDescriptions

/// How sharp images are: the variance of the Laplacian of their grey (Pech-Pacheco et al. 2000, "Diatom autofocusing in
/// brightfield microscopy"), values in 0…1.
package enum Sharpness {
  package static let metrics = [sharpness, dataSharpness]

  package static let sharpness = MetricDescription(
    "sharpness", family: "sharpness",
    meaning:
      "how sharp samples are; the variance of the Laplacian of their grey, a mean over samples; to be compared "
      + "with that of examples: below it they are blurred, above it noisy")
  package static let dataSharpness = MetricDescription(
    "data_sharpness", label: "data's sharpness", family: "sharpness",
    meaning:
      "how sharp examples are; the variance of the Laplacian of their grey, a mean over examples")

  /// - Returns: nil of an image with a side below 3.
  package static func value(_ image: ImagePlanes) -> Double? {
    let (height, width) = (image.height, image.width)
    guard height > 2, width > 2 else { return nil }
    let size = height * width
    let grey = (0..<size).map { place in
      (0..<image.channels).reduce(0.0) { $0 + image.values[$1 * size + place] }
        / Double(image.channels)
    }
    var (sum, squares) = (0.0, 0.0)
    for row in 1..<height - 1 {
      for place in row * width + 1..<(row + 1) * width - 1 {
        let value =
          grey[place - 1] + grey[place + 1] + grey[place - width] + grey[place + width]
          - 4 * grey[place]
        sum += value
        squares += value * value
      }
    }
    let count = Double((height - 2) * (width - 2))
    return max(0, squares / count - sum / count * (sum / count))
  }
}
