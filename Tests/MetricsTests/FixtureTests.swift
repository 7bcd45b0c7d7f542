import MetricDescriptions
import Metrics
import TestSupport
import Testing

/// Each measure beside what NumPy makes of the same arrays; see `Fixtures/metrics/make_fixtures.py`.
@Suite struct MetricFixtureTests {
  private struct Values: Decodable {
    let values: [Float]
    let count: Int
    var matrix: FeatureMatrix { FeatureMatrix(values, count: count) }
  }
  private struct Weight: Decodable { let matrix: Values, singular: [Double] }
  private struct Curve: Decodable { let values: [Double], oscillation: Double }
  private struct Clusters: Decodable { let centres: Values, shares: [Double] }
  private struct Numbers: Decodable {
    let features: [String: Values]
    let mean_distance, mean_deviation, effective_rank: [String: Double]
    let neighbourhoods, bins, memorisation: [String: [String: Double]]
    let kmeans: Clusters
    let weights: [String: Weight]
    let curves: [String: Curve]

    func matrix(_ name: String) throws -> FeatureMatrix { try #require(features[name]).matrix }
  }

  /// Sums of blocks are single precision.
  private static let tolerance = 2e-6

  private let fixture: Numbers

  init() throws { fixture = try Fixture.json("metrics/metrics.json", as: Numbers.self) }

  private func expect(
    _ value: Double, _ wanted: Double?, _ what: String,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let wanted = try #require(wanted, "\(what)", sourceLocation: location)
    #expect(
      abs(value - wanted) <= Self.tolerance * max(1, abs(wanted)),
      "\(what): \(value), wanted \(wanted)",
      sourceLocation: location)
  }

  @Test func `mean distances and deviations`() throws {
    for (name, wanted) in fixture.mean_distance {
      try expect(Diversity.meanDistance(fixture.matrix(name)), wanted, name)
    }
    for (name, wanted) in fixture.mean_deviation {
      try expect(Diversity.meanDeviation(fixture.matrix(name)), wanted, name)
    }
  }

  @Test func `effective ranks, of more rows than columns and of fewer`() throws {
    for (name, wanted) in fixture.effective_rank {
      try expect(EffectiveRank.value(fixture.matrix(name)), wanted, name)
    }
  }

  @Test func `precision, recall, density and coverage`() throws {
    let examples = NeighbourhoodScore.Neighbourhoods(try fixture.matrix("real"))
    for (name, wanted) in fixture.neighbourhoods {
      let score = NeighbourhoodScore(of: try fixture.matrix(name), among: examples)
      for reading in score.readings {
        try expect(
          reading.value, wanted[reading.description.name], "\(name) \(reading.description.name)")
      }
    }
  }

  @Test func `clusters and the bins that differ`() throws {
    let real = try fixture.matrix("real")
    let clusters = KMeans(real, beginningAt: real.rows(0..<6))
    for (value, wanted) in zip(clusters.centres.values, fixture.kmeans.centres.values) {
      try expect(Double(value), Double(wanted), "a centre")
    }
    let known = clusters.shares(of: real)
    #expect(known == fixture.kmeans.shares)
    for (name, wanted) in fixture.bins {
      let samples = try fixture.matrix(name)
      let bins = BinDifference(
        shares: clusters.shares(of: samples), of: samples.count, known: known, of: real.count)
      try expect(bins.differing, wanted["ndb"], name)
      try expect(bins.divergence, wanted["divergence"], name)
    }
  }

  @Test func `copies and repetitions`() throws {
    let (real, good) = (try fixture.matrix("real"), try fixture.matrix("good"))
    for (name, wanted) in fixture.memorisation {
      let reference = Memorisation.Reference(
        training: real, heldOut: name == "repeated" ? nil : try fixture.matrix("held_out"),
        beside: good)
      for reading in Memorisation(of: try fixture.matrix(name), beside: reference).readings {
        try expect(
          reading.value, wanted[reading.description.name], "\(name) \(reading.description.name)")
      }
    }
  }

  @Test func `singular values`() throws {
    for (name, weight) in fixture.weights {
      let spectrum = WeightSpectrum(weight.matrix.matrix)
      #expect(spectrum.singularValues.count == weight.singular.count, "\(name)")
      let norm = try #require(weight.singular.first)
      for (value, wanted) in zip(spectrum.singularValues, weight.singular) {
        // A singular value is the root of what is known to the precision of the largest one's square.
        #expect(abs(value - wanted) < 1e-3 * norm, "\(name): \(value), wanted \(wanted)")
        if wanted > 0.05 * norm { try expect(value, wanted, name) }
      }
      #expect(abs(WeightSpectrum.norm(of: weight.matrix.matrix) - norm) < 1e-2 * norm, "\(name)")
      let small = weight.singular.count { $0 < 0.1 * norm }
      #expect(spectrum.smallShare == Double(small) / Double(weight.singular.count), "\(name)")
    }
  }

  @Test func `how far a curve swings`() throws {
    for (name, curve) in fixture.curves {
      try expect(try #require(CurveStability.oscillation(curve.values)), curve.oscillation, name)
    }
  }
}
