package import Compilation
package import Specification

/// What features of images can be made by.
package enum FeatureNetwork: String, CaseIterable, Sendable {
  /// Inception v3 of the Fréchet inception distance; its weights are read from a file.
  case inception
  /// VGG16; its weights are read from a file.
  case vgg16
  /// A convolutional network with random weights, of the images' size.
  case random
  /// The images themselves.
  case pixels

  /// One that reads its weights from a file; nil for the others.
  package var pretrained: PretrainedNetwork? {
    switch self {
    case .inception: .inception
    case .vgg16: .vgg16
    case .random, .pixels: nil
    }
  }

  /// What makes features of images of a shape.
  ///
  /// - Parameters:
  ///   - wishes: what it is to tell beside features.
  ///   - weights: a file of weights or a folder of such files, as typed; nil: the usual folder (`WeightsPlace`).
  ///   - resizing: how images are brought to the size that a trained network wants; of no concern to the others.
  /// - Throws: `WeightsError`, or what the backend throws.
  package func extractor(
    of image: ImageShape, telling wishes: FeatureWishes = [], weights: String? = nil,
    resizing: ImageResizing = .tf1, backend: any Backend
  ) throws -> any FeatureExtractor {
    if let network = pretrained {
      let file = try WeightsFile(path: WeightsPlace.path(of: network.weights, asked: weights))
      let machine = try PretrainedMachine(
        network, weights: file.weights, backend: backend,
        distances: wishes.contains(.distances) && network.hasStages)
      return PretrainedFeatures(machine, of: image, resizing: resizing)
    }
    return self == .random
      ? try RandomFeatures(
        of: image, tellsDistances: wishes.contains(.distances), backend: backend)
      : PixelFeatures(of: image)
  }
}
