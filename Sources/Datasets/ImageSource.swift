import Images

/// Images that can be read one by one, by number.
protocol ImageSource: Sendable {
  /// How many there are, before any is found unreadable.
  var count: Int { get }
  /// A text that changes whenever the images may have changed: the key of the cache.
  var identity: String { get }
  /// Labels of all images, readable or not.
  var labels: DatasetLabels? { get }
  /// What a person should know about how the source was found.
  var notes: [String] { get }
  /// Images without a label where others have one.
  var unlabelled: UnlabelledImages? { get }

  /// Whether the images are a function of `identity`, and come from no file.
  var isGenerated: Bool { get }

  /// Columns that tell images apart and are no labels, of those that were asked for.
  var identities: [LabelColumn] { get }

  /// What lies beside the images and is none.
  var leftOut: [LeftOut] { get }

  func name(of image: Int) -> String
  /// What an image is known by, wherever its files lie and however they are packed.
  func key(of image: Int) -> String
  /// A reader for one thread; `background` is seen through what is transparent.
  func makeReader(over background: Colour) throws(DatasetError) -> any ImageReader
}

extension ImageSource {
  var isGenerated: Bool { false }
  var unlabelled: UnlabelledImages? { nil }
  var leftOut: [LeftOut] { [] }
  var identities: [LabelColumn] { [] }
  func key(of image: Int) -> String { name(of: image) }
}

/// Reads images of a source on one thread.
protocol ImageReader {
  mutating func image(at index: Int) throws(ReadError) -> DecodedImage
}

/// Why one image could not be read.
struct ReadError: Error, Hashable {
  let reason: String
  /// Whether another attempt may succeed: the bytes could not be got at, rather than made no image.
  let passing: Bool

  static func decoding(_ error: ImageError) -> ReadError {
    ReadError(reason: error.description, passing: false)
  }
}
