package import Foundation
package import Images

/// Pictures in rows and columns with words around them, as PNG and SVG.
package struct PicturePage: Sendable, Hashable {
  /// Above everything; empty for none.
  package var title: String
  /// Above each column; empty for none.
  package var captions: [String]
  /// Before each row; empty for none.
  package var labels: [String]
  package var rows: [[PixelImage]]
  /// How often each pixel is repeated in both directions.
  package var magnification: Int
  package var appearance = Appearance.onPaper

  package init(
    title: String = "", captions: [String] = [], labels: [String] = [], rows: [[PixelImage]],
    magnification: Int = 1
  ) {
    self.title = title
    self.captions = captions
    self.labels = labels
    self.rows = rows
    self.magnification = max(1, magnification)
  }

  /// The page as PNG, a pixel of it for a pixel of a picture's magnification.
  package func png() throws(ReportError) -> Data { try drawn(as: .png(scale: 1)) }

  /// The page as an SVG document, pictures inside it.
  package func svg() throws(ReportError) -> String {
    String(decoding: try drawn(as: .svg), as: UTF8.self)
  }

  private static let gap = 3.0
  private static let margin = 6.0
  private static let font = Canvas.Font(size: 10.5)
  private static let titleFont = Canvas.Font(size: 13, isBold: true)

  private func drawn(as kind: Canvas.Kind) throws(ReportError) -> Data {
    let (gap, margin) = (Self.gap, Self.margin)
    let all = rows.joined()
    let width = Double((all.map(\.width).max() ?? 1) * magnification)
    let height = Double((all.map(\.height).max() ?? 1) * magnification)
    let across = Double(rows.map(\.count).max() ?? 1)
    let ruler = try Canvas(width: 100, height: 100, kind: .png(scale: 1))
    let aside = labels.isEmpty ? 0 : (labels.map { ruler.width(of: $0, Self.font) }.max() ?? 0) + 8
    let head = (title.isEmpty ? 0 : 22.0) + (captions.isEmpty ? 0 : 16)
    let page = (
      width: max(100, 2 * margin + aside + across * (width + gap) - gap),
      height: max(100, 2 * margin + head + Double(rows.count) * (height + gap) - gap)
    )
    let canvas = try Canvas(width: page.width, height: page.height, kind: kind)
    let palette = Palette.palette(for: appearance)
    canvas.fill(x: 0, y: 0, width: page.width, height: page.height, palette.paper)
    if !title.isEmpty {
      let text = canvas.cut(title, to: page.width - 2 * margin, Self.titleFont)
      canvas.text(text, x: margin, y: margin + 13, Self.titleFont, palette.ink)
    }
    for (column, caption) in captions.enumerated() {
      canvas.text(
        canvas.cut(caption, to: width, Self.font),
        x: margin + aside + Double(column) * (width + gap) + width / 2, y: margin + head - 4,
        Self.font, palette.softInk, anchor: .middle)
    }
    for (row, pictures) in rows.enumerated() {
      let y = margin + head + Double(row) * (height + gap)
      if row < labels.count {
        canvas.text(
          labels[row], x: margin + aside - 8, y: y + height / 2 + 4, Self.font, palette.softInk,
          anchor: .end)
      }
      for (column, picture) in pictures.enumerated() {
        canvas.picture(
          magnified(picture), x: margin + aside + Double(column) * (width + gap), y: y)
      }
    }
    return try canvas.finish()
  }

  private func magnified(_ picture: PixelImage) -> PixelImage {
    guard magnification > 1 else { return picture }
    var large = PixelImage(
      width: picture.width * magnification, height: picture.height * magnification,
      colour: Array(repeating: 0, count: picture.channels))
    large.draw(picture, x: 0, y: 0, magnification: magnification)
    return large
  }
}
