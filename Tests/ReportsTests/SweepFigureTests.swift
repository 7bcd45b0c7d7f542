import MetricDescriptions
import Reports
import Testing

/// Pictures of a sweep as values.
@Suite struct SweepFigureTests {
  private func comparison(_ rows: [(settings: [String], values: [Double])]) -> SweepComparison {
    SweepComparison(
      keys: ["lr", "objective"], metric: MetricDescription("modes", direction: .highest),
      configurations: rows.enumerated().map { index, row in
        SweepComparison.Configuration(
          number: index + 1, settings: row.settings,
          values: Dictionary(
            uniqueKeysWithValues: row.values.enumerated().map { (UInt64($0), $1) }), steps: 10,
          runs: row.values.count)
      })
  }

  private var four: SweepComparison {
    comparison([
      (["1e-3", "hinge"], [1, 3]), (["1e-3", "minimax"], [2, 2]), (["1e-5", "hinge"], [5, 7]),
      (["1e-5", "minimax"], [8, 8]),
    ])
  }

  @Test func `effects have a plot for each key, alternatives in order, means with their errors`() {
    let figure = Figure.effects(of: four, title: "s")
    #expect(figure.plots.map(\.title) == ["lr", "objective"])
    #expect(figure.plots[0].horizontalTicks?.map(\.label) == ["1e-5", "1e-3"], "by size")
    #expect(figure.plots[1].horizontalTicks?.map(\.label) == ["hinge", "minimax"], "as typed")
    let points = figure.plots[0].curves[0].points
    #expect(points.map(\.x) == [0, 0, 0, 0, 1, 1, 1, 1])
    #expect(points[0].y == 7 && points[3].y == 7 && points[4].y == 2)
    // Of 5, 7, 8, 8: s² = 2, s.e. = √(2 / 4).
    #expect(abs(points[1].y - points[0].y - 0.5.squareRoot()) < 1e-12)
    #expect(points[2].y < points[0].y)
  }

  @Test func `many numbers are put into five groups`() {
    let many = comparison((0..<20).map { (["\($0 + 1)e-5", "hinge"], [Double($0)]) })
    let plot = Figure.effects(of: many, title: "s").plots[0]
    #expect(plot.horizontalTicks?.count == 5)
    #expect(plot.horizontalTicks?.first?.label == "1e-5–4e-5")
    #expect(plot.curves[0].points.first?.y == 1.5)
    let drawn = comparison((0..<10).map { (["0.000\(1052 + $0 * 100)", "hinge"], [Double($0)]) })
    #expect(
      Figure.effects(of: drawn, title: "s").plots[0].horizontalTicks?.first?.label
        == "1.05e-4–1.15e-4", "both ends fit")
  }

  @Test func `a line for each configuration goes through what it was given to its mean`() {
    let plot = Figure.parallel(of: four, title: "s").plots[0]
    #expect(plot.horizontalTicks?.map(\.label) == ["lr", "objective", "modes"])
    #expect(plot.curves.map(\.label) == ["4", "3", "1", "2"], "best first")
    #expect(plot.curves[0].points.map(\.y) == [0, 1, 1])
    #expect(plot.curves[2].points.map(\.y) == [1, 0, 0])
    #expect(plot.curves.allSatisfy { !$0.isFaint })
    #expect(plot.labels.map(\.text).contains("1e-5"))
    #expect(
      plot.labels.allSatisfy { $0.isBefore == ($0.x == 2) }, "numbers stand right of the last axis")
    let drawn = plot.text(columns: 60, rows: 15, hasColour: false).plain.joined(separator: "\n")
    #expect(drawn.contains("1e-5") && drawn.contains("minimax") && drawn.contains("objective"))
  }

  @Test func `a sweep of nothing finished is drawn, too`() throws {
    let empty = comparison([(["1", "a"], []), (["2", "b"], [])])
    for figure in [Figure.effects(of: empty, title: "s"), .parallel(of: empty, title: "s")] {
      #expect(try figure.svg().contains("<svg"))
      _ = figure.text(columns: 60, hasColour: true)
    }
  }
}
