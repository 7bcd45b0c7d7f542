import Language
import MetricDescriptions
import Metrics
import Reports
import Specification
import TerminalText
import Training

/// How near what was repaired is to the originals.
struct RepairResult {
  let images: RepairedImages
  let scores: [RepairScore]

  init(
    _ images: RepairedImages, of originals: RepairSubject.Images, _ damaged: RepairMasks.Damaged
  ) {
    self.images = images
    let shape = originals.shape
    scores = images.values.indices.map { number in
      RepairScore(
        of: images.values[number], original: originals.values[number],
        hole: damaged.holes[number], channels: shape.channels, height: shape.height,
        width: shape.width)
    }
  }

  /// Means over images with their standard errors.
  var readings: [MetricReading] { scores.means(RepairScore.ofRepairs).compactMap(\.self) }

  /// A row for each repairer, and the measures that there are.
  static func table(_ results: [RepairResult]) -> Table {
    let metrics = RepairScore.ofRepairs.filter { metric in
      results.contains { $0.readings.contains { $0.description == metric } }
    }
    var table = Table(
      ["repaired by"] + metrics.flatMap { [$0.label, "±"] } + ["images", "ms an image"])
    for result in results {
      let cells = metrics.flatMap { metric -> [Table.Cell] in
        let reading = result.readings.first { $0.description == metric }
        return [
          Table.Cell(reading?.value, of: metric), Table.Cell(reading?.error, of: metric),
        ]
      }
      let count = result.images.values.count
      table.append(
        [.text(result.images.repairer.word.text)] + cells + [
          .integer(count), .number(result.images.seconds * 1000 / Double(max(1, count))),
        ])
    }
    return table
  }
}
