import Images
import Language
import Specification
import Terminal
import TerminalText
import Training

/// A page of samples that are most alike to each other and to examples: `evaluate RUN metrics=support to pairs.png`.
struct LookalikeSheet {
  /// Where it goes.
  let file: Word

  /// Rows at most.
  private static let rows = 12

  /// - Throws: a `Diagnostic` where the file is no PNG.
  init(_ file: Word) throws(Diagnostic) {
    guard file.text.lowercased().hasSuffix(".png") else {
      throw Diagnostic(
        "a sheet is a PNG file, not `\(file.text)`", at: file.span,
        help: ["let the name end in .png"])
    }
    self.file = file
  }

  /// Writes it; in each row two samples that are alike with the example nearest to the first, and a sample that is near to an
  /// example with the two nearest ones.
  ///
  /// - Throws: a `Diagnostic` where there are no images or no features to tell them by.
  func write(
    _ samples: (source: any MeasuredSource, side: EvaluatedSide),
    beside examples: (source: any MeasuredSource, side: EvaluatedSide), seed: UInt64,
    in session: Session
  ) throws {
    guard case .image(let shape)? = samples.source.shape, examples.source.shape != nil else {
      throw Diagnostic("a sheet shows images, and these are none", at: file.span)
    }
    guard let alike = Lookalikes(of: samples.side, beside: examples.side, count: Self.rows) else {
      throw Diagnostic(
        "there are no features of both sides to tell what is alike by", at: file.span)
    }
    func images(
      _ numbers: [Int], _ from: (source: any MeasuredSource, side: EvaluatedSide)
    ) throws -> [PixelImage] {
      PixelImage.images(
        fromTensor: try from.source.values(of: numbers, among: from.side.count, seed: seed),
        count: numbers.count, channels: shape.channels, height: shape.height, width: shape.width)
    }
    let (pairs, copies) = (alike.pairs, alike.copies)
    let ones = try images(pairs.map(\.one), samples)
    let others = try images(pairs.map(\.other), samples)
    let beside = try images(pairs.map(\.example), examples)
    let copied = try images(copies.map(\.sample), samples)
    let nearest = try (0..<Lookalikes.nearest).map { place in
      try images(copies.map { $0.examples[place] }, examples)
    }
    let blank = PixelImage(
      width: shape.width, height: shape.height, colour: [UInt8](repeating: 255, count: 1))
    var page: [PixelImage] = []
    for row in 0..<max(pairs.count, copies.count) {
      page +=
        row < pairs.count ? [ones[row], others[row], beside[row]] : [blank, blank, blank]
      page.append(blank)
      page +=
        row < copies.count
        ? [copied[row]] + nearest.map { $0[row] } : [blank, blank, blank]
    }
    let sheet = SampleSheet(columns: 3 + 1 + 1 + Lookalikes.nearest).compose(page)
    try session.write(sheet.pngData(), to: file)
    session.errors.line(
      "\(file.text): \(grouped(pairs.count)) pairs of samples that are most alike with the nearest example, and "
        + "\(counted(copies.count, "sample")) nearest to examples with \(Lookalikes.nearest) of them"
    )
  }
}
