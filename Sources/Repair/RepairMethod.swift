import Foundation
package import Specification

/// Ways to repair an image that learn nothing, which a network has to beat.
package enum RepairMethod: String, Sendable, CaseIterable {
  /// The damaged image itself.
  case nothing
  /// The mean of examples, pixel by pixel, in holes.
  case mean
  /// The example that is nearest in what is known, in holes.
  case nearest
  /// The border of holes diffused into them: the Laplace equation.
  case diffusion
  case median
  case bilateral
  /// Cubic interpolation between squares' means.
  case bicubic
  case gaussian

  /// One line of help.
  package var summary: String {
    switch self {
    case .nothing: "the damaged image as it is"
    case .mean: "holes filled with the mean of the examples, pixel by pixel"
    case .nearest: "holes filled from the example that is nearest in all that is known"
    case .diffusion: "the border of holes diffused into them, by the Laplace equation"
    case .median: "the median of 3x3 pixels, channel by channel"
    case .bilateral: "a bilateral filter of 7x7: deviations of 1.5 pixels and twice the noise"
    case .bicubic: "cubic interpolation between the squares' means"
    case .gaussian: "a Gaussian of a deviation of one pixel"
    }
  }

  /// Whether it reads examples.
  package var readsExamples: Bool { self == .mean || self == .nearest }

  /// Those that have something to say about a kind of damage, `nothing` first.
  package static func fitting(_ damage: Damage) -> [RepairMethod] {
    var methods: [RepairMethod] = [.nothing]
    for part in damage.parts {
      switch part {
      case .noise: methods += [.gaussian, .bilateral]
      case .saltAndPepper: methods += [.median]
      case .jpeg: methods += [.gaussian, .bilateral]
      case .blur: break
      case .downscale: methods += [.bicubic]
      case .hole: methods += [.mean, .nearest, .diffusion]
      }
    }
    return allCases.filter(methods.contains)
  }

  /// Repairs an image by itself; those that read examples are `ExampleFilling`'s.
  ///
  /// - Parameters:
  ///   - damaged: `[channels, height, width]` in -1…1.
  ///   - hole: `[height, width]`.
  package func repaired(
    _ damaged: [Float], hole: [Float], damage: Damage, of image: ImageShape
  ) -> [Float] {
    switch self {
    case .nothing, .mean, .nearest: return damaged
    case .diffusion: return PoissonBlending.fill(damaged, hole: hole, with: nil, of: image)
    case .median: return LocalFilter(image).median(damaged)
    case .bilateral:
      return LocalFilter(image).bilateral(damaged, deviation: damage.deviationOfLevels)
    case .bicubic: return Enlargement(damage.factor, image).enlarged(damaged)
    case .gaussian:
      return DamageMaker(Damage([.blur(deviation: 1)]), of: image, seed: 0, stream: 0)
        .spoilt(damaged, step: 0).damaged
    }
  }
}

extension Damage {
  /// Twice the deviation of the noise, as values in -1…1 have it; of other damage that of 20 levels.
  fileprivate var deviationOfLevels: Double {
    for part in parts {
      if case .noise(let range) = part {
        return 2 * (range.lowerBound + range.upperBound) / 2 / 127.5
      }
    }
    return 20 / 127.5
  }

  fileprivate var factor: Int {
    for part in parts { if case .downscale(let factor) = part { return factor } }
    return 1
  }
}

/// Filters that look at what lies around a pixel; beyond the border the last pixel is repeated.
private struct LocalFilter {
  let image: ImageShape

  init(_ image: ImageShape) { self.image = image }

  private func place(_ y: Int, _ x: Int) -> Int {
    min(max(y, 0), image.height - 1) * image.width + min(max(x, 0), image.width - 1)
  }

  func median(_ values: [Float]) -> [Float] {
    let plane = image.height * image.width
    return values.indices.map { index in
      let (channel, rest) = (index / plane, index % plane)
      let (y, x) = (rest / image.width, rest % image.width)
      var window: [Float] = []
      for row in -1...1 {
        for column in -1...1 {
          window.append(values[channel * plane + place(y + row, x + column)])
        }
      }
      return window.sorted()[4]
    }
  }

  /// Tomasi and Manduchi 1998, with distances of colours over all channels together.
  func bilateral(_ values: [Float], deviation: Double) -> [Float] {
    // Without noise nothing is smoothed.
    guard deviation > 0 else { return values }
    let plane = image.height * image.width
    let range = -1 / (2 * deviation * deviation * Double(image.channels))
    var result = values
    for y in 0..<image.height {
      for x in 0..<image.width {
        let middle = y * image.width + x
        var (sums, weights) = ([Double](repeating: 0, count: image.channels), 0.0)
        for row in -3...3 {
          for column in -3...3 {
            let other = place(y + row, x + column)
            var apart = 0.0
            for channel in 0..<image.channels {
              let difference = Double(
                values[channel * plane + other] - values[channel * plane + middle])
              apart += difference * difference
            }
            let weight =
              exp(apart * range - Double(row * row + column * column) / (2 * 1.5 * 1.5))
            weights += weight
            for channel in 0..<image.channels {
              sums[channel] += weight * Double(values[channel * plane + other])
            }
          }
        }
        for channel in 0..<image.channels {
          result[channel * plane + middle] = Float(sums[channel] / weights)
        }
      }
    }
    return result
  }
}

/// Squares with their means, interpolated by Keys' cubic (a = -0.5) between the squares' middles.
private struct Enlargement {
  let factor: Int
  let image: ImageShape

  init(_ factor: Int, _ image: ImageShape) { (self.factor, self.image) = (factor, image) }

  func enlarged(_ values: [Float]) -> [Float] {
    guard factor > 1 else { return values }
    let plane = image.height * image.width
    var result = values
    for channel in 0..<image.channels {
      let part = Array(values[channel * plane..<(channel + 1) * plane])
      let (rows, columns) = (taps(image.height), taps(image.width))
      for y in 0..<image.height {
        for x in 0..<image.width {
          var sum = Float(0)
          for (row, down) in rows[y] {
            for (column, across) in columns[x] {
              sum += down * across * part[row * image.width + column]
            }
          }
          result[channel * plane + y * image.width + x] = sum
        }
      }
    }
    return result
  }

  /// For each line the lines that it is made of, with their weights.
  private func taps(_ extent: Int) -> [[(line: Int, weight: Float)]] {
    let squares = (extent + factor - 1) / factor
    return (0..<extent).map { line in
      let place = (Double(line) + 0.5) / Double(factor) - 0.5
      let first = Int(place.rounded(.down))
      return (first - 1...first + 2).map { square in
        let weight = Self.cubic(abs(place - Double(square)))
        return (min(max(square, 0), squares - 1) * factor, Float(weight))
      }
    }
  }

  private static func cubic(_ x: Double) -> Double {
    x <= 1
      ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
  }
}
