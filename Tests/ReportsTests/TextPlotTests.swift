import Foundation
import Images
import Reports
import Testing
import TerminalText

@Suite struct TextPlotTests {
  private func curve(
    _ label: String, _ values: [Double], colour: Int = 0, dash: Int = 0, isFaint: Bool = false
  ) -> Curve {
    Curve(
      label: label,
      points: values.enumerated().map { Curve.Point(x: Double($0.offset) * 100, y: $0.element) },
      colour: colour, dash: dash, isFaint: isFaint)
  }

  private func lines(_ plot: Plot, columns: Int = 40, rows: Int = 9, hasColour: Bool = true)
    -> [String]
  {
    plot.text(columns: columns, rows: rows, hasColour: hasColour).plain
  }

  @Test func `a rising line is drawn with axes, round values and its name`() {
    let plot = Plot(title: "loss", unit: "nats", curves: [curve("generator", [0, 1, 2, 3, 4])])
    #expect(
      lines(plot) == [
        "loss (nats)",
        "    │                    ⣀⠤⠒  generator", "    │                ⣀⠤⠒⠉",
        "2.5 ┤            ⣀⠤⠒⠉", "    │       ⢀⡠⠤⠒⠉", "    │   ⣀⠤⠒⠊⠁", "  0 ┤⠤⠒⠉",
        "    └┬──────────┬──────────┬", "     0         200        400  step",
      ])
  }

  @Test func `without colours each of several curves has a mark`() {
    let plot = Plot(
      title: "loss", curves: [curve("one", [0, 4]), curve("two", [4, 0], colour: 1)])
    let drawn = lines(plot, hasColour: false)
    #expect(drawn.contains { $0.hasSuffix("* one") } && drawn.contains { $0.hasSuffix("o two") })
    #expect(drawn[1].contains("o") && drawn[1].hasSuffix("* one"))
    #expect(!drawn.joined().unicodeScalars.contains { (0x2800...0x28FF).contains($0.value) })
  }

  @Test func `gaps are shown where they are, and faint curves are left out`() {
    let plot = Plot(
      title: "loss",
      curves: [curve("a", [1, 1, .nan, 2, 2]), curve("f", [90, 90], isFaint: true)])
    let drawn = plot.text(columns: 40, rows: 9, hasColour: true)
    #expect(drawn.plain.joined().count { $0 == "×" } == 1)
    #expect(!drawn.plain.joined().contains("90"))
    let tones = Set(drawn.lines.joined().map(\.tone))
    #expect(tones.isSuperset(of: [.title, .soft, .alarm, .curve(0)]))
  }

  @Test(
    arguments: [
      [], [1], [.nan], [.nan, .infinity, -.infinity], [3, 3, 3], [0, 0], [1e300, -1e300],
      [.leastNonzeroMagnitude, 5], [.greatestFiniteMagnitude],
    ] as [[Double]], [false, true])
  func `any values make a drawing of the size asked for`(
    _ values: [Double], _ isLogarithmic: Bool
  ) {
    let plot = Plot(
      title: "a very long title that does not fit into the width of this plot at all",
      curves: [curve("a name that is too long to stand beside it", values)],
      isLogarithmic: isLogarithmic)
    for (columns, rows) in [(30, 7), (80, 20), (0, 0)] {
      let drawn = lines(plot, columns: columns, rows: rows)
      #expect(drawn.count == max(7, rows))
      #expect(drawn.allSatisfy { DisplayWidth.of($0) <= max(30, columns) }, "\(drawn)")
    }
  }

  private static let greatest = Double.greatestFiniteMagnitude
  static let enormous: [[Double]] = [
    [1e308, -1e308, 1e308, 0], [greatest, -greatest], [1e308, .leastNonzeroMagnitude],
    [-1e308, -1.7e308],
  ]

  @Test(.timeLimit(.minutes(1)), arguments: enormous, [false, true])
  func `the largest doubles are drawn inside the frame`(
    _ values: [Double], _ isLogarithmic: Bool
  ) throws {
    let plot = Plot(title: "t", curves: [curve("a", values)], isLogarithmic: isLogarithmic)
    let drawn = lines(plot)
    let dots = drawn.joined().unicodeScalars.count { $0 > "\u{2800}" && $0 <= "\u{28FF}" }
    #expect(dots > 0 || isLogarithmic && values.allSatisfy { $0 <= 0 }, "\(drawn)")
    _ = try Figure(plots: [plot]).png(scale: 1)
    let smooth = curve("a", values).smoothed(horizon: 3)
    #expect(smooth.points.allSatisfy { $0.y.isFinite })
  }

  @Test func `more curves than there are colours are told apart by marks`() {
    let curves = (0..<9).map { curve("run \($0)", [Double($0)], colour: $0) }
    let plot = Plot(title: "t", curves: curves)
    let drawn = plot.text(columns: 60, rows: 14, hasColour: true).plain.joined(separator: "\n")
    #expect(drawn.contains("* run 0") && drawn.contains("b run 8"), "\(drawn)")
  }

  @Test func `many names keep to the frame, one a row`() {
    let curves = (0..<20).map { curve("run \($0)", [Double($0 % 3)], colour: $0) }
    let drawn = lines(Plot(title: "t", curves: curves), rows: 9)
    #expect(drawn.count == 9)
    #expect(drawn.count { $0.contains("run ") } == 6)
  }

  @Test func `plots stand side by side where there is room`() {
    let plot = Plot(title: "loss", curves: [curve("a", [1, 2])])
    let figure = Figure(plots: [plot, plot, plot])
    let wide = figure.text(columns: 120, rows: 8, hasColour: true).plain
    #expect(wide.count == 17)
    #expect(wide[0].hasPrefix("loss ") && wide[0].hasSuffix(" loss"))
    #expect(figure.text(columns: 100, rows: 8, hasColour: true).plain.count == 26)
  }

  @Test func `where something was changed there is an upright line`() {
    var plot = Plot(title: "t", curves: [curve("a", [0, 1, 2, 3, 4])])
    let before = lines(plot)
    plot.marks = [
      Plot.Mark(x: 200, label: "lr=0.001", firstStep: 201),
      Plot.Mark(x: 900, label: "beyond", firstStep: 901),
    ]
    let after = lines(plot)
    let column = before[before.count - 1].distance(
      from: before[before.count - 1].startIndex,
      to: before[before.count - 1].firstIndex(of: "2") ?? before[before.count - 1].startIndex)
    let marked = after.filter { $0.contains("┊") }
    #expect(marked.count >= 4 && marked.allSatisfy { $0.filter { $0 == "┊" }.count == 1 })
    let place = marked[0].distance(
      from: marked[0].startIndex, to: marked[0].firstIndex(of: "┊") ?? marked[0].startIndex)
    #expect(abs(place - column) <= 2, "above the axis's 200")
  }

  @Test func `a figure for a screen has the screen's background`() throws {
    var figure = Figure(plots: [Plot(title: "t", curves: [curve("a", [1, 2, 3])])])
    for background: UInt32 in [0x102030, 0xF0F8FF] {
      figure.appearance = .onScreen(background: background)
      let corner = try PixelImage(decoding: figure.png(scale: 1))[0, 0]
      #expect(corner.reduce(0) { $0 << 8 | UInt32($1) } == background)
    }
    let size = Figure.plotSize(
      forPageWidth: 900, height: 400, columns: 1, plots: 1, hasTitle: false)
    (figure.plotWidth, figure.plotHeight) = size
    let image = try PixelImage(decoding: figure.png(scale: 1))
    #expect((image.width, image.height) == (900, 400))
  }

  @Test func `a page of pictures holds them pixel for pixel`() throws {
    let red = PixelImage(width: 40, height: 30, colour: [200, 10, 20])
    let grey = PixelImage(width: 40, height: 30, colour: [7])
    let page = PicturePage(
      captions: ["1", "2"], labels: ["3", "4"], rows: [[red, grey], [grey, red]], magnification: 2)
    let image = try PixelImage(decoding: page.png())
    let pixels = (0..<image.width * image.height).map { Array(image.pixels[$0 * 3..<$0 * 3 + 3]) }
    #expect(pixels.count { $0 == [200, 10, 20] } == 2 * 80 * 60)
    #expect(pixels.count { $0 == [7, 7, 7] } >= 2 * 80 * 60)
    #expect(isWellFormed(try page.svg()))
    #expect(try PicturePage(rows: [[PixelImage(width: 1, height: 1, colour: [0])]]).png().count > 0)
  }
}
