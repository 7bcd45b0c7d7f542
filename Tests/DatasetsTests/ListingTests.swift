import Datasets
import Foundation
import Images
import Specification
import TestSupport
import Testing

/// What is found below a folder, and what is told of the rest.
@Suite struct ListingTests {
  let scratch: Scratch
  init() throws {
    scratch = try Scratch()
    try scratch.write(Sample.png(1), "images/a.png")
  }

  func open(
    _ path: String = "images", labels: LabelSource = .none
  ) throws(DatasetError) -> Dataset {
    try Dataset.open(
      DatasetSpecification(
        source: .folder(path: scratch.path + "/" + path, labels: labels),
        preprocessing: Sample.preprocessing(12)), cacheDirectory: scratch.cache)
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/" + name, withDestinationPath: target)
  }

  @Test func `what is not read is told by kind and number, with names and a way out`() throws {
    let heic = Data([0, 0, 0, 24]) + Data("ftypheic".utf8) + Data(count: 12)
    for name in ["p", "q", "r", "s"] { try scratch.write(heic, "images/\(name).heic") }
    try scratch.write(StoredZip.make([("x.png", Sample.png(1))]), "images/more.zip")
    try scratch.write("about", "images/readme.md")
    try scratch.write(Data([1, 0, 2]), "images/Thumbs.db")
    try scratch.write(Sample.png(3), "images/@eaDir/a.png/THUMB_M.png")
    try scratch.write(Sample.png(3), "images/.cache/a.png")
    try link("images/dangling.png", to: "nowhere.png")
    #expect(mkfifo(scratch.path + "/images/pipe.png", 0o600) == 0)
    try link("images/null.png", to: "/dev/null")
    let dataset = try open()
    #expect(dataset.count == 1)
    #expect(dataset.skipped.isEmpty)
    #expect(
      dataset.notes == [
        "not read: 4 HEIC (p.heic, q.heic, r.heic, …; convert them to JPEG or PNG), "
          + "1 device (null.png), 1 folder of thumbnails or trash (@eaDir), "
          + "1 link that leads nowhere (dangling.png), 1 pipe or socket (pipe.png), "
          + "1 zip archive (more.zip; unpack it)"
      ])
    #expect(
      dataset.leftOut.filter { !$0.isNotable }.map(\.summary)
        == ["1 hidden name", "1 other file", "1 text"])
  }

  @Test func `links to folders are followed once and circles end`() throws {
    try scratch.write(Sample.png(2), "store/x/b.png")
    try link("images/smile", to: "../store/x")
    try link("images/again", to: "../store/x")
    try link("images/up", to: "..")
    try link("images/here", to: ".")
    try link("images/root", to: "/")
    try scratch.write(Sample.png(3), "images/inner/c.png")
    try link("images/inner/back", to: "../inner")
    try link("store/x/round", to: "../x")
    let dataset = try open(labels: .usual)
    #expect(dataset.labels?.names == ["again", "inner"])
    #expect(dataset.count == 3)
    #expect(
      dataset.leftOut.map(\.description) == [
        "6 links to folders that are read already (here, inner/back, root, …)"
      ])
  }

  @Test func `names that differ in the form of their Unicode only are two files`() throws {
    try scratch.write(Sample.png(2), "images/caf\u{E9}.png")
    try scratch.write(Sample.png(3), "images/cafe\u{301}.png")
    let dataset = try open()
    #expect(dataset.count == 3)
    #expect((0..<3).map { dataset.image(at: $0) } == [1, 3, 2].map { Sample.image($0) })
    let changed = dataset.contentDigest
    try scratch.write(Sample.png(4), "images/caf\u{E9}.png")
    #expect(try open().contentDigest != changed)
  }

  @Test func `a name that is no text is read and told with its bytes`() throws {
    let folder = scratch.path + "/images/"
    func write(_ name: [UInt8], _ data: Data) throws {
      let path = (Array(folder.utf8) + name + [0]).map { CChar(bitPattern: $0) }
      let file = try #require(fopen(path, "w"))
      data.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, file) }
      fclose(file)
    }
    try write(Array("b\u{0}".utf8.dropLast()) + [0xE9] + Array(".png".utf8), Sample.png(2))
    try write([0xFF] + Array(".png".utf8), Data("broken".utf8))
    let dataset = try open()
    #expect(dataset.image(at: 1) == Sample.image(2))
    #expect(dataset.skipped.map(\.name) == ["\\xFF.png"])
  }

  @Test func `a zip file is read as a folder is`() throws {
    let heic = Data([0, 0, 0, 24]) + Data("ftypheic".utf8) + Data(count: 12)
    try scratch.write(
      StoredZip.make([
        ("photos/b/2.png", Sample.png(2)), ("photos/a/1", Sample.png(1)),
        ("__MACOSX/photos/a/1.png", Data("fork".utf8)), ("photos/x.heic", heic),
        ("photos/inner.zip", StoredZip.make([("3.png", Sample.png(3))])),
        ("photos/", Data()), ("photos/a/.hidden.png", Sample.png(9)),
      ]), "photos.zip")
    let dataset = try open("photos.zip", labels: .usual)
    #expect((0..<2).map { dataset.image(at: $0) } == [1, 2].map { Sample.image($0) })
    #expect(dataset.labels?.names == ["a", "b"])
    #expect(
      dataset.leftOut.map(\.summary) == [
        "1 HEIC", "1 folder of thumbnails or trash", "1 zip archive", "1 hidden name",
      ])
  }

  @Test func `a file in the place of a folder is told for what it is`() throws {
    let cases: [(name: String, data: Data, found: String)] = [
      ("page.zip", Data("<html>Sign in</html>".utf8), "found a web page"),
      ("photo.png", try Sample.png(1), "found an image; name the folder that it is in"),
      ("all.tar.gz", Data([0x1F, 0x8B, 8, 0]), "found a gzip file; unpack it"),
      ("empty", Data(), "found an empty file"),
    ]
    for (name, data, found) in cases {
      try scratch.write(data, name)
      let error = #expect(throws: DatasetError.self) { try open(name) }
      #expect(error?.description.hasSuffix(found) == true, "\(name)")
    }
    #expect(mkfifo(scratch.path + "/pipe", 0o600) == 0)
    let error = #expect(throws: DatasetError.self) { try open("pipe") }
    #expect(error?.description.hasSuffix("found a pipe, socket or device") == true)
    try scratch.write(StoredZip.make([("a.zip", StoredZip.make([]))]), "nested.zip")
    let nested = #expect(throws: DatasetError.self) { try open("nested.zip") }
    #expect(nested?.description.hasSuffix("found 1 zip archive (a.zip; unpack it)") == true)
  }

  @Test func `CelebA's zip that is a web page or holds another zip is told`() throws {
    func celeba() throws(DatasetError) -> Dataset {
      try Dataset.open(
        DatasetSpecification(
          source: .celeba(path: scratch.path + "/celeba", split: .all),
          preprocessing: Sample.preprocessing(12)), cacheDirectory: scratch.cache)
    }
    let zip = "celeba/img_align_celeba.zip"
    try scratch.write("<!DOCTYPE html><title>Quota exceeded</title>", zip)
    let page = #expect(throws: DatasetError.self) { try celeba() }
    #expect(
      page?.description == "\(scratch.path)/\(zip) is no zip file but a web page; "
        + "if it was downloaded, the download has failed")
    try scratch.write(
      StoredZip.make([("img_align_celeba.zip", StoredZip.make([("1.jpg", Data())]))]), zip)
    let nested = #expect(throws: DatasetError.self) { try celeba() }
    #expect(nested?.description.contains("1 zip archive (img_align_celeba.zip; unpack it)") == true)
  }

  @Test func `pipes in the places of files are not waited for`() throws {
    for name in ["table.csv", "train-images-idx3-ubyte", "img_align_celeba.zip"] {
      #expect(mkfifo(scratch.path + "/" + name, 0o600) == 0)
    }
    let file = scratch.path + "/train-images-idx3-ubyte"
    for source in [
      DatasetSource.folder(
        path: scratch.path + "/images", labels: .file(scratch.path + "/table.csv")),
      .idx(path: file, labels: .none), .mnist(path: scratch.path, split: .train),
      .celeba(path: scratch.path, split: .all),
      .celeba(path: scratch.path + "/img_align_celeba.zip", split: .all),
      .cifar10(path: file, split: .train),
    ] {
      #expect(throws: DatasetError.self) {
        try Dataset.open(
          DatasetSpecification(source: source, preprocessing: Sample.preprocessing()),
          cacheDirectory: scratch.cache)
      }
    }
  }
}
