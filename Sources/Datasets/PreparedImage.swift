import Foundation
import Images
package import Specification

/// One image file, made ready as an example of a data set is.
package struct PreparedImage: Sendable {
  /// `[channels, height, width]` in -1…1.
  package let values: [Float]
  /// Height and width of the image in the file, as it is to be shown.
  package let found: (height: Int, width: Int)
  /// How it was made ready.
  package let preprocessing: Preprocessing

  /// - Parameter hole: where the image has no pixels that may be read, where it is as large as the image is to be shown: the
  ///   nearest others stand for them, so that no pixel beside it is resampled from what it hides.
  /// - Throws: `.missing`, or `.unreadable` where it is no image.
  package init(
    at path: String, _ preprocessing: Preprocessing, hole: HoleMask? = nil
  ) throws(DatasetError) {
    let path = expandedPath(path)
    let data = try imageData(at: path, expected: "an image")
    let preparation = try Preparation(preprocessing)
    var image: PixelImage
    do { image = try DecodedImage(data, over: preparation.background).image } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
    guard image.width > 0, image.height > 0 else {
      throw .unreadable(path: path, reason: "it has no pixels")
    }
    if let hole, (hole.height, hole.width) == (image.height, image.width) {
      image = image.filled(where: hole.isHole)
    }
    values = preparation.prepare(image).tensor()
    found = (image.height, image.width)
    self.preprocessing = preprocessing
  }
}

/// - Throws: `.missing`, or `.unreadable` where it is a folder or a pipe, or may not be read.
func imageData(at path: String, expected: String) throws(DatasetError) -> Data {
  if let bytes = contents(ofFile: path) { return Data(bytes) }
  guard FileManager.default.fileExists(atPath: path) else {
    throw .missing(path: path, expected: expected)
  }
  throw .unreadable(path: path, reason: "it is no file that may be read")
}
