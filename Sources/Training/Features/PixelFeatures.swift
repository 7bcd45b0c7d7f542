import Metrics
package import Specification

/// Images as their own features: the values themselves, `[channels, height, width]` in -1…1.
package final class PixelFeatures: FeatureExtractor {
  package let image: ImageShape
  package let name = FeatureNetwork.pixels.rawValue
  package let digest = ""
  package let resizing = "none"
  package var width: Int { image.valueCount }

  package init(of image: ImageShape) { self.image = image }

  package func outputs(of images: [Float], count: Int) -> FeatureOutputs {
    let count = whole(images, count: count)
    return FeatureOutputs(
      features: FeatureMatrix(Array(images.prefix(count * width)), count: count))
  }
}
