import Compilation
import Datasets
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

/// Samples that the generator of a checkpoint makes: a function of the checkpoint, a seed and their number.
struct SampleSet {
  let run: RunRecord
  let specification: RunSpecification
  let checkpoint: Checkpoint
  /// SHA-256 of the checkpoint's file.
  let checkpointDigest: String
  var count: Int
  var seed: UInt64
  /// Whether the averaged weights make them, where the run keeps some.
  var average = true
  /// Where the distribution of latents is cut off; nil: nowhere else than in training.
  var truncation: Double?
  /// The labels that were asked for, as they were typed.
  var labels: String?
  /// The labels of the data, where those of samples are drawn from them.
  var drawn: LabelVectors?
  /// Whether arrays have the numbers of the latents as labels, in place of the model's own.
  var isLabelledWithLatents = false
  /// The record of the same samples, which are made again with what made them.
  var record: ArtifactRecord?

  /// Some of the samples.
  enum Batch {
    case images([PixelImage])
    /// x and y of each, one after the other.
    case points([Float])
  }

  /// Whether they are images.
  var image: ImageShape? {
    if case .image(let shape) = specification.architecture.example { return shape }
    return nil
  }

  /// What they are made with, where the model has labels: what was asked for, or every label in turn.
  func sampleLabels() throws -> SampleLabels? {
    guard let shape = specification.architecture.labels else { return nil }
    guard let labels else { return SampleLabels(all: shape) }
    if let drawn { return SampleLabels(drawnFrom: drawn, count: count, seed: seed) }
    return try LabelRequest(kept: labels).labels(of: specification)
  }

  /// How many stand in a row of a sheet, so that each value of a label that is shown begins one; nil: as many
  /// as make a square.
  var columns: Int? {
    get throws {
      guard let labels = try sampleLabels(), labels.repeatsLatents else { return nil }
      let part = labels.part(of: count)
      let most = (1...Self.widest).last { part % $0 == 0 } ?? 1
      return most * 3 >= min(part, Self.widest) ? most : min(part, SampleDestination.sheetLimit)
    }
  }

  private static let widest = 24

  /// Threads that compute, which last bits may depend on.
  private var threads: Int {
    record?.threads.flatMap { (1...1024).contains($0) ? $0 : nil }
      ?? Training.threads(choosing: checkpoint.kernels) ?? run.threads
  }

  private func sampler(by backend: any Backend) throws -> Sampler {
    try Sampler(
      specification, checkpoint: checkpoint, backend: backend, average: average,
      kernels: record?.kernels ?? [:])
  }

  /// What makes samples of any latents.
  func sampler(in session: Session) throws -> Sampler {
    try sampler(by: session.makeBackend(threads))
  }

  /// Makes them, batch by batch.
  ///
  /// - Parameter body: takes samples and their numbers from 0.
  /// - Returns: what is to be kept of them.
  /// - Throws: `ShellError.interrupted`; what `body` throws.
  func make(
    in session: Session, _ body: (_ batch: Batch, _ numbers: Range<Int>) throws -> Void
  ) throws -> Artifact {
    Interrupts.install()
    let backend = try session.makeBackend(threads)
    let sampler = try sampler(by: backend)
    var digest = SampleDigest()
    var line = ProgressLine(on: session.errors)
    defer { line.erase() }
    try sampler.forEachBatch(
      count: count, seed: seed, labels: sampleLabels(), truncation: truncation
    ) {
      examples, numbers in
      guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      line.update { "making \(grouped(numbers.upperBound)) of \(grouped(count)) samples" }
      guard let image else {
        digest.add(examples)
        return try body(.points(examples), numbers)
      }
      let images = PixelImage.images(
        fromTensor: examples, count: numbers.count, channels: image.channels,
        height: image.height, width: image.width)
      for image in images { digest.add(image) }
      try body(.images(images), numbers)
    }
    var artifact = Artifact(
      .samples, step: checkpoint.step, count: count, seed: seed, usesAverage: sampler.usesAverage)
    artifact.labels = labels
    artifact.truncation = truncation
    artifact.checkpoint = checkpointDigest
    artifact.digest = digest.finish()
    artifact.threads = backend.threads
    artifact.kernels = sampler.kernels
    artifact.build = session.configuration.build
    return artifact
  }

  /// All of them, in memory, and what is to be kept of them.
  typealias Collected = (batch: Batch, artifact: Artifact)

  /// Makes them and holds them in memory.
  func collect(in session: Session) throws -> Collected {
    var images: [PixelImage] = []
    var points: [Float] = []
    let artifact = try make(in: session) { batch, _ in
      switch batch {
      case .images(let some): images += some
      case .points(let some): points += some
      }
    }
    return (image == nil ? .points(points) : .images(images), artifact)
  }
}

extension Artifact {
  /// `64 samples after step 1,000`.
  var described: String {
    "\(grouped(count)) \(count == 1 ? "sample" : "samples") after step \(Readable.integer(step))"
  }
}

extension ArtifactRecord {
  /// Whether the same samples made anew are the same, and if not, what was otherwise.
  func verdict(on made: Artifact) -> String {
    guard let digest = self.digest, let now = made.digest, digest != now else {
      return "those of set \(id), bit for bit"
    }
    var reasons: [String] = []
    if let threads = self.threads, let then = made.threads, threads != then {
      reasons.append("\(threads) threads made those, \(then) these")
    }
    let others = self.kernels.filter { made.kernels[$0.key] != $0.value }
    if let other = others.min(by: { $0.key < $1.key }) {
      let now = made.kernels[other.key] ?? "none of that kind"
      reasons.append("\(other.key) was done by \(other.value), and now by \(now)")
    }
    if let build = self.build, let now = made.build, build != now {
      reasons.append("\(build) made those, \(now) these")
    }
    return (["not those of set \(id)"] + reasons).joined(separator: "; ")
  }
}

extension Session {
  /// Writes down what a run made.
  ///
  /// - Parameters:
  ///   - word: where it was written.
  ///   - record: of the same, made before: where nothing new was written, that one stands for it.
  /// - Returns: its number; nil where nothing can be written down, which is said.
  @discardableResult
  func keep(
    _ artifact: Artifact, of run: RunRecord, writtenTo word: Word?,
    besides record: ArtifactRecord? = nil
  ) throws -> Int64? {
    if let record, record.artifact.isOfSameSamples(as: artifact), record.digest == artifact.digest,
      word == nil || record.path == word.map({ path($0) })
    {
      return record.id
    }
    let notebook = try notebook()
    // That it can only be read was said when it was opened.
    guard notebook.readOnlyReason == nil else { return nil }
    var artifact = artifact
    artifact.path = word.map { path($0) }
    artifact.build = configuration.build
    artifact.session = journal.sessionRow
    do { return try notebook.record(artifact, run: run.id) } catch {
      errors.line(
        "\(errors.styled("warning:", .yellow)) this is not written down in the notebook: \(error)")
      return nil
    }
  }

  /// The first record of the same samples; nil where they are made for the first time.
  func record(alike artifact: Artifact, of run: RunRecord) throws -> ArtifactRecord? {
    try notebook().artifacts(run: run.id, kind: .samples).first {
      $0.artifact.isOfSameSamples(as: artifact)
    }
  }
}
