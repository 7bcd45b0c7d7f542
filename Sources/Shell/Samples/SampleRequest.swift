import Datasets
import Foundation
import Images
import Language
import Notebook
import Specification
import Terminal
import TerminalText
import Training

/// Which samples of a run are wanted.
struct SampleRequest {
  /// A run, or the number of a set of samples.
  let name: Word
  /// The sheet or checkpoint at or before it; nil: the latest.
  let step: Int?
  /// How many, made anew; nil with `seed` and `average`: the sheet that was kept.
  var count: Int?
  var seed: UInt64?
  /// Whether averaged weights are used; nil: where the run keeps some.
  var average: Term?
  var labels: LabelRequest?
  var truncation: Double?

  /// How many are made where only a seed is given.
  private static let usualCount = 64

  /// The samples on a sheet.
  struct Sheet {
    let image: PixelImage
    let run: RunRecord
    let count: Int
    let step: Int
    /// What is to be kept of samples made anew; nil: the sheet is in the notebook.
    var made: Artifact?
    /// The record that they were made again from, or have been made before by.
    var record: ArtifactRecord?

    /// `64 samples after step 1,000`; of samples made anew with the number of their set.
    func description(_ number: Int64?) -> String {
      let samples = Artifact(.sheet, step: step, count: count).described
      guard let made else { return samples }
      if let record { return "\(samples), \(record.verdict(on: made))" }
      return number.map { "\(samples), set \($0)" } ?? samples
    }
  }

  /// Whether samples are made anew.
  var isNew: Bool {
    count != nil || seed != nil || average != nil || truncation != nil || labels?.isEmpty == false
  }

  /// The sheet that the notebook has kept or, where a count or a seed is wanted, one that the
  /// generator of a checkpoint makes.
  ///
  /// - Throws: a `Diagnostic` at the run's name where there is none.
  func sheet(in session: Session) throws -> Sheet {
    let set = try record(in: session).map { try again($0, in: session) }
    guard set != nil || isNew else { return try keptSheet(in: session) }
    let samples = try set ?? newSet(in: session)
    guard samples.count <= SampleDestination.sheetLimit else {
      throw Diagnostic(
        "set \(name.text) has \(counted(samples.count, "sample")), and a sheet at most "
          + grouped(SampleDestination.sheetLimit), at: name.span,
        help: ["write them to a folder: `samples \(name.text) to made/`"])
    }
    let (batch, made) = try samples.collect(in: session)
    return Sheet(
      image: batch.page(count: made.count, columns: try samples.columns, extent: batch.extent),
      run: samples.run,
      count: made.count, step: made.step, made: made,
      record: try samples.record ?? session.record(alike: made, of: samples.run))
  }

  private func keptSheet(in session: Session) throws -> Sheet {
    let run = try session.run(named: name)
    let notebook = try session.notebook()
    guard let sheet = try notebook.sampleSheet(run: run.id, atStep: step),
      let image = try notebook.picture(of: sheet, ofRun: run)
    else {
      throw nothing(of: run, "sheet", after: try notebook.sampleSheets(run: run.id).map(\.step))
    }
    return Sheet(image: image, run: run, count: sheet.count, step: sheet.step)
  }

  // MARK: Sets

  /// The set of samples that is to be made.
  ///
  /// - Throws: a `Diagnostic` at the name where there is no checkpoint, or what is asked for cannot be.
  ///
  /// - Parameter record: of a set whose checkpoint makes others.
  func set(in session: Session, replacing record: ArtifactRecord? = nil) throws -> SampleSet {
    if let record {
      let (count, seed) = (count ?? record.count, seed ?? record.seed ?? 0)
      var set = try SampleRequest(name: name, step: nil).again(record, in: session)
      (set.count, set.seed, set.record) = (count, seed, nil)
      return set
    }
    if let record = try self.record(in: session) { return try again(record, in: session) }
    return try newSet(in: session)
  }

  /// As many for each value of the labels that are shown.
  private func usualCount(of labels: SampleLabels?) -> Int {
    guard let labels, labels.repeatsLatents else { return Self.usualCount }
    return labels.vectors.count * max(1, Self.usualCount / labels.vectors.count)
  }

  /// The record whose number was typed; nil: it is a run's name.
  func record(in session: Session) throws -> ArtifactRecord? {
    guard let number = Int64(name.text), number >= 0,
      try session.existingNotebook()?.run(named: name.text) == nil
    else { return nil }
    if let record = try session.existingNotebook()?.artifact(number), record.kind == .samples {
      return record
    }
    throw Diagnostic(
      "there is no set of samples \(name.text)", at: name.span, help: ["`samples` lists the sets"])
  }

  /// - Throws: a `Diagnostic` where the checkpoint of a set is gone, or more is asked for than the set says.
  private func again(_ record: ArtifactRecord, in session: Session) throws -> SampleSet {
    guard !isNew, step == nil else {
      throw Diagnostic(
        "set \(record.id) is made again as it was, with its step, count and seed", at: name.span,
        help: ["name the run instead for others"])
    }
    let notebook = try session.notebook()
    let run = try notebook.run(record.run)
    guard
      let row = try notebook.checkpoints(run: run.id).last(where: { $0.digest == record.checkpoint }
      )
    else {
      throw Diagnostic(
        "the checkpoint of step \(grouped(record.step)) of run `\(run.name)` that made set "
          + "\(record.id) is gone", at: name.span,
        help: record.path.map { ["the samples were written to `\($0)`"] }
          ?? ["`keep=` of `run` says which checkpoints stay"])
    }
    guard (1...SampleDestination.limit).contains(record.count) else {
      throw ShellError.failed(
        "set \(record.id) has \(grouped(record.count)) samples in the notebook, which no set can have"
      )
    }
    return SampleSet(
      run: run, specification: try run.specification(), checkpoint: try row.read(in: notebook),
      checkpointDigest: row.digest, count: record.count, seed: record.seed ?? 0,
      average: record.usesAverage ?? true, truncation: record.truncation, labels: record.labels,
      drawn: try record.labels.flatMap {
        try drawnLabels(LabelRequest(kept: $0), of: run, in: session)
      }, record: record)
  }

  private func newSet(in session: Session) throws -> SampleSet {
    let run = try session.run(named: name)
    let specification = try run.specification()
    try labels?.check(against: specification.labels, of: run)
    let shown = try labels?.labels(of: specification)
    if let labels { session.note(labels, askedOf: specification.architecture.labels) }
    let wantsAverage = try average?.flag(for: "average") ?? true
    if wantsAverage, let average, !specification.recipe.keepsAverage {
      throw Diagnostic(
        "run `\(run.name)` keeps no average of its generator's weights", at: average.span,
        help: ["`ema=0.999` of a recipe keeps one"])
    }
    let (row, checkpoint) = try newestCheckpoint(of: run, in: session.notebook()) {
      session.errors.line("\(session.errors.styled("warning:", .yellow)) \($0)")
    }
    return SampleSet(
      run: run, specification: specification, checkpoint: checkpoint,
      checkpointDigest: row.digest, count: count ?? usualCount(of: shown),
      seed: seed ?? specification.seed, average: wantsAverage, truncation: truncation,
      labels: labels?.text,
      drawn: try labels.flatMap { try drawnLabels($0, of: run, in: session) })
  }

  /// The labels of the run's data, where those of samples are drawn from them.
  private func drawnLabels(
    _ request: LabelRequest, of run: RunRecord, in session: Session
  ) throws -> LabelVectors? {
    let specification = try run.specification()
    guard request.drawn != nil, let shape = specification.architecture.labels else { return nil }
    let dataset = try session.open(specification.dataset, namedBy: name, threads: run.threads)
    return try dataset.labelVectors(for: shape, of: specification)
  }

  /// The newest checkpoint that is there: a run at work takes older ones away in the meantime.
  ///
  /// - Parameter warn: told why newer ones were passed over.
  /// - Throws: why the newest one cannot be read, where none can; a `Diagnostic` where there is none.
  func newestCheckpoint(
    of run: RunRecord, in notebook: Notebook, warn: (String) -> Void
  ) throws -> (CheckpointRecord, Checkpoint) {
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
        return (row, checkpoint)
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
