package import Compilation
package import Specification

/// Where features of images come from: one of the fixed networks, or a checkpoint of a run that has trained one.
package enum FeatureSource: Sendable {
  case network(FeatureNetwork)
  /// With the SHA-256 of the checkpoint's file.
  case run(RunSpecification, Checkpoint, digest: String)

  /// - Parameter wishes: what it is to tell beside features.
  /// - Throws: `WeightsError`, `TrainingError.noFeatures`, `.example` where it is of other images, or what the
  ///   backend throws.
  package func extractor(
    of image: ImageShape, telling wishes: FeatureWishes, backend: any Backend
  ) throws -> any FeatureExtractor {
    switch self {
    case .network(let network):
      return try network.extractor(of: image, telling: wishes, backend: backend)
    case .run(let specification, let checkpoint, let digest):
      let features = try RunFeatures(
        specification, checkpoint: checkpoint, digest: digest, telling: wishes, backend: backend)
      guard features.image == image else {
        throw TrainingError.example(
          architecture: specification.architecture.example.text,
          dataset: ExampleShape.image(image).text)
      }
      return features
    }
  }

  /// Looks whether there are weights and they are of such images, without reading them.
  ///
  /// - Throws: as `extractor`.
  package func check(on image: ImageShape) throws {
    switch self {
    case .network(let network):
      if let published = network.pretrained?.weights { _ = try WeightsPlace.path(of: published) }
    case .run(let specification, _, _):
      let architecture = specification.architecture
      let roles: [NetworkSpecification.Role] = [.classifier, .encoder]
      guard case .image(let own) = architecture.example,
        roles.contains(where: { !architecture.networks(of: $0).isEmpty })
      else { throw TrainingError.noFeatures }
      guard own == image else {
        throw TrainingError.example(
          architecture: architecture.example.text, dataset: ExampleShape.image(image).text)
      }
    }
  }
}
