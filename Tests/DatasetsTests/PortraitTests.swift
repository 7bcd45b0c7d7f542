import Datasets
import Foundation
import Images
import Language
import Specification
import TestSupport
import Testing

@Suite struct PortraitTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  func open(
    _ count: Int, seed: UInt64 = 1, preprocessing: Preprocessing = Sample.preprocessing(32)
  ) throws(DatasetError) -> Dataset {
    try Dataset.open(
      DatasetSpecification(
        source: .portraits(count: count, seed: seed), preprocessing: preprocessing),
      cacheDirectory: scratch.cache)
  }

  @Test func `portrait k is a function of seed and k`() throws {
    let few = try open(8)
    let many = try open(40)
    let other = try open(8, seed: 2)
    for i in 0..<8 {
      #expect(few.image(at: i) == many.image(at: i))
      #expect(few.image(at: i) != other.image(at: i))
    }
    #expect(Set((0..<40).map { many.image(at: $0) }).count == 40)
  }

  @Test func `labels are answered for every portrait and all occur`() throws {
    let dataset = try open(600, preprocessing: Sample.preprocessing(4))
    let labels = try #require(dataset.labels)
    #expect(labels.count == 600)
    #expect(!labels.exclusive)
    for (i, name) in labels.names.enumerated() {
      let positive = labels.examples(with: name).count
      #expect(positive > 0 && positive < 600, "\(name)")
      #expect((0..<600).allSatisfy { abs(labels.value(of: i, for: $0)) == 1 })
    }
    #expect(labels.names.count >= 30)
  }

  @Test func `what a label says can be seen`() throws {
    let dataset = try open(400, preprocessing: Sample.preprocessing(32, channels: 1))
    let labels = try #require(dataset.labels)
    func mean(_ examples: [Int], _ area: (ClosedRange<Int>, ClosedRange<Int>)) -> Double {
      var sum = 0.0
      var count = 0.0
      for example in examples {
        let values = dataset.values(of: example)
        for y in area.1 { for x in area.0 { sum += Double(values[y * 32 + x]); count += 1 } }
      }
      return sum / max(count, 1)
    }
    let face = (10...22, 10...20)
    #expect(
      mean(labels.examples(with: "Pale_Skin"), face)
        > mean(labels.examples(with: "Dark_Skin"), face) + 0.4)
    let eyes = (11...21, 13...16)
    let all = Array(0..<400)
    #expect(mean(labels.examples(with: "Sunglasses"), eyes) < mean(all, eyes) - 0.15)
  }

  @Test func `ages can be seen, and change nobody's pose`() throws {
    func opened(_ text: String) throws -> Dataset {
      let statement = try #require(try parse(SourceText(name: "test", text: text)).first)
      return try Dataset.open(
        DatasetSpecification(parsing: statement, .all), cacheDirectory: scratch.cache)
    }
    let plain = try opened("data faces portraits count=300 size=32")
    let aged = try opened("data faces portraits count=300 size=32 ages=yes")
    func numbers(_ name: String, _ dataset: Dataset) throws -> [Double] {
      let columns = try #require(dataset.labels).columns
      guard case .number(let values)? = columns.first(where: { $0.name == name })?.values else {
        throw Missing.column
      }
      return values
    }
    #expect(throws: Missing.self) { try numbers("Age", plain) }
    let ages = try numbers("Age", aged)
    #expect(ages.allSatisfy { 18...80 ~= $0 })
    #expect(ages.min() ?? 99 < 22 && ages.max() ?? 0 > 76)
    #expect(try numbers("Yaw", plain) == numbers("Yaw", aged))
    let labels = try #require(aged.labels)
    let young = Set(labels.examples(with: "Young"))
    #expect(ages.indices.allSatisfy { young.contains($0) == (ages[$0] < 45) })
    // Hair turns grey: of people over sixty-five more often than not, of those under forty never.
    let grey = Set(labels.examples(with: "Gray_Hair"))
    #expect(ages.indices.allSatisfy { ages[$0] > 40 || !grey.contains($0) })
    let old = ages.indices.filter { ages[$0] > 65 }
    #expect(old.count { grey.contains($0) } * 2 > old.count)
    #expect((0..<300).allSatisfy { plain.image(at: $0) != aged.image(at: $0) })
  }

  private enum Missing: Error { case column }

  @Test func `every size and shape can be drawn`() throws {
    for side in [1, 2, 5, 16, 48, 65, 128] {
      #expect(try open(2, preprocessing: Sample.preprocessing(side)).count == 2)
    }
    let wide = Preprocessing(
      height: 12, width: 30, channels: 3, crop: .centre, filter: .lanczos, flip: true)
    #expect(try open(2, preprocessing: wide).exampleShape.dimensions == [3, 12, 30])
  }

  @Test func `counts that cannot be are refused`() {
    for count in [0, -1, .max] {
      #expect(throws: DatasetError.self) { try open(count) }
    }
  }
}
