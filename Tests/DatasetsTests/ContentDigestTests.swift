import Datasets
import Foundation
import Images
import Specification
import TestSupport
import Testing

@Suite struct ContentDigestTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  func open(
    _ folder: String, labels: LabelSource = .none,
    _ preprocessing: Preprocessing = Sample.preprocessing()
  ) throws -> Dataset {
    try Dataset.open(
      DatasetSpecification(
        source: .folder(path: scratch.path + "/" + folder, labels: labels),
        preprocessing: preprocessing), cacheDirectory: scratch.cache)
  }

  func fill(_ folder: String, _ numbers: [Int]) throws {
    for (place, number) in numbers.enumerated() {
      try scratch.write(Sample.png(number), "\(folder)/a/\(place).png")
    }
  }

  @Test func `the same images elsewhere and under other names have the same digest`() throws {
    try fill("one", [1, 2, 3])
    try fill("two", [1, 2, 3])
    try FileManager.default.moveItem(
      atPath: scratch.path + "/two/a/2.png", toPath: scratch.path + "/two/z.png")
    try scratch.write("no image", "two/a/1a.png")
    let (one, two) = (try open("one"), try open("two"))
    #expect(one.contentDigest == two.contentDigest)
    #expect(one.contentDigest.count == 64)
  }

  @Test func `the digest from the cache is that of preparing`() throws {
    try fill("one", Array(0..<150))
    let first = try open("one")
    #expect(try open("one").contentDigest == first.contentDigest)
    let blocked = try scratch.write("in the way", "blocked")
    let inMemory = try Dataset.open(
      first.specification, cacheDirectory: URL(fileURLWithPath: blocked))
    #expect(inMemory.contentDigest == first.contentDigest)
  }

  @Test func `another image, order, number, size or label is another digest`() throws {
    try fill("one", [1, 2, 3])
    try fill("other", [1, 2, 4])
    try fill("order", [2, 1, 3])
    try fill("fewer", [1, 2])
    try scratch.write("file,age\n0.png,1\n1.png,2\n2.png,3\n", "ages.csv")
    try scratch.write("file,age\n0.png,1\n1.png,2\n2.png,4\n", "older.csv")
    let datasets = [
      try open("one"), try open("other"), try open("order"), try open("fewer"),
      try open("one", Sample.preprocessing(9)), try open("one", Sample.preprocessing(channels: 1)),
      try open("one", labels: .usual),
      try open("one", labels: .file(scratch.path + "/ages.csv")),
      try open("one", labels: .file(scratch.path + "/older.csv")),
    ]
    #expect(Set(datasets.map(\.contentDigest)).count == datasets.count)
    let same = datasets[6...].map(\.digest.examples)
    #expect(Set(same) == [datasets[0].digest.examples])
    #expect(datasets[7].digest.labels != datasets[8].digest.labels)
  }

  @Test func `what gansh draws itself is known by its declaration`() throws {
    func open(_ source: DatasetSource, _ side: Int? = nil) throws -> String {
      try Dataset.open(
        DatasetSpecification(source: source, preprocessing: side.map { Sample.preprocessing($0) }),
        cacheDirectory: scratch.cache
      ).contentDigest
    }
    let digests = [
      try open(.ring(modes: 8, radius: 1, deviation: 0.1)),
      try open(.ring(modes: 9, radius: 1, deviation: 0.1)),
      try open(.grid(side: 3, spacing: 1, deviation: 0.1)),
      try open(.portraits(count: 3, seed: 1), 8), try open(.portraits(count: 3, seed: 2), 8),
      try open(.portraits(count: 3, seed: 1), 9),
    ]
    #expect(Set(digests).count == digests.count)
    #expect(try open(.portraits(count: 3, seed: 1), 8) == digests[3])
  }
}
