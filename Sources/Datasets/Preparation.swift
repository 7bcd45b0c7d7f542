import Images
import Specification

/// From a decoded image to the bytes of one example: crop, resize, channels, planes.
struct Preparation: Sendable {
  let preprocessing: Preprocessing
  private let filter: ResamplingFilter

  init(_ preprocessing: Preprocessing) throws(DatasetError) {
    let sides = 1...8192
    guard sides.contains(preprocessing.width), sides.contains(preprocessing.height) else {
      throw .unusable(
        "images of \(preprocessing.height)x\(preprocessing.width) cannot be made; "
          + "a side has 1 to 8192 pixels")
    }
    guard preprocessing.channels == 1 || preprocessing.channels == 3 else {
      throw .unusable("images have 1 or 3 channels, not \(preprocessing.channels)")
    }
    if case .celebaCentre(let side) = preprocessing.crop, side < 1 {
      throw .unusable("a crop of \(side) pixels holds nothing; 178 and 108 are usual")
    }
    self.preprocessing = preprocessing
    filter = ResamplingFilter(rawValue: preprocessing.filter.rawValue) ?? .bicubic
  }

  /// Bytes of an example.
  var size: Int { preprocessing.width * preprocessing.height * preprocessing.channels }

  /// What the cached bytes depend on; mirroring happens later.
  var identity: String {
    "\(preprocessing.height)x\(preprocessing.width)x\(preprocessing.channels) "
      + "\(preprocessing.crop) \(preprocessing.filter.rawValue) over \(preprocessing.background)"
  }

  /// The example made of an image: cropped, converted, then resized.
  func prepare(_ image: PixelImage) -> PixelImage {
    let area = area(width: image.width, height: image.height)
    return image.cropped(x: area.x, y: area.y, width: area.width, height: area.height)
      .converted(toChannels: preprocessing.channels)
      .resized(width: preprocessing.width, height: preprocessing.height, filter: filter)
  }

  /// What is seen through transparent images.
  var background: Colour {
    let colour = preprocessing.background
    return Colour(red: colour.red, green: colour.green, blue: colour.blue)
  }

  /// Writes the example as planes `[channels, height, width]`, and returns it.
  func write(
    _ image: PixelImage, to target: UnsafeMutableBufferPointer<UInt8>
  ) -> PixelImage {
    let example = prepare(image)
    let plane = preprocessing.width * preprocessing.height
    let channels = preprocessing.channels
    example.pixels.withUnsafeBufferPointer { source in
      for c in 0..<channels {
        for i in 0..<plane { target[c * plane + i] = source[i * channels + c] }
      }
    }
    return example
  }

  typealias Area = (x: Int, y: Int, width: Int, height: Int)

  /// The part of an image that is used; never empty.
  func area(width: Int, height: Int) -> Area {
    switch preprocessing.crop {
    case .none: return (0, 0, width, height)
    case .centre: return centre(width, height)
    case .celebaCentre(let side):
      let (w, h) = (scaled(side, width, 178), scaled(side, height, 218))
      return ((width - w) / 2, (height - h) / 2, w, h)
    case .celebaProgressive:
      let (w, h) = (scaled(128, width, 178), scaled(128, height, 218))
      return (min(25 * width / 178, width - w), min(57 * height / 218, height - h), w, h)
    }
  }

  /// The largest centred rectangle with the target's proportions.
  private func centre(_ width: Int, _ height: Int) -> Area {
    let (across, down) = (preprocessing.width, preprocessing.height)
    if width * down > height * across {
      let w = max(1, (2 * height * across + down) / (2 * down))
      return ((width - w) / 2, 0, w, height)
    }
    let h = max(1, (2 * width * down + across) / (2 * across))
    return (0, (height - h) / 2, width, h)
  }

  /// A length on the official images on one of another size, at least a pixel, at most all of it.
  private func scaled(_ length: Int, _ side: Int, _ official: Int) -> Int {
    let length = min(length, official)
    return min(max(1, (2 * length * side + official) / (2 * official)), side)
  }
}
