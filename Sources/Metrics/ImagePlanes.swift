/// An image's channels as planes of double precision, `[channels, height, width]`.
package struct ImagePlanes: Sendable, Hashable {
  package let channels, height, width: Int
  package let values: [Double]

  /// - Parameter values: `[channels, height, width]`.
  package init(_ values: [Double], channels: Int, height: Int, width: Int) {
    precondition(
      values.count == channels * height * width,
      "\(values.count) numbers are no image of \(width)x\(height)x\(channels)")
    (self.channels, self.height, self.width) = (channels, height, width)
    self.values = values
  }

  /// Of values in -1…1, as 0…1.
  package init(signed values: some Collection<Float>, channels: Int, height: Int, width: Int) {
    self.init(
      values.map { (Double($0) + 1) / 2 }, channels: channels, height: height, width: width)
  }

  package func hasShape(of other: ImagePlanes) -> Bool {
    (channels, height, width) == (other.channels, other.height, other.width)
  }

  /// Means of 2x2; a last odd row or column is left out.
  var halved: ImagePlanes {
    let (tall, wide) = (height / 2, width / 2)
    var result = [Double](repeating: 0, count: channels * tall * wide)
    for channel in 0..<channels {
      for y in 0..<tall {
        for x in 0..<wide {
          let place = (channel * height + 2 * y) * width + 2 * x
          result[(channel * tall + y) * wide + x] =
            (values[place] + values[place + 1] + values[place + width] + values[place + width + 1])
            / 4
        }
      }
    }
    return ImagePlanes(result, channels: channels, height: tall, width: wide)
  }

  /// Each plane convolved in rows and in columns with the same numbers, where they fit: smaller by their count less one.
  func filtered(by window: [Double]) -> ImagePlanes {
    let (tall, wide) = (height - window.count + 1, width - window.count + 1)
    guard tall > 0, wide > 0 else {
      return ImagePlanes([], channels: channels, height: 0, width: 0)
    }
    var rows = [Double](repeating: 0, count: channels * height * wide)
    for row in 0..<channels * height {
      for x in 0..<wide {
        var sum = 0.0
        for tap in window.indices { sum += window[tap] * values[row * width + x + tap] }
        rows[row * wide + x] = sum
      }
    }
    var result = [Double](repeating: 0, count: channels * tall * wide)
    for channel in 0..<channels {
      for y in 0..<tall {
        let target = (channel * tall + y) * wide
        for tap in window.indices {
          let source = (channel * height + y + tap) * wide
          for x in 0..<wide { result[target + x] += window[tap] * rows[source + x] }
        }
      }
    }
    return ImagePlanes(result, channels: channels, height: tall, width: wide)
  }

  /// The same number of rows and columns more on each side, mirrored at the outermost ones.
  func mirrored(by margin: Int) -> ImagePlanes {
    let (tall, wide) = (height + 2 * margin, width + 2 * margin)
    let columns = (0..<wide).map { Self.mirrored($0 - margin, in: width) }
    var result: [Double] = []
    result.reserveCapacity(channels * tall * wide)
    for channel in 0..<channels {
      for y in 0..<tall {
        let row = (channel * height + Self.mirrored(y - margin, in: height)) * width
        for x in columns { result.append(values[row + x]) }
      }
    }
    return ImagePlanes(result, channels: channels, height: tall, width: wide)
  }

  private static func mirrored(_ place: Int, in count: Int) -> Int {
    guard count > 1 else { return 0 }
    let period = 2 * (count - 1)
    let within = (place % period + period) % period
    return within < count ? within : period - within
  }

  func combined(
    _ other: ImagePlanes, _ operation: (Double, Double) -> Double
  ) -> ImagePlanes {
    ImagePlanes(
      zip(values, other.values).map(operation), channels: channels, height: height, width: width)
  }

  /// Of all planes together.
  var mean: Double { values.reduce(0, +) / Double(max(values.count, 1)) }
}
