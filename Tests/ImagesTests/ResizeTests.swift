import Foundation
import Images
import Testing

@Suite struct ResizeTests {
  @Test(arguments: ResamplingFilter.allCases)
  func `a resized image has Pillow's pixels`(_ filter: ResamplingFilter) throws {
    let fixture = try Fixture.json("resize.json", as: Fixture.Resizing.self)
    let cases = fixture.cases.filter { $0.filter == filter.rawValue }
    #expect(cases.count == 27)
    for expected in cases {
      let resized = try fixture.image(expected.image).resized(
        width: expected.width, height: expected.height, filter: filter)
      let differing = zip(resized.pixels, expected.pixels).count { $0 != $1 }
      #expect(resized.pixels.count == expected.pixels.count)
      #expect(differing == 0, "\(expected.image) to \(expected.width)x\(expected.height)")
    }
  }

  @Test func `grey has Pillow's pixels`() throws {
    let fixture = try Fixture.json("resize.json", as: Fixture.Resizing.self)
    #expect(fixture.grey.count == 2)
    for (name, expected) in fixture.grey {
      #expect(try fixture.image(name).grey().pixels == Array(expected))
    }
  }

  @Test func `the same size is the same image`() throws {
    let image = try Fixture.json("resize.json", as: Fixture.Resizing.self).image("noise")
    for filter in ResamplingFilter.allCases {
      #expect(image.resized(width: 37, height: 29, filter: filter) == image)
    }
  }

  @Test func `one colour stays that colour at any size`() {
    let image = PixelImage(width: 3, height: 700, colour: [9, 255, 130])
    for filter in ResamplingFilter.allCases {
      #expect(
        image.resized(width: 600, height: 5, filter: filter)
          == PixelImage(width: 600, height: 5, colour: [9, 255, 130]))
    }
  }

  @Test func `a crop keeps to the image`() throws {
    let image = try Fixture.json("resize.json", as: Fixture.Resizing.self).image("noise")
    let part = image.cropped(x: 5, y: 7, width: 4, height: 3)
    #expect((part.width, part.height) == (4, 3))
    #expect(Array(part[0, 0]) == Array(image[5, 7]))
    #expect(Array(part[3, 2]) == Array(image[8, 9]))
    let corner = image.cropped(x: 30, y: -2, width: 100, height: 6)
    #expect((corner.width, corner.height) == (7, 4))
    #expect(Array(corner[0, 0]) == Array(image[30, 0]))
    #expect(image.cropped(x: 50, y: 0, width: 3, height: 3).width == 0)
  }
}
