import Foundation
import Images
import Testing

import Terminal

@Suite struct PictureScreenTests {
  /// Red, green, blue and yellow quarters.
  private let picture: PixelImage = {
    var pixels: [UInt8] = []
    for y in 0..<24 {
      for x in 0..<24 {
        switch (x < 12, y < 12) {
        case (true, true): pixels += [255, 0, 0]
        case (false, true): pixels += [0, 255, 0]
        case (true, false): pixels += [0, 0, 255]
        case (false, false): pixels += [255, 255, 0]
        }
      }
    }
    return PixelImage(width: 24, height: 24, channels: 3, pixels: pixels)
  }()

  private let area = CellArea(columns: 4, rows: 2)

  private func screen(
    _ takes: PictureProtocol, cell: (width: Int, height: Int) = (6, 12)
  ) throws -> PictureScreen {
    PictureScreen(
      takes: takes, cell: try #require(CellSize(width: cell.width, height: cell.height)))
  }

  @Test func `kitty gets the picture as PNG in pieces`() throws {
    // Noise, so that there is more than one piece.
    let noise = PixelImage(
      width: 60, height: 60, channels: 3,
      pixels: (0..<60 * 60 * 3).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13 ^ $0) })
    let area = CellArea(columns: 10, rows: 5)
    let sequence = try screen(.kitty).sequence(for: noise, over: area, id: 9)
    let parts = sequence.components(separatedBy: "\u{1B}\\").dropLast()
    #expect(parts.count > 1)
    var text = ""
    for (index, part) in parts.enumerated() {
      #expect(part.hasPrefix("\u{1B}_G"))
      let halves = part.dropFirst(3).split(separator: ";", maxSplits: 1)
      let keys = halves[0].split(separator: ",")
      #expect(keys.contains(index == parts.count - 1 ? "m=0" : "m=1"))
      if index == 0 {
        #expect(Set(keys).isSuperset(of: ["a=T", "f=100", "q=2", "C=1", "i=9", "c=10", "r=5"]))
      }
      #expect(halves[1].count <= 4096)
      text += halves[1]
    }
    let png = try #require(Data(base64Encoded: text))
    #expect(try PixelImage(decoding: png) == noise)
  }

  @Test func `iTerm2 gets the picture as a file`() throws {
    let sequence = try screen(.iterm).sequence(for: picture, over: area)
    #expect(sequence.hasPrefix("\u{1B}]1337;File=inline=1;") && sequence.hasSuffix("\u{7}"))
    let halves = sequence.dropLast().split(separator: ":", maxSplits: 1)
    #expect(halves[0].contains(";width=4;height=2;"))
    let png = try #require(Data(base64Encoded: String(halves[1])))
    #expect(halves[0].contains(";size=\(png.count);"))
    #expect(try PixelImage(decoding: png) == picture)
  }

  @Test func `sixels have the picture's pixels`() throws {
    let sequence = try screen(.sixel).sequence(for: picture, over: area)
    let decoded = try #require(SixelDecoder(sequence))
    #expect((decoded.width, decoded.height) == (24, 24))
    for y in 0..<24 {
      for x in 0..<24 {
        let pixel = try #require(decoded.pixel(x, y), "(\(x), \(y))")
        // Sixels count colours in hundredths.
        let worst = zip(pixel, picture[x, y]).map { abs($0 - Int($1)) }.max() ?? 255
        #expect(worst <= 6, "(\(x), \(y))")
      }
    }
  }

  @Test func `blocks have the picture's colours`() throws {
    let text = try screen(.blocks).sequence(for: picture, over: area)
    let decoded = try #require(BlockDecoder(text), "\(text.debugDescription)")
    #expect(decoded.quarters.count == 4)
    for (y, row) in decoded.quarters.enumerated() {
      #expect(row.count == 8)
      for (x, colour) in row.enumerated() {
        // What lies beside a letter weighs in a little when the picture is scaled.
        let wanted = picture[x * 3 + 1, y * 6 + 1]
        let worst = zip(colour, wanted).map { abs($0 - Int($1)) }.max() ?? 255
        #expect(worst <= 12, "(\(x), \(y)): \(colour)")
      }
    }
  }

  /// Rows of an odd length begin where they should.
  @Test(arguments: [PictureProtocol.sixel, .blocks])
  func `a picture of odd width is upright`(_ takes: PictureProtocol) throws {
    var picture = PixelImage(width: 25, height: 36, colour: [0, 0, 255])
    picture.draw(PixelImage(width: 10, height: 36, colour: [255, 0, 0]), x: 0, y: 0)
    let screen = try screen(takes, cell: (5, 10))
    let text = try screen.sequence(for: picture, over: CellArea(columns: 5, rows: 4))
    func isRed(_ colour: [Int]) -> Bool { colour[0] > 200 && colour[2] < 60 }
    if takes == .sixel {
      let decoded = try #require(SixelDecoder(text))
      #expect((decoded.width, decoded.height) == (25, 36))
      for y in 0..<36 {
        for x in 0..<25 {
          #expect(isRed(try #require(decoded.pixel(x, y))) == (x < 10), "(\(x), \(y))")
        }
      }
    } else {
      let decoded = try #require(BlockDecoder(text))
      // The quarters beside the edge may be of either colour.
      for row in decoded.quarters {
        for x in [0, 1, 2, 5, 6, 7, 8, 9] { #expect(isRed(row[x]) == (x < 4), "\(x)") }
      }
    }
  }

  @Test func `without colour blocks are letters alone`() throws {
    var screen = try screen(.blocks)
    screen.colours = .none
    let text = try screen.sequence(for: picture, over: area)
    #expect(!text.contains("[38") && !text.contains("[48"))
  }

  @Test func `small pictures are enlarged by whole numbers, large ones made to fit`() throws {
    let screen = try screen(.sixel, cell: (10, 20))
    let room = CellArea(columns: 80, rows: 20)
    #expect(
      screen.area(width: 100, height: 100, within: room) == CellArea(columns: 30, rows: 15),
      "four times is 400 pixels, and bands of six end at 396")
    #expect(screen.area(width: 99, height: 99, within: room) == CellArea(columns: 40, rows: 20))
    #expect(screen.area(width: 30, height: 30, within: room) == CellArea(columns: 12, rows: 6))
    #expect(
      screen.area(width: 4000, height: 1000, within: room) == CellArea(columns: 80, rows: 11),
      "ten rows would end at 198 pixels")
    #expect(
      screen.area(width: 240, height: 240, within: room) == CellArea(columns: 40, rows: 20),
      "a third of the room is too much to lose")
    #expect(screen.area(width: 350, height: 350, within: room) == CellArea(columns: 35, rows: 18))
    #expect(screen.area(width: 0, height: 5, within: room) == CellArea(columns: 1, rows: 1))
    let page = screen.fitted(picture, to: CellArea(columns: 5, rows: 3))
    #expect((page.width, page.height) == (50, 60))
    #expect(Array(page[0, 0]) == [255, 0, 0] && Array(page[47, 47]) == [255, 255, 0])
    #expect(Array(page[49, 59]) == [0, 0, 0])
  }

  @Test func `sixels keep to the size that the terminal shows`() throws {
    var screen = try screen(.sixel, cell: (10, 20))
    screen.sixelLimit = CellArea(columns: 300, rows: 250)
    let room = CellArea(columns: 80, rows: 40)
    #expect(screen.allowed(room) == CellArea(columns: 30, rows: 12))
    #expect(screen.area(width: 100, height: 100, within: room) == CellArea(columns: 20, rows: 11))
    screen.takes = .kitty
    #expect(screen.allowed(room) == room)
  }

  @Test func `drawing leaves the cursor below, after making lines for the picture`() throws {
    let drawn = try screen(.sixel).drawn(picture, over: area)
    #expect(drawn.hasPrefix("\n\n\u{1B}[2A\u{1B}7\u{1B}P"))
    #expect(drawn.hasSuffix("\u{1B}\\\u{1B}8\u{1B}[2B\r"))
    let placed = try screen(.blocks).drawn(picture, over: area, atRow: 3, column: 7, id: 1)
    #expect(placed.hasPrefix("\u{1B}[3;7H") && placed.contains("\u{1B}[4;7H"))
    #expect(try screen(.none).drawn(picture, over: area).isEmpty)
    #expect(try screen(.sixel).erased(ids: [1]).isEmpty)
    #expect(try screen(.kitty).erased(ids: [1]) == "\u{1B}_Ga=d,d=I,i=1,q=2\u{1B}\\")
  }
}
