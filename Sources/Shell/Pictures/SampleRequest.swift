import Compilation
import Foundation
import Images
import Language
import Networks
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
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
      "\(grouped(count)) \(count == 1 ? "sample" : "samples") after step \(Readable.integer(step))"
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
      let image = try notebook.picture(of: sheet, ofRun: run)
    else {
      throw nothing(of: run, "sheet", after: try notebook.sampleSheets(run: run.id).map(\.step))
    }
    return Sheet(image: image, count: sheet.count, step: sheet.step)
  }

  private func newSheet(
    of run: RunRecord, in notebook: Notebook, _ session: Session
  ) throws -> Sheet {
    let specification = try run.specification()
    let checkpoint = try newestCheckpoint(of: run, in: notebook) {
      session.errors.line("\(session.errors.styled("warning:", .yellow)) \($0)")
    }
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
  /// - Parameter warn: told why newer ones were passed over.
  /// - Throws: why the newest one cannot be read, where none can; a `Diagnostic` where there is none.
  private func newestCheckpoint(
    of run: RunRecord, in notebook: Notebook, warn: (String) -> Void
  ) throws -> Checkpoint {
    var failures: [CheckpointRecord: TrainingError] = [:]
    while true {
      let all = try notebook.checkpoints(run: run.id)
      let rows = all.filter { row in step.map { row.step <= $0 } ?? true }
      guard let row = rows.last(where: { failures[$0] == nil }) else {
        throw rows.last.flatMap { failures[$0] }
          ?? nothing(of: run, "checkpoint", after: all.map(\.step))
      }
      do throws(TrainingError) {
        let checkpoint = try row.read(in: notebook)
        // Rows that are gone are of files that the run itself has removed.
        for passed in rows.reversed() where passed.step > row.step {
          if let failure = failures[passed] { warn("\(failure)") }
        }
        return checkpoint
      } catch { failures[row] = error }
    }
  }

  /// There is no sheet or checkpoint at or before the step.
  ///
  /// - Parameter steps: those of which there is one, in order.
  private func nothing(of run: RunRecord, _ what: String, after steps: [Int]) -> Diagnostic {
    guard let step, let first = steps.first else {
      return Diagnostic("run `\(run.name)` has kept no \(what) yet", at: name.span)
    }
    // The nearest ones, and the last.
    let near = steps.count <= Self.longestList ? steps : Array(steps.prefix(Self.longestList - 1))
    let rest = steps.count > near.count ? ", …, \(grouped(steps[steps.count - 1]))" : ""
    let list = near.map { grouped($0) }.joined(separator: ", ") + rest
    let kept = steps.count == 1 ? "is a \(what) of step" : "are \(what)s of the steps"
    return Diagnostic(
      "run `\(run.name)` has kept no \(what) at or before step \(grouped(step))", at: name.span,
      help: ["there \(kept) \(list): `at \(first)`"])
  }

  /// Steps that a message lists.
  private static let longestList = 6
}

extension CheckpointRecord {
  /// The checkpoint, from its file.
  ///
  /// - Throws: `.unreadable`.
  func read(in notebook: Notebook) throws(TrainingError) -> Checkpoint {
    guard isGood else { throw .unreadable(file: path, "it was found damaged before") }
    let url: URL
    do { url = try notebook.url(ofCheckpoint: path) } catch {
      throw .unreadable(file: path, "\(error)")
    }
    return try Checkpoint(contentsOf: url, digest: digest)
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
    do {
      let specification = try RunSpecification(stored: text)
      try specification.recipe.checkKnown(.all)
      return specification
    } catch {
      throw .failed(
        "the specification of run `\(name)` in the notebook, `text` of row \(id) of `run`, cannot be "
          + "read: \(error.message); put back what was there, or use a gansh that knows it")
    }
  }
}
