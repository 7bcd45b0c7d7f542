import Foundation
import Images
package import Specification

/// Where an image has holes, from an image file.
package struct HoleMask: Sendable {
  package let height, width: Int
  /// Row-major.
  package let isHole: [Bool]

  /// What is brighter than the middle is the hole, or darker where it is inverted; what can be seen through counts as black.
  ///
  /// - Throws: `.missing`, or `.unreadable` where it is no image.
  package init(at path: String, isInverted: Bool) throws(DatasetError) {
    let path = expandedPath(path)
    let data = try imageData(at: path, expected: "a mask: an image, white where the hole is")
    let image: PixelImage
    do { image = try DecodedImage(data, over: .black).image.grey() } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
    self.init(
      height: image.height, width: image.width,
      isHole: image.pixels.map { ($0 > 127) != isInverted })
  }

  private init(height: Int, width: Int, isHole: [Bool]) {
    (self.height, self.width, self.isHole) = (height, width, isHole)
  }

  /// The share of the pixels that are hole.
  package var share: Double {
    Double(isHole.reduce(0) { $0 + ($1 ? 1 : 0) }) / Double(max(1, isHole.count))
  }

  /// The mask of an image that was as large and has been made ready: a pixel is hole that has a part of one.
  package func prepared(_ preprocessing: Preprocessing) throws(DatasetError) -> HoleMask {
    var preprocessing = preprocessing
    (preprocessing.filter, preprocessing.channels) = (.box, 1)
    let image = PixelImage(
      width: width, height: height, channels: 1, pixels: isHole.map { $0 ? 255 : 0 })
    let prepared = try Preparation(preprocessing).prepare(image)
    return HoleMask(
      height: prepared.height, width: prepared.width, isHole: prepared.pixels.map { $0 > 0 })
  }
}
