import Datasets
import Foundation
import Images
import Language
import Specification
import TestSupport
import Testing

/// Photographs that are aligned by the places of their eyes.
@Suite struct LandmarkTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func open(_ options: String) throws -> Dataset {
    let text =
      "data mine folder path='\(scratch.path)/photos' size=16 channels=3 filter=box \(options)"
    let statement = try #require(try parse(SourceText(name: "data", text: text)).first)
    return try Dataset.open(
      try DatasetSpecification(parsing: statement, .all),
      cacheDirectory: scratch.cache)
  }

  /// Two photographs and a third one of which no table says anything.
  private func photographs() throws {
    for (name, number) in [("a.png", 1), ("b.png", 2), ("c.png", 3)] {
      try scratch.write(Sample.png(number, width: 120, height: 150), "photos/\(name)")
    }
  }

  private static let places = [("a.png", 40.0, 60.0, 80.0, 62.0), ("b.png", 30, 70, 60, 50)]

  @Test func `both forms of a table align alike, and what they do not name is left out`() throws {
    try photographs()
    let csv = try scratch.write(
      "file,lefteye_x,lefteye_y,righteye_x,righteye_y,nose_x\n"
        + Self.places.map { "\($0.0),\($0.1),\($0.2),\($0.3),\($0.4),9" }.joined(separator: "\n"),
      "eyes.csv")
    let published = try scratch.write(
      "2\nlefteye_x lefteye_y righteye_x righteye_y\n"
        + Self.places.map { "\($0.0)  \($0.1) \($0.2)   \($0.3) \($0.4)" }.joined(separator: "\n")
        + "\n", "list_landmarks.txt")
    let (one, other) = (
      try open("landmarks='\(csv)'"), try open("landmarks='\(published)'")
    )
    let plain = try open("")
    #expect(plain.count == 3 && one.count == 2 && other.count == 2)
    #expect(
      one.skipped.map(\.name) == ["c.png"] && "\(one.skipped)".contains("no eyes"), "\(one.skipped)"
    )
    for (place, row) in Self.places.enumerated() {
      #expect(one.values(of: place) == other.values(of: place))
      #expect(one.values(of: place) != plain.values(of: place))
      let face = try #require(
        FaceAlignment(left: SIMD2(row.1, row.2), right: SIMD2(row.3, row.4)))
      // The middle of 178x178 of the aligned image.
      let expected = face.aligned(Sample.image(place + 1, width: 120, height: 150))
        .cropped(x: 0, y: 20, width: 178, height: 178)
        .resized(width: 16, height: 16, filter: .box)
      #expect(one.image(at: place) == expected)
    }
    // With other eyes they are other images, whatever the cache has.
    let moved = try scratch.write(
      "file,lefteye_x,lefteye_y,righteye_x,righteye_y\na.png,45,60,80,62\n", "eyes.csv")
    #expect(try open("landmarks='\(moved)'").values(of: 0) != one.values(of: 0))
  }

  @Test func `a row without places leaves its image out`() throws {
    try photographs()
    let table = try scratch.write(
      "file,lefteye_x,lefteye_y,righteye_x,righteye_y\na.png,,, ,\nb.png,30,70,60,50\n", "eyes.csv")
    let made = try open("landmarks='\(table)'")
    #expect(made.count == 1 && made.skipped.map(\.name) == ["a.png", "c.png"], "\(made.skipped)")
  }

  @Test func `eyes outside of their photograph leave it out`() throws {
    try photographs()
    let table = try scratch.write(
      "file,lefteye_x,lefteye_y,righteye_x,righteye_y\na.png,1e15,60,80,900\nb.png,30,70,160,50\n",
      "eyes.csv")
    let made = try open("landmarks='\(table)'")
    #expect(made.count == 1 && made.skipped.map(\.name) == ["a.png", "c.png"], "\(made.skipped)")
    #expect("\(made.skipped)".contains("outside of its 120x150 pixels"), "\(made.skipped)")
  }

  @Test func `a table that is none is named with its place`() throws {
    try photographs()
    for (text, fact) in [
      ("file,x,y\na.png,1,2\n", "expected a column of file names and lefteye_x"),
      ("file,lefteye_x,lefteye_y,righteye_x,righteye_y\na.png,1,2,1,2\n", "two eyes apart"),
      ("file,lefteye_x,lefteye_y,righteye_x,righteye_y\na.png,1,2,x,2\n", "line 2"),
      ("1\nlefteye_x lefteye_y righteye_x righteye_y\na.png 1 2 3\n", "has 4 fields, expected 5"),
    ] {
      let table = try scratch.write(text, "eyes.csv")
      #expect { try open("landmarks='\(table)'") } throws: { "\($0)".contains(fact) }
    }
    #expect { try open("landmarks='\(scratch.path)/none.csv'") } throws: {
      "\($0)".contains("none.csv")
    }
  }
}
