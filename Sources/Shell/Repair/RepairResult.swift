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
  /// What networks say, by judge.
  let judged: [(judge: RepairJudge, readings: [MetricReading])]

  init(
    _ images: RepairedImages, of originals: ImageSubject.Images, _ damaged: RepairMasks.Damaged,
    by judges: [RepairJudge] = []
  ) throws {
    self.images = images
    judged = try judges.map { ($0, try $0.readings(of: images.values)) }
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

  private var allReadings: [MetricReading] { readings + judged.flatMap(\.readings) }

  /// A row for each repairer, and the measures that there are.
  static func table(_ results: [RepairResult]) -> Table {
    var metrics: [MetricDescription] = []
    for metric in results.flatMap(\.allReadings).map(\.description)
    where !metrics.contains(metric) { metrics.append(metric) }
    var table = Table(
      ["repaired by"] + metrics.flatMap { [$0.label, "±"] } + ["images", "ms an image"])
    for result in results {
      let cells = metrics.flatMap { metric -> [Table.Cell] in
        let reading = result.allReadings.first { $0.description == metric }
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
