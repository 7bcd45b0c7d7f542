import Images
import Testing

@Suite struct SheetTests {
  @Test func `a tensor becomes images, clamped and rounded`() {
    let values: [Float] = [-1, 1, 0, 2, -3, .nan, 0.5, -0.5]
    let images = PixelImage.images(fromTensor: values, count: 2, channels: 1, height: 2, width: 2)
    #expect(images.map(\.pixels) == [[0, 255, 128, 255], [0, 0, 191, 64]])
  }

  @Test func `channels are planes in a tensor and interleaved in an image`() {
    let values: [Float] = [-1, 1, 1, -1, -1, -1]
    let images = PixelImage.images(fromTensor: values, count: 1, channels: 3, height: 1, width: 2)
    #expect(
      images == [
        PixelImage(width: 2, height: 1, channels: 3, pixels: [0, 255, 0, 255, 0, 0])
      ])
  }

  @Test func `every pixel survives the way to a tensor and back`() {
    let image = PixelImage(width: 256, height: 1, channels: 1, pixels: Array(0...255))
    let back = PixelImage.images(
      fromTensor: image.tensor(), count: 1, channels: 1, height: 1, width: 256)
    #expect(back == [image])
  }

  @Test func `a sheet lays images out in rows`() {
    let red = PixelImage(width: 2, height: 2, colour: [255, 0, 0])
    let grey = PixelImage(width: 2, height: 2, colour: [7])
    let page = SampleSheet(columns: 2, gap: 1).compose([red, grey, red])
    #expect((page.width, page.height, page.channels) == (7, 7, 3))
    #expect(Array(page[0, 0]) == [255, 255, 255])
    #expect(Array(page[1, 1]) == [255, 0, 0])
    #expect(Array(page[4, 1]) == [7, 7, 7])
    #expect(Array(page[1, 4]) == [255, 0, 0])
    #expect(Array(page[4, 4]) == [255, 255, 255])
    #expect(SampleSheet(squareFor: 10).columns == 4)
    #expect(SampleSheet(columns: 3).compose([]).pixels.allSatisfy { $0 == 255 })
  }

  @Test func `magnified images repeat their pixels`() {
    let image = PixelImage(width: 2, height: 1, channels: 1, pixels: [10, 20])
    let page = SampleSheet(columns: 1, gap: 0, magnification: 2).compose([image])
    #expect(page.pixels == [10, 10, 20, 20, 10, 10, 20, 20])
  }

  @Test func `generated points are drawn above real ones, y upwards`() {
    let sheet = PointSheet(side: 101, extent: 1)
    let page = sheet.compose(
      generated: [0.5, 0.5, .nan, 0, 9, 9, 0], real: [0.5, 0.5, -0.5, -0.5])
    let generated = page[75, 25]
    let real = page[25, 75]
    #expect(generated[generated.startIndex] > generated[generated.startIndex + 2] + 50)
    #expect(real[real.startIndex] < 230)
    #expect(Array(page[25, 25]) == [255, 255, 255])
  }
}
