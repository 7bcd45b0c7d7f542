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
  /// The aligned CelebA images: a zip or folder at `path`, attributes and partition beside it.
  case celeba(path: String, split: CelebASplit)
  /// Every image below `path`; usual labels are the names of the first sub-folders, others are in a
  /// table of comma-separated values.
  case folder(path: String, labels: LabelSource)
  /// The images of an IDX file, plain or gzipped; usual labels are in the file that is named as this
  /// one but for `labels` in place of `images`.
  case idx(path: String, labels: LabelSource)
  /// The four IDX files of MNIST, or of a set that has taken over their names, in a folder.
  case mnist(path: String, split: TrainTestSplit)
  /// The binary version of CIFAR-10, in a folder.
  case cifar10(path: String, split: TrainTestSplit)
  /// Gaussians on a circle; points are in the plane.
  case ring(modes: Int, radius: Double, deviation: Double)
  /// `side` × `side` Gaussians on a square grid with the given distance between neighbours.
  case grid(side: Int, spacing: Double, deviation: Double)
  /// Faces drawn by gansh itself, the same for the same seed.
  case portraits(count: Int, seed: UInt64)
  /// Some of the examples of another data set.
  indirect case examples(of: DatasetSpecification, ExampleChoice)
}

/// A part of CelebA by its partition file; `all` needs no partition file.
package enum CelebASplit: String, Sendable, Hashable, CaseIterable {
  case all, train, validation, test
}

/// A part of a data set that was published in two.
package enum TrainTestSplit: String, Sendable, Hashable, CaseIterable {
  case train, test, all
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

  package init(
    height: Int, width: Int, channels: Int, crop: Crop, filter: ResizeFilter, flip: Bool,
    background: Background = .white
  ) {
    self.height = height
    self.width = width
    self.channels = channels
    self.crop = crop
    self.filter = filter
    self.flip = flip
    self.background = background
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
