import Compilation
import Foundation
import Images
import Language
import Notebook
import Reports
import Specification
import Training

/// Which samples of a run are wanted.
struct SampleRequest {
  let name: Word
  /// The sheet or checkpoint at or before it; nil: the latest.
  let step: Int?
  /// How many, made anew; nil with `seed`: the sheet that was kept.
  var count: Int?
  var seed: UInt64?

  /// How many are made where only a seed is given.
  private static let usualCount = 64

  /// The samples on a sheet.
  struct Sheet {
    let image: PixelImage
    let count: Int
    let step: Int

    /// `64 samples after step 1,000`.
    var description: String {
      "\(count) \(count == 1 ? "sample" : "samples") after step \(Readable.integer(step))"
    }
  }

  /// The sheet that the notebook has kept or, where a count or a seed is wanted, one that the
  /// generator of a checkpoint makes.
  ///
  /// - Throws: a `Diagnostic` at the run's name where there is none.
  func sheet(in session: Session) throws -> Sheet {
    let run = try session.run(named: name)
    let notebook = try session.notebook()
    if count != nil || seed != nil { return try newSheet(of: run, in: notebook, session) }
    guard let sheet = try notebook.sampleSheet(run: run.id, atStep: step),
      let png = try notebook.png(ofSheet: sheet.id)
    else { throw nothing(yet: run) }
    return Sheet(
      image: try PixelImage(decoding: png), count: sheet.count, step: sheet.step)
  }

  private func newSheet(
    of run: RunRecord, in notebook: Notebook, _ session: Session
  ) throws -> Sheet {
    let specification = try run.specification()
    let checkpoint = try newestCheckpoint(of: run, in: notebook)
    let count = count ?? Self.usualCount
    let backend = try session.makeBackend(
      Training.threads(choosing: checkpoint.kernels) ?? run.threads)
    let sampler = try Sampler(
      specification, checkpoint: checkpoint, backend: backend, batch: min(count, 64))
    let seed = seed ?? specification.seed
    let image: PixelImage
    if case .image = specification.architecture.example {
      image = SampleSheet(squareFor: count).compose(sampler.images(count: count, seed: seed))
    } else {
      let values = sampler.examples(count: count, seed: seed)
      let extent = values.reduce(Float(1)) { max($0, $1.isFinite ? abs($1) : 0) }
      image = PointSheet(extent: extent * 1.1).compose(generated: values)
    }
    return Sheet(image: image, count: count, step: checkpoint.step)
  }

  /// The newest checkpoint that is there: a run at work takes older ones away in the meantime.
  ///
  /// - Throws: why the last one that was tried cannot be read; a `Diagnostic` where there is none.
  private func newestCheckpoint(
    of run: RunRecord, in notebook: Notebook
  ) throws -> Checkpoint {
    var (tried, failure): (Set<CheckpointRecord>, (any Error)?) = ([], nil)
    while true {
      let rows = try notebook.checkpoints(run: run.id).filter { row in
        row.isGood && step.map { row.step <= $0 } ?? true && !tried.contains(row)
      }
      guard let row = rows.last else { throw failure ?? nothing(yet: run) }
      tried.insert(row)
      guard let url = notebook.url(ofCheckpoint: row.path) else {
        failure = ShellError.failed(
          "`\(row.path)` is no path of a checkpoint beside the notebook and is not read")
        continue
      }
      do throws(TrainingError) {
        return try Checkpoint(contentsOf: url, digest: row.digest)
      } catch { failure = error }
    }
  }

  private func nothing(yet run: RunRecord) -> Diagnostic {
    let when = step.map { " at or before step \($0)" } ?? " yet"
    return Diagnostic("run `\(run.name)` has kept no samples\(when)", at: name.span)
  }
}

extension Arguments {
  /// The step after `at`; nil where it was left out.
  func step() throws(Diagnostic) -> Int? {
    try term("step")?.integer(in: 0...Int(Int32.max), for: "a step")
  }
}

extension RunRecord {
  /// What the run is a function of, so many steps long.
  ///
  /// - Throws: `ShellError.failed` where no run can be so long, or as the other one.
  func specification(steps: Int) throws(ShellError) -> RunSpecification {
    guard Limits.steps.contains(steps) else {
      throw .failed(
        "run `\(name)` has \(grouped(steps)) steps in the notebook, which no run can have")
    }
    var specification = try specification()
    specification.steps = steps
    return specification
  }

  /// What the run is a function of.
  ///
  /// - Throws: `ShellError.failed` where the notebook holds something else.
  func specification() throws(ShellError) -> RunSpecification {
    do { return try JSONDecoder().decode(RunSpecification.self, from: Data(json.utf8)) } catch {
      throw .failed("the specification of run `\(name)` in the notebook cannot be read: \(error)")
    }
  }
}
