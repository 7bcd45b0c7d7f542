/// An image as differences of scale: each level less what the next coarser one says of it, and the coarsest itself.
///
/// Burt and Adelson 1983, with the binomial filter of five taps and mirrored borders.
package struct LaplacianPyramid: Sendable {
  /// Finest first.
  package let levels: [ImagePlanes]

  private static let binomial = [1.0, 4, 6, 4, 1].map { $0 / 16 }

  /// - Parameter least: levels whose shorter side is not longer are not halved further.
  package init(_ image: ImagePlanes, least: Int = 16) {
    var (levels, rest) = ([ImagePlanes](), image)
    while min(rest.height, rest.width) > max(least, 1) {
      let smaller = Self.smoothed(rest).everySecond
      let larger = Self.smoothed(smaller.spread(to: rest))
      levels.append(rest.combined(larger) { $0 - 4 * $1 })
      rest = smaller
    }
    self.levels = levels + [rest]
  }

  private static func smoothed(_ image: ImagePlanes) -> ImagePlanes {
    image.mirrored(by: 2).filtered(by: binomial)
  }
}

extension ImagePlanes {
  /// Each second row and column, the first among them.
  fileprivate var everySecond: ImagePlanes {
    let (tall, wide) = ((height + 1) / 2, (width + 1) / 2)
    var result: [Double] = []
    result.reserveCapacity(channels * tall * wide)
    for channel in 0..<channels {
      for y in 0..<tall {
        for x in 0..<wide { result.append(values[(channel * height + 2 * y) * width + 2 * x]) }
      }
    }
    return ImagePlanes(result, channels: channels, height: tall, width: wide)
  }

  /// The opposite, with zeros between.
  fileprivate func spread(to shape: ImagePlanes) -> ImagePlanes {
    var result = [Double](repeating: 0, count: shape.values.count)
    for channel in 0..<channels {
      for y in 0..<height {
        for x in 0..<width {
          result[(channel * shape.height + 2 * y) * shape.width + 2 * x] =
            values[(channel * height + y) * width + x]
        }
      }
    }
    return ImagePlanes(
      result, channels: channels, height: shape.height, width: shape.width)
  }
}
