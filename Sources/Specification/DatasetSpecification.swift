/// A data set as declared: where the examples come from and how they are prepared.
package struct DatasetSpecification: Sendable, Hashable {
  package var source: DatasetSource
  /// Nil for points in the plane, which are used as they are.
  package var preprocessing: Preprocessing?
  /// Label columns that it has to have, with their words in order: those that a run takes from it, as they
  /// were when the run began. None: whatever there are.
  package var labels: [LabelDescription]

  package init(
    source: DatasetSource, preprocessing: Preprocessing?, labels: [LabelDescription] = []
  ) {
    self.source = source
    self.preprocessing = preprocessing
    self.labels = labels
  }

  /// What one example is.
  package var exampleShape: ExampleShape {
    guard let preprocessing else { return .point(dimensions: 2) }
    return .image(
      ImageShape(
        height: preprocessing.height, width: preprocessing.width,
        channels: preprocessing.channels))
  }
}

/// Where examples come from.
package enum DatasetSource: Sendable, Hashable {
  /// They are read from files, or made by gansh itself.
  case read(SourceSpecification)
  /// Some of the examples of another data set.
  indirect case examples(of: DatasetSpecification, ExampleChoice)
  /// The examples of several data sets.
  case joined(JoinedExamples)
}

/// From a decoded image to a tensor in [-1, 1].
package struct Preprocessing: Sendable, Hashable {
  package var height: Int
  package var width: Int
  /// 1 (grey, ITU-R 601 luma as Pillow's `L`) or 3 (RGB).
  package var channels: Int
  package var crop: Crop
  package var filter: ResizeFilter
  /// Whether each example is mirrored with probability one half, by seed and position.
  package var flip: Bool
  /// What is seen through transparent images; printed where it is not white, which is neutral.
  package var background: Background
  /// Whether it says what is done to images of any size; those that are made to measure stay as they are,
  /// and nothing of that is printed.
  package var isCut: Bool

  package init(
    height: Int, width: Int, channels: Int, crop: Crop, filter: ResizeFilter, flip: Bool,
    background: Background = .white, isCut: Bool = true
  ) {
    self.height = height
    self.width = width
    self.channels = channels
    self.crop = crop
    self.filter = filter
    self.flip = flip
    self.background = background
    self.isCut = isCut
  }
}

/// Which part of an image is used before resizing.
package enum Crop: Sendable, Hashable {
  /// The whole image, stretched to the target.
  case none
  /// The largest centred rectangle with the target's proportions.
  case centre
  /// A centred square of that many pixels of a 178×218 CelebA image (178 and 108 are usual),
  /// scaled with the image when it has another size.
  case celebaCentre(Int)
  /// Karras et al. 2018: 128×128 with its centre at (89, 121) of a 178×218 image, scaled likewise.
  case celebaProgressive
}

/// Resampling filters, with Pillow's meaning.
package enum ResizeFilter: String, Sendable, Hashable, CaseIterable {
  case nearest, box, bilinear, hamming, bicubic, lanczos
}

/// What one example is.
package enum ExampleShape: Sendable, Hashable, Decodable {
  case point(dimensions: Int)
  case image(ImageShape)

  /// As a tensor without its batch dimension: `[2]` or `[channels, height, width]`.
  package var dimensions: [Int] {
    switch self {
    case .point(let dimensions): [dimensions]
    case .image(let image): [image.channels, image.height, image.width]
    }
  }
}

/// Height, width and channels of an image; printed `64x64x3`.
package struct ImageShape: Sendable, Hashable, Decodable {
  package var height: Int
  package var width: Int
  package var channels: Int

  package init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }
}
