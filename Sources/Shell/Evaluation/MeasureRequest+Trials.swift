import Compilation
import Foundation
import Images
import Language
import Notebook
import Randomness
import Reports
import Specification
import Terminal
import TerminalText
import Training

extension MeasureRequest {
  /// Writes the page on which people judge, and keeps in the notebook what its pictures are.
  ///
  /// - Throws: a `Diagnostic` where there are no pictures to be judged, or the page cannot be written.
  func writeTrials(_ trials: TrialRequest, in session: Session) throws {
    Interrupts.install()
    let (own, other) = try meanings(allowingRuns: true, in: session)
    let place = reference?.word ?? subject.word
    guard case .run(let run, let specification) = own else {
      throw Diagnostic(
        "people judge samples of a run, and `\(subject.word.text)` is none", at: subject.word.span)
    }
    guard case .image(let shape) = specification.architecture.example else {
      throw Diagnostic(
        "people judge pictures, and run `\(run.name)` makes points", at: subject.word.span)
    }
    guard other.shape == specification.architecture.example else {
      throw Diagnostic(
        "run `\(run.name)` makes \(specification.architecture.example), but `\(place.text)` is "
          + (other.shape.map { "of \($0)" } ?? "a file of features"), at: place.span)
    }
    let secret = Secret(seed: seed)
    let (samples, step) = try samples(
      of: run, specification, named: subject.word, at: self.step, in: session)
    let beside: any MeasuredSource
    let isOfPairs: Bool
    if case .run(let second, _) = other, second.id == run.id {
      throw Diagnostic(
        "run `\(run.name)` cannot be told from itself", at: place.span,
        help: ["`against=` names another run, or leave it out: real or generated"])
    }
    if case .run(let run, let specification) = other {
      (beside, isOfPairs) = (
        try self.samples(of: run, specification, named: place, at: nil, in: session).source, true
      )
    } else {
      (beside, isOfPairs) = (
        try open(other, named: place, threads: run.threads, in: session), false
      )
    }
    let count = isOfPairs ? trials.count : trials.count / 2
    let reals = isOfPairs ? count : min(trials.count - count, beside.count ?? .max)
    func pictures(_ numbers: [Int], _ source: any MeasuredSource, of all: Int) throws -> [Data] {
      try PixelImage.images(
        fromTensor: try source.values(of: numbers, among: all, seed: secret.latents),
        count: numbers.count, channels: shape.channels, height: shape.height, width: shape.width
      ).map { try $0.pngData() }
    }
    let made = try pictures(Array(0..<count), samples, of: count)
    let all = beside.count ?? reals
    let others = try pictures(secret.draw(reals, of: all), beside, of: all)
    var (page, truths): ([[Data]], [Bool]) = ([], [])
    if isOfPairs {
      for number in 0..<count {
        let isFirst = secret.flip(number)
        truths.append(isFirst)
        page.append(isFirst ? [made[number], others[number]] : [others[number], made[number]])
      }
    } else {
      for place in secret.draw(count + reals, of: count + reals) {
        truths.append(place >= count)
        page.append([place < count ? made[place] : others[place - count]])
      }
    }
    let key = TrialKey(
      truths: truths, isOfPairs: isOfPairs, against: place.text, seed: secret.latents,
      nonce: secret.nonce,
      conditions: EvaluationConditions(
        features: TrialRequest.keyword, weights: isOfPairs ? "beside \(beside.described)" : "",
        resizing: trials.exposure.map { "\($0) ms" } ?? "none",
        extent: "\(shape.width)x\(shape.height)x\(shape.channels)", data: beside.digest,
        samples: count, examples: reals, labels: nil))
    let json = try key.json
    let html = try TrialPage(
      id: TrialKey.number(of: json), title: "Pictures",
      question: isOfPairs
        ? "Which of the two looks more like a real picture?" : "Is this picture real or generated?",
      kind: isOfPairs ? .either : .realOrGenerated, exposure: trials.exposure,
      magnification: max(1, 256 / max(shape.width, shape.height)), trials: page
    ).html()
    var artifact = Artifact(.trials, step: step, count: truths.count, seed: secret.latents)
    (artifact.digest, artifact.path) = (TrialKey.number(of: json), session.path(trials.file))
    (artifact.build, artifact.session) = (session.configuration.build, session.journal.sessionRow)
    // First: a page whose key is not kept is of no use.
    try session.notebook().record(artifact, run: run.id, content: json)
    try session.write(Data(html.utf8), to: trials.file)
    let what =
      isOfPairs
      ? "\(grouped(count)) pairs of samples of \(run.name) and \(place.text)"
      : "\(counted(count, "sample")) and \(counted(reals, "real picture"))"
    try session.tell(
      "\(what); `import` takes the answers that it saves", writtenTo: trials.file)
  }

  /// The samples of a run's newest checkpoint, and its step.
  private func samples(
    of run: RunRecord, _ specification: RunSpecification, named word: Word, at step: Int?,
    in session: Session
  ) throws -> (source: CheckpointSamples, step: Int) {
    let (_, checkpoint) = try SampleRequest(name: word, step: step)
      .newestCheckpoint(of: run, in: session.notebook()) {
        session.errors.line("\(session.errors.styled("warning:", .yellow)) \($0)")
      }
    let threads = Training.threads(choosing: checkpoint.kernels) ?? run.threads
    let labelled =
      specification.architecture.labels == nil
      ? nil : try session.open(specification.dataset, namedBy: word, threads: threads)
    let source = try CheckpointSamples(
      of: run, specification, checkpoint, average: try usesAverage, labelsOf: labelled,
      backend: try session.makeBackend(threads))
    return (source, checkpoint.step)
  }
}

/// Random numbers of a page, which nobody can tell from it.
private struct Secret {
  let latents, nonce: UInt64
  private let order, sides: Philox

  /// - Parameter seed: for a page that is to be the same again; nil: of the system's random numbers.
  init(seed: UInt64?) {
    let secret = seed ?? UInt64.random(in: 0...UInt64.max)
    func numbers(_ name: String) -> Philox {
      Philox(seed: secret, stream: Randomness.Stream.lowWord(of: name))
    }
    (order, sides) = (numbers("order of trials"), numbers("sides of trials"))
    let words = numbers("latents of trials").block(0)
    latents = UInt64(words.0) << 32 | UInt64(words.1)
    nonce = UInt64(words.2) << 32 | UInt64(words.3)
  }

  /// So many different numbers below a count.
  func draw(_ count: Int, of all: Int) -> [Int] {
    var numbers = Array(0..<all)
    for place in 0..<count {
      let draw = (UInt64(order.word(place)) &* UInt64(all - place)) >> 32
      numbers.swapAt(place, place + Int(draw))
    }
    return Array(numbers.prefix(count))
  }

  func flip(_ number: Int) -> Bool { sides.word(number) & 1 == 1 }
}
