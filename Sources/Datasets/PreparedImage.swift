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

  /// - Throws: `.missing`, or `.unreadable` where it is no image.
  package init(at path: String, _ preprocessing: Preprocessing) throws(DatasetError) {
    let path = expandedPath(path)
    let data = try imageData(at: path, expected: "an image")
    let preparation = try Preparation(preprocessing)
    let image: PixelImage
    do { image = try DecodedImage(data, over: preparation.background).image } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
    guard image.width > 0, image.height > 0 else {
      throw .unreadable(path: path, reason: "it has no pixels")
    }
    values = preparation.prepare(image).tensor()
    found = (image.height, image.width)
    self.preprocessing = preprocessing
  }
}

/// - Throws: `.missing`, or `.unreadable` where it is a folder or a pipe, or may not be read.
private func imageData(at path: String, expected: String) throws(DatasetError) -> Data {
  if let bytes = contents(ofFile: path) { return Data(bytes) }
  guard FileManager.default.fileExists(atPath: path) else {
    throw .missing(path: path, expected: expected)
  }
  throw .unreadable(path: path, reason: "it is no file that may be read")
}

/// A mask from an image file: 1 where it is brighter than the middle, else 0.
///
/// - Parameter photograph: where the mask is as large as its image, it is cut and brought to another size as that was.
/// - Returns: `[height, width]`.
/// - Throws: `.missing`, or `.unreadable` where it is no image.
package func mask(
  at path: String, of photograph: PreparedImage? = nil
) throws(DatasetError) -> (values: [Float], height: Int, width: Int) {
  let path = expandedPath(path)
  let data = try imageData(at: path, expected: "a mask: an image, white where the hole is")
  var image: PixelImage
  do { image = try PixelImage(decoding: data).grey() } catch {
    throw .unreadable(path: path, reason: "\(error)")
  }
  if let photograph, (image.height, image.width) == photograph.found {
    var preprocessing = photograph.preprocessing
    (preprocessing.filter, preprocessing.channels) = (.nearest, 1)
    image = try Preparation(preprocessing).prepare(image)
  }
  return (image.pixels.map { $0 > 127 ? 1 : 0 }, image.height, image.width)
}
