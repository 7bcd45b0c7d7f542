import Datasets
import Foundation
import Images
import Language
import Randomness
import Specification
import TestSupport
import Testing

/// Augmentation against torchvision (`Fixtures/augmentation.py`): operations with given parameters, and the laws of
/// what is drawn.
@Suite struct AugmentationTests {
  private struct Fixed: Decodable {
    let height, width: Int
    let images: [String: [Float]]
    let cases: [Case]
    let mixtures: [Mixture]
    let boxes: [Boxes]

    struct Case: Decodable {
      let image: String
      let steps: [Step]
      let made: [Float]

      struct Step: Decodable {
        let kind: String
        let numbers: [Double]
      }
    }

    struct Mixture: Decodable {
      let share: Float
      let batch: [Float]
      let labels: [Int]
      let made, mixed: [Float]
    }

    struct Boxes: Decodable {
      let height, width: Int
      let low, high: Double
      /// Of left, top, width, height, the share of the area, and the logarithm of width over height.
      let mean, deviation: [Double]
      let quartiles: [[Double]]
    }
  }

  private func augmentation(_ text: String) throws -> Augmentation {
    let statement = try #require(
      parse(SourceText(name: "t", text: "recipe a augment=\(text)")).first)
    return try Augmentation(parsing: try #require(statement.options.first).value)
  }

  private func augmenter(
    _ text: String, _ image: ImageShape, seed: UInt64 = 1
  ) throws -> Augmenter {
    Augmenter(try augmentation(text), of: image, seed: seed)
  }

  private func augmented(
    _ values: [Float], count: Int = 1, by augmenter: Augmenter, step: Int = 0
  ) -> [Float] {
    var values = values
    values.withUnsafeMutableBufferPointer { augmenter.augment($0, count: count, step: step) }
    return values
  }

  /// Values from 0 to 1 as they are here, and back.
  private func signed(_ values: [Float]) -> [Float] { values.map { 2 * $0 - 1 } }
  private func unsigned(_ values: [Float]) -> [Float] { values.map { ($0 + 1) / 2 } }

  // MARK: Given parameters

  @Test func `operations with given parameters are torchvision's`() throws {
    let fixture = try Fixture.json("augmentation.json", as: Fixed.self)
    #expect(fixture.cases.count > 60)
    for known in fixture.cases {
      let original = try #require(fixture.images[known.image])
      let image = ImageShape(
        height: fixture.height, width: fixture.width,
        channels: original.count / fixture.height / fixture.width)
      var values = signed(original)
      var sampling = AffineSampling(width: image.width, height: image.height)
      values.withUnsafeMutableBufferPointer { values in
        for step in known.steps { change(values, image, &sampling, step.kind, step.numbers) }
        sampling.sample(values, channels: image.channels)
      }
      let apart = zip(unsigned(values), known.made).map { abs($0 - $1) }.max() ?? 1
      #expect(apart < 5e-6, "\(known.image) \(known.steps): \(apart)")
    }
  }

  private func change(
    _ values: UnsafeMutableBufferPointer<Float>, _ image: ImageShape,
    _ sampling: inout AffineSampling, _ kind: String, _ numbers: [Double]
  ) {
    let whole = numbers.map { Int($0) }
    let augmenter = Augmenter(.none, of: image, seed: 1)
    switch kind {
    case "flip": sampling.flip()
    case "crop":
      sampling.crop(.init(left: whole[0], top: whole[1], width: whole[2], height: whole[3]))
    case "rotate": sampling.rotate(degrees: numbers[0])
    case "shift": sampling.shift(across: whole[0], down: whole[1])
    case "brightness":
      ColourAdjustment.brightness(numbers[0]).apply(to: values, channels: image.channels)
    case "contrast":
      ColourAdjustment.contrast(numbers[0]).apply(to: values, channels: image.channels)
    case "saturation":
      ColourAdjustment.saturation(numbers[0]).apply(to: values, channels: image.channels)
    case "blur": augmenter.blur(values, deviation: numbers[0])
    case "cutout": augmenter.cut(values, side: whole[0], across: whole[1], down: whole[2])
    default: Issue.record("\(kind) is not known")
    }
  }

  @Test func `a batch and its labels are mixed as torchvision's MixUp does`() throws {
    for known in try Fixture.json("augmentation.json", as: Fixed.self).mixtures {
      var (values, labels) = (
        known.batch, known.labels.flatMap { own in (0..<3).map { Float($0 == own ? 1 : 0) } }
      )
      var mask = labels.map { _ in Float(1) }
      values.withUnsafeMutableBufferPointer { Mixup.mix($0, rows: 3, share: known.share) }
      labels.withUnsafeMutableBufferPointer { labels in
        mask.withUnsafeMutableBufferPointer {
          Mixup.mix(labels: labels, known: $0, rows: 3, share: known.share)
        }
      }
      #expect(mismatch(values, known.made, within: 1e-6, "examples") == nil)
      #expect(mismatch(labels, known.mixed, within: 1e-6, "labels") == nil)
      #expect(mask.allSatisfy { abs($0 - 1) < 1e-6 })
    }
  }

  @Test func `a label that is not known weighs nothing in a mixture`() {
    // Of three examples with two attributes the second knows one.
    var labels: [Float] = [1, 0, 0, 1, 1, 1]
    var known: [Float] = [1, 1, 0, 1, 1, 1]
    labels.withUnsafeMutableBufferPointer { labels in
      known.withUnsafeMutableBufferPointer {
        Mixup.mix(labels: labels, known: $0, rows: 3, share: 0.75)
      }
    }
    #expect(labels == [1, 0.25, 1, 0.75, 1, 1])
    #expect(known == [1, 1, 0.25, 1, 0.75, 1])
  }

  // MARK: Laws

  @Test func `crops are drawn from the law of RandomResizedCrop`() throws {
    let count = 40_000
    for known in try Fixture.json("augmentation.json", as: Fixed.self).boxes {
      let image = ImageShape(height: known.height, width: known.width, channels: 3)
      let rows = (0..<count).map { number -> [Double] in
        var draws = PhiloxDraws(Philox(seed: 3, stream: 1, step: UInt32(number)))
        let box = AffineSampling.Box(of: image, area: known.low...known.high, &draws)
        #expect(box.left >= 0 && box.left + box.width <= image.width && box.width > 0)
        #expect(box.top >= 0 && box.top + box.height <= image.height && box.height > 0)
        let (width, height) = (Double(box.width), Double(box.height))
        return [
          Double(box.left), Double(box.top), width, height,
          width * height / Double(image.width * image.height), log(width / height),
        ]
      }
      for column in 0..<6 {
        let values = rows.map { $0[column] }.sorted()
        let mean = values.reduce(0, +) / Double(count)
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count))
          .squareRoot()
        let spread = known.deviation[column]
        // The difference of two means has √2 times the standard error of one.
        #expect(
          abs(mean - known.mean[column]) <= 5 * spread * (2 / Double(count)).squareRoot() + 1e-9,
          "\(column): \(mean), not \(known.mean[column])")
        #expect(
          abs(deviation - spread) <= 0.03 * spread + 1e-9,
          "\(column): \(deviation), not \(spread)")
        for (quartile, value) in known.quartiles[column].enumerated() {
          let found = values[(quartile + 1) * count / 4]
          // Whole pixels may lie on either side, and so may areas and shapes of them.
          let step = column < 4 ? 1 : 0.1 * spread
          #expect(abs(found - value) <= step + 1e-9, "\(column): \(found), not \(value)")
        }
      }
    }
  }

  @Test(arguments: [0.2, 1, 4]) func `shares of mixtures are drawn from Beta(α, α)`(
    alpha: Double
  ) throws {
    let augmenter = try augmenter(
      "mixup:\(alpha)", ImageShape(height: 4, width: 4, channels: 1))
    let count = 20_000
    let shares = try (0..<count).map { Double(try #require(augmenter.mixedShare(ofBatch: $0))) }
    #expect(shares.allSatisfy { (0...1).contains($0) })
    let variance = 1 / (4 * (2 * alpha + 1))
    let mean = shares.reduce(0, +) / Double(count)
    #expect(abs(mean - 0.5) < 5 * (variance / Double(count)).squareRoot())
    let found = shares.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / Double(count)
    #expect(abs(found - variance) < 0.03 * variance, "\(found), not \(variance)")
    if alpha == 1 {
      // Beta(1, 1) is uniform.
      for quarter in 1...3 {
        let below = Double(shares.count { $0 < Double(quarter) / 4 }) / Double(count)
        #expect(abs(below - Double(quarter) / 4) < 0.02)
      }
    }
  }

  /// A white pixel in the middle of black ones, so that one sees what was done.
  private func spot(_ image: ImageShape) -> [Float] {
    var values = [Float](repeating: -1, count: image.channels * image.height * image.width)
    values[image.height / 2 * image.width + image.width / 2] = 1
    return values
  }

  @Test func `flips come with their probability, and shifts of every size in either direction`()
    throws
  {
    let image = ImageShape(height: 9, width: 16, channels: 1)
    let flip = try augmenter("flip:0.3", image)
    let turned = (0..<4000).count { augmented(spot(image), by: flip, step: $0) != spot(image) }
    // 1,200 are expected, with a standard deviation of 29.
    #expect((1055...1345).contains(turned), "\(turned)")
    let shift = try augmenter("shift:0.25", image)
    var seen: [Int: Int] = [:]
    for step in 0..<4000 {
      let place = try #require(augmented(spot(image), by: shift, step: step).firstIndex(of: 1))
      seen[place % 16 - 8, default: 0] += 1
      #expect(abs(place / 16 - 4) <= 2)
    }
    // Four of sixteen to each side; the outermost are rounded from half as much.
    #expect(seen.keys.sorted() == Array(-4...4))
    for (apart, count) in seen {
      #expect(abs(count - (abs(apart) == 4 ? 250 : 500)) < 120, "\(apart): \(count)")
    }
  }

  @Test func `factors of colours lie evenly around one`() throws {
    let image = ImageShape(height: 2, width: 2, channels: 3)
    // Grey of 0.3: brighter by f it is 0.3 f, and neither contrast nor saturation changes it.
    let grey = [Float](repeating: -0.4, count: 12)
    for text in ["brightness:0.5", "colour:0.5"] {
      let augmenter = try augmenter(text, image)
      let factors = (0..<4000).map { Double(augmented(grey, by: augmenter, step: $0)[0] + 1) / 0.6 }
      #expect(factors.allSatisfy { (0.499...1.501).contains($0) })
      for (bound, share) in [(0.75, 0.25), (1.0, 0.5), (1.25, 0.75)] {
        let below = Double(factors.count { $0 < bound }) / 4000
        #expect(abs(below - share) < 0.035, "\(text): \(below) below \(bound)")
      }
    }
    let still = try augmenter("contrast:0.5+saturation:0.5", image)
    for step in 0..<50 {
      // torchvision's weights of grey add up to 0.9999.
      #expect(augmented(grey, by: still, step: step).allSatisfy { abs($0 + 0.4) < 1e-4 })
    }
  }

  @Test func `noise has its deviation and is clipped, cutout its side`() throws {
    let image = ImageShape(height: 64, width: 64, channels: 3)
    let noisy = augmented(
      [Float](repeating: 0, count: 3 * 64 * 64), by: try augmenter("noise:20", image))
    let square = noisy.reduce(0) { $0 + Double($1 * $1) } / Double(noisy.count)
    #expect(abs(square.squareRoot() * 127.5 - 20) < 0.5)
    let bright = augmented(
      [Float](repeating: 1, count: 3 * 64 * 64), by: try augmenter("noise:20", image))
    #expect(bright.allSatisfy { $0 <= 1 } && bright.contains { $0 < 1 })
    let cutout = try augmenter("cutout:0.25", image)
    let white = [Float](repeating: 1, count: 3 * 64 * 64)
    let areas = (0..<300).map { augmented(white, by: cutout, step: $0).count { $0 == 0 } / 3 }
    #expect(areas.allSatisfy { (64...256).contains($0) })
    // The middle lies far enough from the border in (49/64)² of all.
    #expect((140...212).contains(areas.count { $0 == 256 }), "\(areas)")
  }

  // MARK: Streams

  private static let everything =
    "flip+crop:0.5+rotate:20+shift:0.1+colour:0.3+brightness:0.1+contrast:0.1+saturation:0.1+noise:8"
    + "+blur:1+cutout:0.3+mixup:0.4"

  @Test func `each kind changes images, and draws what it draws alone`() throws {
    let image = ImageShape(height: 16, width: 20, channels: 3)
    let values = (0..<4 * 3 * 16 * 20).map { Float(sin(Double($0) * 0.37) * 0.9) }
    for part in try augmentation(Self.everything).parts {
      let one = Augmenter(Augmentation([part]), of: image, seed: 1)
      let made = augmented(values, count: 4, by: one)
      #expect(made != values, "\(part)")
      #expect(made == augmented(values, count: 4, by: one), "\(part)")
      #expect(made != augmented(values, count: 4, by: one, step: 1), "\(part)")
      let other = Augmenter(Augmentation([part]), of: image, seed: 2)
      #expect(made != augmented(values, count: 4, by: other), "\(part)")
    }
    // What does nothing beside it changes nothing of what it draws.
    let alone = augmented(values, count: 4, by: try augmenter("rotate:20", image))
    let beside = augmented(
      values, count: 4, by: try augmenter("noise:0+flip:0+shift:0+rotate:20+cutout:0", image))
    #expect(alone == beside)
    #expect(augmented(values, count: 4, by: try augmenter("no", image)) == values)
  }

  @Test func `an example is changed by its place alone, whatever stands beside it`() throws {
    let image = ImageShape(height: 12, width: 12, channels: 3)
    let augmenter = try augmenter("flip+crop:0.5+rotate:20+colour:0.3+noise:8+blur:1", image)
    let values = (0..<3 * 432).map { Float(cos(Double($0) * 0.21) * 0.8) }
    var others = values
    for place in 432..<1296 { others[place] = 0.5 }
    let (one, other) = (
      augmented(values, count: 3, by: augmenter, step: 5),
      augmented(others, count: 3, by: augmenter, step: 5)
    )
    #expect(one.prefix(432) == other.prefix(432) && one.suffix(432) != other.suffix(432))
  }

  @Test func `batches and labels are the same wherever the loader began, on whichever thread`()
    throws
  {
    let scratch = try Scratch()
    let data = try Dataset.open(
      DatasetSpecification(
        source: .portraits(count: 11, seed: 1),
        preprocessing: Sample.preprocessing(12, crop: .none, flip: true)),
      cacheDirectory: scratch.cache)
    let labels = try data.labelVectors(
      LabelLayout([
        LabelDescription("Smiling", .attribute), LabelDescription("Eyeglasses", .attribute),
      ]))
    func batches(_ start: Int, isAhead: Bool, _ text: String) throws -> [[Float]] {
      let loader = try data.makeLoader(
        batch: 3, seed: 5, startingAt: start, isAhead: isAhead, labels: labels,
        augmentation: augmentation(text))
      return (start..<9).map { _ in
        let images = [Float](unsafeUninitializedCapacity: loader.valuesPerBatch) { target, count in
          loader.next(into: target)
          count = loader.valuesPerBatch
        }
        var (values, known) = ([Float](repeating: 0, count: 6), [Float](repeating: 0, count: 6))
        values.withUnsafeMutableBufferPointer { values in
          known.withUnsafeMutableBufferPointer { loader.fillLabels(values, known: $0) }
        }
        return images + values + known
      }
    }
    let whole = try batches(0, isAhead: true, Self.everything)
    #expect(try batches(0, isAhead: false, Self.everything) == whole)
    for start in [1, 4, 7] {
      for isAhead in [true, false] {
        #expect(try batches(start, isAhead: isAhead, Self.everything) == Array(whole[start...]))
      }
    }
    // Labels are mixed by the share of their batch.
    #expect(whole.contains { $0.suffix(12).prefix(6).contains { $0 > 0 && $0 < 1 } })
    #expect(try batches(0, isAhead: true, "no") != whole)
  }

  @Test func `points are not augmented`() throws {
    let points = try Dataset.open(
      DatasetSpecification(
        source: .ring(modes: 8, radius: 1, deviation: 0.01), preprocessing: nil),
      cacheDirectory: FileManager.default.temporaryDirectory)
    #expect(throws: DatasetError.self) {
      try points.makeLoader(batch: 2, seed: 1, augmentation: augmentation("flip"))
    }
  }
}
