package import Metrics
package import Specification

/// What makes features of images, for measures that compare samples with examples (FID, KID, precision and
/// recall).
///
/// Numbers are comparable only where name, digest and resizing are the same.
package protocol FeatureExtractor: AnyObject {
  /// As typed: `inception`.
  var name: String { get }
  /// SHA-256 of the weights, 64 lower-case hexadecimal digits: of the file they came from, or of their values where
  /// they are made from a seed. Empty where there are none.
  var digest: String { get }
  /// How images are made ready: `tf1 to 299x299`; `none` where they are taken as they are.
  var resizing: String { get }
  /// Numbers of an image's features.
  var width: Int { get }
  /// Of the images that it takes.
  var image: ImageShape { get }

  /// Features of images, and what else comes with them, batch by batch: memory does not grow with their number but
  /// for what is returned.
  ///
  /// - Parameters:
  ///   - images: `[count, channels, height, width]`, in -1…1.
  ///   - count: how many; those that are not all there are left out.
  func outputs(of images: [Float], count: Int) -> FeatureOutputs

  /// How far apart images look to the network, one of `ones` and one of `others` each (`PerceptualDistance`).
  ///
  /// - Returns: `[count]`; nil of what has no layers, or was made without (`FeatureWishes.distances`).
  func distances(from ones: [Float], to others: [Float], count: Int) -> [Double]?
}

/// What a network is to tell beside features.
package struct FeatureWishes: OptionSet, Sendable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// Scores of classes, where it tells some.
  package static let scores = FeatureWishes(rawValue: 1)
  /// How far apart images look.
  package static let distances = FeatureWishes(rawValue: 2)
}

/// What a network says of some images.
package struct FeatureOutputs: Sendable {
  /// `[count, width]`.
  package let features: FeatureMatrix
  /// Scores of classes, `[count, classes]`, as the Inception score takes them: of `inception`, 1,008 without the bias, and
  /// of a classifier of classes.
  package let logits: FeatureMatrix?

  package init(features: FeatureMatrix, logits: FeatureMatrix? = nil) {
    (self.features, self.logits) = (features, logits)
  }
}

extension FeatureExtractor {
  package func distances(from ones: [Float], to others: [Float], count: Int) -> [Double]? { nil }

  /// A row for each image.
  ///
  /// - Parameters:
  ///   - images: `[count, channels, height, width]`, in -1…1.
  ///   - count: how many; those that are not all there are left out.
  package func features(of images: [Float], count: Int) -> FeatureMatrix {
    outputs(of: images, count: count).features
  }

  /// The images that are all there.
  func whole(_ images: [Float], count: Int) -> Int {
    max(0, min(count, images.count / max(1, image.valueCount)))
  }
}

extension ImageShape {
  /// Values of an image.
  var valueCount: Int { channels * height * width }
}
