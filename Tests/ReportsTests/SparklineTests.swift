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
}
