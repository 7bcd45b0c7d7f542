import MetricDescriptions
import Metrics
import TestSupport
import Testing

/// Each measure beside what public implementations make of the same arrays; see `Fixtures/metrics/make_measures.py`.
@Suite struct PublicImplementationTests {
  private struct Values: Decodable {
    let values: [Float]
    let count: Int
    var matrix: FeatureMatrix { FeatureMatrix(values, count: count) }
  }
  private struct Subset: Decodable { let samples, examples: [Int] }
  private struct Kernel: Decodable {
    let subsets: [Subset]
    let values: [Double]
    let mean: Double
  }
  private struct Neighbourhoods: Decodable { let prdc, closed: [String: Double] }
  private struct Inception: Decodable { let mean, deviation: Double }
  private struct Numbers: Decodable {
    let features: [String: Values]
    let scores: Values
    let fid: [String: Double]
    let kid: [String: Kernel]
    let neighbourhoods: [String: Neighbourhoods]
    let inception_score: [String: Inception]

    func matrix(_ name: String) throws -> FeatureMatrix { try #require(features[name]).matrix }
  }

  private let fixture: Numbers
  private let real: FeatureMatrix

  init() throws {
    fixture = try Fixture.json("metrics/measures.json", as: Numbers.self)
    real = try fixture.matrix("real")
  }

  private func expect(
    _ value: Double?, _ wanted: Double?, _ what: String, within tolerance: Double = 1e-4,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let value = try #require(value, "\(what)", sourceLocation: location)
    let wanted = try #require(wanted, "\(what)", sourceLocation: location)
    #expect(
      abs(value - wanted) <= tolerance * abs(wanted) + 1e-9,
      "\(what): \(value), wanted \(wanted)", sourceLocation: location)
  }

  @Test func `the Fréchet distance is pytorch-fid's, taken in at once or in batches`() throws {
    let reference = try #require(FrechetDistance.Reference(FeatureStatistics(real)))
    for (name, wanted) in fixture.fid {
      let rows = try fixture.matrix(name)
      try expect(reference.distance(of: FeatureStatistics(rows)), wanted, name, within: 1e-6)
      var statistics = FeatureStatistics(width: rows.width)
      for start in stride(from: 0, to: rows.count, by: 7) {
        statistics.add(rows.rows(start..<start + 7))
      }
      #expect(statistics.count == rows.count)
      try expect(reference.distance(of: statistics), wanted, "\(name) in batches", within: 1e-6)
      // And the other way round.
      let turned = FrechetDistance.Reference(statistics)
      try expect(
        turned?.distance(of: FeatureStatistics(real)), wanted, "\(name) turned", within: 1e-6)
    }
  }

  @Test func `the kernel distance is torch-fidelity's on the same subsets`() throws {
    for (name, wanted) in fixture.kid {
      let rows = try fixture.matrix(name)
      let values = wanted.subsets.map {
        KernelDistance.discrepancy(rows.rows($0.samples), real.rows($0.examples))
      }
      for (value, wanted) in zip(values, wanted.values) { try expect(value, wanted, name) }
      try expect(KernelDistance(values, size: 1, of: 2).value, wanted.mean, name)
    }
  }

  @Test func `neighbourhoods are prdc's and, closed, torch-fidelity's`() throws {
    let open = NeighbourhoodScore.Neighbourhoods(real)
    let closed = NeighbourhoodScore.Neighbourhoods(real, neighbours: 3, isClosed: true)
    for (name, wanted) in fixture.neighbourhoods {
      let rows = try fixture.matrix(name)
      for reading in NeighbourhoodScore(of: rows, among: open).readings {
        let key = reading.description.name
        try expect(reading.value, wanted.prdc[key], "\(name) \(key)", within: 1e-9)
      }
      let score = NeighbourhoodScore(of: rows, among: closed)
      try expect(score.precision, wanted.closed["precision"], name, within: 1e-6)
      try expect(score.recall, wanted.closed["recall"], name, within: 1e-6)
    }
  }

  @Test func `the Inception Score is torch-fidelity's`() throws {
    for (splits, wanted) in fixture.inception_score {
      let score = InceptionScore(fixture.scores.matrix, splits: Int(splits) ?? 0)
      try expect(score?.value, wanted.mean, splits, within: 1e-6)
      try expect(score?.deviation, wanted.deviation, splits, within: 1e-6)
    }
  }
}

/// Image measures beside scikit-image's, and beside NumPy by their papers' definitions.
@Suite struct ImageMeasureTests {
  private struct Comparison: Decodable {
    let one, other: [UInt8]
    let shape: [Int]
    let ssim, psnr, ms_ssim: Double
  }
  private struct Level: Decodable {
    let shape: [Int]
    let values: [Double]
  }
  private struct Pyramid: Decodable {
    let image: [UInt8]
    let shape: [Int]
    let levels: [Level]
  }
  private struct Sliced: Decodable {
    let one, other: [UInt8]
    let shape: [Int]
    let places: [[[Int]]]
    let directions: [Float]
    let distances: [Double]
  }
  private struct Numbers: Decodable {
    let images: [String: Comparison]
    let pyramid: Pyramid
    let sliced: Sliced
  }

  private let fixture: Numbers

  init() throws { fixture = try Fixture.json("metrics/measures.json", as: Numbers.self) }

  private func planes(_ bytes: some Collection<UInt8>, _ shape: [Int]) -> ImagePlanes {
    ImagePlanes(
      bytes.map { Double($0) / 255 }, channels: shape[0], height: shape[1], width: shape[2])
  }

  private func expect(_ value: Double?, _ wanted: Double, _ what: String) throws {
    let value = try #require(value, "\(what)")
    #expect(abs(value - wanted) <= 1e-6 * abs(wanted), "\(what): \(value), wanted \(wanted)")
  }

  @Test func `similarity over one scale and five, and the noise ratio`() throws {
    for (name, wanted) in fixture.images {
      let (one, other) = (planes(wanted.one, wanted.shape), planes(wanted.other, wanted.shape))
      try expect(StructuralSimilarity.value(one, other), wanted.ssim, name)
      try expect(StructuralSimilarity.peakSignalToNoise(one, other), wanted.psnr, name)
      try expect(StructuralSimilarity.multiScale(one, other), wanted.ms_ssim, name)
      try expect(StructuralSimilarity.value(one, one), 1, name)
      #expect(StructuralSimilarity.peakSignalToNoise(one, one) == .infinity)
    }
  }

  @Test func `images of other shapes, too small, constant, or with what is no number`() {
    func image(_ value: Double, _ side: Int) -> ImagePlanes {
      ImagePlanes(
        [Double](repeating: value, count: side * side), channels: 1, height: side, width: side)
    }
    #expect(StructuralSimilarity.value(image(0, 12), image(0, 11)) == nil)
    #expect(StructuralSimilarity.value(image(0, 10), image(0, 10)) == nil)
    #expect(StructuralSimilarity.multiScale(image(0, 15), image(0, 15)) == nil)
    #expect(StructuralSimilarity.value(image(0, 11), image(0, 11)) == 1)
    #expect(StructuralSimilarity.peakSignalToNoise(image(0, 4), image(1, 4)) == 0)
    #expect(StructuralSimilarity.peakSignalToNoise(image(0, 0), image(0, 0)) == nil)
    #expect(StructuralSimilarity.peakSignalToNoise(image(.nan, 4), image(1, 4)) == nil)
    #expect(StructuralSimilarity.value(image(.nan, 11), image(1, 11))?.isNaN == true)
  }

  @Test func `a Laplacian pyramid`() {
    let levels = LaplacianPyramid(planes(fixture.pyramid.image, fixture.pyramid.shape)).levels
    #expect(levels.count == fixture.pyramid.levels.count)
    for (level, wanted) in zip(levels, fixture.pyramid.levels) {
      #expect([level.channels, level.height, level.width] == wanted.shape)
      #expect(zip(level.values, wanted.values).allSatisfy { abs($0 - $1) < 1e-7 })
    }
  }

  @Test func `the sliced distance of given patches along given directions`() throws {
    let sliced = fixture.sliced
    let width = sliced.shape[0] * 49
    let directions = FeatureMatrix(sliced.directions, count: sliced.directions.count / width)
    let size = sliced.shape.reduce(1, *)
    for (number, places) in sliced.places.enumerated() {
      let sides = [sliced.one, sliced.other].map { bytes in
        var patches: [Float] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
          let image = planes(bytes[start..<start + size], sliced.shape)
          let level = LaplacianPyramid(image).levels[number]
          for place in places {
            for channel in 0..<level.channels {
              for y in place[0] - 3...place[0] + 3 {
                let row = (channel * level.height + y) * level.width
                patches += level.values[row + place[1] - 3...row + place[1] + 3].map { Float($0) }
              }
            }
          }
        }
        return SlicedWasserstein.normalised(
          FeatureMatrix(patches, count: patches.count / width), width)
      }
      let distance = SlicedWasserstein.distance(sides[0], sides[1], along: directions)
      let wanted = sliced.distances[number]
      #expect(abs(1000 * distance - wanted) < 1e-5 * wanted, "\(1000 * distance), wanted \(wanted)")
    }
  }

  @Test func `patches that are drawn tell flat images with dots from others`() throws {
    let sliced = fixture.sliced
    let size = sliced.shape.reduce(1, *)
    func patches(_ bytes: [UInt8], seed: UInt64) -> SlicedWasserstein.Patches {
      var patches = SlicedWasserstein.Patches(perImage: 40, seed: seed)
      for start in stride(from: 0, to: bytes.count, by: size) {
        patches.add(planes(bytes[start..<start + size], sliced.shape))
      }
      return patches
    }
    let one = patches(sliced.one, seed: 1)
    let same = try #require(
      SlicedWasserstein(of: one, among: patches(sliced.one, seed: 2), directions: 20, seed: 3))
    let dots = sliced.one.map { $0 > 210 ? $0 : 0 }
    let other = try #require(
      SlicedWasserstein(of: one, among: patches(dots, seed: 2), directions: 20, seed: 3))
    let itself = try #require(SlicedWasserstein(of: one, among: one, directions: 20, seed: 3))
    #expect(itself.scales == [0, 0])
    #expect(
      same.scales.count == 2 && other.scales[0] > 1.5 * same.scales[0],
      "\(same.scales), \(other.scales)")
    #expect(
      SlicedWasserstein(
        of: one, among: SlicedWasserstein.Patches(seed: 1), directions: 20, seed: 3) == nil)
  }

  @Test func `samples that repeat each other are counted by their pairs`() {
    let numbers = fixture.pyramid.levels[0].values.map { Float($0) }
    let examples = FeatureMatrix(Array(numbers.prefix(1600)), count: 200)
    let estimate = BirthdayEstimate(
      of: FeatureMatrix((0..<200).flatMap { examples.rows([$0 % 50]).values }, count: 200),
      beside: examples)
    // Each of fifty four times: six pairs of each.
    #expect(estimate.alike == 300 && estimate.closest.count == 20)
    #expect(estimate.support.map { abs($0 - 200 * 199 / 600) < 1 } == true)
    // One sample alone, and two, more often than neighbours are looked for.
    for kinds in [1, 2] {
      let few = BirthdayEstimate(
        of: FeatureMatrix((0..<200).flatMap { examples.rows([$0 % kinds]).values }, count: 200),
        beside: examples)
      #expect(
        few.support.map { abs($0 - Double(kinds)) < 0.02 * Double(kinds) } == true, "\(few.alike)")
    }
    let different = BirthdayEstimate(of: examples, beside: examples)
    #expect(different.alike == 0 && different.support == nil)
  }
}
