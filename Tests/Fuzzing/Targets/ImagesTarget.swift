import Foundation
import Images

/// A file of an image.
final class ImagesTarget: FuzzTarget {
  static let name = "images"

  init() {}

  func read(_ bytes: [UInt8]) {
    do throws(ImageError) {
      let image = try PixelImage(decoding: bytes)
      expect(
        image.pixels.count == image.width * image.height * image.channels, "pixels do not fill it")
      expect(PixelImage.isImage(beginning: bytes), "it was decoded and not recognised")
      // Large pages cost time and find nothing.
      guard image.pixels.count < 1 << 14 else { return }
      let again = try PixelImage(decoding: try image.pngData())
      expect(again == image, "written and read it is another picture")
      _ = image.resized(width: 5, height: 3, filter: .lanczos)
    } catch { expect(!error.description.isEmpty, "a fault has words") }
  }
}
