import Language
import Specification
import TerminalText

/// What the residual presets share: from 4x4 to the side by doublings.
struct ResidualStages {
  let image: ImageShape
  /// The side that doublings lead to: 4 for powers of two, 6 for 48 and 96.
  let start: Int
  let doublings: Int

  /// - Throws: where the image is not a square whose side is 16 to 256 and 4, 5, 6 or 7 doubled.
  init(_ image: ImageShape, for preset: String) throws(Diagnostic) {
    var (start, doublings) = (image.height, 0)
    while start % 2 == 0, start > 7 { (start, doublings) = (start / 2, doublings + 1) }
    guard image.width == image.height, (4...7).contains(start), (2...6).contains(doublings),
      [1, 3].contains(image.channels)
    else {
      throw Diagnostic(
        "\(preset) makes square images of 16 to 256 whose side is 4, 5, 6 or 7 doubled, with 1 or 3 "
          + "channels, not \(image)",
        help: ["`conv` takes sides that are multiples of 8, `mlp` takes any"])
    }
    (self.image, self.start, self.doublings) = (image, start, doublings)
  }

  /// `8x8` after so many doublings.
  func name(_ doubled: Int) -> String { "\(start << doubled)x\(start << doubled)" }
}

extension Preset {
  /// ReLU after a normalisation; nil: after none.
  static func activated(_ norm: String?) -> String { norm.map { "\($0); relu" } ?? "relu" }

  /// A block that doubles height and width: normalisation, activation, nearest neighbours, two 3x3
  /// convolutions.
  ///
  /// - Parameter norm: the normalisation.
  static func growing(_ name: String, _ channels: Int, norm: String?) -> String {
    let start = activated(norm)
    return """
      residual as \(name) {
        \(start); upsample 2; conv \(channels) kernel=3 stride=1
        \(start); conv \(channels) kernel=3 stride=1
        shortcut { upsample 2; conv \(channels) kernel=1 stride=1 } }
      """
  }

  /// The first block of a discriminator, which is given the image and halves it.
  static func first(_ name: String, _ channels: Int) -> String {
    """
    residual as \(name) {
      conv \(channels) kernel=3 stride=1; relu; conv \(channels) kernel=3 stride=1; avgpool 2
      shortcut { avgpool 2; conv \(channels) kernel=1 stride=1 } }
    """
  }

  /// A block of a discriminator: activation and 3x3 convolution twice.
  ///
  /// - Parameters:
  ///   - inner: channels between the two.
  ///   - norm: a layer before each activation, with a `;` after it, or nothing.
  static func shrinking(
    _ name: String, _ channels: Int, inner: Int, halves: Bool, isWider: Bool, norm: String = ""
  ) -> String {
    let body = """
      \(norm)relu; conv \(inner) kernel=3 stride=1
      \(norm)relu; conv \(channels) kernel=3 stride=1\(halves ? "; avgpool 2" : "")
      """
    let shortcut =
      halves || isWider
      ? "\nshortcut { conv \(channels) kernel=1 stride=1\(halves ? "; avgpool 2" : "") }" : ""
    return "residual as \(name) { \(body)\(shortcut) }"
  }
}
