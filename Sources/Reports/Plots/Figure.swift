package import Foundation

/// Plots on one page, drawn with cairo to PNG and SVG by the same code.
package struct Figure: Sendable, Hashable {
  /// Above all plots; empty for none.
  package var title: String
  package var plots: [Plot]
  /// Plots side by side.
  package var columns: Int
  /// Points of one plot.
  package var plotWidth: Double
  package var plotHeight: Double
  package var appearance = Appearance.onPaper
  /// Steps over which its curves were averaged, where they were; nil: all as measured.
  package var smoothingHorizon: Double?

  package init(
    title: String = "", plots: [Plot], columns: Int? = nil, plotWidth: Double = 560,
    plotHeight: Double = 290
  ) {
    self.title = title
    self.plots = plots
    self.columns = max(1, columns ?? (plots.count > 1 ? 2 : 1))
    self.plotWidth = plotWidth
    self.plotHeight = plotHeight
  }

  /// The page as PNG.
  ///
  /// - Parameter scale: pixels for a point; 2 is sharp on today's screens.
  package func png(scale: Double = 2) throws(ReportError) -> Data {
    try drawn(as: .png(scale: scale), hasPaper: true)
  }

  /// The page as an SVG document, on white unless it is to be `isTransparent`.
  package func svg(isTransparent: Bool = false) throws(ReportError) -> String {
    let document = String(
      decoding: try drawn(as: .svg, hasPaper: !isTransparent), as: UTF8.self)
    return Self.withoutSurfaceNumber(document)
  }

  /// Cairo names the outermost group by how many surfaces the process has made; without that
  /// the same figure is the same bytes.
  private static func withoutSurfaceNumber(_ document: String) -> String {
    guard let name = document.range(of: "id=\"surface") else { return document }
    let number = document[name.upperBound...].prefix { $0.isNumber }
    return String(document[..<name.upperBound] + document[number.endIndex...])
  }

  /// The page as an `<svg>` element to stand in an HTML page among others.
  ///
  /// - Parameter prefix: begins every id of the element, so that two of them keep apart.
  package func svgElement(
    prefix: String, description: String
  ) throws(ReportError) -> String {
    let document = try svg(isTransparent: true)
    guard let start = document.range(of: "<svg ") else {
      throw .drawing("cairo wrote no svg element")
    }
    let body = document[start.upperBound...]
      .replacingOccurrences(of: "id=\"", with: "id=\"\(prefix)")
      .replacingOccurrences(of: "href=\"#", with: "href=\"#\(prefix)")
      .replacingOccurrences(of: "url(#", with: "url(#\(prefix)")
    return "<svg role=\"img\" aria-label=\"\(HTML.escaped(description))\" " + body
  }

  /// The points of a plot on a page of so many points.
  package static func plotSize(
    forPageWidth width: Double, height: Double, columns: Int, plots: Int, hasTitle: Bool
  ) -> (width: Double, height: Double) {
    let down = Double((max(1, plots) + columns - 1) / columns)
    let head = margin + (hasTitle ? titleHeight : 0)
    return ((width - margin) / Double(columns) - margin, (height - head) / down - margin)
  }

  private static let margin = 14.0
  private static let titleHeight = 26.0

  private func drawn(as kind: Canvas.Kind, hasPaper: Bool) throws(ReportError) -> Data {
    let across = min(columns, max(1, plots.count))
    let down = (plots.count + across - 1) / across
    let head = title.isEmpty ? 0 : Self.titleHeight
    let width = Self.margin + Double(across) * (plotWidth + Self.margin)
    let height = Self.margin + head + Double(down) * (plotHeight + Self.margin)
    let canvas = try Canvas(width: width, height: height, kind: kind)
    let palette = Palette.palette(for: appearance)
    if hasPaper { canvas.fill(x: 0, y: 0, width: width, height: height, palette.paper) }
    if !title.isEmpty {
      let font = Canvas.Font(size: 16, isBold: true)
      let text = canvas.cut(title, to: width - 2 * Self.margin, font)
      canvas.text(text, x: Self.margin + 4, y: Self.margin + 14, font, palette.ink)
    }
    for (index, plot) in plots.enumerated() {
      plot.draw(
        on: canvas, in: palette,
        x: Self.margin + Double(index % across) * (plotWidth + Self.margin),
        y: Self.margin + head + Double(index / across) * (plotHeight + Self.margin),
        width: plotWidth, height: plotHeight)
    }
    return try canvas.finish()
  }
}
