/// What a figure is looked at on.
package enum Appearance: Sendable, Hashable {
  case onPaper
  /// A terminal whose background is known, or dark if it is not.
  case onScreen(background: UInt32?)
}

/// The colours of a figure.
struct Palette {
  let curves: [Canvas.Colour]
  let paper: Canvas.Colour
  let ink: Canvas.Colour
  let softInk: Canvas.Colour
  let grid: Canvas.Colour
  let axis: Canvas.Colour
  let alarm: Canvas.Colour
  /// How much of what was measured is seen behind what is smoothed.
  let faintness: Double

  /// Curves that stay apart for colour-blind readers (Okabe and Ito 2008; the yellow, too light
  /// for a thin line, left out).
  static let light = Palette(
    curves: [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x555555].map {
      Canvas.Colour($0)
    },
    paper: Canvas.Colour(0xFFFFFF), ink: Canvas.Colour(0x222222), softInk: Canvas.Colour(0x666666),
    grid: Canvas.Colour(0xE6E6E6), axis: Canvas.Colour(0x999999), alarm: Canvas.Colour(0xB00020),
    faintness: 0.2)

  /// The same hues where the paper is dark, with the yellow and without the dark blue.
  static let dark = Palette(
    curves: [0x56B4E9, 0xF28E4B, 0x2FC39A, 0xE18BC0, 0xF0E442, 0x7F9BFF, 0xBBBBBB].map {
      Canvas.Colour($0)
    },
    paper: Canvas.Colour(0x16181D), ink: Canvas.Colour(0xEDEDED), softInk: Canvas.Colour(0xA6A9B0),
    grid: Canvas.Colour(0xFFFFFF, opacity: 0.1), axis: Canvas.Colour(0x7A7D85),
    alarm: Canvas.Colour(0xFF5C70), faintness: 0.28)

  static func palette(for appearance: Appearance) -> Palette {
    switch appearance {
    case .onPaper: return light
    case .onScreen(nil): return dark
    case .onScreen(let background?):
      let paper = Canvas.Colour(background)
      let luma = 0.299 * paper.red + 0.587 * paper.green + 0.114 * paper.blue
      return (luma < 0.5 ? dark : light).on(paper)
    }
  }

  /// Lengths on and off, by number.
  static let dashes: [[Double]] = [[], [5, 3], [1.5, 2.5], [7, 3, 1.5, 3]]

  /// The colour of a curve; after those of the palette come hues between theirs, none of them twice.
  func colour(_ number: Int) -> Canvas.Colour {
    if curves.indices.contains(number) { return curves[number] }
    let isDark = 0.299 * paper.red + 0.587 * paper.green + 0.114 * paper.blue < 0.5
    // The golden angle never comes back to where it was.
    let turns = Double(number) * 0.381966
    let lightness = (isDark ? 0.55 : 0.3) + Double(Self.wrap(number, 3)) * 0.1
    return Canvas.Colour(hue: turns - turns.rounded(.down), saturation: 0.7, lightness: lightness)
  }
  static func dash(_ number: Int) -> [Double] { dashes[wrap(number, dashes.count)] }

  private func on(_ paper: Canvas.Colour) -> Palette {
    Palette(
      curves: curves, paper: paper, ink: ink, softInk: softInk, grid: grid, axis: axis,
      alarm: alarm, faintness: faintness)
  }

  private static func wrap(_ number: Int, _ count: Int) -> Int {
    let rest = number % count
    return rest < 0 ? rest + count : rest
  }
}
