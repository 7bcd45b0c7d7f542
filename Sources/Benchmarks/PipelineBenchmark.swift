import Datasets
import Foundation
import Language
import Specification

/// Decoding and preparing CelebA: the first epoch, and batches from the second on.
struct PipelineBenchmark {
  let path: String

  func run() throws {
    for size in [64, 178] {
      let folder = FileManager.default.temporaryDirectory
        .appending(path: "gansh-bench-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: folder) }
      let options =
        size == 64 ? "size=64" : "size=178x218 crop=none"
      let source = SourceText(
        name: "benchmark", text: "data faces celeba path=\"\(path)\" \(options)")
      guard let statement = try parse(source).first else { continue }
      let specification = try DatasetSpecification(parsing: statement, .all)
      let clock = ContinuousClock()
      var dataset: Dataset?
      let first = try clock.measure {
        dataset = try Dataset.open(specification, cacheDirectory: folder)
      }
      guard let dataset, let count = dataset.count else { continue }
      let loader = try dataset.makeLoader(batch: 64, seed: 1, startingAt: 0)
      let values = dataset.exampleShape.dimensions.reduce(64, *)
      var batch = [Float](repeating: 0, count: values)
      let second = Timing(steps: 200) {
        batch.withUnsafeMutableBufferPointer { _ = loader.next(into: $0) }
      }
      print(
        "\(options): \(count) images, first epoch \(Int(Double(count) / (first / .seconds(1)))) "
          + "images/s, a batch of 64 then takes \(String(format: "%.3f", second.median * 1e3)) ms")
    }
  }
}
