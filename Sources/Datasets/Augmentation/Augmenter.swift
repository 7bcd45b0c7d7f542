import Foundation
package import Images
package import Randomness
package import Specification

/// Changes examples as an `Augmentation` says: each is a function of the seed, the batch and its number in it.
///
/// Each kind draws from numbers of its own, so that those of one do not depend on which others there are.
package struct Augmenter: Sendable {
  package let augmentation: Augmentation
  package let image: ImageShape
  let seed: UInt64

  package init(_ augmentation: Augmentation, of image: ImageShape, seed: UInt64) {
    (self.augmentation, self.image, self.seed) = (augmentation, image, seed)
  }

  /// Values of an example.
  package var size: Int { image.channels * image.height * image.width }

  /// Changes a batch in place.
  ///
  /// - Parameters:
  ///   - values: `[count, channels, height, width]` in -1…1.
  ///   - step: the number of the batch.
  ///   - isMirrored: whether an example of the batch is mirrored before anything else.
  package func augment(
    _ values: UnsafeMutableBufferPointer<Float>, count: Int, step: Int,
    isMirrored: (_ number: Int) -> Bool = { _ in false }
  ) {
    precondition(values.count >= count * size, "a batch does not fit")
    for number in 0..<count {
      augment(
        UnsafeMutableBufferPointer(rebasing: values[number * size..<(number + 1) * size]),
        number: number, step: step, isMirrored: isMirrored(number))
    }
    if let share = mixedShare(ofBatch: step) {
      Mixup.mix(
        UnsafeMutableBufferPointer(rebasing: values[..<(count * size)]), rows: count, share: share)
    }
  }

  /// How much of each example of a batch is its own; nil: nothing is mixed.
  package func mixedShare(ofBatch step: Int) -> Float? {
    guard let alpha = augmentation.mixture else { return nil }
    var draws = draws(for: .mixup(alpha: alpha), number: 0, step: step)
    return Float(Mixup.share(alpha: alpha, &draws))
  }

  private func augment(
    _ values: UnsafeMutableBufferPointer<Float>, number: Int, step: Int, isMirrored: Bool
  ) {
    var sampling = AffineSampling(width: image.width, height: image.height)
    if isMirrored { sampling.flip() }
    for part in augmentation.parts {
      var draws = draws(for: part, number: number, step: step)
      guard !turn(&sampling, by: part, &draws) else { continue }
      sampling.sample(values, channels: image.channels)
      sampling = AffineSampling(width: image.width, height: image.height)
      change(values, by: part, &draws)
    }
    sampling.sample(values, channels: image.channels)
  }

  /// - Returns: false where it is about values and not about places.
  private func turn(
    _ sampling: inout AffineSampling, by part: Augmentation.Part, _ draws: inout PhiloxDraws
  ) -> Bool {
    switch part {
    case .flip(let probability): if draws.uniform() < probability { sampling.flip() }
    case .crop(let area): sampling.crop(.init(of: image, area: area, &draws))
    case .rotate(let degrees): sampling.rotate(degrees: draws.uniform(-degrees...degrees))
    case .shift(let share):
      func pixels(_ side: Int) -> Int {
        let most = share * Double(side)
        return Int(draws.uniform(-most...most).rounded(.toNearestOrEven))
      }
      let (across, down) = (pixels(image.width), pixels(image.height))
      sampling.shift(across: across, down: down)
    case .colour, .brightness, .contrast, .saturation, .noise, .blur, .cutout, .mixup:
      return false
    }
    return true
  }

  private func change(
    _ values: UnsafeMutableBufferPointer<Float>, by part: Augmentation.Part,
    _ draws: inout PhiloxDraws
  ) {
    func factor(_ strength: Double) -> Double { draws.uniform(1 - strength...1 + strength) }
    switch part {
    case .flip, .crop, .rotate, .shift, .mixup: return
    case .brightness(let strength):
      ColourAdjustment.brightness(factor(strength)).apply(to: values, channels: image.channels)
    case .contrast(let strength):
      ColourAdjustment.contrast(factor(strength)).apply(to: values, channels: image.channels)
    case .saturation(let strength):
      ColourAdjustment.saturation(factor(strength)).apply(to: values, channels: image.channels)
    case .colour(let strength):
      var adjustments: [ColourAdjustment] = [
        .brightness(factor(strength)), .contrast(factor(strength)), .saturation(factor(strength)),
      ]
      for place in [2, 1] { adjustments.swapAt(place, draws.integer(0...place)) }
      for adjustment in adjustments { adjustment.apply(to: values, channels: image.channels) }
    case .noise(let levels):
      addNoise(values, deviation: draws.uniform(levels) / 127.5, draws)
    case .blur(let deviations): blur(values, deviation: draws.uniform(deviations))
    case .cutout(let share):
      let side = Int((share * Double(min(image.height, image.width))).rounded())
      let (x, y) = (draws.integer(0...image.width - 1), draws.integer(0...image.height - 1))
      cut(values, side: side, across: x, down: y)
    }
  }

  // MARK: Values

  private func addNoise(
    _ values: UnsafeMutableBufferPointer<Float>, deviation: Double, _ draws: PhiloxDraws
  ) {
    let deviation = Float(deviation)
    guard deviation > 0 else { return }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { noise in
      draws.philox.fillNormals(noise, from: draws.nextBlock)
      guard let values = values.baseAddress, let noise = noise.baseAddress else { return }
      for place in 0..<size {
        values[place] = ColourAdjustment.clipped(values[place] + deviation * noise[place])
      }
    }
  }

  /// As torchvision's `gaussian_blur` with a kernel that ends at four deviations.
  package func blur(_ values: UnsafeMutableBufferPointer<Float>, deviation: Double) {
    // The next pixel's weight is no number of single precision.
    guard deviation > 0.05 else { return }
    GaussianWindow(
      deviation: deviation, radius: Int((4 * deviation).rounded(.up)), border: .reflecting
    ).filter(values, planes: image.channels, height: image.height, width: image.width)
  }

  /// Makes a square mid-grey, as far as it lies in the image.
  ///
  /// - Parameters:
  ///   - x: the pixel in its middle, across.
  ///   - y: down.
  package func cut(
    _ values: UnsafeMutableBufferPointer<Float>, side: Int, across x: Int, down y: Int
  ) {
    let (left, top) = (x - side / 2, y - side / 2)
    let columns = (left..<left + side).clamped(to: 0..<image.width)
    for channel in 0..<image.channels {
      for row in (top..<top + side).clamped(to: 0..<image.height) {
        let start = (channel * image.height + row) * image.width
        for column in columns { values[start + column] = 0 }
      }
    }
  }

  // MARK: Draws

  /// Random numbers that an example has to itself, for each kind: one for each value, and some more.
  private var room: Int { (size + 3) / 4 * 4 + 64 }

  private func draws(for part: Augmentation.Part, number: Int, step: Int) -> PhiloxDraws {
    PhiloxDraws(
      Philox(
        seed: seed, stream: Randomness.Stream.augmentation | part.purpose << 32,
        step: UInt32(truncatingIfNeeded: step)), from: number * room)
  }
}

extension Augmentation.Part {
  /// Which numbers it draws from; none is ever given to another kind.
  fileprivate var purpose: UInt64 {
    switch self {
    case .flip: 1
    case .crop: 2
    case .rotate: 3
    case .shift: 4
    case .colour: 5
    case .brightness: 6
    case .contrast: 7
    case .saturation: 8
    case .noise: 9
    case .blur: 10
    case .cutout: 11
    case .mixup: 12
    }
  }
}

extension AffineSampling.Box {
  /// A rectangle in an image, drawn as torchvision's `RandomResizedCrop` does.
  ///
  /// - Parameter area: its share of the image's area is drawn uniformly from it.
  package init(of image: ImageShape, area: ClosedRange<Double>, _ draws: inout PhiloxDraws) {
    let (height, width) = (Double(image.height), Double(image.width))
    let ratios = 3.0 / 4...4.0 / 3
    for _ in 0..<10 {
      let pixels = height * width * draws.uniform(area)
      let ratio = exp(draws.uniform(log(ratios.lowerBound)...log(ratios.upperBound)))
      let (across, down) = (
        Int((pixels * ratio).squareRoot().rounded(.toNearestOrEven)),
        Int((pixels / ratio).squareRoot().rounded(.toNearestOrEven))
      )
      guard 1...image.width ~= across, 1...image.height ~= down else { continue }
      let top = draws.integer(0...image.height - down)
      let left = draws.integer(0...image.width - across)
      self.init(left: left, top: top, width: across, height: down)
      return
    }
    let own = width / height
    let across = own > ratios.upperBound ? (height * ratios.upperBound).rounded() : width
    let down = own < ratios.lowerBound ? (width / ratios.lowerBound).rounded() : height
    self.init(
      left: (image.width - Int(across)) / 2, top: (image.height - Int(down)) / 2,
      width: Int(across), height: Int(down))
  }
}
