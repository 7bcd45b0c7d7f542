import Foundation
import TestSupport
import Testing

/// `show data` on folders of pictures that are written as text.
@Suite struct DatasetPageTests {
  /// A grey map of one colour.
  func map(_ grey: Int, _ width: Int = 8, _ height: Int = 8) -> String {
    "P2 \(width) \(height) 255\n" + String(repeating: "\(grey) ", count: width * height) + "\n"
  }

  /// A line without the blanks at its end.
  func trimmed(_ line: Substring) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }

  /// Six pictures of two sizes, four of them in two classes, and four files that are none.
  func withPictures(_ body: (String) throws -> Void) throws {
    try Program.withFolder { folder in
      let files = [
        ("cats/1.pgm", map(10)), ("cats/2.png", map(60)), ("cats/3", map(110)),
        ("dogs/1.pgm", map(160)), ("4.pgm", map(210, 12, 10)), ("5.pgm", map(250)),
        ("dogs/6.png", "text"), ("dogs/7.png", "text"), ("dogs/8.gif", "text"),
        ("9.pgm", "P2 8 8 255\n1 2 3"),
        (
          "ages.csv",
          "file,age,smiling,hair\ncats/1.pgm,20,1,dark\n4.pgm,40,0,fair\n5.pgm,,1,fair\n"
        ),
      ]
      for (name, text) in files {
        let file = URL(fileURLWithPath: folder + "/pictures/" + name)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      try body(folder)
    }
  }

  @Test func `show data tells sizes, labels and what was left out`() throws {
    try withPictures { folder in
      let result = try Program.run(
        [
          "-c",
          "data mine folder path=./pictures labels=yes size=8 channels=1; "
            + "show data mine to mine.png",
        ], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let reason =
        "not an image that can be read: it is no JPEG, PNG, GIF, WebP, TIFF, BMP, PBM, PGM, PPM or PAM"
      func pad(_ longer: String, _ shorter: String) -> String {
        String(repeating: " ", count: longer.count - shorter.count)
      }
      let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(
        lines.dropFirst(2).map { trimmed($0) } == [
          "  6 images of 8x8x1 from ./pictures, 4 skipped", "",
          "height x width before preparation  images",
          "8x8                                     5",
          "10x12                                   1", "",
          "label  value  examples  unknown", "class  cats          3        2",
          "class  dogs          1        2", "",
          "left out  why" + pad(reason, "why") + "  the first of them",
          "       3  \(reason)  dogs/6.png, dogs/7.png, dogs/8.gif",
          "       1  damaged image: it ends early"
            + pad(reason, "damaged image: it ends early") + "  9.pgm", "",
          "beside the images  the first of them",
          "1 text             ages.csv", "", "mine.png: 6 of 6 examples", "",
        ], "\(result.output)")
      #expect(
        result.errors.contains(
          "note: 2 images are in no sub-folder and have no class, the first: `4.pgm`"))
      let sheet = try Data(contentsOf: URL(fileURLWithPath: folder + "/mine.png"))
      #expect(sheet.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }
  }

  @Test func `a table's numbers and words are told`() throws {
    try withPictures { folder in
      let result = try Program.run(
        ["-c", "data mine folder path=pictures labels=pictures/ages.csv size=8; show data mine"],
        in: folder)
      #expect(result.status == 0)
      for line in [
        "smiling    2   1        3", "hair   dark          1        3",
        "hair   fair          2        3", "age           20    30       40        4",
      ] { #expect(result.output.contains(line), "\(result.output)") }
      #expect(
        result.errors.contains(
          "note: 3 images have no row in pictures/ages.csv, the first: `cats/2.png`"))
    }
  }

  @Test func `as JSON it is one table`() throws {
    try withPictures { folder in
      let result = try Program.run(
        [
          "--json", "-c",
          "data mine folder path=pictures labels=yes size=8; show data mine to s.png",
        ],
        in: folder)
      let table = try #require(result.output.split(separator: "\n", maxSplits: 1).last)
      let rows = try #require(
        try JSONSerialization.jsonObject(with: Data(table.utf8)) as? [[String: Any]])
      #expect(rows.count == 12)
      #expect(rows.contains { $0["value"] as? String == "without a colour" })
      #expect(rows.first?["count"] as? Int == 6)
      #expect(rows.contains { $0["name"] as? String == "9.pgm" })
      #expect(FileManager.default.fileExists(atPath: folder + "/s.png"))
    }
  }

  @Test(arguments: [
    ("show data mine to s.gif", "a sheet is a PNG file, not `s.gif`"),
    ("show base to s.png", "`to` belongs to data sets: `show data NAME to FILE`"),
    ("show data mine count=0", "count is a whole number from 1 to 10,000, not `0`"),
    ("show data mine to nowhere/s.png", "cannot write `nowhere/s.png`"),
    ("data other folder path=./nothing; show data other", "nothing is at ./nothing"),
    ("data d mnist path=pictures; show data d", "train-images-idx3-ubyte, gzipped or not, found"),
    ("data d cifar10 path=pictures; show data d", "data_batch_1.bin and its like"),
    (
      "data d idx path=pictures/ages.csv; show data d",
      "it is no IDX file: it begins with 66 69 6c 65"
    ),
  ])
  func `what cannot be shown is an error with its place`(line: String, reason: String) throws {
    try withPictures { folder in
      let result = try Program.run(
        ["-c", "data mine folder path=./pictures size=8; \(line)"], in: folder)
      #expect(result.status == 1)
      #expect(result.errors.contains(reason), "\(result.errors)")
      #expect(result.errors.contains("^"), "\(result.errors)")
    }
  }

  @Test func `digits train as any images do`() throws {
    try Program.withFolder { folder in
      func idx(_ dimensions: [UInt8], _ bytes: [UInt8]) -> Data {
        Data([0, 0, 8, UInt8(dimensions.count)]) + Data(dimensions.flatMap { [0, 0, 0, $0] })
          + Data(bytes)
      }
      let pixels = (0..<20 * 64).map { UInt8(truncatingIfNeeded: $0 * 13) }
      try idx([20, 8, 8], pixels).write(
        to: URL(fileURLWithPath: folder + "/train-images-idx3-ubyte"))
      try idx([20], (0..<20).map { $0 % 3 }).write(
        to: URL(fileURLWithPath: folder + "/train-labels-idx1-ubyte"))
      let result = try Program.run(
        [
          "-c",
          "data d mnist path=. size=8; arch m like mlp image=8x8x1 width=8 latent=4; "
            + "run m on d steps=4 batch=5 as r; show data d",
        ], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("r is finished: 4 steps"))
      #expect(result.output.contains("class  0             7"))
    }
  }
}
