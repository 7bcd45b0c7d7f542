import Images

/// How many of the images of a data set are not what one might take them for.
package struct ImageTraits: Sendable, Hashable, Codable {
  /// Those whose files say that they are to be turned or mirrored, and which are.
  package private(set) var turned = 0
  /// Those through which the background is seen.
  package private(set) var transparent = 0
  /// Those whose colours were made from four inks.
  package private(set) var inks = 0
  /// Those of a set of colours that have none.
  package private(set) var grey = 0

  /// - Parameter example: what was made of the image.
  mutating func count(_ found: DecodedImage, as example: PixelImage) {
    turned += found.orientation == .upright ? 0 : 1
    transparent += found.isTransparent ? 1 : 0
    inks += found.hasInks ? 1 : 0
    grey += example.channels == 3 && example.isGrey ? 1 : 0
  }

  mutating func add(_ other: ImageTraits) {
    turned += other.turned
    transparent += other.transparent
    inks += other.inks
    grey += other.grey
  }
}
