import Metrics
import Testing

@Suite struct MeasureTests {
  /// Rows of a ring of so many places, some points at each.
  private func ring(_ places: [Int], each: Int = 20) -> FeatureMatrix {
    var values: [Float] = []
    for place in places {
      let (x, y) = Self.corners[place]
      for point in 0..<each {
        values.append(x + Float(point % 5) * 0.004)
        values.append(y + Float(point / 5) * 0.004)
      }
    }
    return FeatureMatrix(values, count: places.count * each)
  }

  private static let corners: [(Float, Float)] = [
    (1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1), (0.7, -0.7),
  ]

  @Test func `k-means++ finds places that are apart, whatever the seed`() {
    let data = ring(Array(0..<8))
    for seed in UInt64(1)...5 {
      let clusters = KMeans(data, count: 8, seed: seed)
      #expect(clusters == KMeans(data, count: 8, seed: seed))
      #expect(clusters.shares(of: data).allSatisfy { abs($0 - 0.125) < 1e-9 }, "seed \(seed)")
    }
    #expect(KMeans(ring([1], each: 1), count: 8, seed: 1).centres.count == 1)
  }

  @Test func `places that are missing are seen by bins and by coverage`() {
    let data = ring(Array(0..<8))
    let (clusters, examples) = (
      KMeans(data, count: 8, seed: 1), NeighbourhoodScore.Neighbourhoods(data)
    )
    func bins(_ samples: FeatureMatrix) -> BinDifference {
      BinDifference(
        shares: clusters.shares(of: samples), of: samples.count, known: clusters.shares(of: data),
        of: data.count)
    }
    #expect(bins(data).differing == 0 && bins(data).divergence == 0)
    let half = ring([0, 2, 4, 6], each: 40)
    #expect(bins(half).differing == 1)
    #expect(NeighbourhoodScore(of: half, among: examples).coverage <= 0.5)
    #expect(NeighbourhoodScore(of: data, among: examples).coverage == 1)
  }

  @Test func `a discriminator that wins, one that cannot tell, one that knows by heart`() {
    let winning = DiscriminatorBalance(
      real: [6, 7, 8], fake: [-9, -6, -7], heldOut: [-8, -7, -7], on: .logits)
    #expect(winning.saturation == 1 && winning.accuracy == 1 && winning.realSign == 1)
    #expect(abs((winning.overfitting ?? 0) - 1) < 0.02)
    let even = DiscriminatorBalance(real: [1, -1, 2, -2], fake: [1, -1, 2, -2], on: .logits)
    #expect(
      even.accuracy == 0.5 && even.saturation == 0 && even.gap == 0 && even.overfitting == nil)
    // What a gap of less than its standard error is divided by is chance.
    #expect(
      DiscriminatorBalance(
        real: [1, -1, 2, -1.99], fake: [1, -1, 2, -2], heldOut: [-3, -3], on: .logits
      ).overfitting == nil)
    let order = DiscriminatorBalance(real: [1, 3], fake: [2, 1], on: .differences)
    #expect(order.accuracy == 0.625 && order.saturation == nil && order.realAccuracy == nil)
  }

  @Test func `samples that repeat each other are seen beside examples that do`() {
    let twice = FeatureMatrix([0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1], count: 6)
    let reference = Memorisation.Reference(training: twice, heldOut: nil, beside: twice)
    #expect(Memorisation(of: twice, beside: reference).duplicates == 1)
    let apart = FeatureMatrix([0, 0, 1, 0, 0, 1], count: 3)
    #expect(Memorisation(of: apart, beside: reference).duplicates == 0)
  }

  @Test func `what cannot be measured is not a number that looks measured`() {
    #expect(CurveStability.oscillation([1, 2, 3]) == nil)
    #expect(CurveStability.oscillation([Double](repeating: .nan, count: 40)) == nil)
    #expect(CurveStability.spike([Double](repeating: 0, count: 40)) == nil)
    #expect(CurveStability.spike([Double](repeating: 1, count: 40) + [7]) == 7)
    #expect(CurveStability.median([]) == nil && CurveStability.median([3, 1, 2, 10]) == 2.5)
    #expect(WeightSpectrum(FeatureMatrix([0, 0, 0, 0], count: 2)).smallShare == nil)
    #expect(EffectiveRank.value(FeatureMatrix([1, 1, 1, 1], count: 2)) == 0)
    #expect(EffectiveRank.value(FeatureMatrix([.nan, 1, 1, 1], count: 2)) == 0)
    #expect(Diversity.meanDistance(FeatureMatrix([], count: 0)) == 0)
  }
}
