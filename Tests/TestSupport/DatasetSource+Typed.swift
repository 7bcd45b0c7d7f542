package import Datasets
import Language
package import Specification

/// Sources as tests name them.
extension DatasetSource {
  package static func celeba(path: String, split: CelebASplit) -> DatasetSource {
    source("celeba", [("path", .word(path)), ("split", .word(split.rawValue))])
  }

  package static func folder(path: String, labels: LabelSource) -> DatasetSource {
    source("folder", [("path", .word(path)), ("labels", .word(labels.text))])
  }

  package static func idx(path: String, labels: LabelSource) -> DatasetSource {
    source("idx", [("path", .word(path)), ("labels", .word(labels.text))])
  }

  package static func mnist(path: String, split: TrainTestSplit) -> DatasetSource {
    source("mnist", [("path", .word(path)), ("split", .word(split.rawValue))])
  }

  package static func cifar10(path: String, split: TrainTestSplit) -> DatasetSource {
    source("cifar10", [("path", .word(path)), ("split", .word(split.rawValue))])
  }

  package static func ring(modes: Int, radius: Double, deviation: Double) -> DatasetSource {
    source(
      "ring",
      [
        ("modes", .bare("\(modes)")), ("radius", .bare(printed(radius))),
        ("sigma", .bare(printed(deviation))),
      ])
  }

  package static func grid(side: Int, spacing: Double, deviation: Double) -> DatasetSource {
    source(
      "grid",
      [
        ("side", .bare("\(side)")), ("spacing", .bare(printed(spacing))),
        ("sigma", .bare(printed(deviation))),
      ])
  }

  package static func portraits(count: Int, seed: UInt64) -> DatasetSource {
    source("portraits", [("count", .bare("\(count)")), ("seed", .bare("\(seed)"))])
  }

  private static func source(
    _ keyword: String, _ arguments: [(String, SourceSpecification.Value)]
  ) -> DatasetSource {
    .read(SourceSpecification(keyword, arguments.map { .init($0, $1) }))
  }
}
