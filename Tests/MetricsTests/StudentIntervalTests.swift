import Metrics
import Testing

@Suite struct StudentIntervalTests {
  @Test func `few values have wide intervals`() throws {
    // scipy.stats.t.interval(0.95, 3, loc=2.5, scale=sem([1, 2, 3, 4])) is (0.4457, 4.5543).
    let interval = try #require(StudentInterval([1, 2, 3, 4]))
    #expect(interval.mean == 2.5)
    #expect(abs(try #require(interval.half) - 2.0543) < 1e-3)
    #expect(interval.isDistinct == true)
    #expect(StudentInterval([0.1, -0.2, 0.15])?.isDistinct == false)
    #expect(StudentInterval([7])?.half == nil && StudentInterval([]) == nil)
  }

  /// scipy.stats.t.ppf(0.975, n)
  @Test(arguments: [(1, 12.7062), (4, 2.7764), (20, 2.0860), (21, 2.0796), (60, 2.0003)])
  func `quantiles are Student's`(freedom: Int, quantile: Double) {
    #expect(abs(StudentInterval.quantile(ofFreedom: freedom) - quantile) < 2e-4)
  }
}
