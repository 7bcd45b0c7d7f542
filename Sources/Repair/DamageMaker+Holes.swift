import Foundation
import Randomness
import Specification

/// Where nothing of an image is left.
extension DamageMaker {
  /// Adds 1 to a mask `[height, width]`, where it is not 1 already.
  func mark(
    _ hole: UnsafeMutableBufferPointer<Float>, _ kind: Damage.Hole, _ draws: inout PhiloxDraws
  ) {
    let (height, width) = (image.height, image.width)
    func mark(_ rows: Range<Int>, _ columns: Range<Int>) {
      for y in rows.clamped(to: 0..<height) {
        for x in columns.clamped(to: 0..<width) { hole[y * width + x] = 1 }
      }
    }
    switch kind {
    case .centre(let asked):
      let side = asked ?? min(height, width) / 2
      let (tall, wide) = (min(side, height), min(side, width))
      let (top, left) = ((height - tall) / 2, (width - wide) / 2)
      mark(top..<top + tall, left..<left + wide)
    case .boxes(let most):
      for _ in 0..<draws.integer(1...most) {
        let tall = draws.integer(max(1, height / 5)...max(1, height * 2 / 5))
        let wide = draws.integer(max(1, width / 5)...max(1, width * 2 / 5))
        let (top, left) = (draws.integer(0...height - tall), draws.integer(0...width - wide))
        mark(top..<top + tall, left..<left + wide)
      }
    case .half(let asked):
      let sides = Damage.Side.allCases
      switch asked ?? sides[draws.integer(0...sides.count - 1)] {
      case .left: mark(0..<height, 0..<width / 2)
      case .right: mark(0..<height, width / 2..<width)
      case .top: mark(0..<height / 2, 0..<width)
      case .bottom: mark(height / 2..<height, 0..<width)
      }
    case .scattered(let share):
      let first = draws.next
      for place in 0..<plane where draws.philox.uniform(first + place) < Float(share) {
        hole[place] = 1
      }
    case .strokes: markStrokes(hole, &draws)
    }
  }

  /// - Source: Yu et al. 2019, arXiv:1806.03589, algorithm 1, and the numbers of their program.
  private func markStrokes(
    _ hole: UnsafeMutableBufferPointer<Float>, _ draws: inout PhiloxDraws
  ) {
    let (height, width) = (Double(image.height), Double(image.width))
    let diagonal = (height * height + width * width).squareRoot()
    // Their images have 256 pixels a side.
    let scale = diagonal / (256 * 2.0.squareRoot())
    for _ in 0..<draws.integer(1...3) {
      let vertices = draws.integer(4...11)
      let thickness = draws.uniform(12...40) * scale
      var (x, y) = (draws.uniform(0...width), draws.uniform(0...height))
      for vertex in 0..<vertices {
        let turn = 2 * Double.pi / 5 + draws.uniform(-2 * .pi / 15...2 * .pi / 15)
        let angle = vertex % 2 == 0 ? 2 * .pi - turn : turn
        let length = min(max(diagonal / 8 + diagonal / 16 * draws.normal(), 0), diagonal / 4)
        let end = (
          min(max(x + length * sin(angle), 0), width), min(max(y + length * cos(angle), 0), height)
        )
        markSegment(hole, (x, y), end, radius: thickness / 2)
        (x, y) = end
      }
    }
  }

  /// All pixels whose middle is no further from a segment.
  private func markSegment(
    _ hole: UnsafeMutableBufferPointer<Float>, _ one: (x: Double, y: Double),
    _ other: (x: Double, y: Double), radius: Double
  ) {
    func places(_ a: Double, _ b: Double, _ extent: Int) -> Range<Int> {
      let (low, high) = (min(a, b) - radius, max(a, b) + radius)
      return (Int(low.rounded(.down))..<Int(high.rounded(.up)) + 1).clamped(to: 0..<extent)
    }
    let (along, down) = (other.x - one.x, other.y - one.y)
    let square = along * along + down * down
    for row in places(one.y, other.y, image.height) {
      for column in places(one.x, other.x, image.width) {
        let (x, y) = (Double(column) + 0.5 - one.x, Double(row) + 0.5 - one.y)
        let share = square > 0 ? min(max((x * along + y * down) / square, 0), 1) : 0
        let (apart, below) = (x - share * along, y - share * down)
        if apart * apart + below * below <= radius * radius {
          hole[row * image.width + column] = 1
        }
      }
    }
  }
}
