import Metrics
import Testing

@Suite struct SharpnessTests {
  private func image(_ side: Int, channels: Int = 1, _ value: (Int, Int, Int) -> Double)
    -> ImagePlanes
  {
    var values: [Double] = []
    for channel in 0..<channels {
      for y in 0..<side { for x in 0..<side { values.append(value(channel, y, x)) } }
    }
    return ImagePlanes(values, channels: channels, height: side, width: side)
  }

  @Test func `slopes have none, and a checkerboard has that of its Laplacian`() throws {
    #expect(Sharpness.value(image(8) { _, _, _ in 0.3 }) == 0)
    #expect(try #require(Sharpness.value(image(8) { _, y, x in Double(x + 2 * y) / 30 })) < 1e-20)
    // The Laplacian of a checkerboard of 0 and 1 is 4 and -4 in turn.
    let board = image(8) { _, y, x in Double((x + y) % 2) }
    #expect(abs(try #require(Sharpness.value(board)) - 16) < 1e-9)
    // Of colours that cancel in grey there is none.
    let colours = image(8, channels: 2) { channel, y, x in Double((x + y + channel) % 2) }
    #expect(Sharpness.value(colours) == 0)
    #expect(Sharpness.value(image(2) { _, _, _ in 0 }) == nil)
  }
}
