package import Specification

/// Fills holes so that gradients are those of a guide and the border is that of what is known.
///
/// - Source: Pérez et al. 2003, "Poisson image editing", equation 7. What lies under a hole in the damaged image is read
///   nowhere.
package enum PoissonBlending {
  /// A guide laid into the holes of an image, without a seam.
  ///
  /// - Parameters:
  ///   - damaged: `[channels, height, width]`; its values under holes do not matter.
  ///   - hole: `[height, width]`: 1 where nothing is known. Where all of it is, the guide itself comes back.
  ///   - guide: `[channels, height, width]`; nil: one without gradients, so that the border diffuses into the hole.
  package static func fill(
    _ damaged: [Float], hole: [Float], with guide: [Float]?, of image: ImageShape
  ) -> [Float] {
    let holes = Holes(hole, image)
    guard !holes.places.isEmpty else { return damaged }
    var result = damaged
    let plane = image.height * image.width
    for channel in 0..<image.channels {
      let part = channel * plane..<(channel + 1) * plane
      let filled = holes.solution(
        Array(damaged[part]), guide: guide.map { Array($0[part]) })
      for (place, value) in zip(holes.places, filled) {
        result[channel * plane + place] = Float(value)
      }
    }
    return result
  }
}

/// The pixels of holes as unknowns of one linear system a channel: the Laplacian's, which is symmetric and positive definite
/// where any pixel is known.
private struct Holes {
  /// Of unknowns, in the image.
  let places: [Int]
  /// Neighbours of each: numbers of unknowns, or -1 - place of known pixels.
  private let neighbours: [[Int]]
  private let isSingular: Bool

  init(_ hole: [Float], _ image: ImageShape) {
    let (height, width) = (image.height, image.width)
    let places = (0..<height * width).filter { hole[$0] > 0.5 }
    var numbers = [Int](repeating: -1, count: height * width)
    for (number, place) in places.enumerated() { numbers[place] = number }
    neighbours = places.map { place in
      let (y, x) = (place / width, place % width)
      var around: [Int] = []
      if y > 0 { around.append(place - width) }
      if y < height - 1 { around.append(place + width) }
      if x > 0 { around.append(place - 1) }
      if x < width - 1 { around.append(place + 1) }
      return around.map { numbers[$0] >= 0 ? numbers[$0] : -1 - $0 }
    }
    self.places = places
    isSingular = places.count == height * width
  }

  /// The values of the unknowns, by conjugate gradients.
  func solution(_ known: [Float], guide: [Float]?) -> [Double] {
    let start = places.map { place in guide.map { Double($0[place]) } ?? 0 }
    guard !isSingular else { return start }
    var right = [Double](repeating: 0, count: places.count)
    for (number, around) in neighbours.enumerated() {
      let own = guide.map { Double($0[places[number]]) } ?? 0
      for other in around {
        let place = other >= 0 ? places[other] : -1 - other
        if let guide { right[number] += own - Double(guide[place]) }
        if other < 0 { right[number] += Double(known[place]) }
      }
    }
    var solution = start
    var residual = zip(right, product(solution)).map { $0 - $1 }
    var direction = residual
    var square = Self.dot(residual, residual)
    let enough = 1e-12 * Double(places.count)
    for _ in 0..<4 * places.count where square > enough {
      let image = product(direction)
      let length = square / Self.dot(direction, image)
      for number in solution.indices {
        solution[number] += length * direction[number]
        residual[number] -= length * image[number]
      }
      let next = Self.dot(residual, residual)
      let share = next / square
      for number in direction.indices {
        direction[number] = residual[number] + share * direction[number]
      }
      square = next
    }
    return solution
  }

  private func product(_ values: [Double]) -> [Double] {
    neighbours.enumerated().map { number, around in
      var sum = Double(around.count) * values[number]
      for other in around where other >= 0 { sum -= values[other] }
      return sum
    }
  }

  private static func dot(_ one: [Double], _ other: [Double]) -> Double {
    var sum = 0.0
    for number in one.indices { sum += one[number] * other[number] }
    return sum
  }
}
