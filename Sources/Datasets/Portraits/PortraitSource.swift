import Images
import Specification

extension SourceDefinition {
  static let portraits = SourceDefinition(
    SourceSignature(
      "portraits", summary: "faces drawn by gansh itself, with nothing to download",
      discussion: "The same seed draws the same faces, with labels such as the colour of the hair.",
      clause: "are faces drawn by gansh itself, with nothing to download",
      arguments: [
        .init(
          "count", .integer(1...10_000_000), "how many", standard: "10000", standardText: "10k"),
        .init(
          "seed", .seed, "what they are drawn with", standard: "1",
          use: "data drawn portraits seed=7"),
      ],
      examples: .images(.init(size: 32, crop: nil)),
      use: .init("A thousand of them.", "data drawn portraits count=1000 size=32")),
    origin: { ", portraits drawn from seed \($0.seed("seed"))" },
    images: { arguments, request throws(DatasetError) in
      PortraitSource(
        count: arguments.integer("count"), seed: arguments.seed("seed"), side: request.side)
    })
}

/// Faces drawn by gansh itself: portrait k is a function of (seed, k).
struct PortraitSource: ImageSource {
  let count: Int
  let seed: UInt64
  /// Pixels on a side of the pictures asked for.
  let side: Int

  /// Grows with every change of how portraits are drawn, so that no cache shows the old ones.
  private static let edition = 2

  var identity: String { "portraits \(Self.edition) \(count) \(seed) \(side)" }
  var isGenerated: Bool { true }
  var notes: [String] { [] }
  func name(of image: Int) -> String { "portrait \(image)" }
  func makeReader(over background: Colour) -> any ImageReader { Reader(seed: seed, side: side) }

  var labels: DatasetLabels? {
    let questions = PortraitFeatures.labels
    var rows: [Int8] = []
    rows.reserveCapacity(count * questions.count)
    for number in 0..<count {
      let features = PortraitFeatures(seed: seed, number: number)
      for question in questions { rows.append(question.holds(features) ? 1 : -1) }
    }
    return DatasetLabels(attributes: questions.map(\.name), rows: rows)
  }

  private struct Reader: ImageReader {
    let seed: UInt64
    let side: Int

    func image(at index: Int) -> DecodedImage {
      let features = PortraitFeatures(seed: seed, number: index)
      return DecodedImage(PortraitPainter(features, side: side).paint())
    }
  }
}
