import Datasets
import Foundation
import Specification
import TestSupport
import Testing

@Suite struct MixtureTests {
  func mixture(_ source: DatasetSource) throws(DatasetError) -> Dataset {
    try Dataset.open(
      DatasetSpecification(source: source, preprocessing: nil),
      cacheDirectory: URL(fileURLWithPath: "/nowhere"))
  }

  @Test func `a ring has as many distinct modes as it says`() throws {
    let ring = try #require(try mixture(.ring(modes: 8, radius: 2, deviation: 0.01)).mixture)
    #expect(ring.centres.count == 8)
    for (i, centre) in ring.centres.enumerated() {
      #expect(abs((centre * centre).sum() - 4) < 1e-12)
      for other in ring.centres[..<i] {
        let offset = centre - other
        #expect((offset * offset).sum() > 2)
      }
    }
  }

  @Test func `a grid is centred on the origin`() throws {
    let grid = try #require(try mixture(.grid(side: 5, spacing: 2, deviation: 0.05)).mixture)
    let axis: [Double] = [-4, -2, 0, 2, 4]
    #expect(grid.centres == axis.flatMap { x in axis.map { SIMD2(x, $0) } })
  }

  @Test func `points cover all modes with their deviation`() throws {
    let ring = try #require(try mixture(.ring(modes: 8, radius: 1, deviation: 0.01)).mixture)
    let points = ring.points(count: 2500, seed: 4, step: 0)
    let score = ring.score(points)
    #expect(score.captured == 8)
    #expect(score.modes == 8)
    // Within three deviations of a centre in the plane: 1 − exp(−9/2) = 98.9%.
    #expect(abs(score.highQuality - 0.989) < 0.008)
    #expect(try #require(score.reverseDivergence) < 0.01)
    #expect(ring.points(count: 100, seed: 4, step: 0) == Array(points.prefix(200)))
    #expect(ring.points(count: 100, seed: 4, step: 1) != Array(points.prefix(200)))
  }

  @Test func `collapsed points are told from good ones`() throws {
    let ring = try #require(try mixture(.ring(modes: 8, radius: 1, deviation: 0.01)).mixture)
    let one = ring.score((0..<100).flatMap { _ in [Float(1), 0.001] })
    #expect(one.captured == 1)
    #expect(one.highQuality == 1)
    #expect(abs(try #require(one.reverseDivergence) - log(8)) < 1e-12)
    let none = ring.score([.nan, 0, 5, 5, .infinity, 1])
    #expect(none == ring.score([0.5, 0.5, 0.3, 0.3, 2, 2]))
    #expect(none.captured == 0)
    #expect(none.reverseDivergence == nil)
    #expect(ring.score([]).highQuality == 0)
  }

  @Test func `points have no count and no labels`() throws {
    let ring = try mixture(.ring(modes: 8, radius: 1, deviation: 0.01))
    #expect(ring.count == nil)
    #expect(ring.labels == nil)
    #expect(ring.exampleShape == .point(dimensions: 2))
    #expect(
      ring.description
        == "points in the plane: 8 Gaussians of deviation 0.01 on a circle of radius 1.0")
  }

  @Test func `mixtures that cannot be are refused`() {
    for source: DatasetSource in [
      .ring(modes: 0, radius: 1, deviation: 1), .ring(modes: .max, radius: 1, deviation: 1),
      .ring(modes: 8, radius: .nan, deviation: 1), .ring(modes: 8, radius: 1, deviation: -1),
      .grid(side: -1, spacing: 1, deviation: 1), .grid(side: .max, spacing: 1, deviation: 1),
      .grid(side: 2, spacing: .infinity, deviation: 1), .grid(side: 2, spacing: 1, deviation: .nan),
    ] {
      #expect(throws: DatasetError.self) { try mixture(source) }
    }
  }
}
