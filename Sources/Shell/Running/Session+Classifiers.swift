import Datasets
import Language
import Networks
import Notebook
import Specification
import Terminal
import TerminalText
import Training

extension Session {
  /// What a run's modes are to be counted by; nil: it asks for nothing.
  ///
  /// The specification then says which checkpoint that is.
  ///
  /// - Parameter place: where it was typed, or the run that it is about.
  /// - Throws: a `Diagnostic` where there is none, or it tells no modes of such images.
  func modeClassifier(
    for specification: inout RunSpecification, at place: Span
  ) throws -> ModeClassifier? {
    guard let reference = specification.observation.classifier else { return nil }
    let plan = try Plan(architecture: specification.architecture, recipe: specification.recipe)
    guard plan.evaluation(.samples) != nil else {
      throw Diagnostic(
        "`classifier` counts the modes of samples, and this model makes none", at: place,
        help: ["leave it out: `classifier=no`"])
    }
    let (found, classifier) = try modeClassifier(reference, of: specification.dataset, at: place)
    specification.observation.classifier = found
    return classifier
  }

  /// As `modeClassifier(for:at:)`, but where it is lost that is noted and nothing is counted.
  func modeClassifierIfThere(
    for specification: inout RunSpecification, at place: Span
  ) -> ModeClassifier? {
    do { return try modeClassifier(for: &specification, at: place) } catch {
      let reason = (error as? Diagnostic)?.message ?? "\(error)"
      errors.line("note: modes are not counted: \(reason)")
      specification.observation.classifier = nil
      return nil
    }
  }

  /// A classifier by which modes of images are counted, and which checkpoint of it that is.
  ///
  /// - Throws: a `Diagnostic` where there is none, or it tells no modes of such images.
  func modeClassifier(
    _ reference: ClassifierReference, of examples: DatasetSpecification, at place: Span
  ) throws -> (found: ClassifierReference, classifier: ModeClassifier) {
    let (run, row, checkpoint) = try checkpoint(
      of: reference, at: place,
      help: ["`classifier=RUN` names another; with `classifier=no` none are counted"])
    let specification = try run.specification()
    let architecture = specification.architecture
    guard !architecture.networks(of: .classifier).isEmpty, let labels = architecture.labels else {
      throw Diagnostic(
        "run `\(run.name)` has no classifier, and tells no modes", at: place,
        help: [
          "train one on such images: `arch judge like classifier image=28x28x1 classes=10`, then `run judge on …`"
        ])
    }
    guard let channels = examples.channelsTold(by: architecture.example) else {
      throw Diagnostic(
        "the classifier of run `\(run.name)` is of \(architecture.example), but the data are "
          + "\(examples.exampleShape)", at: place,
        help: ["train one on such data, and name its run: `classifier=RUN`"])
    }
    if case .numbers = labels {
      throw Diagnostic(
        "run `\(run.name)` tells numbers, and modes are classes or combinations of attributes",
        at: place, help: ["name a classifier of attributes: `labels=Smiling,Eyeglasses`"])
    }
    guard let kinds = ModeKinds(labels, channels: channels) else {
      throw Diagnostic(
        "the classifier of run `\(run.name)` tells more than \(grouped(ModeKinds.most)) modes apart",
        at: place, help: ["train one of fewer labels: `labels=Smiling,Eyeglasses`"])
    }
    return (
      ClassifierReference(run: run.name, digest: row.digest),
      ModeClassifier(specification, checkpoint: checkpoint, kinds: kinds)
    )
  }

  /// The checkpoint that is referred to, the newest one where none is said.
  ///
  /// - Parameter help: what may be done where it is not there.
  func checkpoint(
    of reference: ClassifierReference, at place: Span, help: [String]
  ) throws -> (run: RunRecord, row: CheckpointRecord, checkpoint: Checkpoint) {
    let notebook = try notebook()
    guard let digest = reference.digest else {
      let word = Word(reference.run, at: place)
      let run = try run(named: word)
      let request = SampleRequest(name: word, step: nil)
      do {
        let (row, checkpoint) = try request.newestCheckpoint(of: run, in: notebook) {
          errors.line("\(errors.styled("warning:", .yellow)) \($0)")
        }
        return (run, row, checkpoint)
      } catch let error as TrainingError {
        throw Diagnostic(
          "run `\(reference.run)` cannot be read: \(error)", at: place, help: help)
      }
    }
    // The run may be called otherwise by now, and a repetition of it has the same bytes.
    let rows = try notebook.checkpoints(withDigestPrefix: digest)
    var failure: TrainingError?
    for row in rows {
      let checkpoint: Checkpoint
      do throws(TrainingError) { checkpoint = try row.read(in: notebook) } catch {
        failure = error
        continue
      }
      return (try notebook.run(row.run), row, checkpoint)
    }
    throw Diagnostic(
      failure.map { "run `\(reference.run)` cannot be read: \($0)" }
        ?? "the checkpoint \(digest) of run `\(reference.run)` is not there any more",
      at: place, help: help)
  }
}

extension DatasetSpecification {
  /// How many channels of an image of these are told, each by itself, by a classifier of such images; 1: the image is
  /// told as it is; nil: it tells nothing of them.
  fileprivate func channelsTold(by shape: ExampleShape) -> Int? {
    guard case .image(let image) = exampleShape, case .image(let told) = shape else { return nil }
    if told == image { return 1 }
    guard case .read(let source) = root.source,
      [SourceSignature].all.first(where: { $0.keyword == source.keyword })?.images?
        .hasExamplesAsChannels == true,
      told == ImageShape(height: image.height, width: image.width, channels: 1)
    else { return nil }
    return image.channels
  }
}
