import Foundation
import FoundationXML
import Notebook
import Reports
import Testing

/// Whether a text is well-formed XML.
func isWellFormed(_ text: String) -> Bool {
  XMLParser(data: Data(text.utf8)).parse()
}

/// Width and height that a PNG's header tells.
func size(ofPNG data: Data) -> [Int] {
  [16, 20].map { at in data.dropFirst(at).prefix(4).reduce(0) { $0 << 8 | Int($1) } }
}

@Suite struct FigureTests {
  private func curve(_ label: String, _ values: [Double], colour: Int = 0) -> Curve {
    Curve(
      label: label,
      points: values.enumerated().map { Curve.Point(x: Double($0.offset), y: $0.element) },
      colour: colour)
  }

  @Test(
    arguments: [
      [], [1], [.nan], [.nan, .infinity, -.infinity], [3, 3, 3], [0, 0], [1e300, -1e300],
      [.leastNonzeroMagnitude, 5], [1, .nan, 2, 3, .infinity, 4], [-5, 0, 5],
      [.greatestFiniteMagnitude],
    ] as [[Double]], [false, true])
  func `any values make a picture`(_ values: [Double], _ isLogarithmic: Bool) throws {
    let plot = Plot(
      title: "loss <&> \"x\"", unit: "nats", curves: [curve("a & b", values)],
      isLogarithmic: isLogarithmic)
    let figure = Figure(title: "title", plots: [plot, plot, plot])
    #expect(isWellFormed(try figure.svg()))
    let png = try figure.png(scale: 1)
    #expect(png.prefix(8) == Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    #expect(size(ofPNG: png) == [1162, 648])
  }

  @Test func `a few outliers are left out of the frame, and the title says so`() throws {
    let values = (0..<200).map { 1 + Double($0 % 7) / 10 }
    func plot(_ values: [Double], isLogarithmic: Bool = false) -> Plot {
      var plot = Plot(title: "gap", curves: [curve("a", values)], isLogarithmic: isLogarithmic)
      plot.leaveOutliersOut()
      return plot
    }
    #expect(plot(values).window == nil)
    #expect(plot(values + [12]).window != nil && plot(values + [5]).window == nil)
    #expect(plot(values + [2000], isLogarithmic: true).window == nil)
    #expect(plot([1, 1.1, 2000]).window == nil, "too few to tell")
    #expect(plot(Array(repeating: 1, count: 200) + [5]).window == nil)
    let far = plot(values + [2000, -3, .nan])
    let window = try #require(far.window)
    #expect(window.lower == 1 && window.upper == 1.6 && window.count == 2)
    #expect(window.lowest == -3 && window.highest == 2000)
    let drawn = far.text(columns: 100, rows: 12, hasColour: false).plain
    #expect(drawn[0] == "gap; 2 points beyond the frame, from -3 to 2,000")
    #expect(!drawn.joined().contains("500"))
    #expect(isWellFormed(try Figure(plots: [far]).svg()))
    // What was measured tells, and not what was made of it.
    var smoothed = far
    smoothed.curves[0].isFaint = true
    smoothed.curves.append(smoothed.curves[0].smoothed(horizon: 3))
    smoothed.curves[1].isFaint = false
    smoothed.leaveOutliersOut()
    #expect(smoothed.window == far.window)
  }

  @Test func `the same figure is the same bytes`() throws {
    let figure = Figure(plots: [Plot(title: "t", curves: [curve("a", [1, 2, 3])])])
    #expect(try figure.png() == figure.png())
    #expect(try figure.svg() == figure.svg())
  }

  @Test func `turns of dials stand on the plots of their run`() throws {
    let sample = try SampleNotebook()
    let run = try sample.addRun("base")
    try sample.notebook.tune(
      run: run.id,
      [("lr", "9", 100), ("lr", "0.001", 100), ("smooth", "0.9", 100), ("critic", "5", nil)])
    let figure = try Figure.curves(of: [run], in: sample.notebook)
    for plot in figure.plots {
      let mark = Plot.Mark(x: 100, label: "lr=0.001 smooth=0.9", firstStep: 101)
      #expect(plot.marks == [mark], "what was turned again before a step was done is not drawn")
    }
    var plain = figure
    for index in plain.plots.indices { plain.plots[index].marks = [] }
    #expect(try figure.svg().utf8.count > plain.svg().utf8.count)
    #expect(isWellFormed(try figure.svg()))
  }

  @Test func `the picture's size follows the frame and not the series`() throws {
    func bytes(_ count: Int) throws -> Int {
      let values = (0..<count).map { sin(Double($0) * 0.37) * cos(Double($0) * 0.001) }
      return try Figure(plots: [Plot(title: "t", curves: [curve("a", values)])]).svg().utf8.count
    }
    let (short, long) = (try bytes(20_000), try bytes(200_000))
    #expect(long < short * 3 / 2, "\(short) and \(long) bytes")
  }

  @Test func `elements of one page have ids of their own`() throws {
    let figure = Figure(plots: [Plot(title: "t", curves: [curve("a", [1, 2, 3])])])
    let first = try figure.svgElement(prefix: "p1-", description: "a <b>")
    #expect(first.hasPrefix("<svg role=\"img\" aria-label=\"a &lt;b&gt;\" "))
    #expect(isWellFormed(first))
    let ids = first.components(separatedBy: " id=\"").dropFirst()
    #expect(!ids.isEmpty && ids.allSatisfy { $0.hasPrefix("p1-") })
    let uses = first.components(separatedBy: "href=\"#").dropFirst()
    #expect(!uses.isEmpty && uses.allSatisfy { $0.hasPrefix("p1-") })
  }

  @Test func `a picture of no size or of enormous size is refused`() throws {
    let plot = Plot(title: "t", curves: [])
    #expect(throws: ReportError.self) {
      try Figure(plots: [plot], plotWidth: 1, plotHeight: 1).png(scale: 1)
    }
    #expect(throws: ReportError.self) { try Figure(plots: [plot], plotWidth: 1e9).png() }
    #expect(throws: ReportError.self) { try Figure(plots: [plot], plotWidth: .nan).png() }
  }

  @Test func `smoothing forgets with distance and keeps gaps`() {
    let flat = curve("a", [2, 2, .nan, 2]).smoothed(horizon: 3)
    #expect(flat.points.map { "\($0.y)" } == ["2.0", "2.0", "nan", "2.0"])
    let step = curve("a", Array(repeating: 0, count: 50) + Array(repeating: 1, count: 200))
      .smoothed(horizon: 10)
    #expect(step.points[49].y == 0)
    // One horizon after the step all but 1/e of it is there.
    #expect(abs(step.points[59].y - (1 - exp(-1))) < 0.02)
    #expect(step.points[249].y > 0.999)
  }

  @Test func `all curves of a plot are averaged over the same steps`() throws {
    let sample = try SampleNotebook()
    let runs = [
      try sample.addRun("long", steps: 900),
      try sample.addRun("short", steps: 200) { _, step in
        step.isMultiple(of: 2) ? 1 : -1
      },
    ]
    let figure = try Figure.curves(of: runs, in: sample.notebook)
    #expect(figure.smoothingHorizon == 899.0 / 100)
    for plot in figure.plots {
      let smooth = plot.curves.filter { !$0.isFaint }
      #expect(smooth.count == 4 && plot.curves.count == 8)
      let ends = smooth.filter { $0.label.hasPrefix("short") }.compactMap { $0.points.last?.y }
      #expect(ends.allSatisfy { abs($0) < 0.2 }, "a run of few points is no rougher: \(ends)")
    }
    let alone = try Figure.curves(of: [runs[1]], in: sample.notebook)
    #expect(alone.smoothingHorizon == nil)
  }

  @Test func `no two runs of a figure have the same colour`() throws {
    for appearance in [Appearance.onPaper, .onScreen(background: nil)] {
      let drawings = try (0..<60).map { colour in
        var figure = Figure(plots: [Plot(title: "t", curves: [curve("", [1, 2], colour: colour)])])
        figure.appearance = appearance
        return try figure.svg()
      }
      #expect(Set(drawings).count == drawings.count)
    }
  }

  @Test func `metrics of a kind share a plot`() throws {
    let sample = try SampleNotebook()
    let base = try sample.addRun("base")
    let one = try Figure.curves(of: [base], in: sample.notebook)
    #expect(one.plots.map(\.title) == ["loss", "scores"])
    #expect(one.plots[0].curves.map(\.label) == ["G", "D"])
    #expect(one.plots[1].curves.map(\.label) == ["D(x)", "D(G(z))"])
    #expect(one.plots[0].curves.map(\.colour) == [0, 1])
    let other = try sample.addRun("other")
    let options = CurveOptions(metrics: ["generator_loss"], smoothing: .over(steps: 20))
    let two = try Figure.curves(of: [base, other], in: sample.notebook, options: options)
    #expect(two.plots.map(\.title) == ["loss: G"])
    #expect(two.plots[0].curves.map(\.label) == ["base", "base", "other", "other"])
    #expect(two.plots[0].curves.map(\.isFaint) == [true, false, true, false])
    let short = try Figure.curves(of: [base], in: sample.notebook)
    #expect(short.plots[0].curves.allSatisfy { !$0.isFaint }, "few points need no smoothing")
    #expect(
      throws: ReportError.noCurves(
        runs: ["base"], metrics: ["fid"],
        known: ["generator_loss", "discriminator_loss", "d_real", "d_fake"])
    ) {
      try Figure.curves(of: [base], in: sample.notebook, options: CurveOptions(metrics: ["fid"]))
    }
  }
}
