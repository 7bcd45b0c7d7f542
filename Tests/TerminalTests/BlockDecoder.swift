/// The colours of the four quarters of each letter of a text of blocks, for comparison.
struct BlockDecoder {
  /// By row and column of quarters.
  private(set) var quarters: [[[Int]]] = []

  /// Bits: upper left 1, upper right 2, lower left 4, lower right 8.
  private static let shapes: [Character: Int] = [
    " ": 0, "█": 15, "▀": 3, "▄": 12, "▌": 5, "▐": 10, "▘": 1, "▝": 2, "▖": 4, "▗": 8, "▚": 9,
    "▞": 6, "▛": 7, "▜": 11, "▙": 13, "▟": 14,
  ]

  /// Nil where a letter or a sequence is not of that kind.
  init?(_ text: String) {
    for line in text.split(separator: "\n") {
      var (upper, lower): ([[Int]], [[Int]]) = ([], [])
      var (front, back, isReversed) = ([-1], [-1], false)
      var rest = line[...]
      while let letter = rest.popFirst() {
        if letter == "\u{1B}" {
          guard rest.popFirst() == "[", let end = rest.firstIndex(where: \.isLetter) else {
            return nil
          }
          guard rest[end] == "m" else { return nil }
          var codes = rest[..<end].split(separator: ";").map { Int($0) ?? 0 }[...]
          rest = rest[end...].dropFirst()
          while let code = codes.popFirst() {
            switch code {
            case 0: (front, back, isReversed) = ([-1], [-1], false)
            case 7: isReversed = true
            case 38, 48:
              guard codes.popFirst() == 2, codes.count >= 3 else { return nil }
              if code == 38 {
                front = Array(codes.prefix(3))
              } else {
                back = Array(codes.prefix(3))
              }
              codes = codes.dropFirst(3)
            default: return nil
            }
          }
          continue
        }
        guard let shape = Self.shapes[letter] else { return nil }
        let (on, off) = isReversed ? (back, front) : (front, back)
        func colour(_ bit: Int) -> [Int] { shape & bit != 0 ? on : off }
        upper += [colour(1), colour(2)]
        lower += [colour(4), colour(8)]
      }
      quarters += [upper, lower]
    }
  }
}
