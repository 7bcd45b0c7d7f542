/// The pixels of a sixel sequence, for comparison.
struct SixelDecoder {
  private(set) var width = 0
  private(set) var height = 0
  private var colours: [Int: [Int]] = [:]
  private var pixels: [[Int]: [Int]] = [:]

  /// Nil for what is none.
  init?(_ sequence: String) {
    let bytes = Array(sequence.utf8)
    guard sequence.hasPrefix("\u{1B}P"), sequence.hasSuffix("\u{1B}\\"),
      let start = bytes.firstIndex(of: UInt8(ascii: "q"))
    else { return nil }
    var (x, y, colour) = (0, 0, 0)
    var index = start + 1
    func numbers() -> [Int] {
      var text = ""
      while index < bytes.count, (0x30...0x3B).contains(bytes[index]) {
        text.unicodeScalars.append(Unicode.Scalar(bytes[index]))
        index += 1
      }
      return text.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    }
    while index < bytes.count - 2 {
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        let raster = numbers()
        guard raster.count == 4 else { return nil }
        (width, height) = (raster[2], raster[3])
      case UInt8(ascii: "#"):
        let values = numbers()
        colour = values[0]
        if values.count == 5 { colours[colour] = values[2...4].map { $0 * 255 / 100 } }
      case UInt8(ascii: "!"):
        let count = numbers()[0]
        guard index < bytes.count else { return nil }
        for _ in 0..<count { set(bytes[index], x: &x, y, colour) }
        index += 1
      case UInt8(ascii: "$"): x = 0
      case UInt8(ascii: "-"): (x, y) = (0, y + 6)
      case 0x3F...0x7E: set(byte, x: &x, y, colour)
      default: return nil
      }
    }
  }

  private mutating func set(_ byte: UInt8, x: inout Int, _ y: Int, _ colour: Int) {
    for bit in 0..<6 where (byte - 0x3F) >> bit & 1 == 1 {
      pixels[[x, y + bit]] = colours[colour] ?? []
    }
    x += 1
  }

  /// Red, green and blue; nil where nothing was set.
  func pixel(_ x: Int, _ y: Int) -> [Int]? { pixels[[x, y]] }
}
