/// Width and height of an image as it was found.
package struct ImageSize: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let width: Int
  package let height: Int

  package init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

  /// By the number of pixels, then by width.
  package static func < (one: ImageSize, other: ImageSize) -> Bool {
    let (one, other) = ((one.pixels, one.width), (other.pixels, other.width))
    return one < other
  }

  private var pixels: Double { Double(width) * Double(height) }

  /// Height before width, as everywhere.
  package var description: String { "\(height)x\(width)" }
}
