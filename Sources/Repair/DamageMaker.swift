import Randomness
package import Specification

/// Spoils images as a `Damage` says: each is a function of the seed, the stream, the step and its number.
package struct DamageMaker: Sendable {
  package let damage: Damage
  package let image: ImageShape
  let seed: UInt64
  let stream: UInt64

  /// - Parameter stream: `Stream.damage`, or `Stream.storedDamage` of images that are repaired.
  package init(_ damage: Damage, of image: ImageShape, seed: UInt64, stream: UInt64) {
    (self.damage, self.image, self.seed, self.stream) = (damage, image, seed, stream)
  }

  /// Values of an image, `[channels, height, width]`.
  package var size: Int { image.channels * plane }
  package var plane: Int { image.height * image.width }

  /// Spoils an image in place.
  ///
  /// - Parameters:
  ///   - values: `[channels, height, width]` in -1…1; what is not clipped afterwards lies beyond.
  ///   - hole: `[height, width]`, written: 1 where nothing is left, else 0.
  ///   - number: among those of the step.
  package func spoil(
    _ values: UnsafeMutableBufferPointer<Float>, hole: UnsafeMutableBufferPointer<Float>,
    number: Int, step: UInt32
  ) {
    precondition(values.count >= size && hole.count >= plane, "an image does not fit")
    for place in 0..<plane { hole[place] = 0 }
    for (place, part) in damage.parts.enumerated() {
      var draws = PhiloxDraws(
        Philox(seed: seed, stream: stream | UInt64(place + 1) << 32, step: step),
        from: number * room)
      spoil(values, hole, by: part, &draws)
    }
  }

  /// The same of an array.
  ///
  /// - Returns: the damaged image, and its mask `[height, width]`.
  package func spoilt(
    _ original: [Float], number: Int = 0, step: UInt32
  ) -> (damaged: [Float], hole: [Float]) {
    var (damaged, hole) = (original, [Float](repeating: 0, count: plane))
    damaged.withUnsafeMutableBufferPointer { values in
      hole.withUnsafeMutableBufferPointer { spoil(values, hole: $0, number: number, step: step) }
    }
    return (damaged, hole)
  }

  /// Random numbers that an image has to itself, for each kind of damage: one for each value, and some more.
  private var room: Int { (size + 3) / 4 * 4 + 4096 }

  private func spoil(
    _ values: UnsafeMutableBufferPointer<Float>, _ hole: UnsafeMutableBufferPointer<Float>,
    by part: Damage.Part, _ draws: inout PhiloxDraws
  ) {
    switch part {
    case .noise(let range): addNoise(values, range, &draws)
    case .saltAndPepper(let share): addSaltAndPepper(values, share, draws)
    case .jpeg(let quality): compress(values, quality: quality)
    case .blur(let deviation): blur(values, deviation)
    case .downscale(let factor): average(values, squaresOf: factor)
    case .hole(let kind):
      mark(hole, kind, &draws)
      for channel in 0..<image.channels {
        for place in 0..<plane where hole[place] > 0 { values[channel * plane + place] = 0 }
      }
    }
  }
}
