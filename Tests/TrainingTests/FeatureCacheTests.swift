import CPUBackend
import Datasets
import Foundation
import Metrics
import Specification
import TestSupport
import Testing
import Training

/// Features of examples that are kept from one evaluation to the next.
@Suite struct FeatureCacheTests {
  /// Pixels, counted.
  private final class Counter: FeatureExtractor {
    let image = ImageShape(height: 8, width: 8, channels: 1)
    let name = "counted"
    var digest = "d"
    let resizing = "none"
    let width = 3
    private(set) var looked = 0

    func outputs(of images: [Float], count: Int) -> FeatureOutputs {
      looked += count
      let rows = (0..<count).flatMap { number in
        (0..<3).map { images[number * 64 + $0] }
      }
      return FeatureOutputs(features: FeatureMatrix(rows, count: count))
    }
  }

  private func dataset(_ seed: UInt64 = 1) throws -> Dataset {
    try Dataset.open(
      DatasetSpecification(
        source: .portraits(count: 40, seed: seed),
        preprocessing: Preprocessing(
          height: 8, width: 8, channels: 1, crop: .none, filter: .box, flip: false)),
      cacheDirectory: FileManager.default.temporaryDirectory)
  }

  private func features(
    of dataset: Dataset, _ count: Int = 40, by counter: Counter, _ cache: FeatureCache?,
    for measures: Set<Measure> = [.kernelDistance]
  ) -> FeatureMatrix {
    var side = EvaluatedSide(of: dataset.exampleShape, for: measures, by: counter, seed: 1)
    side.add(examplesOf: dataset, count: count, seed: 1, cache: cache) { _ in }
    return side.featureMatrix
  }

  @Test func `what was made once is not made again, and anything else is`() throws {
    try withFolder { folder in
      let cache = FeatureCache(folder, leastSeconds: 0)
      let (counter, data) = (Counter(), try dataset())
      let first = features(of: data, by: counter, cache)
      #expect(counter.looked == 40)
      #expect(features(of: data, by: counter, cache) == first && counter.looked == 40)
      #expect(features(of: data, by: counter, nil) == first && counter.looked == 80)
      // Measures of the images themselves look at them, and not for features.
      let both = features(
        of: data, by: counter, cache, for: [.kernelDistance, .slicedWasserstein])
      #expect(both == first && counter.looked == 80)
      // Of another count, of other examples, by other weights.
      #expect(features(of: data, 20, by: counter, cache).count == 20 && counter.looked == 100)
      #expect(features(of: try dataset(2), by: counter, cache) != first)
      #expect(counter.looked == 140)
      counter.digest = "e"
      #expect(features(of: data, by: counter, cache) == first && counter.looked == 180)
    }
  }

  @Test func `a file that was damaged, cut or replaced is made again`() throws {
    try withFolder { folder in
      let cache = FeatureCache(folder, leastSeconds: 0)
      let (counter, data) = (Counter(), try dataset())
      let first = features(of: data, by: counter, cache)
      let file = try #require(
        FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil).first)
      let whole = try Data(contentsOf: file)
      var (changed, looked) = (whole, 40)
      changed[whole.count - 7] ^= 1
      for broken in [whole.prefix(100), changed, Data(), Data("nothing".utf8)] {
        try broken.write(to: file)
        looked += 40
        #expect(features(of: data, by: counter, cache) == first && counter.looked == looked)
        #expect(try Data(contentsOf: file) == whole)
      }
    }
  }

  @Test func `what is quick is not kept, and what was not used for longest makes room`() throws {
    try withFolder { folder in
      func names() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
      }
      let (counter, data) = (Counter(), try dataset())
      _ = features(of: data, by: counter, FeatureCache(folder, leastSeconds: 60))
      #expect(try names().isEmpty)
      // Room for two files of some 700 bytes.
      let cache = FeatureCache(folder, leastSeconds: 0, mostBytes: 1800)
      _ = features(of: data, 40, by: counter, cache)
      let first = try names()
      _ = features(of: data, 39, by: counter, cache)
      #expect(try names().count == 2)
      for file in try names() where !first.contains(file) {
        try FileManager.default.setAttributes(
          [.modificationDate: Date.distantPast], ofItemAtPath: folder.path + "/" + file)
      }
      _ = features(of: data, 38, by: counter, cache)
      #expect(try names().count == 2 && names().isSuperset(of: first))
      // A folder that cannot be made costs nothing but time.
      let blocked = FeatureCache(
        folder.appending(path: first.first ?? "").appending(path: "x"), leastSeconds: 0)
      #expect(features(of: data, by: counter, blocked).count == 40)
    }
  }
}
