import Images
import Reports
import Terminal

extension PictureScreen {
  /// What a figure is drawn for here.
  var appearance: Appearance {
    .onScreen(
      background: background.map { UInt32($0.red) << 16 | UInt32($0.green) << 8 | UInt32($0.blue) })
  }

  /// Pixels of a point, so that words in a figure are about as large as those around it.
  private var pointSize: Double { max(1, Double(cell.height) / 18) }

  /// Points beyond which a page of plots, or a plot, is not made wider.
  private static let widest = (page: 1240.0, plot: 760.0)
  private static let plotHeight = 270.0

  /// The rows of a figure's plots, each a picture and the cells that it fills exactly.
  ///
  /// - Parameter room: the cells that each may fill.
  func pictures(
    of figure: Figure, within room: CellArea
  ) throws -> [(image: PixelImage, area: CellArea)] {
    let room = allowed(room)
    let roomWidth = Double(room.columns * cell.width) / pointSize
    let across = figure.plots.count > 1 && roomWidth >= 800 ? 2 : 1
    let width = min(roomWidth, across == 2 ? Self.widest.page : Self.widest.plot) * pointSize
    let area = CellArea(
      columns: max(1, min(room.columns, Int(width / Double(cell.width)))),
      rows: max(
        1, min(room.rows, Int((Self.plotHeight * pointSize / Double(cell.height)).rounded(.up)))))
    return try stride(from: 0, to: figure.plots.count, by: across).map { start in
      var row = figure
      row.plots = Array(figure.plots[start..<min(start + across, figure.plots.count)])
      row.title = ""
      return (try picture(of: row, columns: across, filling: area), area)
    }
  }

  /// A figure at exactly the size of an area.
  func picture(of figure: Figure, columns: Int, filling area: CellArea) throws -> PixelImage {
    let size = pixels(of: area)
    var figure = figure
    figure.appearance = appearance
    figure.columns = columns
    // Cairo rounds a page up to whole pixels; one less is cut off below.
    (figure.plotWidth, figure.plotHeight) = Figure.plotSize(
      forPageWidth: Double(size.width) / pointSize, height: Double(size.height) / pointSize,
      columns: columns, plots: figure.plots.count, hasTitle: !figure.title.isEmpty)
    let image = try PixelImage(decoding: figure.png(scale: pointSize))
    return image.cropped(x: 0, y: 0, width: size.width, height: size.height)
  }
}
