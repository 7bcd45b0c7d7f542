extension Plot {
  /// Draws the plot into a rectangle of a canvas.
  func draw(
    on canvas: Canvas, in palette: Palette, x: Double, y: Double, width: Double, height: Double
  ) {
    PlotDrawing(self, on: canvas, in: palette, x: x, y: y, width: width, height: height).draw()
  }
}

extension Plot {
  /// The places of the horizontal axis that are written out.
  func ticks(of axis: Axis, about count: Int) -> [Axis.Tick] {
    horizontalTicks?.map { Axis.Tick(value: $0.x, label: $0.label) }
      ?? axis.ticks(about: count, isCompact: true)
  }
}

/// One plot at its place on a page.
private struct PlotDrawing {
  private let plot: Plot
  private let canvas: Canvas
  private let palette: Palette
  private let horizontal: Axis
  private let vertical: Axis
  private let verticalTicks: [Axis.Tick]
  private let outer: (x: Double, y: Double)
  /// The frame that curves are drawn in.
  private let left: Double
  private let top: Double
  private let width: Double
  private let height: Double
  private let labels: [EndLabel]
  private let hiddenLabels: Int

  private static let titleFont = Canvas.Font(size: 13, isBold: true)
  private static let font = Canvas.Font(size: 10.5)
  private static let lineHeight = 14.0

  /// A curve's name at its end.
  private struct EndLabel {
    var text: String
    var colour: Canvas.Colour
    /// Where the curve ends, and where its name stands.
    var end: Double
    var place: Double
  }

  init(
    _ plot: Plot, on canvas: Canvas, in palette: Palette, x: Double, y: Double, width: Double,
    height: Double
  ) {
    self.plot = plot
    self.canvas = canvas
    self.palette = palette
    outer = (x, y)
    let points = plot.curves.lazy.flatMap(\.points)
    horizontal = Axis(covering: points.map(\.x), margin: plot.horizontalMargin)
    vertical = Axis(
      covering: plot.coveredValues, isLogarithmic: plot.isLogarithmic, margin: 0.05)
    top = y + 30
    self.height = max(20, height - 30 - 36)
    verticalTicks =
      plot.hasVerticalScale ? vertical.ticks(about: max(2, Int(self.height / 42))) : []
    let tickWidth = verticalTicks.map { canvas.width(of: $0.label, Self.font) }.max() ?? 0
    left = x + tickWidth + 10
    let named = plot.curves.filter { !$0.isFaint && !$0.label.isEmpty }
    let labelWidth = min(
      width * 0.3, named.map { canvas.width(of: $0.label, Self.font) }.max() ?? 0)
    self.width = max(20, width - tickWidth - 10 - labelWidth - 16)
    let capacity = max(1, Int(self.height / Self.lineHeight))
    hiddenLabels = named.count > capacity ? named.count - capacity + 1 : 0
    let (axis, frameTop, frameHeight) = (vertical, top, self.height)
    let shown = named.prefix(named.count - hiddenLabels).map { curve in
      let last = curve.points.last { !axis.position(of: $0.y).isNaN }
      let place = last.map { axis.position(of: $0.y).clamped(to: 0...1) } ?? 0
      let end = frameTop + (1 - place) * frameHeight
      return EndLabel(
        text: canvas.cut(curve.label, to: labelWidth, Self.font),
        colour: palette.colour(curve.colour), end: end, place: end)
    }
    labels = Self.spread(shown, from: top, to: top + self.height)
  }

  func draw() {
    drawFrame()
    canvas.clipped(x: left - 2, y: top - 2, width: width + 4, height: height + 4) {
      for curve in plot.curves where curve.isFaint { draw(curve) }
      for curve in plot.curves where !curve.isFaint { draw(curve) }
    }
    for curve in plot.curves where !curve.isFaint { markGaps(of: curve) }
    drawMarks()
    for label in plot.labels {
      let (x, y) = (
        frameX(horizontal.position(of: label.x)), frameY(vertical.position(of: label.y))
      )
      guard x.isFinite, y.isFinite else { continue }
      let start = label.isBefore ? x - 4 - canvas.width(of: label.text, Self.font) : x + 4
      write(label.text, x: start, y: y + 3.8, palette.ink)
    }
    drawLabels()
  }

  /// Writes a text within the frame, where lines would run through it.
  private func write(_ text: String, x: Double, y: Double, _ colour: Canvas.Colour) {
    canvas.fill(
      x: x - 1, y: y - 9.8, width: canvas.width(of: text, Self.font) + 2, height: 12,
      palette.paper.faint(0.85))
    canvas.text(text, x: x, y: y, Self.font, colour)
  }

  private func drawFrame() {
    let unit = plot.unit.isEmpty ? "" : " (\(plot.unit))"
    let title = canvas.cut(plot.title + unit, to: left + width - outer.x, Self.titleFont)
    canvas.text(title, x: outer.x + 4, y: outer.y + 16, Self.titleFont, palette.ink)
    let start = outer.x + 4 + canvas.width(of: title, Self.titleFont) + 10
    if !plot.remark.isEmpty, start + 40 < left + width {
      let remark = canvas.cut(plot.remark, to: left + width - start, Self.font)
      canvas.text(remark, x: start, y: outer.y + 16, Self.font, palette.softInk)
    }
    for tick in verticalTicks {
      let y = frameY(vertical.position(of: tick.value))
      canvas.line(x1: left, y1: y, x2: left + width, y2: y, width: 0.8, palette.grid)
      canvas.text(
        tick.label, x: left - 6, y: y + 3.8, Self.font, palette.softInk, anchor: .end)
    }
    let bottom = top + height
    let room = width / Double(max(1, plot.horizontalTicks?.count ?? 1))
    for tick in plot.ticks(of: horizontal, about: max(2, Int(width / 80))) {
      let x = frameX(horizontal.position(of: tick.value))
      canvas.line(x1: x, y1: top, x2: x, y2: bottom, width: 0.8, palette.grid)
      canvas.text(
        canvas.cut(tick.label, to: max(24, room), Self.font), x: x, y: bottom + 14, Self.font,
        palette.softInk, anchor: .middle)
    }
    canvas.line(x1: left, y1: bottom, x2: left + width, y2: bottom, width: 1, palette.axis)
    canvas.text(
      plot.horizontalTitle, x: left + width / 2, y: bottom + 29, Self.font, palette.softInk,
      anchor: .middle)
  }

  private func draw(_ curve: Curve) {
    let full = palette.colour(curve.colour)
    let colour = curve.isFaint ? full.faint(palette.faintness) : full
    let lineWidth = curve.isFaint ? 1.0 : 1.6
    for piece in pieces(of: curve) {
      if piece.count == 1 {
        canvas.dot(x: piece[0].x, y: piece[0].y, radius: 2, colour)
      } else {
        canvas.line(piece, width: lineWidth, colour, dashes: Palette.dash(curve.dash))
      }
    }
  }

  /// The curve between its gaps, in page coordinates, no more than four points a half-pixel:
  /// the first, the lowest, the highest and the last, which looks the same.
  private func pieces(of curve: Curve) -> [[(x: Double, y: Double)]] {
    var pieces: [[(x: Double, y: Double)]] = []
    var piece: [(x: Double, y: Double)] = []
    var column: [(x: Double, y: Double)] = []
    func flushColumn() {
      if column.count <= 4 {
        piece += column
      } else {
        let low = column.indices.min { column[$0].y < column[$1].y } ?? 0
        let high = column.indices.max { column[$0].y < column[$1].y } ?? 0
        piece += Set([0, low, high, column.count - 1]).sorted().map { column[$0] }
      }
      column.removeAll(keepingCapacity: true)
    }
    for point in curve.points {
      let (h, v) = (horizontal.position(of: point.x), vertical.position(of: point.y))
      if h.isNaN || v.isNaN {
        flushColumn()
        if !piece.isEmpty { pieces.append(piece) }
        piece = []
        continue
      }
      // What is far beyond the frame need only be beyond it.
      let place = (x: frameX(h), y: frameY(v.clamped(to: -1...2)))
      if let first = column.first, place.x - first.x >= 0.5 { flushColumn() }
      column.append(place)
    }
    flushColumn()
    if !piece.isEmpty { pieces.append(piece) }
    return pieces
  }

  /// A small cross at the lower edge wherever a curve has no value.
  private func markGaps(of curve: Curve) {
    var last = -Double.infinity
    for point in curve.points where vertical.position(of: point.y).isNaN {
      let x = frameX(horizontal.position(of: point.x))
      guard x.isFinite, x - last >= 5 else { continue }
      last = x
      let y = top + height - 5
      canvas.line(x1: x - 2, y1: y - 2, x2: x + 2, y2: y + 2, width: 1.2, palette.alarm)
      canvas.line(x1: x - 2, y1: y + 2, x2: x + 2, y2: y - 2, width: 1.2, palette.alarm)
    }
  }

  /// Dashed lines where something was changed, and beside each what, over the curves, each lower than the last one
  /// until there is room at the top again.
  private func drawMarks() {
    var ends: [Double] = []
    var labels: [(text: String, x: Double, y: Double)] = []
    for mark in plot.marks.sorted(by: { $0.x < $1.x }) {
      let x = frameX(horizontal.position(of: mark.x))
      guard x.isFinite, x >= left, x <= left + width else { continue }
      canvas.line(
        [(x, top), (x, top + height)], width: 0.9, palette.softInk, dashes: [3, 3])
      let label = canvas.cut(mark.label, to: width / 2, Self.font)
      let long = canvas.width(of: label, Self.font)
      let start = x + 4 + long <= left + width ? x + 4 : x - 4 - long
      let row = ends.firstIndex { $0 < start - 6 } ?? ends.count
      let y = top + 11 + Double(row) * Self.lineHeight
      guard y < top + height - 4 else { continue }
      if row < ends.count { ends[row] = start + long } else { ends.append(start + long) }
      labels.append((label, start, y))
    }
    // Over all of the lines.
    for label in labels { write(label.text, x: label.x, y: label.y, palette.softInk) }
  }

  private func drawLabels() {
    let x = left + width
    for label in labels {
      if abs(label.end - label.place) > 5 {
        canvas.line(
          x1: x + 2, y1: label.end, x2: x + 8, y2: label.place, width: 0.8,
          label.colour.faint(0.6))
      }
      canvas.text(label.text, x: x + 11, y: label.place + 3.8, Self.font, label.colour)
    }
    guard hiddenLabels > 0 else { return }
    canvas.text(
      "+ \(hiddenLabels) more", x: x + 11, y: top + height + 3.8, Self.font, palette.softInk)
  }

  /// Moves names apart that would stand on one another, as little as needed.
  private static func spread(
    _ labels: [EndLabel], from top: Double, to bottom: Double
  ) -> [EndLabel] {
    var labels = labels.sorted { $0.end < $1.end }
    var lowest = top - lineHeight
    for index in labels.indices {
      labels[index].place = max(labels[index].end, lowest + lineHeight)
      lowest = labels[index].place
    }
    var limit = bottom
    for index in labels.indices.reversed() {
      labels[index].place = min(labels[index].place, limit)
      limit = labels[index].place - lineHeight
    }
    return labels
  }

  private func frameX(_ share: Double) -> Double { left + share * width }
  private func frameY(_ share: Double) -> Double { top + (1 - share) * height }
}
