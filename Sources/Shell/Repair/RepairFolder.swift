import Foundation
import Images
import Language
import Metrics
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// A folder of repaired images, with a table of them; all of it or nothing.
struct RepairFolder {
  let folder: Word

  func write(
    _ repaired: RepairedImages, of images: ImageSubject.Images, _ damaged: RepairMasks.Damaged,
    isKnown: Bool, in session: Session
  ) throws {
    let (shape, count) = (images.shape, repaired.values.count)
    let scores = try isKnown ? RepairResult(repaired, of: images, damaged).scores : []
    try session.writeFolder(to: folder) { folder in
      var table = RowWriter(
        columns: ["file", "number", "source"]
          + (isKnown ? ["psnr", "hole_psnr", "ssim", "hole_ssim"] : []), as: .csv)
      var manifest = ""
      for number in 0..<count {
        guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
        let digits = String(number + 1)
        let name =
          String(repeating: "0", count: max(0, max(6, String(count).count) - digits.count))
          + digits + ".png"
        let made = PixelImage.images(
          fromTensor: repaired.values[number], count: 1, channels: shape.channels,
          height: shape.height, width: shape.width)
        for image in made { try folder.write(image.pngData(), to: name) }
        var row: [Table.Cell] = [
          .text(name), .integer(number), .text(SafeText.oneLine(images.names[number])),
        ]
        if isKnown {
          let score = scores[number]
          let values = [
            score.noiseRatio, score.noiseRatioInHoles, score.similarity, score.similarityInHoles,
          ]
          row += values.map { $0.map { .number($0) } ?? .none }
        }
        manifest += table.text(of: [row])
      }
      try folder.write(Data(manifest.utf8), to: SampleSet.manifest)
    }
    try session.tell(
      "\(grouped(count)) \(count == 1 ? "image" : "images") repaired by "
        + SafeText.oneLine(repaired.repairer.word.text), writtenTo: folder)
  }
}
