import Foundation

/// A Gaussian of a deviation in pixels that ends at a radius.
package struct GaussianWindow: Sendable {
  /// What stands beyond the border of an image `a b c d`.
  package enum Border: Sendable {
    /// `d c b a | a b c d | d c b a`, as SciPy's `gaussian_filter` has it.
    case repeatingLast
    /// `d c b | a b c d | c b a`, as torchvision's `gaussian_blur` has it.
    case reflecting
  }

  private let weights: [Float]
  private let border: Border

  /// - Parameter deviation: above 0.
  package init(deviation: Double, radius: Int, border: Border) {
    let numbers = (-radius...radius).map {
      exp(-0.5 * Double($0 * $0) / (deviation * deviation))
    }
    let sum = numbers.reduce(0, +)
    weights = numbers.map { Float($0 / sum) }
    self.border = border
  }

  /// Filters a plane in place, first along its rows.
  package func filter(_ plane: UnsafeMutableBufferPointer<Float>, height: Int, width: Int) {
    let radius = weights.count / 2
    precondition(plane.count >= height * width, "a plane does not fit")
    withUnsafeTemporaryAllocation(
      of: Float.self, capacity: max(width + 2 * radius, height * width)
    ) { copy in
      guard let values = plane.baseAddress, let copy = copy.baseAddress else { return }
      for y in 0..<height {
        let row = values + y * width
        for place in 0..<width + 2 * radius { copy[place] = row[inside(place - radius, of: width)] }
        sum(into: row, width) { copy + $0 }
      }
      copy.update(from: values, count: height * width)
      for y in 0..<height {
        sum(into: values + y * width, width) { copy + inside(y + $0 - radius, of: height) * width }
      }
    }
  }

  /// The weighted sum of lines, one for each weight.
  private func sum(
    into target: UnsafeMutablePointer<Float>, _ count: Int,
    of line: (_ tap: Int) -> UnsafeMutablePointer<Float>
  ) {
    for place in 0..<count { target[place] = 0 }
    for (tap, weight) in weights.enumerated() {
      let source = line(tap)
      for place in 0..<count { target[place] += weight * source[place] }
    }
  }

  /// The place whose value stands at a place that may lie beyond the border.
  private func inside(_ place: Int, of count: Int) -> Int {
    let period = border == .repeatingLast ? 2 * count : max(1, 2 * (count - 1))
    let place = (place % period + period) % period
    guard place >= count else { return place }
    return border == .repeatingLast ? period - 1 - place : period - place
  }
}
