import CImageCodec

extension PixelImage {
  /// The image at another size, equal to the `Image.resize` of Pillow 13 bit for bit: two passes in
  /// fixed point, with 8-bit pixels in between.
  ///
  /// Pillow 12 and older always work along rows first and so differ in the few cases where
  /// `weighsColumnsFirst` holds; never when both sides shrink by as many pixels.
  ///
  /// - Parameters:
  ///   - width: at least 1.
  ///   - height: at least 1.
  package func resized(width: Int, height: Int, filter: ResamplingFilter) -> PixelImage {
    precondition(width > 0 && height > 0, "an image has a size")
    if (width, height) == (self.width, self.height) { return self }
    if pixels.isEmpty {
      return PixelImage(
        width: width, height: height, colour: Array(repeating: 0, count: channels))
    }
    if filter == .nearest { return sampled(width: width, height: height) }
    var lines = PixelLines(self)
    let columnsFirst = Self.weighsColumnsFirst(
      from: (self.width, self.height), to: (width, height))
    if columnsFirst { lines = lines.resampled(to: height, filter: filter) }
    if width != self.width {
      // Columns become lines, so that both passes weigh whole lines.
      lines = lines.transposed().resampled(to: width, filter: filter).transposed()
    }
    if !columnsFirst && height != self.height {
      lines = lines.resampled(to: height, filter: filter)
    }
    return PixelImage(width: width, height: height, channels: channels, pixels: lines.pixels)
  }

  /// Which pass comes first, and so sees unrounded pixels: rows, unless the height loses more than
  /// twice as many pixels as the width does.
  static func weighsColumnsFirst(
    from source: (width: Int, height: Int), to target: (width: Int, height: Int)
  ) -> Bool {
    target.height < source.height
      && source.height - target.height > 2 * (source.width - target.width)
  }

  /// The nearest source pixel for every target pixel. Positions are added up in double precision,
  /// as Pillow does, so that ties fall to the same side.
  private func sampled(width: Int, height: Int) -> PixelImage {
    func sources(_ source: Int, _ target: Int) -> [Int] {
      let step = Double(source) / Double(target)
      var position = step * 0.5
      return (0..<target).map { _ in
        defer { position += step }
        return min(Int(position), source - 1)
      }
    }
    let columns = sources(self.width, width)
    var result: [UInt8] = []
    result.reserveCapacity(width * height * channels)
    for row in sources(self.height, height) {
      for column in columns {
        let start = (row * self.width + column) * channels
        result += pixels[start..<start + channels]
      }
    }
    return PixelImage(width: width, height: height, channels: channels, pixels: result)
  }
}

/// An image as lines of pixels, each as wide as the other side is long.
private struct PixelLines {
  var pixels: [UInt8]
  /// Number of lines.
  var count: Int
  /// Pixels in a line.
  var length: Int
  let channels: Int

  init(_ image: PixelImage) {
    (pixels, count, length, channels) = (
      image.pixels, image.height, image.width, image.channels
    )
  }

  private init(pixels: [UInt8], count: Int, length: Int, channels: Int) {
    (self.pixels, self.count, self.length, self.channels) = (pixels, count, length, channels)
  }

  func transposed() -> PixelLines {
    let result = [UInt8](unsafeUninitializedCapacity: pixels.count) { target, filled in
      pixels.withUnsafeBufferPointer { source in
        if channels == 1 {
          for x in 0..<length {
            for y in 0..<count { target[x * count + y] = source[y * length + x] }
          }
        } else {
          for x in 0..<length {
            var to = x * count * 3
            var from = x * 3
            for _ in 0..<count {
              target[to] = source[from]
              target[to + 1] = source[from + 1]
              target[to + 2] = source[from + 2]
              to += 3
              from += length * 3
            }
          }
        }
      }
      filled = pixels.count
    }
    return PixelLines(pixels: result, count: length, length: count, channels: channels)
  }

  /// The lines at another number; each new line weighs a few old ones.
  func resampled(to target: Int, filter: ResamplingFilter) -> PixelLines {
    let plan = ResamplingWeights(source: count, target: target, filter: filter)
    let stride = length * channels
    let result = [UInt8](unsafeUninitializedCapacity: target * stride) { line, filled in
      pixels.withUnsafeBufferPointer { source in
        plan.weights.withUnsafeBufferPointer { weights in
          guard let from = source.baseAddress, let factors = weights.baseAddress,
            let to = line.baseAddress
          else { return }
          for (i, span) in plan.spans.enumerated() {
            gansh_weigh_rows(
              from + span.first * stride, stride, factors + i * plan.stride, span.count,
              to + i * stride, stride)
          }
        }
      }
      filled = target * stride
    }
    return PixelLines(pixels: result, count: target, length: length, channels: channels)
  }
}
