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

  /// Images with a hole where the file says, the same in all.
  ///
  /// - Throws: a `Diagnostic` where the mask has another size, is all hole or no hole, or looks inverted.
  func damaged(
    _ images: ImageSubject.Images, by file: Term, in session: Session
  ) throws -> Damaged {
    var mask: (values: [Float], height: Int, width: Int)
    do { mask = try Datasets.mask(at: file.text, of: images.photograph) } catch {
      throw Diagnostic(error.message, at: file.span, help: suggestion(forFileAt: file.text))
    }
    let shape = images.shape
    guard (mask.height, mask.width) == (shape.height, shape.width) else {
      throw Diagnostic(
        "the mask is \(mask.height)x\(mask.width), and the images are \(shape.height)x\(shape.width)",
        at: file.span,
        help: [
          images.photograph.map {
            "a mask is as large as the photograph, \($0.found.height)x\($0.found.width), or as what is made of it"
          } ?? "a mask is as large as the images that are repaired"
        ])
    }
    if isInverted == true { mask.values = mask.values.map { 1 - $0 } }
    let share = Double(mask.values.reduce(0, +)) / Double(mask.values.count)
    guard share > 0 else {
      throw Diagnostic(
        "the mask has no hole: no pixel of it is \(isInverted == true ? "black" : "white")",
        at: file.span,
        help: [
          "holes are \(isInverted == true ? "black" : "white"), and what is known is \(isInverted == true ? "white" : "black")"
        ])
    }
    guard share < 1 else {
      throw Diagnostic(
        "the mask is all hole: nothing of the images would be left", at: file.span,
        help: [
          "holes are \(isInverted == true ? "black" : "white"), and what is known is \(isInverted == true ? "white" : "black")"
        ])
    }
    if share > Self.mostlyHole, isInverted == nil {
      let fact = "\(Int((share * 100).rounded()))% of the mask is white, which means hole"
      guard ask("\(fact); is that so?", on: session.errors) else {
        throw Diagnostic(
          fact + "; it looks inverted", at: file.span,
          help: ["`inverted=yes` takes black for the hole, `inverted=no` white"])
      }
    }
    let plane = shape.height * shape.width
    return Damaged(
      values: images.values.map { values in
        values.indices.map { mask.values[$0 % plane] > 0.5 ? 0 : values[$0] }
      }, holes: images.values.map { _ in mask.values })
  }
}
