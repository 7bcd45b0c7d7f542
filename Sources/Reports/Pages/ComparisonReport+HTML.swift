import Notebook

extension ComparisonReport {
  /// The report as one HTML page that needs nothing else: curves are inside it as SVG, sample
  /// sheets as PNG. Light or dark as the reader prefers; fits a phone.
  package func html() throws -> String {
    let sections = [
      head(), HTML.section("What differs", differencesSection()),
      HTML.section("How it came out", outcomeSection()), measuredSection(), try curvesSection(),
      try sheetsSection(), HTML.section("Declared as", declarationsSection()),
      HTML.section("Machine and build", HTML.table(environment(), headings: nil)),
      eventsSection(),
    ]
    let footer = "<footer>made by gansh on \(HTML.escaped(Readable.date(made)))</footer>\n"
    return HTML.page(title: title, body: sections.joined() + footer)
  }

  private var isSingle: Bool { details.count == 1 }

  private func head() -> String {
    "<header>\n<h1>\(HTML.escaped(title))</h1>\n" + HTML.table(overview()) + "</header>\n"
  }

  private func differencesSection() -> String {
    if isSingle { return "<p class=\"soft\">One run alone differs from nothing.</p>\n" }
    let table = differences()
    guard !table.rows.isEmpty else {
      return "<p>Nothing: their specifications and seeds are the same.</p>\n"
    }
    return HTML.table(table, headings: ["parameter"] + runHeads())
  }

  private func outcomeSection() -> String {
    guard !outcome.metrics.isEmpty else {
      let other = comparison.metrics.isEmpty ? "" : "other "
      return "<p class=\"soft\">No \(other)metric was logged.</p>\n"
    }
    let last = HTML.table(
      Table.metrics(of: outcome), headings: ["metric, as it was last"] + runHeads())
    let summaries = details.map { detail in
      "<h3>\(chip(of: detail.run.name))\(HTML.escaped(detail.run.name))</h3>\n"
        + HTML.table(Table.summaries(detail.summaries))
    }
    return last + "<details><summary>Extremes and means</summary>\n" + summaries.joined()
      + "</details>\n"
  }

  private func measuredSection() -> String {
    let table = evaluations()
    guard !table.rows.isEmpty else { return "" }
    let note = isSingle ? "" : "<p class=\"soft\">\(Self.comparable)</p>\n"
    return HTML.section(
      "Measured", note + HTML.table(table, headings: ["measure", "by"] + runHeads()))
  }

  private func curvesSection() throws -> String {
    let options = CurveOptions(smoothing: smoothing)
    let figure: Figure
    do {
      figure = try Figure.curves(of: comparison.runs, in: notebook, options: options)
    } catch ReportError.noCurves {
      return ""
    }
    let plots = try figure.plots.enumerated().map { index, plot in
      let element = try Figure(plots: [plot]).svgElement(
        prefix: "plot\(index)-", description: "curves of \(plot.title)")
      return "<div class=\"plot\">\(element)</div>\n"
    }
    return HTML.section("Curves", "<div class=\"plots\">\n" + plots.joined() + "</div>\n")
  }

  private func declarationsSection() -> String {
    let parts = declarations().map { declaration in
      let runs = declaration.runs.map { chip(of: $0) + HTML.escaped($0) }
      return "<p class=\"soft\">\(runs.joined(separator: ", "))</p>\n"
        + "<pre>\(HTML.escaped(declaration.text))</pre>\n"
    }
    return parts.joined()
  }

  private func eventsSection() -> String {
    let table = events()
    return table.rows.isEmpty ? "" : HTML.section("Events", HTML.table(table))
  }

  /// Names of the runs with the colours that their curves have.
  private func runHeads() -> [String] {
    comparison.runs.map { chip(of: $0.name) + HTML.escaped($0.name) }
  }

  func chip(of name: String) -> String {
    guard !isSingle, let index = comparison.runs.firstIndex(where: { $0.name == name }) else {
      return ""
    }
    return "<span class=\"chip\" style=\"background:\(Palette.light.colour(index).css)\"></span>"
  }
}

extension Canvas.Colour {
  /// `#0072b2`.
  var css: String {
    let parts = [red, green, blue].map { part in
      let digits = String(Int((part * 255).rounded()), radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }
    return "#" + parts.joined()
  }
}
