import Reports
import Testing

@Suite struct SparklineTests {
  @Test(
    arguments: [
      ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"), ([1, nil, 0], "█ ▁"), ([2, 2], "▅▅"),
      ([.nan, .infinity, 1, 2], "  ▁█"), ([], ""), ([nil], ""),
      ([-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude], "▁█"),
    ] as [([Double?], String)])
  func `a curve in a line`(values: [Double?], expected: String) {
    #expect(Sparkline.text(values) == expected)
  }

  @Test(
    arguments: [
      ("fid", .lowest), ("fid50k", nil), ("generator_loss", nil), ("discriminator_loss", nil),
      ("kid", .lowest), ("modes", .highest), ("precision", .highest), ("inception_score", .highest),
      ("d_real", nil), ("gradient_norm", nil), ("Loss/scores", nil), ("", nil),
      ("wall_seconds", nil),
      ("learning_rate", nil), ("high_quality", .highest),
    ] as [(String, MetricDirection?)])
  func `the direction of a metric`(name: String, expected: MetricDirection?) {
    #expect(MetricDirection(ofMetric: name) == expected)
  }
}
