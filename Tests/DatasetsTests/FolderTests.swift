import Datasets
import Foundation
import Images
import Specification
import TestSupport
import Testing

@Suite struct FolderTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  func open(
    labels: LabelSource = .none, preprocessing: Preprocessing = Sample.preprocessing(),
    path: String? = nil
  ) throws(DatasetError) -> Dataset {
    try Dataset.open(
      DatasetSpecification(
        source: .folder(path: path ?? scratch.path + "/images", labels: labels),
        preprocessing: preprocessing),
      cacheDirectory: scratch.cache)
  }

  @Test func `images are found in sub-folders, in order of their paths`() throws {
    try scratch.write(Sample.png(1), "images/b/2.png")
    try scratch.write(Sample.png(2), "images/a/deep/er/1.PNG")
    try scratch.write(Sample.png(3), "images/z.jpeg")
    try scratch.write("not an image", "images/readme.txt")
    try scratch.write(Sample.png(4), "images/.hidden.png")
    let dataset = try open()
    #expect(dataset.count == 3)
    #expect(dataset.skipped == [])
    #expect(dataset.labels == nil)
    #expect(dataset.exampleShape.dimensions == [3, 8, 8])
    for (example, number) in [(0, 2), (1, 1), (2, 3)] {
      let expected = Sample.image(number).resized(width: 8, height: 8, filter: .bilinear)
      #expect(dataset.image(at: example) == expected)
      #expect(dataset.values(of: example) == expected.tensor())
    }
  }

  @Test func `the first sub-folder names the label`() throws {
    try scratch.write(Sample.png(1), "images/cats/1.png")
    try scratch.write(Sample.png(2), "images/apes/x/1.png")
    try scratch.write(Data("broken".utf8), "images/apes/x/0.png")
    let dataset = try open(labels: .usual)
    let labels = try #require(dataset.labels)
    #expect(labels.names == ["apes", "cats"])
    #expect(labels.exclusive)
    #expect((0..<2).map { labels.classIndex(for: $0) } == [0, 1])
    #expect(labels.examples(with: "cats") == [1])
    #expect(labels.value(of: 0, for: 0) == 1)
    #expect(labels.value(of: 0, for: 1) == -1)
    #expect(dataset.notes == [])
  }

  @Test func `the class of an image in no sub-folder is unknown, which is counted`() throws {
    try scratch.write(Sample.png(1), "images/cats/1.png")
    try scratch.write(Sample.png(2), "images/unlabelled/1.png")
    try scratch.write(Sample.png(3), "images/3.png")
    try scratch.write(Sample.png(4), "images/4.png")
    // One that is no example is not counted.
    try scratch.write("broken", "images/0.png")
    for opening in ["made now", "from the cache"] {
      let dataset = try open(labels: .usual)
      let labels = try #require(dataset.labels)
      #expect(labels.names == ["cats", "unlabelled"], "\(opening)")
      #expect((0..<4).map { labels.classIndex(for: $0) } == [nil, nil, 0, 1])
      #expect(labels.value(of: 0, for: 0) == 0)
      #expect(
        dataset.notes == ["2 images are in no sub-folder and have no class, the first: `3.png`"])
    }
    try FileManager.default.removeItem(atPath: scratch.path + "/images/unlabelled")
    #expect(
      try open(labels: .usual).notes.last?.hasPrefix(
        "every image with a class is of the class `cats`: ") == true)
  }

  @Test func `classes are found below the only sub-folder`() throws {
    for name in ["CK+/data/anger/1.png", "CK+/data/joy/2.png", "CK+/data/joy/x/3.png"] {
      try scratch.write(Sample.png(1), "images/\(name)")
    }
    let dataset = try open(labels: .usual)
    #expect(dataset.labels?.names == ["anger", "joy"])
    #expect(dataset.notes.count == 1)
    #expect(
      dataset.notes.first?.hasPrefix("the classes are the folders in `CK+/data`, the only one in ")
        == true)
  }

  @Test func `one class for all is said`() throws {
    try scratch.write(Sample.png(1), "images/cats/1.png")
    try scratch.write(Sample.png(2), "images/cats/2.png")
    let dataset = try open(labels: .usual)
    #expect(dataset.labels?.names == ["cats"])
    #expect(dataset.notes.first?.hasPrefix("every image is of the class `cats`: ") == true)
  }

  @Test func `folders whose names differ in their bytes only are two classes`() throws {
    try scratch.write(Sample.png(1), "images/caf\u{E9}/1.png")
    try scratch.write(Sample.png(2), "images/cafe\u{301}/2.png")
    #expect(
      try open(labels: .usual).labels?.columns[0].values
        == .category(
          words: ["cafe\u{301}", "caf\u{E9}"], indices: [0, 1]))
  }

  @Test func `labels without sub-folders are an error that says so`() throws {
    try scratch.write(Sample.png(3), "images/1.png")
    let error = #expect(throws: DatasetError.self) { try open(labels: .usual) }
    #expect(error?.description.contains("a sub-folder of images for each label") == true)
  }

  @Test func `unreadable images are skipped, counted and listed`() throws {
    try scratch.write(Sample.png(1), "images/1.png")
    try scratch.write("text", "images/2.jpg")
    try scratch.write(Sample.png(2).prefix(60), "images/3.png")
    try scratch.write(Data(), "images/4.jpg")
    try scratch.write(Sample.png(5), "images/5.png")
    for opening in ["made now", "from the cache"] {
      let dataset = try open()
      #expect(dataset.count == 2, "\(opening)")
      #expect(dataset.skipped.map(\.name) == ["2.jpg", "3.png", "4.jpg"])
      #expect(
        dataset.skipped.map(\.reason) == [
          "not an image that can be read: it is no \(PixelImage.formats)",
          "damaged image: it ends early", "not an image that can be read: it is empty",
        ])
      #expect(dataset.description.hasSuffix("3 skipped"))
      #expect(
        dataset.image(at: 1) == Sample.image(5).resized(width: 8, height: 8, filter: .bilinear))
    }
  }

  @Test func `a folder of nothing but broken images is an error with the first reason`() throws {
    try scratch.write("text", "images/2.jpg")
    try scratch.write("text", "images/3.jpg")
    #expect(throws: DatasetError.self) { try open() }
    let error = #expect(throws: DatasetError.self) { try open() }
    #expect(
      error?.description == "none of the 2 images could be read; the first, 2.jpg: "
        + "not an image that can be read: it is no \(PixelImage.formats)")
  }

  @Test func `an empty or wrong folder says what was looked for`() throws {
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/images", withIntermediateDirectories: true)
    let empty = #expect(throws: DatasetError.self) { try open() }
    #expect(
      empty?.description == "no images in \(scratch.path)/images: looked for "
        + "\(PixelImage.formats) files in it and below it, found nothing")
    try scratch.write("a", "images/notes.txt")
    let wrong = #expect(throws: DatasetError.self) { try open() }
    #expect(wrong?.description.hasSuffix("found 1 text (notes.txt)") == true)
    let missing = #expect(throws: DatasetError.self) { try open(path: scratch.path + "/nowhere") }
    #expect(
      missing?.description
        == "nothing is at \(scratch.path)/nowhere; expected a folder with images, or a zip file of them"
    )
    let file = #expect(throws: DatasetError.self) {
      try open(path: scratch.path + "/images/notes.txt")
    }
    #expect(file?.description.hasSuffix("found a text") == true)
  }

  @Test func `what an image is made of decides, not its name`() throws {
    let map = Data("P6 12 12 255\n".utf8) + Data(Sample.image(1).pixels)
    for (number, name) in ["photo.jpg", "photo", "photo.txt", "photo.gif"].enumerated() {
      try scratch.write(Sample.png(number), "images/\(number) \(name)")
    }
    try scratch.write(map, "images/4 map.png")
    try scratch.write(map, "images/5 map")
    try scratch.write("P7 is no map", "images/6 notes")
    let dataset = try open(preprocessing: Sample.preprocessing(12))
    #expect(dataset.skipped == [])
    #expect((0..<6).map { dataset.image(at: $0) } == [0, 1, 2, 3, 1, 1].map { Sample.image($0) })
    #expect(dataset.count == 6)
  }

  @Test func `grey examples have one plane of Pillow's luma`() throws {
    try scratch.write(Sample.png(9), "images/1.png")
    let dataset = try open(preprocessing: Sample.preprocessing(12, channels: 1))
    #expect(dataset.image(at: 0) == Sample.image(9).grey())
  }

  @Test func `sizes that cannot be are refused`() throws {
    try scratch.write(Sample.png(9), "images/1.png")
    for side in [0, -3, 100_000, .max] {
      #expect(throws: DatasetError.self) { try open(preprocessing: Sample.preprocessing(side)) }
    }
    #expect(throws: DatasetError.self) {
      try open(preprocessing: Sample.preprocessing(8, channels: 2))
    }
  }

  @Test func `opening can be interrupted and leaves nothing half done`() throws {
    for i in 0..<40 { try scratch.write(Sample.png(i), "images/\(i).png") }
    #expect(throws: DatasetError.interrupted) {
      try Dataset.open(
        DatasetSpecification(
          source: .folder(path: scratch.path + "/images", labels: .none),
          preprocessing: Sample.preprocessing()),
        cacheDirectory: scratch.cache, interrupted: { true })
    }
    #expect(scratch.names(in: scratch.cache).filter { !$0.hasSuffix(".lock") } == [])
    #expect(try open().count == 40)
  }
}
