import Datasets
import Foundation
import Language
import Specification
import Testing

@Suite struct StackedMNISTTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Digit k is grey of 10 · its label, everywhere.
  private func write(_ labels: [UInt8]) throws {
    let folder = scratch.path + "/mnist"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    func header(_ magic: [UInt8], _ sizes: [Int]) -> Data {
      Data(magic) + Data(sizes.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] })
    }
    let images = labels.flatMap { [UInt8](repeating: 10 * $0, count: 28 * 28) }
    try (header([0, 0, 8, 3], [labels.count, 28, 28]) + Data(images))
      .write(to: URL(fileURLWithPath: folder + "/train-images-idx3-ubyte"))
    try (header([0, 0, 8, 1], [labels.count]) + Data(labels))
      .write(to: URL(fileURLWithPath: folder + "/train-labels-idx1-ubyte"))
  }

  private func open(_ options: String) throws -> Dataset {
    let text = "data d stacked-mnist path=\(word(scratch.path + "/mnist")) \(options)"
    let statement = try #require(try parse(SourceText(name: "test", text: text)).first)
    return try Dataset.open(
      DatasetSpecification(parsing: statement, .all), cacheDirectory: scratch.cache)
  }

  @Test func `an image is three digits, and its class is the number that they make`() throws {
    try write([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    let dataset = try open("count=400 seed=3")
    #expect(dataset.count == 400)
    let column = try #require(dataset.labels?.columns.first)
    guard case .category(let words, let indices) = column.values else {
      Issue.record("labels are \(column.values)")
      return
    }
    #expect(words.count == 1000 && words[7] == "007" && words[999] == "999")
    var seen = Set<Int32>()
    for image in 0..<400 {
      let values = Array(dataset.values(of: image))
      #expect(values.count == 3 * 28 * 28)
      // [-1, 1] back to the grey that the digit was painted with.
      let digits = (0..<3).map { channel in
        Int32(((values[channel * 28 * 28] + 1) * 127.5 / 10).rounded())
      }
      #expect(digits.reduce(0) { $0 * 10 + $1 } == indices[image], "image \(image)")
      seen.insert(indices[image])
    }
    // Of a thousand kinds 400 draws find about 330.
    #expect((280...370).contains(seen.count), "\(seen.count)")
  }

  @Test func `another seed draws others, and the same the same`() throws {
    try write([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    let (first, again, other) = (
      try open("count=50"), try open("count=50 seed=1"), try open("count=50 seed=2")
    )
    #expect(Array(first.values(of: 7)) == Array(again.values(of: 7)))
    #expect((0..<50).contains { Array(first.values(of: $0)) != Array(other.values(of: $0)) })
  }

  @Test func `digits that are not there are named`() throws {
    let error = #expect(throws: DatasetError.self) { try open("") }
    #expect(error?.description.contains("train-images-idx3-ubyte") == true)
  }
}
