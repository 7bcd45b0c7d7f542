import Foundation
import Images
import Randomness
import Specification

/// Damage that changes values and leaves no hole.
extension DamageMaker {
  func addNoise(
    _ values: UnsafeMutableBufferPointer<Float>, _ range: ClosedRange<Double>, _ draws: inout Draws
  ) {
    let levels =
      range.lowerBound == range.upperBound ? range.lowerBound : draws.uniform(range)
    let deviation = Float(levels / 127.5)
    guard deviation > 0 else { return }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { noise in
      draws.philox.fillNormals(noise, from: draws.nextBlock)
      for place in 0..<size { values[place] += deviation * noise[place] }
    }
  }

  func addSaltAndPepper(
    _ values: UnsafeMutableBufferPointer<Float>, _ share: Double, _ draws: Draws
  ) {
    let (first, share) = (draws.next, Float(share))
    for place in 0..<plane {
      let draw = draws.philox.uniform(first + place)
      guard draw < share else { continue }
      // The lower half of the share is pepper.
      let value: Float = draw < share / 2 ? -1 : 1
      for channel in 0..<image.channels { values[channel * plane + place] = value }
    }
  }

  func compress(_ values: UnsafeMutableBufferPointer<Float>, quality: Int) {
    let images = PixelImage.images(
      fromTensor: UnsafeBufferPointer(rebasing: values[..<size]), count: 1,
      channels: image.channels, height: image.height, width: image.width)
    // What was just written is read again; an image has at most 1,024 pixels on a side.
    guard let data = try? images.first?.jpegData(quality: quality),
      let read = try? PixelImage(decoding: data)
    else { preconditionFailure("an image of \(image) is no JPEG") }
    for (place, value) in read.converted(toChannels: image.channels).tensor().enumerated() {
      values[place] = value
    }
  }

  func blur(_ values: UnsafeMutableBufferPointer<Float>, _ deviation: Double) {
    guard deviation > 0 else { return }
    let window = GaussianWindow(deviation: deviation)
    for channel in 0..<image.channels {
      let part = UnsafeMutableBufferPointer(
        rebasing: values[channel * plane..<(channel + 1) * plane])
      window.filter(part, height: image.height, width: image.width)
    }
  }

  func average(_ values: UnsafeMutableBufferPointer<Float>, squaresOf factor: Int) {
    let (height, width) = (image.height, image.width)
    for channel in 0..<image.channels {
      for top in stride(from: 0, to: height, by: factor) {
        for left in stride(from: 0, to: width, by: factor) {
          let (rows, columns) = (
            top..<min(top + factor, height), left..<min(left + factor, width)
          )
          var sum = Float(0)
          for y in rows { for x in columns { sum += values[channel * plane + y * width + x] } }
          let mean = sum / Float(rows.count * columns.count)
          for y in rows { for x in columns { values[channel * plane + y * width + x] = mean } }
        }
      }
    }
  }
}

/// A Gaussian that ends at four deviations, over images that are mirrored with their last pixel repeated.
struct GaussianWindow {
  private let weights: [Float]

  init(deviation: Double) {
    let radius = Int(4 * deviation + 0.5)
    let numbers = (-radius...radius).map {
      exp(-0.5 * Double($0 * $0) / (deviation * deviation))
    }
    let sum = numbers.reduce(0, +)
    weights = numbers.map { Float($0 / sum) }
  }

  func filter(_ plane: UnsafeMutableBufferPointer<Float>, height: Int, width: Int) {
    for y in 0..<height { filter(plane, from: y * width, step: 1, count: width) }
    for x in 0..<width { filter(plane, from: x, step: width, count: height) }
  }

  private func filter(
    _ values: UnsafeMutableBufferPointer<Float>, from start: Int, step: Int, count: Int
  ) {
    let radius = weights.count / 2
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count + 2 * radius) { line in
      for place in 0..<count + 2 * radius {
        line[place] = values[start + Self.mirrored(place - radius, in: count) * step]
      }
      for place in 0..<count {
        var sum = Float(0)
        for tap in weights.indices { sum += weights[tap] * line[place + tap] }
        values[start + place * step] = sum
      }
    }
  }

  /// `d c b a | a b c d | d c b a`.
  private static func mirrored(_ place: Int, in count: Int) -> Int {
    let period = 2 * count
    let inside = (place % period + period) % period
    return inside < count ? inside : period - 1 - inside
  }
}
