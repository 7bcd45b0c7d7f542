/// Dots two by four a letter, in the patterns of Braille, and a colour for each letter.
struct BrailleGrid {
  let columns: Int
  let rows: Int
  private var patterns: [UInt8]
  private var colours: [Int?]

  /// - Parameters:
  ///   - columns: letters in a row, at least 1, as `rows`.
  init(columns: Int, rows: Int) {
    self.columns = max(1, columns)
    self.rows = max(1, rows)
    patterns = Array(repeating: 0, count: self.columns * self.rows)
    colours = Array(repeating: nil, count: self.columns * self.rows)
  }

  var width: Int { columns * 2 }
  var height: Int { rows * 4 }

  /// The bit of a dot in its pattern, by row and column within the letter.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  /// Sets a dot; what lies outside is left out. The last colour of a letter holds.
  mutating func set(x: Int, y: Int, colour: Int) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    let cell = y / 4 * columns + x / 2
    patterns[cell] |= Self.bits[y % 4][x % 2]
    colours[cell] = colour
  }

  /// A line of dots between two, both set; `isOn` says for each column whether dots are drawn.
  mutating func line(
    from start: (x: Int, y: Int), to end: (x: Int, y: Int), colour: Int, isOn: (Int) -> Bool
  ) {
    // What lies far outside is not walked to.
    let (start, end) = (nearby(start), nearby(end))
    let steps = max(abs(end.x - start.x), abs(end.y - start.y))
    for step in 0...steps {
      let share = steps == 0 ? 0 : Double(step) / Double(steps)
      let x = start.x + Int((Double(end.x - start.x) * share).rounded())
      let y = start.y + Int((Double(end.y - start.y) * share).rounded())
      if isOn(x) { set(x: x, y: y, colour: colour) }
    }
  }

  private func nearby(_ place: (x: Int, y: Int)) -> (x: Int, y: Int) {
    (min(max(place.x, -width), 2 * width), min(max(place.y, -height), 2 * height))
  }

  /// The letter at a place, and its colour; nil where no dot is set.
  func letter(column: Int, row: Int) -> (Character, colour: Int)? {
    let cell = row * columns + column
    guard let colour = colours[cell], let scalar = Unicode.Scalar(0x2800 + UInt32(patterns[cell]))
    else { return nil }
    return (Character(scalar), colour)
  }
}
