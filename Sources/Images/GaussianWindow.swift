import CImageCodec
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

  /// Filters planes of an image `[planes, height, width]` in place, first along the rows.
  package func filter(
    _ values: UnsafeMutableBufferPointer<Float>, planes: Int, height: Int, width: Int
  ) {
    precondition(values.count >= planes * height * width, "a plane does not fit")
    guard let values = values.baseAddress else { return }
    let (columns, rows) = (sources(width), sources(height))
    var places = [Int32](repeating: 0, count: weights.count)
    var scratch = [Float](repeating: 0, count: max(columns.count, height * width))
    for plane in 0..<planes {
      gansh_filter_plane(
        values + plane * height * width, height, width, weights, weights.count, columns, rows,
        &places,
        &scratch)
    }
  }

  /// Which of so many lines stands at each place from as far before the first as the window reaches.
  private func sources(_ count: Int) -> [Int32] {
    let radius = weights.count / 2
    return (-radius..<count + radius).map { Int32(inside($0, of: count)) }
  }

  /// The place whose value stands at a place that may lie beyond the border.
  private func inside(_ place: Int, of count: Int) -> Int {
    let period = border == .repeatingLast ? 2 * count : max(1, 2 * (count - 1))
    let place = (place % period + period) % period
    guard place >= count else { return place }
    return border == .repeatingLast ? period - 1 - place : period - place
  }
}
