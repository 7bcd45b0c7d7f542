import Foundation

/// As the bytes of a PNG file, which keeps every pixel.
extension PixelImage: Codable {
  /// - Throws: `ImageError` where the bytes are no image.
  package init(from decoder: any Decoder) throws {
    try self.init(decoding: decoder.singleValueContainer().decode(Data.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(pngData())
  }
}
