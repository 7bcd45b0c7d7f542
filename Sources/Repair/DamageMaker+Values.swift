import Foundation
import Images
import Randomness
import Specification

/// Damage that changes values and leaves no hole.
extension DamageMaker {
  func addNoise(
    _ values: UnsafeMutableBufferPointer<Float>, _ range: ClosedRange<Double>,
    _ draws: inout PhiloxDraws
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
    _ values: UnsafeMutableBufferPointer<Float>, _ share: Double, _ draws: PhiloxDraws
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
    // It ends at four deviations, as SciPy's does.
    GaussianWindow(
      deviation: deviation, radius: Int(4 * deviation + 0.5), border: .repeatingLast
    ).filter(values, planes: image.channels, height: image.height, width: image.width)
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
