import CImageCodec
package import Foundation

extension PixelImage {
  /// The most pixels on a side, and the most in all, of an image that is read.
  static let sideLimit = Int(gansh_image_side_limit)
  static let pixelLimit = Int(gansh_image_pixel_limit)

  /// The most bytes at the beginning of a file that `isImage(beginning:)` looks at.
  package static let signatureLength = 8

  /// Whether bytes begin as one of the formats does that are read.
  package static func isImage(beginning bytes: some ContiguousBytes) -> Bool {
    bytes.withUnsafeBytes { bytes in
      PortableMap(bytes) != nil
        || gansh_image_is_recognised(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
    }
  }

  /// Decodes a JPEG, PNG, GIF (its first picture), PGM or PPM, told apart by content and not by name.
  ///
  /// The result is grey where the file is grey and RGB otherwise. Alpha is dropped, palettes,
  /// 16-bit samples and CMYK are converted as Pillow's `convert("RGB")` does. A file that ends early
  /// is an error, never a picture with a grey part.
  package init(decoding bytes: some ContiguousBytes) throws(ImageError) {
    let outcome = bytes.withUnsafeBytes { Self.decode($0) }
    self = try outcome.get()
  }

  private static func decode(_ bytes: UnsafeRawBufferPointer) -> Result<PixelImage, ImageError> {
    if var map = PortableMap(bytes) {
      return Result { () throws(ImageError) in try map.decode() }
    }
    var message = [CChar](repeating: 0, count: Int(gansh_message_capacity))
    var image = gansh_image()
    let start = bytes.bindMemory(to: UInt8.self).baseAddress
    let status = gansh_image_decode(start, bytes.count, &image, &message)
    guard status == gansh_image_ok, let decoded = image.bytes else {
      return .failure(ImageError(status, message))
    }
    defer { gansh_bytes_free(decoded) }
    let (width, height, channels) = (Int(image.width), Int(image.height), Int(image.channels))
    let pixels = Array(
      UnsafeBufferPointer(start: decoded, count: width * height * channels))
    return .success(
      PixelImage(width: width, height: height, channels: channels, pixels: pixels))
  }

  /// The image as a PNG file; the same pixels give the same bytes.
  package func pngData() throws(ImageError) -> Data {
    var message = [CChar](repeating: 0, count: Int(gansh_message_capacity))
    var encoded: UnsafeMutablePointer<UInt8>?
    var count = 0
    guard let (width, height) = encodableSize else {
      throw .unsupported("an image of \(width)x\(height) cannot be written as PNG")
    }
    let status = pixels.withUnsafeBufferPointer { source -> gansh_image_status in
      guard let start = source.baseAddress else { return gansh_image_unsupported }
      return gansh_png_encode(
        start, width, height, UInt32(channels), &encoded, &count, &message)
    }
    guard status == gansh_image_ok, let encoded else { throw ImageError(status, message) }
    defer { gansh_bytes_free(encoded) }
    return Data(bytes: encoded, count: count)
  }

  private var encodableSize: (UInt32, UInt32)? {
    guard !pixels.isEmpty, let width = UInt32(exactly: width), let height = UInt32(exactly: height)
    else { return nil }
    return (width, height)
  }
}

extension ImageError {
  init(_ status: gansh_image_status, _ message: [CChar]) {
    let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let why = String(decoding: bytes, as: UTF8.self)
    switch status {
    case gansh_image_unrecognised: self = .unrecognised(why)
    case gansh_image_too_large: self = .tooLarge(why)
    case gansh_image_unsupported: self = .unsupported(why)
    case gansh_image_out_of_memory: self = .outOfMemory(why)
    default: self = .damaged(why)
    }
  }
}
