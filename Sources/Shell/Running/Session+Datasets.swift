import Datasets
import Foundation
import Language
import Specification
import Synchronization
import Terminal
import TerminalText
import Training

extension Session {
  /// Opens a data set, showing how far its preparation is; Ctrl-C ends it.
  ///
  /// - Parameters:
  ///   - threads: that prepare its images; nil: one per core.
  ///   - wayOut: what may be done where nothing is at its path.
  /// - Throws: a `Diagnostic` at `word` where the data are at fault, `ShellError.interrupted`.
  func open(
    _ specification: DatasetSpecification, namedBy word: Word, threads: Int? = nil,
    wayOut: String? = nil
  ) throws -> Dataset {
    Interrupts.install()
    try makeGenerated(in: specification, namedBy: word)
    let shared = Preparation()
    let cache = cacheFolder
    let thread = Thread {
      let result = Result {
        try Dataset.open(
          specification, cacheDirectory: cache, threads: threads,
          progress: { done, all in shared.progress.withLock { $0 = (done, all) } },
          interrupted: { Interrupts.pendingCount > 0 })
      }
      shared.result.withLock { $0 = result }
      shared.isOver.signal()
    }
    thread.stackSize = 8 << 20
    thread.start()
    var line = ProgressLine(on: errors)
    while shared.isOver.wait(timeout: .now() + 0.1) == .timedOut {
      let (done, all) = shared.progress.withLock { $0 }
      if all > 0 {
        line.update { "preparing \(word.text): \(grouped(done)) of \(grouped(all)) images" }
      }
    }
    line.erase()
    guard let result = shared.result.withLock({ $0 }) else {
      throw ShellError.failed("the data set \(word.text) could not be opened")
    }
    do {
      let dataset = try result.get()
      tell(about: dataset)
      return dataset
    } catch DatasetError.interrupted {
      throw ShellError.interrupted
    } catch let error as DatasetError {
      var help = error.help
      if case .missing(let path, _) = error {
        help = suggestion(forFileAt: path) + (wayOut.map { [$0] } ?? [])
      }
      throw Diagnostic(error.message, at: word.span, help: help)
    }
  }

  /// Opens the data set that a run is measured on; nil: it has none.
  ///
  /// - Throws: where its labels are not those of the data.
  func openTest(
    of specification: RunSpecification, namedBy word: Word, besides dataset: Dataset, threads: Int?,
    with opened: OpenedDatasets = OpenedDatasets()
  ) throws -> Dataset? {
    guard let examples = specification.test else { return nil }
    let test = try opened.open(examples, namedBy: word, threads: threads, in: self)
    // Where the run takes no labels, those that both have must be the same by name and by meaning.
    let (own, others) = (dataset.labels?.descriptions ?? [], test.labels?.descriptions ?? [])
    let taken = specification.dataset.labels
    let compared =
      taken.isEmpty
      ? own.filter { column in others.contains { $0.name.isExactly(column.name) } } : taken
    try LabelLayout(compared).check(
      isAlso: others, questions: test.labels?.names ?? [], of: word.text, at: word.span)
    return test
  }

  /// Where prepared data sets are kept; beside nothing better, with the temporary files.
  var cacheFolder: URL {
    configuration.cacheFolder.map { URL(fileURLWithPath: $0) }
      ?? FileManager.default.temporaryDirectory.appendingPathComponent("gansh")
  }

  /// Where features of examples are kept, beside the prepared data sets.
  var featureCache: FeatureCache { FeatureCache(cacheFolder.appendingPathComponent("features")) }

  private func tell(about dataset: Dataset) {
    for note in dataset.notes { errors.line("note: \(note)") }
    guard let first = dataset.skipped.first else { return }
    let count = dataset.skipped.count
    errors.line(
      "note: \(grouped(count)) \(count == 1 ? "image" : "images") could not be read and "
        + "\(count == 1 ? "is" : "are") left out; the first: \(SafeText.oneLine("\(first)"))")
  }
}

/// What the thread that prepares and the one that shows have between them.
private final class Preparation: Sendable {
  let progress = Mutex<(Int, Int)>((0, 0))
  let result = Mutex<Result<Dataset, any Error>?>(nil)
  let isOver = DispatchSemaphore(value: 0)
}
