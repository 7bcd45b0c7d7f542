import Images
import Language
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// A page of repaired images: in each row the damaged image, what each repairer made of it and, where they are known, the original and
/// how far the last of them is off.
struct RepairSheet {
  let file: Word

  /// Rows at most.
  static let rows = 16
  /// How many times an error is shown.
  private static let gain: Float = 3

  func write(
    _ all: [RepairedImages], of images: ImageSubject.Images, _ damaged: RepairMasks.Damaged,
    isKnown: Bool, in session: Session
  ) throws {
    let shape = images.shape
    let rows = min(Self.rows, images.values.count)
    var columns = [damaged.values] + all.map(\.values)
    if isKnown, let last = all.last {
      columns.append(images.values)
      columns.append(
        (0..<rows).map { row in
          zip(last.values[row], images.values[row]).map { min(1, Self.gain * abs($0 - $1) - 1) }
        })
    }
    let page = (0..<rows).flatMap { row in
      columns.flatMap { column in
        PixelImage.images(
          fromTensor: column[row], count: 1, channels: shape.channels, height: shape.height,
          width: shape.width)
      }
    }
    let sheet = SampleSheet(
      columns: columns.count, magnification: max(1, 96 / max(shape.height, shape.width)))
    try session.write(sheet.compose(page).pngData(), to: file)
    let names = all.map { SafeText.oneLine($0.repairer.word.text) }.joined(separator: ", ")
    let last = SafeText.oneLine(all.last?.repairer.word.text ?? "")
    let known = isKnown ? ", the original, the error of \(last) \(Int(Self.gain)) times" : ""
    let first = rows < images.values.count ? ", the first of \(grouped(images.values.count))" : ""
    try session.tell(
      "\(counted(rows, "row"))\(first): damaged, \(names)\(known)", writtenTo: file)
  }
}
