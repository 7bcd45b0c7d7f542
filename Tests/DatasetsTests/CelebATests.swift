import Datasets
import Foundation
import Images
import Specification
import TestSupport
import Testing

@Suite struct CelebATests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  static let attributes = """
    4
    Bald Smiling Young 
    000001.jpg -1  1  1
    000002.jpg  1 -1 -1
    000003.jpg -1 -1  1
    000004.jpg -1  1 -1

    """
  static let partition = "000001.jpg 0\n000002.jpg 2\n000003.jpg 0\n000004.jpg 1\n"

  func entries() throws -> [(name: String, data: Data)] {
    try [("img_align_celeba/", Data())]
      + [3, 1, 4, 2].map {
        ("img_align_celeba/00000\($0).jpg", try Sample.png($0, width: 89, height: 109))
      } + [("img_align_celeba/._000001.jpg", Data("junk".utf8)), ("notes.txt", Data())]
  }

  func open(_ path: String, split: CelebASplit = .all) throws(DatasetError) -> Dataset {
    try Dataset.open(
      DatasetSpecification(
        source: .celeba(path: path, split: split),
        preprocessing: Sample.preprocessing(16, crop: .celebaCentre(178))),
      cacheDirectory: scratch.cache)
  }

  func expected(_ number: Int) -> PixelImage {
    Sample.image(number, width: 89, height: 109).cropped(x: 0, y: 10, width: 89, height: 89)
      .resized(width: 16, height: 16, filter: .bilinear)
  }

  @Test func `the zip, its folder and the unpacked images give the same examples`() throws {
    let zip = try scratch.write(StoredZip.make(entries()), "packed/img_align_celeba.zip")
    try scratch.write(Self.attributes, "packed/list_attr_celeba.txt")
    for (name, data) in try entries() where name.hasSuffix("jpg") {
      try scratch.write(data, "unpacked/\(name)")
    }
    try scratch.write(Self.attributes, "unpacked/list_attr_celeba.txt")
    let paths = [
      zip, scratch.path + "/packed", scratch.path + "/unpacked",
      scratch.path + "/unpacked/img_align_celeba",
    ]
    for path in paths {
      let dataset = try open(path)
      #expect(dataset.count == 4, "\(path)")
      #expect((0..<4).map { dataset.image(at: $0) } == (1...4).map { expected($0) })
      #expect(dataset.labels?.names == ["Bald", "Smiling", "Young"])
      #expect(dataset.labels?.examples(with: "Smiling") == [0, 3])
      #expect(dataset.notes == [])
    }
  }

  @Test func `a part is the same however the images are packed, and people are on one side`() throws
  {
    let people = "000001.jpg 7\n000002.jpg 8\n000003.jpg 9\n000004.jpg 7\n"
    try scratch.write(StoredZip.make(entries()), "packed/img_align_celeba.zip")
    for (name, data) in try entries() where name.hasSuffix("jpg") {
      try scratch.write(data, "unpacked/\(name)")
    }
    func part(_ folder: String, _ part: ExampleChoice.Part) throws -> [PixelImage] {
      let base = DatasetSpecification(
        source: .celeba(path: "\(scratch.path)/\(folder)", split: .all),
        preprocessing: Sample.preprocessing(16, crop: .celebaCentre(178)))
      let chosen = DatasetSpecification(from: base, ExampleChoice(part: part))
      let opened = Result { try Dataset.open(chosen, cacheDirectory: scratch.cache) }
      // A part of so few may be empty.
      if case .failure(DatasetError.unusable) = opened { return [] }
      let data = try opened.get()
      return (0..<(data.count ?? 0)).compactMap { data.image(at: $0) }
    }
    let whose = ExampleChoice.Part(.share(0.5), identity: "identity")
    #expect {
      try part("packed", whose)
    } throws: {
      ($0 as? DatasetError)?.message
        == "whom CelebA's images show is in identity_CelebA.txt, which is not beside them"
    }
    for folder in ["packed/Anno", "unpacked"] {
      try scratch.write(people, "\(folder)/identity_CelebA.txt")
    }
    var sizes: Set<Int> = []
    for seed in UInt64(0)..<12 {
      for identity in [nil, "identity"] {
        let asked = ExampleChoice.Part(.share(0.5), seed: seed, identity: identity)
        let chosen = try part("packed", asked)
        #expect(chosen == (try part("unpacked", asked)))
        guard identity != nil else { continue }
        sizes.insert(chosen.count)
        #expect(chosen.contains(expected(1)) == chosen.contains(expected(4)))
      }
    }
    #expect(sizes.count > 1)
    try scratch.write("000001.jpg 7\n000002.jpg x\n", "unpacked/identity_CelebA.txt")
    #expect {
      try part("unpacked", whose)
    } throws: {
      "\($0)".hasSuffix("line 2: expected an image name and the number of a person")
    }
  }

  @Test func `splits follow the partition file`() throws {
    try scratch.write(StoredZip.make(entries()), "img_align_celeba.zip")
    let without = #expect(throws: DatasetError.self) { try open(scratch.path, split: .train) }
    #expect(
      without?.description == "split train needs list_eval_partition.txt beside the images in "
        + "\(scratch.path); put it there or use split=all")
    try scratch.write(Self.partition, "list_eval_partition.txt")
    try scratch.write(Self.attributes, "list_attr_celeba.txt")
    let train = try open(scratch.path, split: .train)
    #expect(train.count == 2)
    #expect(train.image(at: 1) == expected(3))
    #expect(train.labels?.examples(with: "Young") == [0, 1])
    #expect(try open(scratch.path, split: .validation).image(at: 0) == expected(4))
    #expect(try open(scratch.path, split: .test).image(at: 0) == expected(2))
  }

  @Test func `an empty split says where the images are`() throws {
    try scratch.write(StoredZip.make(entries()), "img_align_celeba.zip")
    try scratch.write(
      "000001.jpg 0\n000002.jpg 0\n000003.jpg 0\n", "list_eval_partition.txt")
    let error = #expect(throws: DatasetError.self) { try open(scratch.path, split: .test) }
    #expect(
      error?.description.hasSuffix(
        "has 3 in train, 0 in validation, 0 in test; use another split or split=all") == true)
  }

  @Test func `missing attributes are noted, not fatal`() throws {
    try scratch.write(StoredZip.make(entries()), "img_align_celeba.zip")
    let dataset = try open(scratch.path)
    #expect(dataset.labels == nil)
    #expect(dataset.notes == ["no labels: list_attr_celeba.txt is not beside the images"])
  }

  @Test func `comma-separated copies of the tables are read`() throws {
    try scratch.write(StoredZip.make(entries()), "img_align_celeba.zip")
    try scratch.write(
      "image_id,Bald,Smiling\n000001.jpg,1,-1\n000002.jpg,-1,1\n", "list_attr_celeba.csv")
    try scratch.write("image_id,partition\n000001.jpg,0\n", "list_eval_partition.csv")
    let dataset = try open(scratch.path)
    #expect(dataset.labels?.examples(with: "Smiling") == [1])
    #expect(dataset.labels?.value(of: 0, for: 3) == 0)
    #expect(dataset.notes.first?.hasPrefix("2 images have no row in") == true)
    #expect(try open(scratch.path, split: .train).count == 1)
  }

  @Test func `tables that are not tables are told by line`() throws {
    try scratch.write(StoredZip.make(entries()), "img_align_celeba.zip")
    for (text, line) in [
      ("2\nBald\n000001.jpg x\n", 3), ("2\nBald Young\n000001.jpg 1\n", 3), ("", 1),
      ("2\nBald\n000001.jpg 99999999999999999999\n", 3), ("\u{0}\u{1}", 1),
      ("2\nBald\n000001.jpg 2\n", 3),
    ] {
      let path = try scratch.write(text, "list_attr_celeba.txt")
      let error = #expect(throws: DatasetError.self) { try open(scratch.path) }
      #expect(error?.description.hasPrefix("\(path), line \(line): ") == true, "\(text)")
    }
  }

  @Test func `a wrong folder says what was looked for`() throws {
    try scratch.write("hello", "place/readme.md")
    let error = #expect(throws: DatasetError.self) { try open(scratch.path + "/place") }
    #expect(
      error?.description == "no images in \(scratch.path)/place: looked for a folder with "
        + "img_align_celeba.zip or img_align_celeba/, or one of the two itself, "
        + "found 1 text (readme.md)")
    #expect(throws: DatasetError.self) { try open(scratch.path + "/nowhere") }
    let text = #expect(throws: DatasetError.self) { try open(scratch.path + "/place/readme.md") }
    #expect(
      text?.description.hasPrefix("\(scratch.path)/place/readme.md is no zip file but a text")
        == true)
  }

  @Test func `a zip cut at any length is an error or skips, never a crash`() throws {
    let whole = try StoredZip.make([
      ("img_align_celeba/000001.jpg", Sample.png(1, width: 3, height: 4)),
      ("img_align_celeba/000002.jpg", Sample.png(2, width: 3, height: 4)),
    ])
    for length in 0..<whole.count {
      let path = try scratch.write(whole.prefix(length), "cut.zip")
      #expect(throws: DatasetError.self, "cut at \(length)") { try open(path) }
    }
    #expect(try open(scratch.write(whole, "cut.zip")).count == 2)
  }

  @Test func `a damaged entry is skipped and listed`() throws {
    var whole = try StoredZip.make(entries())
    let start = try #require(whole.range(of: Data("000003.jpg".utf8)))
    whole[start.upperBound + 40] ^= 0xFF
    let dataset = try open(scratch.write(whole, "img_align_celeba.zip"))
    #expect(dataset.count == 3)
    #expect(dataset.skipped.map(\.name) == ["img_align_celeba/000003.jpg"])
  }

  @Test func `an entry that says it is larger than it is, or is large, is read or skipped`() throws
  {
    // Beyond the first part that is read at once.
    let large = Sample.image(7, width: 200, height: 150)
    let map = Data("P6 200 150 255\n".utf8) + Data(large.pixels)
    var whole = StoredZip.make([
      ("img_align_celeba/000001.ppm", map),
      ("img_align_celeba/000002.jpg", try Sample.png(2, width: 3, height: 4)),
    ])
    let entry = try #require(whole.range(of: Data([0x50, 0x4B, 1, 2]), options: .backwards))
    // Its size unpacked, in the directory: a byte less than the limit.
    whole.replaceSubrange(
      entry.lowerBound + 24..<entry.lowerBound + 28, with: [0xFF, 0xFF, 0xFF, 0x0F])
    let dataset = try open(scratch.write(whole, "img_align_celeba.zip"))
    #expect(dataset.skipped.map(\.name) == ["img_align_celeba/000002.jpg"])
    #expect(dataset.sizes == [ImageSize(width: 200, height: 150): 1])
    let expected = large.cropped(x: 0, y: 14, width: 200, height: 122)
    #expect(
      dataset.image(at: 0) == expected.resized(width: 16, height: 16, filter: .bilinear))
  }

  @Test func `no changed byte of a zip crashes the program`() throws {
    let whole = try StoredZip.make([
      ("img_align_celeba/000001.jpg", Sample.png(1, width: 3, height: 4))
    ])
    for position in whole.indices {
      var damaged = whole
      damaged[position] ^= 0xFF
      let path = try scratch.write(damaged, "damaged.zip")
      let count = (try? open(path))?.count ?? 0
      #expect(count <= 1)
    }
  }
}
