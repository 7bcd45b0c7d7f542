import CPUBackend
import Datasets
import Foundation
import Language
import Networks
import Specification
import Training

/// What augmenting a batch takes, and a classifier's step with it and without, by turns.
struct AugmentationBenchmark {
  static let name = "augmentation"

  let backend: CPUBackend
  let steps: Int?

  private static let usual = "flip+crop+rotate+colour"
  private static let kinds =
    Augmentation.signatures.map(\.keyword)
    + [usual, "\(usual)+shift+noise+blur+cutout+mixup"]

  func run() throws {
    let statement = try Self.statement("data faces portraits count=640 size=64")
    let dataset = try Dataset.open(
      DatasetSpecification(parsing: statement, .all),
      cacheDirectory: FileManager.default.temporaryDirectory.appending(path: "gansh-bench"))
    let bare = try batchTime("no", of: dataset)
    print("a batch of 64 images of 64x64x3 without: \(Self.milliseconds(bare))")
    for kind in Self.kinds {
      let more = try batchTime(kind, of: dataset) - bare
      print("\(kind): \(Self.milliseconds(more)) more")
    }
    try printSteps(dataset)
  }

  private static func milliseconds(_ seconds: Double) -> String {
    String(format: "%.2f ms", seconds * 1e3)
  }

  private static func statement(_ text: String) throws -> Statement {
    guard let statement = try parse(SourceText(name: "benchmark", text: text)).first else {
      throw Diagnostic("no statement: \(text)")
    }
    return statement
  }

  private static func recipe(_ augmentation: String) throws -> RecipeSpecification {
    try RecipeSpecification(parsing: statement("recipe r augment=\(augmentation)"), .all)
  }

  /// On the thread that takes it.
  private func batchTime(_ augmentation: String, of dataset: Dataset) throws -> Double {
    let loader = try dataset.makeLoader(
      batch: 64, seed: 1, isAhead: false, augmentation: Self.recipe(augmentation).augmentation)
    var batch = [Float](repeating: 0, count: loader.valuesPerBatch)
    return Timing(steps: 60) {
      batch.withUnsafeMutableBufferPointer { _ = loader.next(into: $0) }
    }.median
  }

  private func printSteps(_ dataset: Dataset) throws {
    let architecture = try ArchitectureSpecification(
      like: "classifier image=64x64x3 labels=Smiling,Eyeglasses")
    func trainer(_ augmentation: String) throws -> Trainer {
      try Trainer(
        RunSpecification(
          architecture: architecture, dataset: dataset.specification,
          recipe: Self.recipe(augmentation), steps: 1, seed: 1), dataset: dataset, backend: backend)
    }
    var plain = try trainer("no")
    var augmented = try trainer(Self.usual)
    func times(_ trainer: inout Trainer) -> [Double] {
      // What the other one has had made ahead is over by then.
      for _ in 0..<3 { _ = trainer.advance() }
      return (0..<20).map { _ in
        ContinuousClock().measure { _ = trainer.advance() } / .seconds(1)
      }
    }
    var (without, with): ([Double], [Double]) = ([], [])
    for _ in 0..<max(1, (steps ?? 160) / 20) {
      without += times(&plain)
      with += times(&augmented)
    }
    func median(_ times: [Double]) -> Double { times.sorted()[times.count / 2] }
    print(
      "a step of a classifier on \(backend.threads) threads: \(Self.milliseconds(median(without))), with "
        + "\(Self.usual) \(Self.milliseconds(median(with)))")
  }
}
