import CImageCodec
package import Foundation

extension PixelImage {
  /// The most pixels on a side, and the most in all, of an image that is read.
  static let sideLimit = Int(gansh_image_side_limit)
  static let pixelLimit = Int(gansh_image_pixel_limit)

  /// The formats that are read, as they stand in sentences.
  package static let formats = "JPEG, PNG, GIF, WebP, TIFF, BMP, PBM, PGM, PPM or PAM"

  /// The most bytes at the beginning of a file that `isImage(beginning:)` looks at.
  package static let signatureLength = 32

  /// Whether bytes begin as one of the formats does that are read.
  package static func isImage(beginning bytes: some ContiguousBytes) -> Bool {
    bytes.withUnsafeBytes { bytes in
      PortableMap(bytes) != nil || BitmapFile(bytes) != nil
        || gansh_image_is_recognised(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
    }
  }

  /// Decodes an image of one of the `formats` (the first picture in it), told apart by content and not
  /// by name, as it is to be shown; see `DecodedImage`.
  package init(decoding bytes: some ContiguousBytes) throws(ImageError) {
    self = try DecodedImage(bytes).image
  }

  /// - Throws: `ImageError.tooLarge` before memory is asked for.
  static func checkSize(width: Int, height: Int) throws(ImageError) {
    guard width <= sideLimit, height <= sideLimit, width * height <= pixelLimit else {
      throw .tooLarge(
        "its size is \(height)x\(width); at most \(sideLimit) pixels on a side and \(pixelLimit) "
          + "in all are read")
    }
  }

  /// The image as a PNG file; the same pixels give the same bytes.
  package func pngData() throws(ImageError) -> Data {
    var message = [CChar](repeating: 0, count: Int(gansh_message_capacity))
    var encoded: UnsafeMutablePointer<UInt8>?
    var count = 0
    guard let (width, height) = encodableSize else {
      throw .unsupported("an image of \(height)x\(width) cannot be written as PNG")
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

  /// The image as a JPEG file.
  ///
  /// - Parameter quality: from 1 to 100.
  package func jpegData(quality: Int) throws(ImageError) -> Data {
    var message = [CChar](repeating: 0, count: Int(gansh_message_capacity))
    var encoded: UnsafeMutablePointer<UInt8>?
    var count = 0
    guard let (width, height) = encodableSize else {
      throw .unsupported("an image of \(height)x\(width) cannot be written as JPEG")
    }
    let status = pixels.withUnsafeBufferPointer { source -> gansh_image_status in
      guard let start = source.baseAddress else { return gansh_image_unsupported }
      return gansh_jpeg_encode(
        start, width, height, UInt32(channels), Int32(quality), &encoded, &count, &message)
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

extension DecodedImage {
  /// Decodes an image of one of the formats that are read, told apart by content and not by name.
  ///
  /// The result is grey where the file is grey and RGB otherwise. It is turned as its file says (EXIF,
  /// TIFF), and what can be seen through it is `background`. Palettes, 16-bit samples and CMYK are
  /// converted as Pillow's `convert("RGB")` does. A file that ends early is an error, never a picture
  /// with a grey part.
  package init(
    _ bytes: some ContiguousBytes, over background: Colour = .white
  ) throws(ImageError) {
    let outcome = bytes.withUnsafeBytes { bytes in
      Result { () throws(ImageError) in try Self.raster(bytes) }
    }
    self = try outcome.get().shown(over: background)
  }

  private static func raster(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> Raster {
    if var map = PortableMap(bytes) { return try map.decode() }
    if let bitmap = BitmapFile(bytes) { return try bitmap.decode() }
    var message = [CChar](repeating: 0, count: Int(gansh_message_capacity))
    var image = gansh_image()
    let start = bytes.bindMemory(to: UInt8.self).baseAddress
    let status = gansh_image_decode(start, bytes.count, &image, &message)
    if status == gansh_image_unrecognised, !bytes.isEmpty {
      throw .unrecognised(unread(FileKind(beginning: bytes)))
    }
    guard status == gansh_image_ok, let decoded = image.bytes else {
      throw ImageError(status, message)
    }
    defer { gansh_bytes_free(decoded) }
    let (width, height, channels) = (Int(image.width), Int(image.height), Int(image.channels))
    let pixels = Array(UnsafeBufferPointer(start: decoded, count: width * height * channels))
    return Raster(
      width: width, height: height, channels: channels, pixels: pixels,
      orientation: Orientation(rawValue: image.orientation) ?? .upright,
      isPremultiplied: image.premultiplied, hasInks: image.inks)
  }

  private static func unread(_ kind: FileKind?) -> String {
    guard let kind, !kind.isPlainText else { return "it is no \(PixelImage.formats)" }
    return "it is \(kind.phrase)" + (kind.advice.map { "; \($0)" } ?? "")
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
