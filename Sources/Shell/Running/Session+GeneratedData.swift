import Datasets
import Foundation
import Language
import Notebook
import Specification
import Terminal
import TerminalText
import Training

/// Data sets of what generators make.
extension Session {
  /// What is declared, by the checkpoint that is the newest now, and of the size of its images.
  ///
  /// - Throws: a `Diagnostic` where the run makes no images.
  func resolved(
    _ specification: DatasetSpecification, of statement: Statement
  ) throws -> DatasetSpecification {
    guard case .read(let source) = specification.source,
      source.keyword == GeneratedImages.keyword, let reference = source.run
    else { return specification }
    let place =
      statement.options.first { $0.key.text == "run" }?.value.span ?? statement.verb.span
    let (run, row, _) = try generator(reference, at: place)
    guard case .image(let shape) = try run.specification().architecture.example else {
      throw Diagnostic("run `\(run.name)` makes points, and a data set has images", at: place)
    }
    var resolved = specification
    resolved.source = .read(
      source.made(by: ClassifierReference(run: run.name, digest: row.digest)))
    if let typed = statement.options.first(where: {
      ["size", "channels", "grey"].contains($0.key.text)
    }),
      resolved.exampleShape != .image(shape)
    {
      throw Diagnostic(
        "run `\(run.name)` makes images of \(shape)", at: typed.span, help: ["leave this out"])
    }
    resolved.preprocessing?.height = shape.height
    resolved.preprocessing?.width = shape.width
    resolved.preprocessing?.channels = shape.channels
    return resolved
  }

  private func generator(
    _ reference: ClassifierReference, at place: Span
  ) throws -> (run: RunRecord, row: CheckpointRecord, checkpoint: Checkpoint) {
    let found = try checkpoint(
      of: reference, at: place, help: ["the images that it made are no longer in the cache either"])
    let roles = try found.run.specification().architecture.networks.map(\.role)
    guard roles.contains(.generator) || roles.contains(.decoder) else {
      throw Diagnostic("run `\(found.run.name)` has no generator", at: place)
    }
    return found
  }

  /// The runs whose generators make the images of a data set, or of those that it is made of; of files the run that this
  /// notebook knows to have written them.
  ///
  /// - Throws: a `Diagnostic` where one is not in the notebook any more.
  func generators(
    of specification: DatasetSpecification, at place: Span
  ) throws -> [RunRecord] {
    let below = try specification.bases.flatMap { try generators(of: $0, at: place) }
    guard case .read(let source) = specification.source else { return below }
    if let path = source.path { return try below + writers(of: path) }
    guard GeneratedImages(source) != nil, let reference = source.run else { return below }
    // Their weights may be gone while what they made is in the cache.
    let digest = reference.digest ?? ""
    let rows = digest.isEmpty ? [] : try notebook().checkpoints(withDigestPrefix: digest)
    if let row = rows.first { return below + [try notebook().run(row.run)] }
    guard let run = try notebook().run(named: reference.run) else {
      throw Diagnostic(
        "run `\(SafeText.oneLine(reference.run))`, which made examples, is not in the notebook any more, and what it has learned from is unknown",
        at: place)
    }
    return below + [run]
  }

  /// The runs whose samples were written to a path, or to a folder that it lies in.
  private func writers(of path: String) throws -> [RunRecord] {
    func place(_ path: String) -> String {
      URL(fileURLWithPath: StandardFolders.expandingHome(path)).resolvingSymlinksInPath().path
    }
    let wanted = place(path)
    guard let notebook = try existingNotebook() else { return [] }
    let written = try notebook.artifacts().filter { artifact in
      [.samples, .augmentation].contains(artifact.kind)
        && artifact.path.map(place).map { wanted == $0 || wanted.hasPrefix($0 + "/") } == true
    }
    return try Set(written.map(\.run)).sorted().map { try notebook.run($0) }
  }

  /// Makes the images of every generated set that a data set is made of, where they are not there.
  func makeGenerated(in specification: DatasetSpecification, namedBy word: Word) throws {
    for base in specification.bases { try makeGenerated(in: base, namedBy: word) }
    guard case .read(let source) = specification.source,
      let images = GeneratedImages(source), let reference = source.run
    else { return }
    let file = images.file(in: cacheFolder)
    guard !images.areMade(in: cacheFolder) else { return }
    let (run, row, checkpoint) = try generator(reference, at: word.span)
    let own = try run.specification()
    var set = SampleSet(
      run: run, specification: own, checkpoint: checkpoint, checkpointDigest: row.digest,
      count: images.count, seed: images.seed)
    set.isLabelledWithLatents = images.haveLatents
    if let shape = own.architecture.labels {
      let data = try open(own.dataset, namedBy: word, threads: run.threads)
      set.drawn = try data.labelVectors(for: shape, of: own)
      set.labels = LabelRequest.drawnText
    }
    try FileManager.default.createDirectory(at: cacheFolder, withIntermediateDirectories: true)
    _ = try set.write(toArrays: Word(file.path, at: word.span), in: self)
  }
}
