import Foundation
package import Images

extension PictureScreen {
  /// What draws a picture below the cursor, which it leaves on the line after it, at the left.
  ///
  /// - Throws: where the picture cannot be written as PNG.
  package func drawn(_ image: PixelImage, over area: CellArea) throws(ImageError) -> String {
    switch takes {
    case .none: return ""
    case .blocks: return try sequence(for: image, over: area) + "\n"
    case .kitty, .iterm, .sixel:
      // Lines are made before they are drawn over: terminals differ in how they scroll for pictures.
      let space = String(repeating: "\n", count: area.rows)
      return space + "\u{1B}[\(area.rows)A\u{1B}7" + (try sequence(for: image, over: area))
        + "\u{1B}8\u{1B}[\(area.rows)B\r"
    }
  }

  /// What draws a picture at a place of the screen, counted from 1.
  ///
  /// - Parameter id: what kitty knows the picture by; drawing another of that id replaces it.
  package func drawn(
    _ image: PixelImage, over area: CellArea, atRow row: Int, column: Int, id: Int
  ) throws(ImageError) -> String {
    switch takes {
    case .none: return ""
    case .kitty, .iterm, .sixel:
      return "\u{1B}[\(row);\(column)H" + (try sequence(for: image, over: area, id: id))
    case .blocks:
      let lines = try sequence(for: image, over: area).split(separator: "\n")
      return lines.enumerated().map { "\u{1B}[\(row + $0.offset);\(column)H\($0.element)" }
        .joined()
    }
  }

  /// What takes the pictures of those ids off the screen, where letters alone do not cover them.
  package func erased(ids: [Int]) -> String {
    guard takes == .kitty else { return "" }
    return ids.map { "\u{1B}_Ga=d,d=I,i=\($0),q=2\u{1B}\\" }.joined()
  }

  /// The sequence of the protocol alone.
  package func sequence(
    for image: PixelImage, over area: CellArea, id: Int? = nil
  ) throws(ImageError) -> String {
    let fitted = fitted(image, to: area)
    switch takes {
    case .none: return ""
    case .kitty: return Self.kitty(try fitted.pngData(), area, id)
    case .iterm:
      let data = try fitted.pngData()
      return "\u{1B}]1337;File=inline=1;size=\(data.count);width=\(area.columns);"
        + "height=\(area.rows);preserveAspectRatio=0;doNotMoveCursor=1:"
        + data.base64EncodedString() + "\u{7}"
    case .sixel, .blocks:
      let sequence = Chafa.sequence(
        for: fitted, over: area, cell: cell, sixels: takes == .sixel, colours: colours,
        background: background)
      guard let sequence else { throw .outOfMemory("the terminal's picture") }
      return sequence
    }
  }

  /// PNG in pieces of 4,096 letters; `q=2` keeps the terminal from answering.
  private static func kitty(_ png: Data, _ area: CellArea, _ id: Int?) -> String {
    var rest = png.base64EncodedString()[...]
    let name = id.map { "i=\($0),p=1," } ?? ""
    var keys = "a=T,f=100,q=2,C=1,\(name)c=\(area.columns),r=\(area.rows),"
    var sequence = ""
    repeat {
      let piece = rest.prefix(4096)
      rest = rest.dropFirst(4096)
      sequence += "\u{1B}_G\(keys)m=\(rest.isEmpty ? 0 : 1);\(piece)\u{1B}\\"
      keys = ""
    } while !rest.isEmpty
    return sequence
  }
}
