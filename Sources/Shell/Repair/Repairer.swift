import Compilation
import Datasets
import Foundation
import Language
import Notebook
import Repair
import Specification
import Terminal
import TerminalText
import Training

/// A way to repair images, under the name that was typed.
struct Repairer {
  let word: Word
  let kind: Kind

  enum Kind {
    case method(RepairMethod)
    /// A run, its checkpoint and what that is repaired with.
    case run(RunRecord, RunSpecification)
  }

  /// - Throws: a `Diagnostic` at a name that is neither a run nor a method.
  init(_ word: Word, in session: Session) throws {
    self.word = word
    if let run = try session.existingNotebook()?.run(named: word.text) {
      kind = .run(run, try run.specification())
    } else if let method = RepairMethod(rawValue: word.text) {
      kind = .method(method)
    } else {
      let methods = RepairMethod.allCases.map(\.rawValue)
      throw Diagnostic(
        "there is no run `\(word.text)`, and no method", at: word.span,
        help: suggestion(for: word.text, in: session.names(of: .run) + methods) + [
          "methods: \(methods.joined(separator: ", "))"
        ])
    }
  }

  init(_ method: RepairMethod, at span: Span) {
    (word, kind) = (Word(method.rawValue, at: span), .method(method))
  }

  var specification: RunSpecification? {
    if case .run(_, let specification) = kind { specification } else { nil }
  }

  /// What its images are like; nil: it takes any.
  var shape: ImageShape? {
    get throws(Diagnostic) {
      guard let specification else { return nil }
      guard case .image(let shape) = specification.architecture.example else {
        throw Diagnostic("run `\(word.text)` is of points, and images are repaired", at: word.span)
      }
      let roles = Set(specification.architecture.networks.map(\.role))
      guard !roles.isDisjoint(with: [.restorer, .generator]) else {
        throw Diagnostic(
          "run `\(word.text)` has neither a restorer nor a generator, and repairs nothing",
          at: word.span, help: ["`arch dn like denoiser …` declares one that does"])
      }
      return shape
    }
  }

  /// Whether it was trained to repair.
  var isRestorer: Bool {
    specification?.architecture.networks(of: .restorer).isEmpty == false
  }

  /// Whether it repairs such images.
  func takes(_ shape: ImageShape) -> Bool {
    guard let specification else { return true }
    return isRestorer && Restorer.takes(shape, by: specification)
  }

  /// Whether it does nothing to an image without a hole.
  var fillsHoles: Bool {
    switch kind {
    case .method(let method): method.readsExamples || method == .diffusion
    case .run: !isRestorer || damage.hasHoles
    }
  }

  /// The damage that it was trained with; none of all others.
  var damage: Damage { isRestorer ? specification?.recipe.damage ?? .none : .none }
}

/// What a repairer made of images.
struct RepairedImages {
  let repairer: Repairer
  /// `[channels, height, width]` each.
  let values: [[Float]]
  let seconds: Double
  /// Of a run.
  var step: Int?
  var usesAverage: Bool?
}

/// Repairs images by each of several repairers.
struct RepairWorkshop {
  let shape: ImageShape
  let damage: Damage
  let damaged: RepairMasks.Damaged
  /// Whether all that is not in a hole stays.
  let keepsRest: Bool
  /// SHA-256 of the data set that the images are of; nil: of none.
  let digest: String?
  /// Where examples come from for methods that read some; nil: nothing says.
  let examples: (specification: DatasetSpecification, word: Word)?
  let request: RepairRequest

  /// - Throws: a `Diagnostic` where something does not fit; `ShellError.interrupted`.
  func repaired(by repairer: Repairer, in session: Session) throws -> RepairedImages {
    let began = monotonicSeconds()
    switch repairer.kind {
    case .method(let method):
      let values = try repaired(by: method, at: repairer.word, in: session)
      return RepairedImages(
        repairer: repairer, values: values, seconds: monotonicSeconds() - began)
    case .run(let run, let specification):
      let (_, checkpoint) = try SampleRequest(name: repairer.word, step: request.step)
        .newestCheckpoint(of: run, in: session.notebook()) {
          session.errors.line("\(session.errors.styled("warning:", .yellow)) \($0)")
        }
      return repairer.isRestorer
        ? try restored(by: repairer, specification, checkpoint, of: run, in: session)
        : try projected(by: repairer, specification, checkpoint, of: run, in: session)
    }
  }

  // MARK: Methods

  private func repaired(
    by method: RepairMethod, at word: Word, in session: Session
  ) throws -> [[Float]] {
    if method.readsExamples { return try filled(by: method, at: word, in: session) }
    return try damaged.values.enumerated().map { number, values in
      guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      let hole = damaged.holes[number]
      let made = method.repaired(values, hole: hole, damage: damage, of: shape)
      return keepsRest ? laid(made, into: values, where: hole, count: 1) : made
    }
  }

  private func filled(
    by method: RepairMethod, at word: Word, in session: Session
  ) throws -> [[Float]] {
    guard let examples else {
      throw Diagnostic(
        "`\(method.rawValue)` fills holes from examples, and nothing says from which",
        at: word.span,
        help: ["say it: `examples=DATA`"])
    }
    let dataset = try session.open(examples.specification, namedBy: examples.word)
    guard dataset.exampleShape == .image(shape) else {
      throw Diagnostic(
        "`\(examples.word.text)` holds \(dataset.exampleShape), and the images are \(shape)",
        at: examples.word.span)
    }
    let filling = ExampleFilling(dataset)
    let guides: [[Float]]
    if method == .mean {
      let mean = filling.mean()
      guides = damaged.values.map { _ in mean }
    } else {
      let numbers = filling.nearest(
        damaged.values, holes: damaged.holes, areExamples: dataset.contentDigest == digest
      ) { Interrupts.pendingCount > 0 }
      guides = numbers.map { dataset.values(of: $0) }
    }
    guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
    return damaged.values.indices.map {
      laid(guides[$0], into: damaged.values[$0], where: damaged.holes[$0], count: 1)
    }
  }

  // MARK: Networks

  private func restored(
    by repairer: Repairer, _ specification: RunSpecification, _ checkpoint: Checkpoint,
    of run: RunRecord, in session: Session
  ) throws -> RepairedImages {
    let backend = try session.makeBackend(
      Training.threads(choosing: checkpoint.kernels) ?? run.threads)
    guard
      let restorer = try Restorer(
        specification, of: shape, checkpoint: checkpoint, backend: backend,
        average: request.usesAverage)
    else { throw Diagnostic("run `\(run.name)` has no restorer", at: repairer.word.span) }
    let began = monotonicSeconds()
    var line = ProgressLine(on: session.errors)
    defer { line.erase() }
    var values: [[Float]] = []
    let count = damaged.values.count
    for start in stride(from: 0, to: count, by: restorer.batch) {
      guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      let numbers = start..<min(start + restorer.batch, count)
      line.update { "repairing \(grouped(numbers.upperBound)) of \(grouped(count)) images" }
      let made = restorer.repaired(
        numbers.flatMap { damaged.values[$0] }, holes: numbers.flatMap { damaged.holes[$0] },
        count: numbers.count, keepsRest: keepsRest)
      let size = made.count / numbers.count
      for place in numbers.indices {
        let first = (place - start) * size
        values.append(Array(made[first..<first + size]))
      }
    }
    return RepairedImages(
      repairer: repairer, values: values, seconds: monotonicSeconds() - began,
      step: checkpoint.step, usesAverage: restorer.usesAverage)
  }

  private func projected(
    by repairer: Repairer, _ specification: RunSpecification, _ checkpoint: Checkpoint,
    of run: RunRecord, in session: Session
  ) throws -> RepairedImages {
    let threads = try session.makeBackend(run.threads).threads
    let labels = try request.labels(for: specification, of: run, in: session)
    guard
      let projector = try LatentProjector(
        specification, checkpoint: checkpoint, backend: try session.makeBackend(1),
        threads: threads, search: request.search, seed: request.seed,
        average: request.usesAverage)
    else { throw Diagnostic("run `\(run.name)` has no generator", at: repairer.word.span) }
    let began = monotonicSeconds()
    let weights = damaged.holes.map { hole in
      keepsRest
        ? contextWeights(of: hole, height: shape.height, width: shape.width)
        : hole.map { $0 > 0.5 ? 0 : 1 }
    }
    let progress = ProjectionProgress(of: damaged.values.count, on: session.errors)
    let found = projector.found(
      damaged.values, weights: weights, labels: labels, numbers: Array(damaged.values.indices),
      progress: { progress.note($0) }, isAbandoned: { Interrupts.pendingCount > 0 })
    progress.erase()
    guard Interrupts.pendingCount == 0, found.count == damaged.values.count else {
      throw ShellError.interrupted
    }
    let values = found.enumerated().map { number, found -> [Float] in
      guard keepsRest else { return found.image }
      guard request.blends else {
        return laid(
          found.image, into: damaged.values[number], where: damaged.holes[number], count: 1)
      }
      return PoissonBlending.fill(
        damaged.values[number], hole: damaged.holes[number], with: found.image, of: shape)
    }
    return RepairedImages(
      repairer: repairer, values: values, seconds: monotonicSeconds() - began,
      step: checkpoint.step, usesAverage: projector.usesAverage)
  }
}

/// How many images have been projected, told from several threads.
final class ProjectionProgress: @unchecked Sendable {
  private let lock = NSLock()
  private var line: ProgressLine
  private let count: Int

  init(of count: Int, on output: Output) { (self.count, line) = (count, ProgressLine(on: output)) }

  func note(_ done: Int) {
    lock.withLock {
      line.update { "projecting \(grouped(done)) of \(grouped(count)) images" }
    }
  }

  func erase() { lock.withLock { line.erase() } }
}
