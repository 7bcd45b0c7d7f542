import Datasets
import Foundation
import Images
import Specification
import Synchronization
import TestSupport
import Testing

@Suite struct CacheTests: Sendable {
  let scratch: Scratch
  init() throws {
    scratch = try Scratch()
    for i in 0..<5 { try scratch.write(Sample.png(i), "images/\(i).png") }
  }

  /// Opens the folder; says whether images were decoded for it.
  func open(
    _ cache: URL? = nil, preprocessing: Preprocessing = Sample.preprocessing()
  ) throws -> (dataset: Dataset, decoded: Bool) {
    let calls = Counter()
    let dataset = try Dataset.open(
      DatasetSpecification(
        source: .folder(path: scratch.path + "/images", labels: .none),
        preprocessing: preprocessing),
      cacheDirectory: cache ?? scratch.cache, progress: { done, all in calls.add(done, all) })
    return (dataset, calls.count > 0)
  }

  final class Counter: Sendable {
    private let calls = Mutex<[(Int, Int)]>([])
    func add(_ done: Int, _ all: Int) { calls.withLock { $0.append((done, all)) } }
    var count: Int { calls.withLock { $0.count } }
    var last: (Int, Int)? { calls.withLock { $0.last } }
  }

  func file() throws -> URL {
    let name = try #require(scratch.names(in: scratch.cache).first { $0.hasSuffix(".pixels") })
    return scratch.cache.appendingPathComponent(name)
  }

  func images(_ dataset: Dataset) -> [PixelImage?] {
    (0..<(dataset.count ?? 0)).map { dataset.image(at: $0) }
  }

  @Test func `images are decoded once`() throws {
    let first = try open()
    #expect(first.decoded)
    let second = try open()
    #expect(!second.decoded)
    #expect(images(first.dataset) == images(second.dataset))
    #expect(scratch.names(in: scratch.cache).count { $0.contains("unfinished") } == 0)
  }

  @Test func `progress ends with all images`() throws {
    let calls = Counter()
    _ = try Dataset.open(
      DatasetSpecification(
        source: .portraits(count: 200, seed: 1), preprocessing: Sample.preprocessing()),
      cacheDirectory: scratch.cache, progress: { calls.add($0, $1) })
    #expect(calls.last ?? (0, 0) == (200, 200))
  }

  @Test func `a changed image or another preprocessing is decoded anew`() throws {
    #expect(try open().decoded)
    #expect(try open(preprocessing: Sample.preprocessing(9)).decoded)
    #expect(try open(preprocessing: Sample.preprocessing(channels: 1)).decoded)
    #expect(try open(preprocessing: Sample.preprocessing(crop: .none)).decoded)
    #expect(try !open(preprocessing: Sample.preprocessing(flip: true)).decoded)
    try scratch.write(Sample.png(77, width: 13), "images/2.png")
    let changed = try open()
    #expect(changed.decoded)
    let expected = Sample.image(77, width: 13).cropped(x: 0, y: 0, width: 12, height: 12)
      .resized(width: 8, height: 8, filter: .bilinear)
    #expect(changed.dataset.image(at: 2) == expected)
    try scratch.write(Sample.png(8), "images/9.png")
    #expect(try open().dataset.count == 6)
  }

  @Test func `a cache file cut at any length is made again`() throws {
    let whole = images(try open().dataset)
    let file = try file()
    let content = try Data(contentsOf: file)
    for length in [0, 1, 8, 100, 4095, 4096, 4097, content.count / 2, content.count - 1] {
      try content.prefix(length).write(to: file)
      let again = try open()
      #expect(again.decoded, "cut at \(length)")
      #expect(images(again.dataset) == whole)
    }
    try (content + Data([0])).write(to: file)
    #expect(try open().decoded)
  }

  @Test func `a cache file with any changed byte is made again, and it is said`() throws {
    let whole = images(try open().dataset)
    let file = try file()
    let content = try Data(contentsOf: file)
    let pixels = 5 * 8 * 8 * 3
    for position in Array(0..<124) + [4000, 4096, 4500, 4096 + pixels - 1]
      + Array(4096 + pixels..<content.count)
    {
      var damaged = content
      damaged[position] ^= 0x41
      try damaged.write(to: file)
      let again = try open()
      #expect(again.decoded, "changed at \(position)")
      #expect(
        again.dataset.notes == [
          "\(file.path) had changed on the disk: its images were prepared anew"
        ])
      #expect(images(again.dataset) == whole)
    }
  }

  @Test func `another image of the same size and time is decoded anew`() throws {
    let path = scratch.path + "/images/2.png"
    let date = try #require(
      FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    let whole = try open()
    let other = try PixelImage(width: 12, height: 12, colour: [9, 9, 9]).pngData()
    // A chunk that nobody knows fills the file up to the size of the old one.
    #expect(other.count + 12 <= data.count)
    let padding = Data(repeating: 0, count: data.count - other.count - 12)
    var chunk = Data("gaNs".utf8) + padding
    let sum = StoredZip.checksum(chunk)
    chunk += Data((0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * $0)) })
    let length = (0..<4).map { UInt8(truncatingIfNeeded: padding.count >> (24 - 8 * $0)) }
    data = other.dropLast(12) + Data(length) + chunk + other.suffix(12)
    try data.write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    let again = try open()
    #expect(again.decoded)
    #expect(again.dataset.image(at: 2) == PixelImage(width: 8, height: 8, colour: [9, 9, 9]))
    #expect(again.dataset.contentDigest != whole.dataset.contentDigest)
  }

  @Test func `what a killed process left is cleared away`() throws {
    #expect(try open().decoded)
    let name = try file().deletingPathExtension().lastPathComponent
    try FileManager.default.removeItem(at: file())
    try scratch.write("half of it", "cache/\(name).unfinished-123")
    #expect(try open().decoded)
    #expect(scratch.names(in: scratch.cache).count { $0.contains("unfinished") } == 0)
  }

  @Test func `writing a file removes those of older editions and nothing else`() throws {
    func header(_ edition: UInt8) -> Data {
      Data("GANSHPIX".utf8) + Data([edition, 0, 0, 0, 0, 0, 0, 0]) + Data(repeating: 1, count: 5000)
    }
    #expect(try open().decoded)
    let edition = Array(try Data(contentsOf: file()).prefix(9))[8]
    #expect(try Data(contentsOf: file()).prefix(16) == header(edition).prefix(16))
    try scratch.write(header(edition - 1), "cache/older.pixels")
    try scratch.write(header(edition + 1), "cache/newer.pixels")
    try scratch.write("GANSH", "cache/short.pixels")
    try scratch.write("letters to somebody else", "cache/foreign.pixels")
    try scratch.write("half of it", "cache/killed.unfinished-123")
    try scratch.write("half of it", "cache/other.unfinished-124")
    try scratch.write("", "cache/killed.lock")
    let lock = Foundation.open(try scratch.write("", "cache/other.lock"), O_RDWR)
    defer { close(lock) }
    #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
    // Reading what is there already changes nothing.
    #expect(try !open().decoded)
    #expect(scratch.names(in: scratch.cache).contains("older.pixels"))
    #expect(try open(preprocessing: Sample.preprocessing(9)).decoded)
    let names = Set(scratch.names(in: scratch.cache))
    #expect(names.isDisjoint(with: ["older.pixels", "killed.unfinished-123"]))
    #expect(
      names.isSuperset(of: [
        "newer.pixels", "short.pixels", "foreign.pixels", "other.unfinished-124",
      ]))
    #expect(names.count { $0.hasSuffix(".pixels") } == 5)
  }

  @Test func `without a place for the cache, images are kept in memory`() throws {
    let expected = images(try open().dataset)
    let path = try scratch.write("a file where the folder should be", "blocked")
    for cache in [URL(fileURLWithPath: path), URL(fileURLWithPath: "/proc/nowhere/at/all")] {
      let opened = try open(cache)
      #expect(opened.decoded)
      #expect(images(opened.dataset) == expected)
      #expect(
        opened.dataset.notes == [
          "prepared images are kept in memory: \(cache.path) cannot take 1 MB"
        ])
    }
  }

  @Test func `two openings at once give the same examples`() async throws {
    let results = try await withThrowingTaskGroup(of: [PixelImage?].self) { group in
      for _ in 0..<4 { group.addTask { images(try open().dataset) } }
      var all: [[PixelImage?]] = []
      for try await result in group { all.append(result) }
      return all
    }
    #expect(results.count == 4)
    #expect(Set(results).count == 1)
  }
}
