import Datasets
import Language
import Specification

/// Data sets that were opened for several runs, each once.
final class OpenedDatasets {
  private var opened: [DatasetSpecification: Dataset] = [:]

  /// - Throws: as `Session.open`.
  func open(
    _ specification: DatasetSpecification, namedBy word: Word, threads: Int?, in session: Session
  ) throws -> Dataset {
    if let dataset = opened[specification] { return dataset }
    let dataset = try session.open(specification, namedBy: word, threads: threads)
    opened[specification] = dataset
    return dataset
  }
}
