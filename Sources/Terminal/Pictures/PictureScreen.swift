package import Images

/// A rectangle of letters.
package struct CellArea: Sendable, Hashable {
  package var columns: Int
  package var rows: Int

  package init(columns: Int, rows: Int) { (self.columns, self.rows) = (columns, rows) }
}

/// A terminal as pictures see it: how it takes them, and how large they are there.
package struct PictureScreen: Sendable, Hashable {
  package var takes: PictureProtocol
  package var cell: CellSize
  package var colours: ColourDepth
  /// What lies behind letters; nil where the terminal does not say.
  package var background: Tint?
  /// Pixels beyond which sixels are not shown, across and down.
  package var sixelLimit = CellArea(columns: 1000, rows: 1000)
  /// The whole screen.
  package var size: CellArea

  package init(
    takes: PictureProtocol, cell: CellSize = .usual, colours: ColourDepth = .true24,
    background: Tint? = nil, size: CellArea = CellArea(columns: 80, rows: 24)
  ) {
    self.takes = takes
    self.cell = cell
    self.colours = colours
    self.background = background
    self.size = size
  }

  /// The terminal at standard output, asked if it can be; see `TerminalQuestion`.
  ///
  /// - Parameter keepsKeys: as in `TerminalQuestion.ask`.
  /// - Returns: nil off a terminal, where no variable makes it draw.
  package static func found(keepsKeys: Bool) -> PictureScreen? {
    guard StandardStream.output.isTerminal else { return nil }
    let environment = TerminalEnvironment()
    let answers =
      environment.chosen == PictureProtocol.none
      ? TerminalAnswers() : TerminalQuestion.ask(environment, keepsKeys: keepsKeys)
    var screen = PictureScreen(
      takes: PictureProtocol(answers, in: environment),
      colours: environment.colours, background: answers.background)
    screen.measure()
    if let cell = answers.cell { screen.cell = cell }
    if let limit = answers.sixelLimit { screen.sixelLimit = limit }
    return screen
  }

  /// Takes the terminal's present size.
  package mutating func measure() {
    let stream = StandardStream.output
    size = CellArea(columns: stream.width, rows: stream.height)
    guard let pixels = stream.pixels else { return }
    let width = pixels.width / max(1, size.columns)
    cell = CellSize(width: width, height: pixels.height / max(1, size.rows)) ?? cell
  }

  // MARK: Sizes

  /// An area made so small that a picture over it is shown.
  package func allowed(_ area: CellArea) -> CellArea {
    guard takes == .sixel else { return area }
    return CellArea(
      columns: max(1, min(area.columns, sixelLimit.columns / cell.width)),
      rows: max(1, min(area.rows, sixelLimit.rows / cell.height)))
  }

  /// The pixels that an area shows: of sixels whole bands of six rows. Letters count for the two by
  /// two that they can tell apart.
  package func pixels(of area: CellArea) -> (width: Int, height: Int) {
    guard takes.showsPixels else { return (area.columns * 2, area.rows * 2) }
    let height = area.rows * cell.height
    return (area.columns * cell.width, takes == .sixel ? height / 6 * 6 : height)
  }

  /// The cells that a picture fills when it is as large as it can be within `box`, its proportions
  /// kept, and not beyond `magnification`.
  package func area(
    width: Int, height: Int, within box: CellArea, magnification: Int = 4
  ) -> CellArea {
    guard width > 0, height > 0 else { return CellArea(columns: 1, rows: 1) }
    let box = allowed(box)
    let room: (width: Int, height: Int) =
      takes.showsPixels ? pixels(of: box) : (box.columns * cell.width, box.rows * cell.height)
    let fit = min(Double(room.width) / Double(width), Double(room.height) / Double(height))
    // Letters show so few pixels that every column counts.
    let scale = takes.showsPixels ? min(Self.scale(fit), Double(magnification)) : fit
    func cells(_ pixels: Int, _ size: Int, _ most: Int) -> Int {
      min(max(1, Int((Double(pixels) * scale / Double(size)).rounded(.up))), max(1, most))
    }
    var area = CellArea(
      columns: cells(width, cell.width, box.columns), rows: cells(height, cell.height, box.rows))
    let isCut = takes == .sixel && Double(pixels(of: area).height) < Double(height) * scale
    if isCut && area.rows < box.rows { area.rows += 1 }
    return area
  }

  /// Enlarged pixels are to stay squares, unless too much of the room would be lost.
  private static func scale(_ fit: Double) -> Double {
    fit < 1 || (fit > 1.25 && fit < 2) ? fit : fit.rounded(.down)
  }

  /// The picture at the size at which it will be seen in an area, on the background at the right
  /// and below. Letters need no such care.
  package func fitted(_ image: PixelImage, to area: CellArea) -> PixelImage {
    guard takes.showsPixels, image.width > 0, image.height > 0 else { return image }
    let room = pixels(of: area)
    var image = image.colour()
    let scale = min(
      Double(room.width) / Double(image.width), Double(room.height) / Double(image.height))
    if Self.scale(scale) != scale.rounded(.down) {
      image = image.resized(
        width: max(1, Int(Double(image.width) * scale)),
        height: max(1, Int(Double(image.height) * scale)), filter: scale < 1 ? .lanczos : .bicubic)
    }
    let paper: [UInt8] = background.map { [$0.red, $0.green, $0.blue] } ?? [0, 0, 0]
    var page = PixelImage(width: room.width, height: room.height, colour: paper)
    page.draw(
      image, x: 0, y: 0,
      magnification: max(1, min(room.width / image.width, room.height / image.height)))
    return page
  }
}
