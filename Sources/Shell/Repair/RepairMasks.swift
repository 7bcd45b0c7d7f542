import Datasets
import Foundation
import Language
import Randomness
import Repair
import Specification
import Terminal
import TerminalText
import Training

/// Where images are damaged: made by a `Damage`, or read from a mask in a file.
struct RepairMasks {
  /// What was typed after `mask=`: a file, white where the hole is.
  let file: Term?
  /// Whether black is the hole; nil: it is not said.
  let isInverted: Bool?

  /// Damaged images with their masks.
  struct Damaged {
    /// `[channels, height, width]` each.
    var values: [[Float]]
    /// `[height, width]` each: 1 where nothing is left.
    var holes: [[Float]]
  }

  /// The share of a mask from which on it looks as if black were the hole.
  private static let mostlyHole = 0.6

  /// Spoils images, each by its number.
  static func damaged(
    _ images: ImageSubject.Images, by damage: Damage, seed: UInt64
  ) -> Damaged {
    let maker = DamageMaker(
      damage, of: images.shape, seed: seed, stream: Randomness.Stream.storedDamage)
    var damaged = Damaged(values: [], holes: [])
    for (number, values) in images.values.enumerated() {
      let (spoilt, hole) = maker.spoilt(values, step: UInt32(truncatingIfNeeded: number))
      damaged.values.append(spoilt)
      damaged.holes.append(hole)
    }
    return damaged
  }

  /// The mask of the file; nil where none was typed.
  ///
  /// - Throws: a `Diagnostic` where it is no image, is all hole or no hole, or looks inverted.
  func read(in session: Session) throws -> HoleMask? {
    guard let file else { return nil }
    let mask: HoleMask
    do { mask = try HoleMask(at: file.text, isInverted: isInverted == true) } catch {
      throw Diagnostic(error.message, at: file.span, help: suggestion(forFileAt: file.text))
    }
    let (hole, rest) = isInverted == true ? ("black", "white") : ("white", "black")
    let colours =
      "holes are \(hole), and what is known is \(rest); greys count as the nearer of both, what can be seen through as black"
    guard mask.share > 0 else {
      throw Diagnostic(
        "the mask has no hole: no pixel of it is \(hole)", at: file.span, help: [colours])
    }
    guard mask.share < 1 else {
      throw Diagnostic(
        "the mask is all hole: nothing of the images would be left", at: file.span,
        help: [colours])
    }
    if mask.share > Self.mostlyHole, isInverted == nil {
      let fact = "\(Int((mask.share * 100).rounded()))% of the mask is white, which means hole"
      guard ask("\(fact); is that so?", on: session.errors) else {
        throw Diagnostic(
          fact + "; it looks inverted", at: file.span,
          help: ["`inverted=yes` takes black for the hole, `inverted=no` white"])
      }
    }
    return mask
  }

  /// Images with a hole where the mask says, the same in all.
  ///
  /// - Throws: a `Diagnostic` where the mask has another size, or no pixel is left that no part of a hole lies in.
  func damaged(
    _ images: ImageSubject.Images, by mask: HoleMask, at file: Span
  ) throws -> Damaged {
    let shape = images.shape
    var mask = mask
    if let photograph = images.photograph, (mask.height, mask.width) == photograph.found {
      mask = try mask.prepared(photograph.preprocessing)
      guard mask.share > 0 else {
        throw Diagnostic(
          "the mask has no hole in the part of `\(images.title)` that is taken", at: file,
          help: ["`crop=none` takes all of it"])
      }
      guard mask.share < 1 else {
        throw Diagnostic(
          "the mask leaves nothing: each of the \(mask.height)x\(mask.width) pixels has a part of a hole",
          at: file, help: ["make the holes smaller"])
      }
    }
    guard (mask.height, mask.width) == (shape.height, shape.width) else {
      let photograph = images.photograph.map {
        " the photograph, \($0.found.height)x\($0.found.width), or as"
      }
      throw Diagnostic(
        "the mask is \(mask.height)x\(mask.width), and the images are \(shape.height)x\(shape.width)",
        at: file,
        help: [
          "a mask is as large as\(photograph ?? "") what is made of \(photograph == nil ? "the images; with one file it may be as large as that is" : "it")"
        ])
    }
    let hole: [Float] = mask.isHole.map { $0 ? 1 : 0 }
    return Damaged(
      values: images.values.map { values in
        values.indices.map { mask.isHole[$0 % hole.count] ? 0 : values[$0] }
      }, holes: images.values.map { _ in hole })
  }
}
