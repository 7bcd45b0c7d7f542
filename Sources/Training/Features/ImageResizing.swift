import Images
import Specification

/// How images are brought to the size that a network wants: two ways that published numbers were made with, which
/// differ by up to a tenth of an FID.
package enum ImageResizing: String, CaseIterable, Sendable {
  /// TensorFlow 1's bilinear interpolation, as the original FID and torch-fidelity: the pixel at place y is looked
  /// for at y · size / wanted, its neighbours are the next ones down and right, and nothing is smoothed before.
  case tf1
  /// PyTorch's bilinear interpolation with `align_corners=False`, as pytorch-fid: the middle of a pixel is looked
  /// for at (y + ½) · size / wanted, and nothing is smoothed before.
  case pytorch

  /// Where each of the wanted pixels lies between two of an image along one axis.
  struct Place {
    let low: Int
    let high: Int
    let part: Float
  }

  func places(from size: Int, to wanted: Int) -> [Place] {
    let scale = Float(size) / Float(wanted)
    return (0..<wanted).map { index in
      let place =
        switch self {
        case .tf1: Float(index) * scale
        case .pytorch: max(0, (Float(index) + 0.5) * scale - 0.5)
        }
      let low = min(Int(place), size - 1)
      return Place(low: low, high: min(low + 1, size - 1), part: place - Float(low))
    }
  }
}

/// Makes images ready for a network: pixels of eight bits, three channels, the size it wants, and its scale.
struct ImagePreparation {
  let image: ImageShape
  /// Of the height and the width.
  let side: Int
  let resizing: ImageResizing
  /// Of red, green and blue, what is taken off a pixel of 0…255, and what the rest is multiplied with.
  let offsets, factors: [Float]

  private let rows: [ImageResizing.Place]
  private let columns: [ImageResizing.Place]

  init(
    of image: ImageShape, to side: Int, _ resizing: ImageResizing, offsets: [Float],
    factors: [Float]
  ) {
    (self.image, self.side, self.resizing) = (image, side, resizing)
    (self.offsets, self.factors) = (offsets, factors)
    rows = resizing.places(from: image.height, to: side)
    columns = resizing.places(from: image.width, to: side)
  }

  /// Values of an image that is ready.
  var count: Int { 3 * side * side }

  /// Writes an image, `[3, side, side]`.
  ///
  /// - Parameter values: `[channels, height, width]` in -1…1; they are brought to eight bits as in a picture that is
  ///   written, since that is what the networks' published numbers were taken of.
  func fill(
    _ target: UnsafeMutableBufferPointer<Float>, from values: UnsafeBufferPointer<Float>
  ) {
    let plane = image.height * image.width
    var pixels = [Float](repeating: 0, count: plane)
    pixels.withUnsafeMutableBufferPointer { pixels in
      for channel in 0..<3 {
        if channel < image.channels {
          let start = channel * plane
          for place in 0..<plane { pixels[place] = Float(PixelImage.pixel(values[start + place])) }
        }
        fill(target, channel, from: UnsafeBufferPointer(pixels))
      }
    }
  }

  private func fill(
    _ target: UnsafeMutableBufferPointer<Float>, _ channel: Int,
    from pixels: UnsafeBufferPointer<Float>
  ) {
    let (offset, factor, width) = (offsets[channel], factors[channel], image.width)
    var position = channel * side * side
    for row in rows {
      let (above, below) = (row.low * width, row.high * width)
      for column in columns {
        let (left, right) = (column.low, column.high)
        let top =
          pixels[above + left] + (pixels[above + right] - pixels[above + left]) * column.part
        let bottom =
          pixels[below + left] + (pixels[below + right] - pixels[below + left]) * column.part
        target[position] = (top + (bottom - top) * row.part - offset) * factor
        position += 1
      }
    }
  }
}
