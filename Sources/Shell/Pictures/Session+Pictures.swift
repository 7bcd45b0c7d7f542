import Images
import Reports
import Terminal

extension Session {
  /// Shows a picture in the terminal.
  ///
  /// - Parameters:
  ///   - name: what it is, for the line that says so in the record of the cell.
  ///   - way: how it is written to a file, for where there is nothing to draw on.
  func show(_ picture: PixelImage, named name: String, way: String) throws {
    guard let screen = pictureScreen(), screen.takes != .none else {
      return output.line("\(name); write it to a file: `\(way)`")
    }
    let area = screen.area(width: picture.width, height: picture.height, within: screen.room)
    output.send(try screen.drawn(picture, over: area))
    output.line(name)
  }

  /// Shows a figure, as pictures where the terminal shows pixels and else in letters.
  func show(_ figure: Figure) throws {
    if let screen = pictureScreen(), screen.takes.showsPixels {
      for (image, area) in try screen.pictures(of: figure, within: screen.room) {
        output.send(try screen.drawn(image, over: area))
      }
    } else {
      show(figure.text(columns: output.width, hasColour: output.hasColour))
    }
  }

  /// Shows a drawing in letters.
  func show(_ drawing: TextDrawing) {
    if output.hasColour {
      for line in drawing.lines { output.line(output.coloured(line)) }
    } else {
      for line in drawing.plain { output.line(line) }
    }
  }
}

extension Output {
  /// A line of a drawing with its colours.
  func coloured(_ line: [TextDrawing.Piece]) -> StyledText {
    line.map { piece in
      switch piece.tone {
      case .plain: StyledText(piece.text)
      case .title: styled(piece.text, .bold)
      case .soft: styled(piece.text, .dim)
      case .alarm: styled(piece.text, .red)
      case .curve(let number): styled(piece.text, Style.curve(number))
      }
    }.joined()
  }
}

extension Style {
  /// The colour of a curve in letters: those of the terminal's own sixteen that stay apart.
  static func curve(_ number: Int) -> Style {
    let styles: [Style] = [.cyan, .yellow, .green, .magenta, .blue, .red]
    return styles[((number % styles.count) + styles.count) % styles.count]
  }
}

extension PictureScreen {
  /// What a picture may fill so that it is seen whole, with the line that was typed and one below.
  var room: CellArea {
    CellArea(columns: max(1, size.columns - 1), rows: max(1, size.rows - 3))
  }

  /// A sheet on which each sample can be made out: letters show as many of them as have eight rows.
  func legible(
    _ page: PixelImage, count: Int, within box: CellArea
  ) -> (page: PixelImage, count: Int) {
    let columns = max(1, box.columns / 17)
    let shown = columns * max(1, box.rows / 8)
    guard takes == .blocks, shown < count,
      let samples = SampleSheet(squareFor: count).images(on: page, count: count)
    else { return (page, count) }
    let sheet = SampleSheet(columns: columns, gap: 1, background: 0)
    return (sheet.compose(Array(samples.prefix(shown))), shown)
  }
}
