import Datasets
import Foundation
import Language
import Notebook
import Specification

/// What `resume` and `replay` are told about a run's data: where they are, whether they may be others.
struct DataOptions {
  private let path: Term?
  private let labels: Term?
  private let acceptsChange: Bool

  /// - Parameter example: the beginning of a statement: `resume base steps=60`.
  static func synopses(_ example: String) -> [OptionSynopsis] {
    [
      OptionSynopsis(
        "data", .choice(["changed"]), "go on though the data are not what they were",
        example: "\(example) data=changed"),
      OptionSynopsis("path", .path, "where the files of the data are, if they were moved"),
      OptionSynopsis("labels", .path, "where the table of labels is, if it was moved"),
    ]
  }

  init(_ arguments: Arguments) throws(Diagnostic) {
    acceptsChange =
      try arguments.option("data")?.choice(from: ["changed"], for: "data") == "changed"
    path = arguments.option("path")
    labels = arguments.option("labels")
    _ = try path?.asWord(for: "path")
    _ = try labels?.asWord(for: "labels")
  }

  /// The place of the first of them; nil where nothing was said.
  var place: Span? { (path ?? labels)?.span }

  /// The data where they are said to be.
  ///
  /// - Throws: at what makes no sense for such data.
  func applied(to dataset: DatasetSpecification) throws(Diagnostic) -> DatasetSpecification {
    var moved = dataset
    if let path {
      let word = try path.asWord(for: "path")
      guard let source = dataset.source.moved(to: word.text) else {
        throw Diagnostic(
          "these data are made by gansh itself and lie nowhere", at: word.span)
      }
      moved.source = source
    }
    if let labels {
      let word = try labels.asWord(for: "labels")
      guard let source = moved.source.labelled(by: word.text) else {
        throw Diagnostic("the labels of these data are not in a table", at: word.span)
      }
      moved.source = source
    }
    return moved
  }

  /// Whether the data may be used for the run.
  ///
  /// - Throws: a `Diagnostic` at `place` that says what has changed and what may be done.
  func check(
    _ change: String?, of run: RunRecord, verb: String, at place: Span
  ) throws(Diagnostic) {
    guard let change, !acceptsChange else { return }
    throw Diagnostic(
      "the data of run `\(run.name)` have changed: \(change)", at: place,
      help: [
        "`\(verb) \(run.name) data=changed` goes on with them, and the record keeps it",
        "`\(verb) \(run.name) path=PATH` takes them from where they are as they were",
      ])
  }
}

/// A run's data as they are found again.
struct FoundData {
  let dataset: Dataset
  let content: DataContent
  /// What is another than it was; nil: nothing, or that is not known.
  let change: String?
  /// Where they were found, and where they were found before.
  let place: DatasetSpecification
  let lastPlace: DatasetSpecification
}

extension Session {
  /// Opens the data of a run that was begun before: where they are said to be, or where they were last.
  ///
  /// The run's specification stays what it was: by it checkpoints know that they belong to the run.
  ///
  /// - Throws: a `Diagnostic`, also where they are not what they were and that was not allowed.
  func findData(
    of run: RunRecord, _ specification: RunSpecification, _ options: DataOptions, verb: String,
    namedBy word: Word, threads: Int
  ) throws -> FoundData {
    let before = try notebook().latestMove(ofRun: run, of: specification.dataset)
    let now = try options.applied(to: before)
    let dataset = try open(
      now, namedBy: word, threads: threads,
      wayOut: "`\(verb) \(run.name) path=PATH` takes them from where they are now")
    let content = DataContent(dataset)
    let change = run.data?.changes(to: content)
    try options.check(change, of: run, verb: verb, at: options.place ?? word.span)
    return FoundData(
      dataset: dataset, content: content, change: change, place: now, lastPlace: before)
  }

  /// Keeps in a run's record that its data lie elsewhere than it says.
  func keepPlace(
    of found: FoundData, ofRun run: RunRecord, from before: DatasetSpecification, step: Int
  ) throws {
    guard found.place != before else { return }
    try notebook().record(
      event: "moved", run: run.id, step: step,
      message: "the data are now `\(found.place)`, no longer `\(before)`",
      json: DataPlace(found.place.source).json)
  }

  /// Keeps in the record of a run that goes on that its data have changed or lie elsewhere.
  func keep(_ found: FoundData, ofRun run: RunRecord, step: Int) throws {
    try keepPlace(of: found, ofRun: run, from: found.lastPlace, step: step)
    let notebook = try notebook()
    // What is not known of an older run stays so: nobody saw what it was begun with.
    guard run.data != nil, found.change != nil else { return }
    try notebook.record(
      data: found.content, run: run.id, step: step, change: found.change)
  }
}

/// Where data lie, as an event keeps it: the options that say so.
private struct DataPlace: Codable {
  let path: String?
  let labels: String?

  init(_ source: DatasetSource) { (path, labels) = (source.path, source.labelsFile) }

  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Two strings always encode.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// The same data where this says that they lie.
  func place(_ dataset: DatasetSpecification) -> DatasetSpecification {
    var placed = dataset
    if let path, let source = placed.source.moved(to: path) { placed.source = source }
    if let labels, let source = placed.source.labelled(by: labels) { placed.source = source }
    return placed
  }
}

extension Notebook {
  /// A run's data where they were found last.
  ///
  /// - Throws: `ShellError.failed` where the notebook holds something else.
  fileprivate func latestMove(
    ofRun run: RunRecord, of dataset: DatasetSpecification
  ) throws -> DatasetSpecification {
    guard let event = try events(run: run.id, kind: "moved").last, let json = event.json else {
      return dataset
    }
    guard let place = try? JSONDecoder().decode(DataPlace.self, from: Data(json.utf8)) else {
      throw ShellError.failed(
        "where the data of run `\(run.name)` are, `json` of row \(event.id) of `event` in the notebook, "
          + "cannot be read: a path and a file of labels are expected; say `path=PATH`")
    }
    return place.place(dataset)
  }
}

extension DataContent {
  init(_ dataset: Dataset) {
    self.init(
      examples: dataset.digest.examples, labels: dataset.digest.labels, count: dataset.count)
  }
}
