import Datasets
import Foundation
import Language
import Notebook
import Specification
import TerminalText

/// What `resume` and `replay` are told about a run's data: where they are, whether they may be others.
struct DataOptions {
  private let path: Term?
  private let labels: Term?
  private let testPath: Term?
  private let acceptsChange: Bool

  /// - Parameter example: the beginning of a statement: `resume base steps=60`.
  static func synopses(_ example: String) -> [OptionSynopsis] {
    var measured = example.split(separator: " ").map(String.init)
    measured[1] = "t"
    return [
      OptionSynopsis(
        "data", .choice(["changed"]), "go on though the data are not what they were",
        example: "\(example) data=changed"),
      OptionSynopsis("path", .path, "where the files of the data are, if they were moved"),
      OptionSynopsis("labels", .path, "where the table of labels is, if it was moved"),
      OptionSynopsis(
        "test-path", .path, "where the files of the test set are, if it was moved by itself",
        example: """
          data drawn portraits count=8 size=16
          !mkdir held
          show data drawn count=1 to held/1.png
          data few folder path=held size=16
          arch small like mlp image=16x16x3 width=8
          run small on drawn test=few steps=2 batch=4 as t
          !mv held moved
          \(measured.joined(separator: " ")) test-path=moved
          """),
    ]
  }

  init(_ arguments: Arguments) throws(Diagnostic) {
    acceptsChange =
      try arguments.option("data")?.choice(from: ["changed"], for: "data") == "changed"
    path = arguments.option("path")
    labels = arguments.option("labels")
    testPath = arguments.option("test-path")
    _ = try testPath?.asWord(for: "test-path")
    _ = try path?.asWord(for: "path")
    _ = try labels?.asWord(for: "labels")
  }

  /// The place of the first of them; nil where nothing was said.
  var place: Span? { (path ?? labels ?? testPath)?.span }

  /// The data where they are said to be. A test set that lay with them is moved with them.
  ///
  /// - Throws: at what makes no sense for such data.
  func applied(to places: DataPlaces) throws(Diagnostic) -> DataPlaces {
    var moved = places
    if let path {
      let word = try path.asWord(for: "path")
      guard let source = places.dataset.source.moved(to: word.text) else {
        throw Diagnostic(
          "these data are made by gansh itself and lie nowhere", at: word.span)
      }
      moved.dataset.source = source
      if let test = places.test, test.source.path == places.dataset.source.path {
        moved.test?.source = test.source.moved(to: word.text) ?? test.source
      }
    }
    if let labels {
      let word = try labels.asWord(for: "labels")
      guard let source = moved.dataset.source.labelled(by: word.text) else {
        throw Diagnostic("the labels of these data are not in a table", at: word.span)
      }
      if let test = moved.test, test.source.labelsFile == moved.dataset.source.labelsFile {
        moved.test?.source = test.source.labelled(by: word.text) ?? test.source
      }
      moved.dataset.source = source
    }
    if let testPath {
      let word = try testPath.asWord(for: "test-path")
      guard let source = places.test?.source.moved(to: word.text) else {
        throw Diagnostic("the run has no test set that lies somewhere", at: word.span)
      }
      moved.test?.source = source
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

/// Where a run's data and its test set are looked for.
struct DataPlaces: Hashable {
  var dataset: DatasetSpecification
  var test: DatasetSpecification?

  init(_ specification: RunSpecification) {
    (dataset, test) = (specification.dataset, specification.test)
  }
}

/// A run's data as they are found again.
struct FoundData {
  let dataset: Dataset
  let test: Dataset?
  let content: DataContent
  /// What is another than it was; nil: nothing, or that is not known.
  let change: String?
  /// Where they were found, and where they were found before.
  let place: DataPlaces
  let lastPlace: DataPlaces
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
    let before = try notebook().latestMove(ofRun: run, of: DataPlaces(specification))
    let now = try options.applied(to: before)
    let dataset = try open(
      now.dataset, namedBy: word, threads: threads,
      wayOut: "`\(verb) \(run.name) path=PATH` takes them from where they are now"
        + (now.dataset.source.labelsFile == nil ? "" : ", `labels=FILE` their labels"))
    let test = try now.test.map { test in
      try open(
        test, namedBy: word, threads: threads,
        wayOut: "`\(verb) \(run.name) test-path=PATH` takes them from where they are now")
    }
    let content = DataContent(dataset)
    let testChange = try test.flatMap { test in
      try notebook().test(ofRun: run)?.changes(to: DataContent(test)).map {
        "of the test set, \($0)"
      }
    }
    let change = run.data?.changes(to: content) ?? testChange
    try options.check(change, of: run, verb: verb, at: options.place ?? word.span)
    return FoundData(
      dataset: dataset, test: test, content: content, change: change, place: now, lastPlace: before)
  }

  /// Keeps in a run's record that its data lie elsewhere than it says.
  func keepPlace(
    of found: FoundData, ofRun run: RunRecord, from before: DataPlaces, step: Int
  ) throws {
    guard found.place != before else { return }
    let isTest = found.place.dataset == before.dataset
    func told(_ places: DataPlaces) -> String {
      let dataset = isTest ? places.test ?? places.dataset : places.dataset
      return dataset.statements(named: "data").joined(separator: "; ").dropPrefix("data data ")
    }
    try notebook().record(
      event: "moved", run: run.id, step: step,
      message: (isTest ? "the test set is" : "the data are")
        + " now `\(told(found.place))`, no longer `\(told(before))`",
      json: DataPlace(found.place).json)
  }

  /// Keeps in a run's record what its test set holds.
  func keep(test: Dataset, ofRun run: RunRecord, step: Int = 0) throws {
    let content = DataContent(test)
    let count = content.count.map { " holds \(grouped($0)) \($0 == 1 ? "example" : "examples")" }
    try notebook().record(
      event: "test", run: run.id, step: step,
      message: "the test set\(count ?? " is points")", json: content.json)
  }

  /// Keeps in the record of a run that goes on that its data have changed or lie elsewhere.
  func keep(_ found: FoundData, ofRun run: RunRecord, step: Int) throws {
    try keepPlace(of: found, ofRun: run, from: found.lastPlace, step: step)
    let notebook = try notebook()
    if let test = found.test, try notebook.test(ofRun: run) != DataContent(test) {
      try keep(test: test, ofRun: run, step: step)
    }
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
  let testPath: String?
  let testLabels: String?

  init(_ places: DataPlaces) {
    (path, labels) = (places.dataset.source.path, places.dataset.source.labelsFile)
    (testPath, testLabels) = (places.test?.source.path, places.test?.source.labelsFile)
  }

  var json: String { written(self) }

  /// The same data where this says that they lie.
  func place(_ places: DataPlaces) -> DataPlaces {
    var placed = places
    placed.dataset.source = Self.place(places.dataset.source, path, labels)
    if let test = places.test {
      placed.test?.source = Self.place(test.source, testPath, testLabels)
    }
    return placed
  }

  private static func place(
    _ source: DatasetSource, _ path: String?, _ labels: String?
  ) -> DatasetSource {
    let moved = path.flatMap { source.moved(to: $0) } ?? source
    return labels.flatMap { moved.labelled(by: $0) } ?? moved
  }
}

/// As an event keeps it. Texts and numbers always encode.
private func written(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
}

extension Notebook {
  /// A run's data where they were found last.
  ///
  /// - Throws: `ShellError.failed` where the notebook holds something else.
  fileprivate func latestMove(
    ofRun run: RunRecord, of places: DataPlaces
  ) throws -> DataPlaces {
    guard let event = try events(run: run.id, kind: "moved").last, let json = event.json else {
      return places
    }
    guard let place = try? JSONDecoder().decode(DataPlace.self, from: Data(json.utf8)) else {
      throw ShellError.failed(
        "where the data of run `\(run.name)` are, `json` of row \(event.id) of `event` in the notebook, "
          + "cannot be read: a path and a file of labels are expected; say `path=PATH`")
    }
    return place.place(places)
  }

  /// What a run's test set held when it was last begun; nil: it has none, or that is not known.
  fileprivate func test(ofRun run: RunRecord) throws -> DataContent? {
    guard let json = try events(run: run.id, kind: "test").last?.json else { return nil }
    return try? JSONDecoder().decode(DataContent.self, from: Data(json.utf8))
  }
}

extension DataContent {
  init(_ dataset: Dataset) {
    self.init(
      examples: dataset.digest.examples, labels: dataset.digest.labels, count: dataset.count)
  }

  fileprivate var json: String { written(self) }
}

extension String {
  fileprivate func dropPrefix(_ prefix: String) -> String {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
  }
}
