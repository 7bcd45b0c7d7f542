import Images
import TerminalText

/// Faces drawn by gansh itself: portrait k is a function of (seed, k).
struct PortraitSource: ImageSource {
  let count: Int
  let seed: UInt64
  /// Pixels on a side of the pictures asked for.
  let side: Int

  /// Grows with every change of how portraits are drawn, so that no cache shows the old ones.
  private static let edition = 2

  init(count: Int, seed: UInt64, side: Int) throws(DatasetError) {
    guard (1...10_000_000).contains(count) else {
      throw .unusable("1 to 10,000,000 portraits can be drawn, not \(grouped(count))")
    }
    (self.count, self.seed, self.side) = (count, seed, side)
  }

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
