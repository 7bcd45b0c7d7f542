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

  /// Whether the images are a function of `identity`, and come from no file.
  var isGenerated: Bool { get }

  func name(of image: Int) -> String
  /// A reader for one thread.
  func makeReader() throws(DatasetError) -> any ImageReader
}

extension ImageSource {
  var isGenerated: Bool { false }
}

/// Reads images of a source on one thread.
protocol ImageReader {
  mutating func image(at index: Int) throws(ReadError) -> PixelImage
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
