import Datasets
import Foundation
import Images
import Specification
import TestSupport
import Testing

@Suite struct LoaderTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Images of one colour each: example i has the red value i.
  func images(_ count: Int, flip: Bool = false) throws -> Dataset {
    for i in 0..<count {
      let name = "images/\(String(repeating: "0", count: 3 - String(i).count))\(i).png"
      var image = PixelImage(width: 4, height: 3, colour: [UInt8(i), 0, 0])
      image.withPixels { $0[1] = 200 }
      try scratch.write(image.pngData(), name)
    }
    return try Dataset.open(
      DatasetSpecification(
        source: .folder(path: scratch.path + "/images", labels: .none),
        preprocessing: Preprocessing(
          height: 3, width: 4, channels: 3, crop: .none, filter: .bicubic, flip: flip)),
      cacheDirectory: scratch.cache)
  }

  func mixture(_ source: DatasetSource) throws -> Dataset {
    try Dataset.open(
      DatasetSpecification(source: source, preprocessing: nil), cacheDirectory: scratch.cache)
  }

  func batches(_ loader: BatchLoader, _ count: Int) -> [[Float]] {
    (0..<count).map { _ in
      [Float](unsafeUninitializedCapacity: loader.valuesPerBatch) { target, filled in
        loader.next(into: target)
        filled = loader.valuesPerBatch
      }
    }
  }

  /// Which examples a batch holds, by their red values.
  func examples(_ batch: [Float]) -> [Int] {
    stride(from: 0, to: batch.count, by: 36).map { Int(PixelImage.pixel(batch[$0 + 1])) }
  }

  @Test func `batch k is the same wherever the loader started`() throws {
    for dataset in [
      try images(11, flip: true), try mixture(.ring(modes: 8, radius: 1, deviation: 0.01)),
    ] {
      let all = batches(try dataset.makeLoader(batch: 3, seed: 5), 14)
      for start in [1, 2, 3, 5, 9, 13] {
        let loader = try dataset.makeLoader(batch: 3, seed: 5, startingAt: start)
        #expect(loader.position == start)
        #expect(batches(loader, 14 - start) == Array(all[start...]))
      }
      #expect(batches(try dataset.makeLoader(batch: 3, seed: 6), 14) != all)
    }
  }

  @Test func `an epoch shows every example once, in another order each time`() throws {
    let dataset = try images(12)
    let order = try #require(try dataset.batchOrder(batch: 4, seed: 3))
    let epochs = batches(try dataset.makeLoader(batch: 4, seed: 3), 9).map(examples)
    #expect(epochs.enumerated().allSatisfy { order.examples(ofBatch: $0) == $1 })
    for epoch in 0..<3 {
      let shown = epochs[3 * epoch..<3 * epoch + 3].flatMap { $0 }
      #expect(shown.sorted() == Array(0..<12))
      #expect(shown != Array(0..<12))
    }
    #expect(Array(epochs[0..<3]) != Array(epochs[3..<6]))
  }

  @Test func `what does not fill a batch is dropped`() throws {
    let dataset = try images(11)
    let order = try #require(try dataset.batchOrder(batch: 4, seed: 3))
    #expect(order.batchesPerEpoch == 2)
    let shown = batches(try dataset.makeLoader(batch: 4, seed: 3), 2).flatMap(examples)
    #expect(Set(shown).count == 8)
    #expect(shown == Array(order.permutation(ofEpoch: 0).prefix(8)).map { Int($0) })
  }

  @Test func `the shuffle is fair`() throws {
    let order = try #require(try images(5).batchOrder(batch: 1, seed: 99))
    var counts = [[Int]](repeating: [0, 0, 0, 0, 0], count: 5)
    for epoch in 0..<4000 {
      for (place, example) in order.permutation(ofEpoch: epoch).enumerated() {
        counts[place][Int(example)] += 1
      }
    }
    // 800 expected, with a standard deviation of 25.
    #expect(counts.allSatisfy { $0.allSatisfy { (690...910).contains($0) } }, "\(counts)")
  }

  @Test func `about half of the examples are mirrored, anew each epoch`() throws {
    let plain = batches(try images(40).makeLoader(batch: 40, seed: 2), 20)
    let flipped = batches(try images(40, flip: true).makeLoader(batch: 40, seed: 2), 20)
    var mirrored = 0
    for (before, after) in zip(plain, flipped) {
      for start in stride(from: 0, to: before.count, by: 36) {
        let original = Array(before[start..<start + 36])
        let turned = stride(from: 0, to: 36, by: 4).flatMap {
          original[$0..<$0 + 4].reversed()
        }
        let shown = Array(after[start..<start + 36])
        #expect(shown == original || shown == turned)
        if shown == turned { mirrored += 1 }
      }
    }
    // 400 expected of 800, with a standard deviation of 14.
    #expect((330...470).contains(mirrored), "\(mirrored)")
  }

  @Test func `a stopped loader still gives the right batches`() throws {
    let dataset = try images(11)
    let expected = batches(try dataset.makeLoader(batch: 2, seed: 1), 12)
    let loader = try dataset.makeLoader(batch: 2, seed: 1)
    var shown = batches(loader, 2)
    loader.stop()
    shown += batches(loader, 10)
    loader.stop()
    #expect(shown == expected)
  }

  @Test func `batches that cannot be are refused`() throws {
    let dataset = try images(3)
    let error = #expect(throws: DatasetError.self) { try dataset.makeLoader(batch: 4, seed: 1) }
    #expect(
      error?.description
        == "a batch of 4 cannot be filled from 3 examples; use a batch of at most 3")
    #expect(throws: DatasetError.self) { try dataset.makeLoader(batch: 0, seed: 1) }
    #expect(throws: DatasetError.self) {
      try dataset.makeLoader(batch: 1, seed: 1, startingAt: -1)
    }
    let points = try mixture(.ring(modes: 8, radius: 1, deviation: 0.01))
    #expect(throws: DatasetError.self) { try points.makeLoader(batch: .max, seed: 1) }
  }

  @Test func `pixels become values in -1 to 1`() throws {
    let dataset = try images(2)
    let values = batches(try dataset.makeLoader(batch: 2, seed: 1), 1)[0]
    #expect(values.contains(-1))
    #expect(values.contains(Float(200) / 127.5 - 1))
    #expect(values.allSatisfy { (-1...1).contains($0) })
  }
}
