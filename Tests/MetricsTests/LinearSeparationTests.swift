import Metrics
import Randomness
import Testing

@Suite struct LinearSeparationTests {
  /// Normal vectors of which those above 0.3 along (3, 4, 0, …)/5 are of the first kind, in one case among the nearest wrongly.
  private func samples(_ count: Int, noise: Float = 0) -> (FeatureMatrix, [Bool]) {
    let philox = Philox(seed: 5, stream: 99)
    let values = (0..<count * 8).map { philox.normal($0) }
    let kinds = (0..<count).map { row in
      0.6 * values[row * 8] + 0.8 * values[row * 8 + 1] + noise * philox.normal(count * 8 + row)
        > 0.3
    }
    return (FeatureMatrix(values, count: count), kinds)
  }

  @Test(arguments: LinearSeparation.Method.allCases)
  func findsTheDirection(method: LinearSeparation.Method) throws {
    let (rows, kinds) = samples(2000, noise: 0.2)
    let found = try #require(LinearSeparation(rows, kinds, by: method))
    let cosine = 0.6 * found.direction[0] + 0.8 * found.direction[1]
    #expect(cosine > 0.98, "\(method): \(cosine)")
    #expect(abs(found.direction.reduce(0) { $0 + $1 * $1 } - 1) < 1e-9)
    #expect(try #require(found.accuracy(on: rows, kinds)) > 0.9)
  }

  @Test func oneKindHasNoDirection() {
    let (rows, _) = samples(50)
    for method in LinearSeparation.Method.allCases {
      #expect(LinearSeparation(rows, [Bool](repeating: true, count: 50), by: method) == nil)
    }
    let same = FeatureMatrix([Float](repeating: 1, count: 80), count: 10)
    #expect(LinearSeparation(same, (0..<10).map { $0 < 5 }, by: .mean) == nil)
  }

  @Test func takesOffWhatIsCommon() throws {
    let rest = try #require(direction([0.6, 0.8, 0], without: [[1, 0, 0]]))
    #expect(abs(rest[0]) < 1e-12 && abs(rest[1] - 1) < 1e-12)
    // Two that are all but the same take off what they have in common once.
    let both = try #require(direction([0.6, 0.8, 0], without: [[0, 0, 1], [0, 1e-9, 1]]))
    #expect(abs(both[0] - 0.6) < 1e-6)
    #expect(direction([1, 0], without: [[1, 0], [0, 1]]) == nil)
  }
}
