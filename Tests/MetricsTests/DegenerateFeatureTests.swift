import Foundation
import LinearAlgebra
import Metrics
import Randomness
import Testing

/// What measures make of features that nothing can be said of, and of many more rows than a tile holds.
@Suite struct DegenerateFeatureTests {
  private func normal(_ count: Int, _ width: Int, seed: UInt64, around: Float = 0) -> FeatureMatrix
  {
    let numbers = Philox(seed: seed, stream: 999)
    return FeatureMatrix((0..<count * width).map { numbers.normal($0) + around }, count: count)
  }

  private func constant(_ value: Float, _ count: Int, _ width: Int) -> FeatureMatrix {
    FeatureMatrix([Float](repeating: value, count: count * width), count: count)
  }

  @Test func `a generator that makes one sample alone has a large finite distance`() throws {
    let real = FeatureStatistics(normal(60, 16, seed: 1))
    let reference = try #require(FrechetDistance.Reference(real))
    let distance = try #require(reference.distance(of: FeatureStatistics(constant(3, 40, 16))))
    // Nothing is shared: the squared distance of the means and the trace of the one covariance.
    let wanted = real.mean.reduce(0) { $0 + ($1 - 3) * ($1 - 3) } + real.covariance.trace
    #expect(abs(distance - wanted) < 1e-9 * wanted, "\(distance), wanted \(wanted)")
    let other = try #require(FrechetDistance.Reference(FeatureStatistics(constant(3, 40, 16))))
    #expect(abs(try #require(other.distance(of: real)) - wanted) < 1e-9 * wanted)
    #expect(try #require(other.distance(of: FeatureStatistics(constant(3, 2, 16)))) == 0)
  }

  @Test func `one sample, features of another width and numbers that are none`() throws {
    let reference = try #require(
      FrechetDistance.Reference(FeatureStatistics(normal(9, 4, seed: 1))))
    let one = try #require(reference.distance(of: FeatureStatistics(normal(1, 4, seed: 2))))
    #expect(one.isFinite && one > 0)
    #expect(reference.distance(of: FeatureStatistics(normal(9, 5, seed: 2))) == nil)
    for bad in [Float.nan, .infinity, -.infinity] {
      var values = normal(9, 4, seed: 2).values
      values[17] = bad
      let rows = FeatureMatrix(values, count: 9)
      #expect(reference.distance(of: FeatureStatistics(rows)) == nil)
      #expect(FrechetDistance.Reference(FeatureStatistics(rows)) == nil)
      #expect(FrechetDistance.extrapolated(rows, beside: reference, seed: 1) == nil)
      #expect(InceptionScore(rows, splits: 2) == nil)
    }
    #expect(KernelDistance(of: normal(1, 4, seed: 1), among: normal(9, 4, seed: 2), seed: 1) == nil)
    #expect(InceptionScore(normal(4, 3, seed: 1), splits: 5) == nil)
    #expect(FrechetDistance.extrapolated(normal(4, 4, seed: 1), beside: reference, seed: 1) == nil)
  }

  @Test func `samples of the data have no distance, by the count or without it`() throws {
    let reference = try #require(
      FrechetDistance.Reference(FeatureStatistics(normal(4000, 8, seed: 1))))
    let samples = normal(500, 8, seed: 2)
    let plain = try #require(reference.distance(of: FeatureStatistics(samples)))
    let extrapolated = try #require(
      FrechetDistance.extrapolated(samples, beside: reference, seed: 1))
    #expect(plain > 0.02 && abs(extrapolated.value) < plain)
    #expect(extrapolated.standardError > 0 && extrapolated.standardError < plain)
    // Nor in an order in which the first half is far off.
    let sorted = FeatureMatrix(
      (0..<500).sorted { samples.values[$0 * 8] < samples.values[$1 * 8] }
        .flatMap { samples.values[$0 * 8..<($0 + 1) * 8] }, count: 500)
    let ofSorted = try #require(
      FrechetDistance.extrapolated(sorted, beside: reference, seed: 1))
    #expect(abs(ofSorted.value) < plain, "\(ofSorted) beside \(plain)")
    let distance = try #require(
      KernelDistance(of: samples, among: normal(600, 8, seed: 3), subsets: 20, size: 200, seed: 1))
    // Both sets are draws of the same distribution, which subsets share.
    #expect(distance.standardError > 1e-4 && distance.standardError < 0.02, "\(distance)")
    #expect(abs(distance.value) < 0.05, "\(distance)")
    let shifted = try #require(
      KernelDistance(
        of: samples, among: normal(600, 8, seed: 3, around: 1), subsets: 20, size: 200, seed: 1))
    #expect(shifted.value > 50 * distance.standardError, "\(shifted)")
  }

  /// Distances by differences, as one would write them.
  private func nearest(_ row: Int, _ features: FeatureMatrix) -> [Double] {
    func value(_ row: Int, _ column: Int) -> Double {
      Double(features.values[row * features.width + column])
    }
    return (0..<features.count).filter { $0 != row }.map { other in
      (0..<features.width).reduce(0.0) {
        $0 + (value(row, $1) - value(other, $1)) * (value(row, $1) - value(other, $1))
      }
    }.sorted()
  }

  @Test(arguments: [0, 1, 2])
  func `neighbours are found over many tiles, far from the origin and among repetitions`(
    kind: Int
  ) {
    let features: FeatureMatrix
    switch kind {
    case 0: features = normal(1100, 5, seed: 4)
    case 1: features = normal(600, 5, seed: 4, around: 3000)
    default:
      // Clusters that are tiny beside their distances, and rows that are the same.
      let few = normal(12, 5, seed: 4)
      let noise = normal(600, 5, seed: 5)
      features = FeatureMatrix(
        (0..<600 * 5).map { place in
          let row = place / 5
          return few.values[row % 12 * 5 + place % 5]
            + (row % 3 == 0 ? 0 : 1e-5 * noise.values[place])
        }, count: 600)
    }
    let found = NearestRows(5, within: features)
    for row in stride(from: 0, to: features.count, by: 41) {
      let wanted = nearest(row, features)
      for place in 0..<5 {
        let distance = found.squaredDistances[row * 5 + place]
        #expect(
          abs(distance - wanted[place]) <= 1e-5 * wanted[place] + 1e-14, "row \(row), \(place)")
      }
    }
  }

  @Test func `what repeats itself covers nothing but itself`() {
    let examples = NeighbourhoodScore.Neighbourhoods(normal(700, 6, seed: 6))
    let one = NeighbourhoodScore(of: constant(0, 700, 6), among: examples)
    #expect(one.recall == 0 && one.coverage > 0 && one.coverage < 0.2 && one.precision == 1)
    let same = NeighbourhoodScore(of: examples.features, among: examples)
    #expect(same.precision == 1 && same.recall == 1 && same.coverage == 1)
    let few = NeighbourhoodScore(
      of: constant(0, 1, 6), among: NeighbourhoodScore.Neighbourhoods(constant(0, 1, 6)))
    #expect(few.precision.isFinite && few.coverage.isFinite)
  }

  @Test func `features whose squares are beyond single precision are measured all the same`() {
    let large = FeatureMatrix(normal(40, 3, seed: 7).values.map { $0 * 1e25 }, count: 40)
    let small = normal(40, 3, seed: 8)
    let examples = NeighbourhoodScore.Neighbourhoods(small)
    let score = NeighbourhoodScore(of: large, among: examples)
    #expect(score.precision == 0 && score.coverage == 0)
    let nearest = NearestRows(3, within: large)
    #expect(nearest.indices.count == 120 && nearest.squaredDistances.allSatisfy { $0 > 0 })
    let reference = FrechetDistance.Reference(FeatureStatistics(small))
    #expect(reference?.distance(of: FeatureStatistics(large)).map { $0 > 1e49 } == true)
  }

  @Test func `the error of a kernel distance is about what other draws differ by`() throws {
    let distances = try (0..<24).map { draw in
      try #require(
        KernelDistance(
          of: normal(300, 8, seed: 100 + UInt64(draw), around: 0.2),
          among: normal(300, 8, seed: 200 + UInt64(draw)), subsets: 40, seed: 1))
    }
    let n = Double(distances.count)
    let mean = distances.reduce(0) { $0 + $1.value } / n
    let deviation = (distances.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) } / (n - 1))
      .squareRoot()
    let error = distances.reduce(0) { $0 + $1.standardError } / n
    #expect(error > 0.6 * deviation && error < 2 * deviation, "\(error) and \(deviation)")
  }
}
