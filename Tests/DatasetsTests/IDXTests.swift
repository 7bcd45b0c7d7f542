import Datasets
import Foundation
import Images
import Specification
import TestSupport
import Testing

@Suite struct IDXTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  func open(_ source: DatasetSource, side: Int = 6, channels: Int = 1) throws(DatasetError)
    -> Dataset
  {
    try Dataset.open(
      DatasetSpecification(
        source: source, preprocessing: Sample.preprocessing(side, channels: channels)),
      cacheDirectory: scratch.cache)
  }

  /// The digit whose pixel k is 7k + 31n.
  func digit(_ number: Int) -> [UInt8] {
    (0..<36).map { UInt8(truncatingIfNeeded: $0 * 7 + number * 31) }
  }

  func images(_ numbers: [Int], claiming count: Int? = nil) -> Data {
    IDX.make([count ?? numbers.count, 6, 6], numbers.flatMap(digit))
  }

  func writeMNIST(_ folder: String, gzipped: Bool = false, separator: String = "-") throws {
    let files = [
      ("train-images", "idx3", images([0, 1, 2])),
      ("train-labels", "idx1", IDX.make([3], [7, 0, 7])),
      ("t10k-images", "idx3", images([3, 4])), ("t10k-labels", "idx1", IDX.make([2], [1, 9])),
    ]
    for (name, kind, data) in files {
      let file = "\(folder)/\(name)\(separator)\(kind)-ubyte"
      try scratch.write(gzipped ? Gzip.make(data) : data, gzipped ? file + ".gz" : file)
    }
  }

  @Test(arguments: [(false, "-", ""), (true, "-", ""), (true, ".", "/MNIST/raw")])
  func `MNIST is read in its splits, plain and gzipped`(
    gzipped: Bool, separator: String, below: String
  ) throws {
    try writeMNIST("mnist" + below, gzipped: gzipped, separator: separator)
    let path = scratch.path + "/mnist"
    for (split, numbers, classes) in [
      (TrainTestSplit.train, [0, 1, 2], [7, 0, 7]), (.test, [3, 4], [1, 9]),
      (.all, [0, 1, 2, 3, 4], [7, 0, 7, 1, 9]),
    ] {
      let dataset = try open(.mnist(path: path, split: split))
      #expect(dataset.count == numbers.count)
      #expect(dataset.skipped == [])
      #expect(dataset.notes == [])
      #expect(dataset.sizes == [ImageSize(width: 6, height: 6): numbers.count])
      for (example, number) in numbers.enumerated() {
        #expect(dataset.image(at: example)?.pixels == digit(number))
      }
      let labels = try #require(dataset.labels)
      #expect(numbers.indices.map { labels.classIndex(for: $0) } == classes)
      #expect(labels.names == (0...(classes.max() ?? 0)).map { "\($0)" })
    }
  }

  @Test func `a gzipped file that says it unpacks to gigabytes is refused before it is unpacked`()
    throws
  {
    // A block that is kept as it is with the header in it, and as many empty ones behind it as it takes
    // for the claim to be possible.
    let header = Data([0, 0, 8, 3, 0, 0x4C, 0x4B, 0x40, 0, 0, 0, 28, 0, 0, 0, 28])
    let packed =
      Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0, 16, 0, 0xEF, 0xFF]) + header
      + Data(repeatElement([0, 0, 0, 0xFF, 0xFF] as [UInt8], count: 780_000).joined())
      // The last block, also empty, and the checksum and length of what there is.
      + Data([1, 0, 0, 0xFF, 0xFF, 0x19, 0x6B, 0xA3, 0xB7, 0x10, 0x00, 0x00, 0x00])
    let path = try scratch.write(packed, "images-idx3-ubyte.gz")
    let error = #expect(throws: DatasetError.self) {
      try Dataset.open(
        DatasetSpecification(
          source: .idx(path: path, labels: .none), preprocessing: Sample.preprocessing()),
        cacheDirectory: scratch.cache)
    }
    #expect(
      error?.description == "\(path): it says that it unpacks to 5000000x28x28 = 3920000000 bytes, "
        + "and at most 2147483648 are unpacked; if that is right, unpack it with `gunzip` and name "
        + "the file that comes out")
  }

  @Test func `a plain file cut while it is read lacks what was behind the cut, this once`() throws {
    let path = try scratch.write(images(Array(0..<640)), "cut")
    let specification = DatasetSpecification(
      source: .idx(path: path, labels: .none), preprocessing: Sample.preprocessing(6, channels: 1))
    let dataset = try Dataset.open(
      specification, cacheDirectory: scratch.cache, threads: 1,
      progress: { done, _ in if done < 100 { truncate(path, 16 + 36 * 100) } })
    #expect(dataset.count == 100)
    #expect(
      dataset.skipped.first
        == SkippedImage(name: "image 100 of cut", reason: "its file ends early"))
    #expect(scratch.names(in: scratch.cache).count { $0.hasSuffix(".pixels") } == 0)
  }

  /// The file has no place on the disk but for its ends.
  @Test func `a plain file above two gigabytes is read image by image`() throws {
    let (count, side) = (2100, 1024)
    let path = try scratch.write(IDX.make([count, side, side], []), "large")
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    let end = 16 + count * side * side
    try file.seek(toOffset: UInt64(end - side * side))
    try file.write(contentsOf: Data(repeating: 200, count: side * side))
    try file.close()
    let before = try PeakMemory.restarted()
    let dataset = try Dataset.open(
      DatasetSpecification(
        source: .idx(path: path, labels: .none),
        preprocessing: Preprocessing(
          height: 4, width: 4, channels: 1, crop: .none, filter: .nearest, flip: false)),
      cacheDirectory: scratch.cache)
    let most = try PeakMemory.bytes() - before
    #expect(dataset.count == count)
    #expect(dataset.image(at: 0)?.pixels == [UInt8](repeating: 0, count: 16))
    #expect(dataset.image(at: count - 1)?.pixels == [UInt8](repeating: 200, count: 16))
    #expect(most < 1 << 30, "\(most) bytes of memory")
  }

  @Test func `images of several channels are read in both orders`() throws {
    let colour = Sample.image(3, width: 6, height: 6)
    let planes = (0..<3).flatMap { c in (0..<36).map { colour.pixels[$0 * 3 + c] } }
    try scratch.write(IDX.make([1, 6, 6, 3], colour.pixels), "behind")
    try scratch.write(IDX.make([1, 3, 6, 6], planes), "before")
    try scratch.write(IDX.make([2, 6, 6, 1], digit(1) + digit(2)), "grey")
    for name in ["behind", "before"] {
      let dataset = try open(.idx(path: scratch.path + "/" + name, labels: .none), channels: 3)
      #expect(dataset.image(at: 0) == colour, "\(name)")
    }
    let grey = try open(.idx(path: scratch.path + "/grey", labels: .none))
    #expect(grey.image(at: 1)?.pixels == digit(2))
  }

  @Test func `labels are found beside the images, named, or left out`() throws {
    let path = try scratch.write(images([1, 2]), "letters-train-images-idx3-ubyte")
    #expect(try open(.idx(path: path, labels: .usual)).labels == nil)
    #expect(
      try open(.idx(path: path, labels: .usual)).notes
        == ["no labels: no file of them is beside \(path)"])
    try scratch.write(Gzip.make(IDX.make([2], [0, 1])), "letters-train-labels-idx1-ubyte.gz")
    let other = try scratch.write(IDX.make([2], [1, 0]), "other")
    #expect(try open(.idx(path: path, labels: .usual)).labels?.examples(with: "1") == [1])
    #expect(try open(.idx(path: path, labels: .file(other))).labels?.examples(with: "1") == [0])
    #expect(try open(.idx(path: path, labels: .none)).labels == nil)
    let error = #expect(throws: DatasetError.self) {
      try open(.idx(path: path, labels: .file(scratch.path + "/nowhere")))
    }
    #expect(error?.description.hasSuffix("expected an IDX file of labels") == true)
  }

  @Test func `counts that do not match are an error with both`() throws {
    let path = try scratch.write(images([1, 2]), "a-images-idx3-ubyte")
    let labels = try scratch.write(IDX.make([3], [1, 2, 3]), "a-labels-idx1-ubyte")
    let error = #expect(throws: DatasetError.self) { try open(.idx(path: path, labels: .usual)) }
    #expect(error?.description == "\(labels): it has 3 labels, but \(path) has 2 images")
    try scratch.write(IDX.make([1, 2], [1, 2]), "a-labels-idx1-ubyte")
    let shape = #expect(throws: DatasetError.self) { try open(.idx(path: path, labels: .usual)) }
    #expect(shape?.description == "\(labels): it holds 1x2 bytes, not a list of labels")
  }

  @Test func `a file that is none, or not of bytes, is told by what it begins with`() throws {
    func reason(_ data: Data) throws -> String? {
      let path = try scratch.write(data, "file")
      let error = #expect(throws: DatasetError.self) { try open(.idx(path: path, labels: .none)) }
      return error?.description.replacingOccurrences(of: path, with: "FILE")
    }
    #expect(
      try reason(Data("P5 2 2".utf8))
        == "FILE: it is no IDX file: it begins with 50 35 20 32, not 00 00 08")
    #expect(try reason(Data()) == "FILE: it is empty")
    #expect(try reason(Data([0, 0, 13, 3])) == "FILE: it holds floats; only bytes are read")
    #expect(try reason(Data([0, 0, 8, 3, 0, 0])) == "FILE: it ends within its header")
    #expect(
      try reason(images([1, 2], claiming: 3))
        == "FILE: it should hold 3x6x6 = 108 bytes and holds 72")
    #expect(
      try reason(images([1, 2], claiming: 1))
        == "FILE: it should hold 1x6x6 = 36 bytes and holds 72")
    #expect(
      try reason(Gzip.make(images([1, 2], claiming: 1)))
        == "FILE: it should hold 1x6x6 = 36 bytes and holds more")
    #expect(
      try reason(Gzip.make(images([1, 2], claiming: 3)))
        == "FILE: it should hold 3x6x6 = 108 bytes and holds 72")
    #expect(
      try reason(Gzip.make(images([1], claiming: 100_000)))
        == "FILE: it should hold 100000x6x6 = 3600000 bytes and holds fewer")
    #expect(
      try reason(IDX.make([1 << 31, 1 << 31, 1 << 31], []))
        == "FILE: its size of 2147483648x2147483648x2147483648 is more than can be")
    #expect(
      try reason(IDX.make([3], [1, 2, 3])) == "FILE: it holds 3 bytes, which are no images: "
        + "expected count x height x width, or these with 1 or 3 channels")
    #expect(
      try reason(IDX.make([0, 6, 6], [])) == "FILE: it holds 0x6x6 bytes, which are no images")
  }

  @Test func `a gzipped file cut or changed anywhere is an error or the same images`() throws {
    let whole = Gzip.make(images([1, 2]))
    for length in 0..<whole.count {
      let path = try scratch.write(whole.prefix(length), "cut")
      #expect(throws: DatasetError.self, "cut at \(length)") {
        try open(.idx(path: path, labels: .none))
      }
    }
    for position in whole.indices {
      var changed = whole
      changed[position] ^= 0x41
      let path = try scratch.write(changed, "changed")
      guard let dataset = try? open(.idx(path: path, labels: .none)) else { continue }
      #expect(dataset.image(at: 1)?.pixels == digit(2), "changed at \(position)")
    }
  }

  @Test func `a wrong folder says what was looked for`() throws {
    try scratch.write("hello", "place/readme.md")
    let error = #expect(throws: DatasetError.self) {
      try open(.mnist(path: scratch.path + "/place", split: .train))
    }
    #expect(
      error?.description == "no images in \(scratch.path)/place: looked for "
        + "train-images-idx3-ubyte, gzipped or not, found 1 text (readme.md)")
    #expect(throws: DatasetError.self) {
      try open(.mnist(path: scratch.path + "/nowhere", split: .train))
    }
    #expect(throws: DatasetError.self) { try open(.idx(path: scratch.path, labels: .none)) }
  }
}

/// The most memory that the process has had at a time.
private enum PeakMemory {
  /// Counts from now on, and gives what there is now.
  static func restarted() throws -> Int {
    try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
    return try bytes()
  }

  static func bytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) }) * 1024
  }
}

/// IDX files of bytes.
enum IDX {
  static func make(_ dimensions: [Int], _ bytes: [UInt8]) -> Data {
    var data = Data([0, 0, 8, UInt8(dimensions.count)])
    for size in dimensions {
      data += Data((0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) })
    }
    return data + Data(bytes)
  }
}

/// Gzip files of stored blocks.
enum Gzip {
  static func make(_ data: Data) -> Data {
    var file = Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
    file.append(1)
    file.append(words: [UInt16(data.count), ~UInt16(data.count)])
    file += data
    file.append(longs: [StoredZip.checksum(data), UInt32(data.count)])
    return file
  }
}
