package import Foundation
package import Images
package import Specification
import TerminalText

/// Examples, ready to be served in batches: prepared images, or points drawn on demand.
///
/// Values are shared freely between threads; images lie in one mapped file (or in memory where no
/// file can be written), which goes when the last value that shows it goes.
package struct Dataset: Sendable {
  package let specification: DatasetSpecification
  /// `[channels, height, width]` of an image, or a point's dimensions.
  package let exampleShape: ExampleShape
  /// What is known about each example; nil where the source says nothing, or for points.
  package let labels: DatasetLabels?
  /// Images that could not be read and are not among the examples.
  package let skipped: [SkippedImage]
  /// How many images there are of each size, before they were prepared; empty for points, and for
  /// images prepared by a release that did not keep them.
  package let sizes: [ImageSize: Int]
  /// How many images were turned, seen through, and the like.
  package let traits: ImageTraits
  /// What lies beside the images and is none of them, by kind.
  package let leftOut: [LeftOut]
  /// What a person should know: labels that were not found, a cache that could not be written.
  package let notes: [String]
  /// What the examples and labels are known by; see `contentDigest`.
  package let digest: ContentDigest
  let content: Content
  /// What the source calls an example; nil of points.
  let naming: (@Sendable (Int) -> String)?

  /// SHA-256 of the prepared examples and their labels, in order: equal for data sets that train
  /// alike, wherever they lie. For what gansh draws itself it is that of the declaration.
  package var contentDigest: String { digest.description }

  enum Content: Sendable {
    case pixels(ExamplePixels)
    case points(Mixture)
  }

  /// Number of examples; nil for points, which never end and so have no epochs.
  package var count: Int? {
    switch content {
    case .pixels(let pixels): pixels.count
    case .points: nil
    }
  }

  /// The Gaussians that points are drawn from; nil for images.
  package var mixture: Mixture? {
    guard case .points(let mixture) = content else { return nil }
    return mixture
  }

  /// Opens a data set: finds its images, and prepares them all unless a cache holds them already.
  ///
  /// - Parameters:
  ///   - cacheDirectory: where prepared images are kept; made if missing. Where it cannot be
  ///     written, they are kept in memory and `notes` says so.
  ///   - threads: that prepare images; nil: one per core.
  ///   - progress: told (images prepared, images in all) now and then, from other threads, in order.
  ///   - interrupted: asked often; when it says true, the call ends with `.interrupted`.
  /// - Throws: also where it has not the label columns that its declaration names.
  package static func open(
    _ specification: DatasetSpecification, cacheDirectory: URL, threads: Int? = nil,
    progress: (@Sendable (Int, Int) -> Void)? = nil,
    interrupted: @escaping @Sendable () -> Bool = { false }
  ) throws(DatasetError) -> Dataset {
    let dataset = try openAny(
      specification, cacheDirectory: cacheDirectory, threads: threads, progress: progress,
      interrupted: interrupted)
    if !specification.labels.isEmpty {
      _ = try dataset.labelVectors(LabelLayout(specification.labels))
    }
    return dataset
  }

  /// Opens a data set, whatever labels it has.
  private static func openAny(
    _ specification: DatasetSpecification, cacheDirectory: URL, threads: Int?,
    progress: (@Sendable (Int, Int) -> Void)?, interrupted: @escaping @Sendable () -> Bool
  ) throws(DatasetError) -> Dataset {
    let root = specification.root
    let choices = specification.choices
    if case .joined(let joined) = root.source {
      var parts: [Dataset] = []
      for set in joined.sets {
        parts.append(
          try openAny(
            set, cacheDirectory: cacheDirectory, threads: threads, progress: progress,
            interrupted: interrupted))
      }
      let dataset = try Dataset(joining: parts, joined, as: root)
      return choices.isEmpty ? dataset : try dataset.choosing(specification, interrupted)
    }
    guard case .read(let read) = root.source else {
      throw .unusable("examples are chosen from images that are read or joined")
    }
    let (definition, arguments) = try read.definition()
    let open:
      @Sendable (SourceArguments, SourceDefinition.Request) throws(DatasetError) -> any ImageSource
    switch definition.opening {
    case .images(let images): open = images
    case .points(let points):
      guard choices.isEmpty else { throw .unusable("points are not images") }
      return Dataset(
        specification: specification, exampleShape: .point(dimensions: 2), labels: nil,
        skipped: [], sizes: [:], traits: ImageTraits(), leftOut: [], notes: [],
        digest: ContentDigest(
          generatedBy: "points \(Mixture.edition) \(specification)", labels: nil),
        content: .points(points(arguments)), naming: nil)
    }
    guard let preprocessing = root.preprocessing else {
      throw .unusable("images need a size to be brought to, such as size=64")
    }
    let preparation = try Preparation(preprocessing)
    let source = try open(
      arguments,
      SourceDefinition.Request(
        side: max(preprocessing.width, preprocessing.height),
        identities: Set(choices.compactMap { $0.part?.identity.map { ExactName($0) } }),
        cache: cacheDirectory))
    let decoding = Decoding(
      source: source, preparation: preparation, threads: threads, progress: progress,
      interrupted: interrupted)
    let prepared = try PreparedPixels(decoding, cacheDirectory: cacheDirectory)
    let labels = source.labels.map { labels in
      prepared.skippedSlots.isEmpty
        ? labels : labels.restricted(to: prepared.keptSlots(of: source.count))
    }
    let digest =
      source.isGenerated
      ? ContentDigest(
        generatedBy: "\(source.identity) \(preparation.identity)", labels: labels)
      : ContentDigest(examples: prepared.digest, labels: labels)
    let slots = prepared.skippedSlots.isEmpty ? nil : prepared.keptSlots(of: source.count)
    let dataset = Dataset(
      specification: choices.isEmpty ? specification : root, exampleShape: root.exampleShape,
      labels: labels,
      skipped: prepared.skipped, sizes: prepared.sizes, traits: prepared.traits,
      leftOut: source.leftOut,
      notes: unlabelled(prepared, source) + source.notes + prepared.notes
        + remarks(prepared, source, preparation),
      digest: digest, content: .pixels(ExamplePixels(prepared.store)),
      naming: { source.name(of: slots?[$0] ?? $0) })
    if choices.isEmpty { return dataset }
    return try dataset.choosing(specification, prepared, source, interrupted)
  }

  /// Some of its examples.
  ///
  /// - Parameters:
  ///   - specification: says which.
  ///   - prepared: what its own examples are, of the images of `source`.
  private func choosing(
    _ specification: DatasetSpecification, _ prepared: PreparedPixels, _ source: any ImageSource,
    _ interrupted: @escaping @Sendable () -> Bool
  ) throws(DatasetError) -> Dataset {
    let slots = prepared.keptSlots(of: source.count)
    var chooser = ExampleChooser(
      count: slots.count, labels: labels,
      identities: source.identities.map { $0.restricted(to: slots) },
      key: { source.key(of: slots[$0]) })
    for choice in specification.choices { try chooser.choose(choice) }
    let rows = chooser.rows
    let labels = labels?.restricted(to: rows.map { Int($0) })
    guard
      let digest = ContentDigest(
        choosing: rows, from: source.isGenerated ? nil : prepared.store, digest,
        labels: labels, interrupted: interrupted)
    else { throw .interrupted }
    // What is told of the images as they were found is true of those that were chosen from.
    return Dataset(
      specification: specification, exampleShape: exampleShape, labels: labels, skipped: skipped,
      sizes: [:], traits: ImageTraits(), leftOut: [], notes: notes + chooser.notes, digest: digest,
      content: .pixels(ExamplePixels(prepared.store, rows: rows)),
      naming: { source.name(of: slots[Int(rows[$0])]) })
  }

  /// How many examples have no label.
  private static func unlabelled(_ prepared: PreparedPixels, _ source: any ImageSource) -> [String]
  {
    let note = source.unlabelled?.note(
      besides: prepared.skippedSlots, name: { source.name(of: $0) })
    return note.map { [$0] } ?? []
  }

  /// What should be known about how images were shown, and about what is not among them.
  private static func remarks(
    _ prepared: PreparedPixels, _ source: any ImageSource, _ preparation: Preparation
  ) -> [String] {
    var remarks: [String] = []
    let (traits, count) = (prepared.traits, prepared.store.count)
    let all = count == 1 ? "the only image" : "all \(grouped(count)) images"
    if traits.transparent > 0 {
      let some =
        traits.transparent == count
        ? all : "\(grouped(traits.transparent)) of \(grouped(count)) images"
      let preprocessing = preparation.preprocessing
      remarks.append(
        "\(some) can be seen through in places, where \(preprocessing.background) is shown; "
          + "`background=\(preprocessing.background == .white ? "black" : "white")` shows another colour"
      )
    }
    if traits.grey == count, preparation.preprocessing.channels == 3, !source.isGenerated {
      remarks.append(
        "\(all) \(count == 1 ? "is" : "are") grey: `channels=1` learns one channel and not three equal ones"
      )
    }
    let missed = source.leftOut.filter(\.isNotable)
    if !missed.isEmpty {
      remarks.append("not read: " + missed.map(\.description).joined(separator: ", "))
    }
    return remarks
  }

  /// The paths of a declaration at which nothing is.
  package static func missingPaths(of specification: DatasetSpecification) -> [String] {
    let source = specification.source
    let own = ([source.path].compactMap(\.self) + source.tables)
      .filter { FileStamp(expandedPath($0)) == nil }
    guard case .joined(let joined) = specification.root.source else { return own }
    return own + joined.sets.flatMap(missingPaths)
  }

  /// What the source calls an example: the path of its file, `image 7 of FILE`; nil of points.
  package func name(of example: Int) -> String? { naming?(example) }

  /// The values of one example, in −1…1, not mirrored.
  package func values(of example: Int) -> [Float] {
    switch content {
    case .pixels(let pixels):
      return [Float](unsafeUninitializedCapacity: pixels.exampleSize) { target, count in
        if let base = target.baseAddress {
          SignedUnits.fill(base, from: pixels.example(example))
        }
        count = pixels.exampleSize
      }
    case .points(let mixture):
      return mixture.points(count: 1, seed: 0, step: UInt32(truncatingIfNeeded: example))
    }
  }

  /// One example as an image; nil for points.
  package func image(at example: Int) -> PixelImage? {
    guard case .image(let shape) = exampleShape else { return nil }
    return PixelImage.images(
      fromTensor: values(of: example), count: 1, channels: shape.channels,
      height: shape.height, width: shape.width
    ).first
  }
}

extension Dataset {
  /// Some examples as a batch of them alone would have them; none of points.
  ///
  /// - Parameter step: the number of the batch.
  package func images(
    at examples: [Int], augmentedBy augmentation: Augmentation, seed: UInt64, step: Int
  ) -> [PixelImage] {
    guard case .image(let shape) = exampleShape else { return [] }
    var values = examples.flatMap { self.values(of: $0) }
    values.withUnsafeMutableBufferPointer {
      Augmenter(augmentation, of: shape, seed: seed).augment($0, count: examples.count, step: step)
    }
    return PixelImage.images(
      fromTensor: values, count: examples.count, channels: shape.channels, height: shape.height,
      width: shape.width)
  }
}

extension Dataset: CustomStringConvertible {
  /// One line: how many, of what, from where.
  package var description: String {
    let size: String
    switch exampleShape {
    case .point: size = "points in the plane"
    case .image(let shape):
      size = "\(counted(count ?? 0, "image")) of \(shape)"
    }
    let left = skipped.isEmpty ? "" : ", \(grouped(skipped.count)) skipped"
    let choices = specification.choices.map { "\($0)" }.filter { !$0.isEmpty }
      .map { "; " + $0 }.joined()
    return size + origin + left + choices
  }

  /// What follows how many there are of what.
  private var origin: String {
    switch specification.root.source {
    case .read(let source):
      guard let (definition, arguments) = try? source.definition() else { return "" }
      return definition.origin(arguments)
    case .joined(let joined):
      let weights = "\(joined)"
      return " from \(joined.sets.count) data sets" + (weights.isEmpty ? "" : ", \(weights)")
    case .examples: return ""
    }
  }
}
