import Foundation
import Images
import Notebook
import Reports
import Terminal
import TerminalText

/// A run on the whole screen: how it stands, its curves, its newest sheet, what happened.
final class WatchScreen {
  private let output: Output
  private var screen: PictureScreen
  private var view: RunView
  private var layout: WatchLayout
  /// What the left and right parts show, so that they are drawn again only for something new.
  private var shownStep: Int?
  private var shownSheet: Int64?
  /// When curves may be drawn again: their drawing is to cost little of what the run could use.
  private var curvesDue = 0.0

  /// Ids of the two pictures, for kitty.
  private static let curvesID = 7101
  private static let sheetID = 7102

  init(_ session: Session, _ view: RunView) {
    output = session.output
    self.view = view
    screen = session.pictureScreen() ?? PictureScreen(takes: .blocks)
    layout = WatchLayout(screen.size, eventCount: view.events.count, hasSheet: view.sheet != nil)
  }

  /// Draws, looks and draws again until somebody leaves.
  ///
  /// - Parameter interval: seconds between looks.
  func stay(looking interval: Double) throws {
    let before = Interrupts.pendingCount
    defer { output.send(screen.erased(ids: [Self.curvesID, Self.sheetID])) }
    try drawAll()
    while true {
      switch FullScreen.next(waitingUpTo: interval, interrupts: before) {
      case .interrupted, .key("q"), .key("Q"): return
      case .resized, .key("\u{C}"): try drawAll()
      case .key, .nothing:
        let sheets = view.sheet != nil
        let events = view.events.count
        try view.look()
        // The first sheet, or an event, moves everything.
        if sheets != (view.sheet != nil) || events != view.events.count {
          try drawAll()
        } else {
          try drawChanges()
        }
      }
    }
  }

  private func drawAll() throws {
    screen.measure()
    layout = WatchLayout(screen.size, eventCount: view.events.count, hasSheet: view.sheet != nil)
    (shownStep, shownSheet, curvesDue) = (nil, nil, 0)
    output.send(screen.erased(ids: [Self.curvesID, Self.sheetID]) + "\u{1B}[2J")
    try drawChanges()
  }

  private func drawChanges() throws {
    // A terminal that knows how shows all of it at once.
    output.put(.sequence("\u{1B}[?2026h") + head() + feet())
    defer { output.send("\u{1B}[?2026l") }
    try drawCurves()
    try drawSheet()
  }

  // MARK: Lines

  private func put(_ text: StyledText, atRow row: Int) -> StyledText {
    .sequence("\u{1B}[\(row);1H") + text + .sequence("\u{1B}[K")
  }

  private func head() -> StyledText {
    let width = layout.size.columns
    let name = DisplayWidth.cut(SafeText.oneLine(view.run.name), to: width / 2)
    let tone: Style = view.isOver ? (view.run.status == .finished ? .green : .red) : .cyan
    let bar = WatchLayout.bar(share: view.share, columns: min(30, max(6, width / 4)))
    let status = output.styled(view.status, tone)
    let rest = DisplayWidth.cut(
      view.line, to: max(0, width - DisplayWidth.of(name + view.status + bar) - 7))
    return put("\(output.styled(name, .bold))  \(status)  \(bar)  \(rest)", atRow: 1)
  }

  private func feet() -> StyledText {
    let (width, height) = (layout.size.columns, layout.size.rows)
    var text: StyledText = ""
    for (index, event) in view.events.suffix(layout.eventRows).enumerated() {
      let step = event.step.map { "step \(Readable.integer($0))  " } ?? ""
      let line = DisplayWidth.cut(
        SafeText.oneLine(
          "\(Readable.date(event.time))  \(step)\(event.kind): \(event.message)"), to: width - 1)
      text += put(output.styled(line, .dim), atRow: height - layout.eventRows + index)
    }
    let leave = view.isOver ? "q leaves" : "q leaves; the run goes on"
    return text + put(output.styled(DisplayWidth.cut(leave, to: width - 1), .dim), atRow: height)
  }

  // MARK: Pictures

  private func drawCurves() throws {
    guard let area = layout.curves, shownStep != view.run.stepsDone else { return }
    let begun = monotonicSeconds()
    guard begun >= curvesDue || view.isOver else { return }
    guard let figure = try view.curves(width: Double(area.columns * 2)) else { return }
    shownStep = view.run.stepsDone
    if screen.takes.showsPixels {
      let area = screen.allowed(area)
      let image = try screen.picture(of: figure, columns: 1, filling: area)
      output.send(
        try screen.drawn(image, over: area, atRow: layout.top, column: 1, id: Self.curvesID))
    } else {
      drawText(of: figure, over: area)
    }
    // A twentieth of the time at most.
    curvesDue = begun + max(0.5, (monotonicSeconds() - begun) * 20)
  }

  private func drawText(of figure: Figure, over area: CellArea) {
    let count = max(1, min(figure.plots.count, area.rows / 7))
    var row = layout.top
    for plot in figure.plots.prefix(count) {
      let drawing = plot.text(
        columns: area.columns, rows: area.rows / count, hasColour: output.hasColour)
      for line in drawing.lines {
        let used = line.reduce(0) { $0 + DisplayWidth.of($1.text) }
        let blanks = String(repeating: " ", count: max(0, area.columns - used))
        output.put(.sequence("\u{1B}[\(row);1H") + output.coloured(line) + blanks)
        row += 1
      }
    }
  }

  private func drawSheet() throws {
    guard let room = layout.sheet, let sheet = view.sheet, shownSheet != sheet.id,
      screen.takes != .none, let picture = try view.picture()
    else { return }
    shownSheet = sheet.id
    let column = layout.size.columns - room.columns + 1
    let caption = DisplayWidth.cut(
      "samples after step \(Readable.integer(sheet.step))", to: room.columns)
    output.put(
      .sequence("\u{1B}[\(layout.top);\(column)H") + output.styled(caption, .bold)
        + .sequence("\u{1B}[K"))
    let box = CellArea(columns: room.columns, rows: room.rows - 1)
    let page = screen.legible(picture, count: sheet.count, within: box).page
    let area = screen.area(width: page.width, height: page.height, within: box)
    output.send(
      try screen.drawn(
        page, over: area, atRow: layout.top + 1, column: column, id: Self.sheetID))
  }
}
