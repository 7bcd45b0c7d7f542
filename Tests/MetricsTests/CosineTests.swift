import Metrics
import Testing

@Suite struct CosineTests {
  @Test func `rows are set beside rows at the same place`() {
    let ones = FeatureMatrix([3, 4, 1, 0, 0, 0], count: 3)
    let others = FeatureMatrix([4, 3, -2, 0, 1, 1], count: 3)
    #expect(ones.cosines(to: others) == [24.0 / 25, -1, 0])
    #expect(ones.cosines(to: ones) == [1, 1, 0])
  }
}
