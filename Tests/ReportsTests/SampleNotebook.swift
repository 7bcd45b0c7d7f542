import Foundation
import MetricDescriptions
import Notebook
import Shell

/// A notebook in a folder that is gone with the value, with two runs that did something.
final class SampleNotebook {
  let folder: URL
  let notebook: Notebook

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("gansh-reports-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    notebook = try Notebook.open(
      at: folder.appendingPathComponent("notebook.sqlite").path, derivation: .language)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The smallest PNG there is: one grey pixel.
  static let pixel =
    Data(
      base64Encoded:
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
    ) ?? Data()

  static let metrics = [
    MetricDescription("generator_loss", label: "G", family: "loss"),
    MetricDescription("discriminator_loss", label: "D", family: "loss"),
    MetricDescription("d_real", label: "D(x)", family: "scores"),
    MetricDescription("d_fake", label: "D(G(z))", family: "scores"),
  ]

  @discardableResult
  func addRun(
    _ name: String, seed: UInt64 = 7, rate: String = "0.0002", steps: Int = 300,
    value: (String, Int) -> Double = { name, step in
      sin(Double(step) / 40 + Double(name.count)) + 2
    }
  ) throws -> RunRecord {
    let text = "recipe calm lr=\(rate)  # <b>\"calm\" & quiet</b>"
    let recipe = try notebook.declare(.recipe, name: "calm", text: text)
    let started = Date(timeIntervalSince1970: 1_800_000_000)
    let run = try notebook.begin(
      RunStart(
        name: name, recipe: recipe.id,
        text: "recipe calm lr=\(rate) batch=64\nrun dc on faces with calm seed=\(seed) as \(name)",
        seed: seed, stepsPlanned: steps, build: "gansh 0.1", threads: 2, kernels: "reference",
        host: "laboratory",
        git: GitState(commit: "0123456789abcdef", isDirty: true, diffDigest: nil),
        started: started))
    let writer = notebook.metricWriter(for: run)
    writer.describe(Self.metrics)
    for step in 1...steps {
      for metric in Self.metrics {
        try writer.log(metric.name, value(metric.name, step), step: step)
      }
    }
    try writer.close()
    for step in [steps / 2, steps] {
      try notebook.record(
        Artifact(.sheet, step: step, count: 1, seed: 5, width: 1, height: 1), run: run.id,
        content: Self.pixel)
    }
    try notebook.finish(
      run: run.id, status: .finished, stepsDone: steps, at: started.addingTimeInterval(90))
    return try notebook.run(run.id)
  }
}
