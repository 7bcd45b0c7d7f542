package import Metrics
package import Specification

/// What is kept of samples or of examples for measures, batch by batch: features, patches, and images to be set in pairs.
package struct EvaluatedSide {
  package let shape: ExampleShape
  private let extractor: (any FeatureExtractor)?
  private let measures: Set<Measure>
  package private(set) var count = 0
  private var features: [Float] = []
  private var logits: [Float]?
  private(set) var patches: SlicedWasserstein.Patches
  private(set) var pairs: [ImagePlanes] = []

  /// Images that are set in pairs, at most.
  static let mostPaired = 1000

  /// - Parameters:
  ///   - extractor: what makes features of images; points are their own.
  ///   - seed: what patches are drawn with.
  package init(
    of shape: ExampleShape, for measures: Set<Measure>, by extractor: (any FeatureExtractor)?,
    seed: UInt64
  ) {
    (self.shape, self.measures, self.extractor) = (shape, measures, extractor)
    patches = SlicedWasserstein.Patches(seed: seed)
  }

  /// - Parameter values: `[count, …]`; of images in -1…1.
  package mutating func add(_ values: [Float], count added: Int) {
    if let extractor, case .image = shape {
      let outputs = extractor.outputs(of: values, count: added)
      features += outputs.features.values
      if let own = outputs.logits { logits = (logits ?? []) + own.values }
    } else if case .point = shape {
      features += values
    }
    if case .image(let image) = shape { look(at: values, added, image) }
    count += added
  }

  private mutating func look(at values: [Float], _ added: Int, _ image: ImageShape) {
    let wantsPatches = measures.contains(.slicedWasserstein)
    let wantsPairs = measures.contains(.multiScaleSimilarity)
    guard wantsPatches || wantsPairs else { return }
    let size = image.channels * image.height * image.width
    for number in 0..<added {
      let planes = ImagePlanes(
        signed: values[number * size..<(number + 1) * size], channels: image.channels,
        height: image.height, width: image.width)
      if wantsPatches { patches.add(planes) }
      if wantsPairs, pairs.count < Self.mostPaired { pairs.append(planes) }
    }
  }

  /// `[count, width]`.
  package var featureMatrix: FeatureMatrix { FeatureMatrix(features, count: count) }

  /// Of classes, `[count, classes]`; nil where the features' network tells none.
  var scores: FeatureMatrix? { logits.map { FeatureMatrix($0, count: count) } }
}
