/// A colour, each part in 0…1.
struct Ink: Sendable, Hashable {
  var red: Double
  var green: Double
  var blue: Double

  /// From values of 0…255.
  init(_ red: Double, _ green: Double, _ blue: Double) {
    (self.red, self.green, self.blue) = (red / 255, green / 255, blue / 255)
  }

  func mixed(with other: Ink, _ share: Double) -> Ink {
    var result = self
    result.red += (other.red - red) * share
    result.green += (other.green - green) * share
    result.blue += (other.blue - blue) * share
    return result
  }

  /// In shadow; what remains is warmer than what was there.
  func darker(_ share: Double) -> Ink {
    var result = self
    result.red *= 1 - share * 0.86
    result.green *= 1 - share
    result.blue *= 1 - share * 0.96
    return result
  }

  func lighter(_ share: Double) -> Ink { mixed(with: Ink(255, 250, 238), share) }

  static let white = Ink(255, 255, 255)
  static let black = Ink(16, 12, 14)

  /// A colour along a palette, `position` in 0…1.
  static func along(_ palette: [Ink], _ position: Double) -> Ink {
    let place = min(max(position, 0), 1) * Double(palette.count - 1)
    let index = min(Int(place), palette.count - 2)
    return palette[index].mixed(with: palette[index + 1], place - Double(index))
  }
}
