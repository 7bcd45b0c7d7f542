import Foundation
import Images
package import MetricDescriptions
import Randomness
import Specification

/// How much small changes of an image move what networks make of it: of samples, and of examples beside them.
package enum Robustness {
  /// A small change of an image, or of the latent that it is made of.
  enum Change: String, CaseIterable {
    case noise, blur, jpeg, shift, latent

    /// Changes that examples can undergo as well.
    static let ofImages: [Change] = [.noise, .blur, .jpeg, .shift]

    var words: String {
      switch self {
      case .noise: "noise with a deviation of a twentieth of the range"
      case .blur: "a Gaussian blur of one pixel"
      case .jpeg: "JPEG of quality 50"
      case .shift: "a shift by a sixteenth of the width"
      case .latent: "a change of a tenth of the latents' deviation"
      }
    }
  }

  /// What is moved.
  enum Reaction: String, CaseIterable {
    case features, labels, scores

    var words: String {
      switch self {
      case .features: "how far features move, over the distance of two examples"
      case .labels: "the share of labels that a classifier tells otherwise"
      case .scores: "how far the discriminator's score moves, over its deviation on examples"
      }
    }
  }

  package static let metrics =
    [overall]
    + Reaction.allCases.flatMap { reaction in
      Change.allCases.flatMap { change in
        [metric(reaction, change, isOfData: false)]
          + (change == .latent ? [] : [metric(reaction, change, isOfData: true)])
      }
    }

  package static let overall = MetricDescription(
    "robustness", family: "robustness",
    meaning:
      "how far small changes move features of samples, beside those of examples; the one over the other, a mean over "
      + "noise, blur, JPEG and shift, 1 where samples are as the data")

  static func metric(_ reaction: Reaction, _ change: Change, isOfData: Bool) -> MetricDescription {
    MetricDescription(
      "\(isOfData ? "data_" : "")\(reaction.rawValue)_by_\(change.rawValue)",
      label: "\(isOfData ? "data's " : "")\(reaction.rawValue) by \(change.rawValue)",
      family: "\(reaction.rawValue) moved",
      format: reaction == .labels ? .percent : .real,
      meaning: "\(reaction.words); by \(change.words)\(isOfData ? ", of examples" : "")")
  }

  /// Images after a change; `.latent` leaves them as they are.
  ///
  /// - Parameter images: `[count, channels, height, width]`, in -1…1.
  static func changed(
    _ images: [Float], by change: Change, of shape: ImageShape, count: Int, seed: UInt64
  ) throws(ImageError) -> [Float] {
    switch change {
    case .latent: return images
    case .noise:
      let numbers = Philox(seed: seed, stream: Randomness.Stream.lowWord(of: "noise of robustness"))
      return images.enumerated().map { max(-1, min(1, $1 + 0.1 * numbers.normal($0))) }
    case .blur: return blurred(images, shape)
    case .shift: return shifted(images, shape, by: max(1, shape.width / 16))
    case .jpeg:
      var result: [Float] = []
      result.reserveCapacity(images.count)
      let pictures = PixelImage.images(
        fromTensor: images, count: count, channels: shape.channels, height: shape.height,
        width: shape.width)
      for picture in pictures {
        let coded = try PixelImage(decoding: picture.jpegData(quality: 50))
        result += coded.signedPlanes(channels: shape.channels)
      }
      return result
    }
  }

  /// With a deviation of one pixel, over seven; what is beyond the edge is as the edge.
  private static func blurred(_ images: [Float], _ shape: ImageShape) -> [Float] {
    let weights = (-3...3).map { Float(exp(-Double($0 * $0) / 2)) }
    let sum = weights.reduce(0, +)
    let (height, width) = (shape.height, shape.width)
    func pass(_ values: [Float], _ place: (_ row: Int, _ column: Int, _ offset: Int) -> Int)
      -> [Float]
    {
      var result = values
      for plane in stride(from: 0, to: values.count, by: height * width) {
        for row in 0..<height {
          for column in 0..<width {
            var total: Float = 0
            for (index, weight) in weights.enumerated() {
              total += weight * values[plane + place(row, column, index - 3)]
            }
            result[plane + row * width + column] = total / sum
          }
        }
      }
      return result
    }
    let across = pass(images) { row, column, offset in
      row * width + max(0, min(width - 1, column + offset))
    }
    return pass(across) { row, column, offset in
      max(0, min(height - 1, row + offset)) * width + column
    }
  }

  private static func shifted(_ images: [Float], _ shape: ImageShape, by pixels: Int) -> [Float] {
    let width = shape.width
    return images.indices.map { place in
      let column = place % width
      return images[place - column + max(0, column - pixels)]
    }
  }
}

extension PixelImage {
  /// Its values in -1…1, plane by plane, with so many channels.
  fileprivate func signedPlanes(channels wanted: Int) -> [Float] {
    let image = wanted == 3 ? colour() : self
    let (size, step) = (width * height, image.channels)
    return (0..<wanted).flatMap { channel in
      (0..<size).map { Float(image.pixels[$0 * step + min(channel, step - 1)]) / 127.5 - 1 }
    }
  }
}
