package import Datasets
import LinearAlgebra
import Repair

/// Holes filled from the examples of a data set: from their mean, or from the one that is nearest in what is known.
package struct ExampleFilling {
  private let dataset: Dataset
  /// How many are looked at, the first of them.
  package let count: Int

  /// Examples that are looked at, at most.
  package static let most = 20_000

  package init(_ dataset: Dataset) {
    self.dataset = dataset
    count = min(dataset.count ?? 0, Self.most)
  }

  /// The mean of the examples, pixel by pixel.
  package func mean() -> [Float] {
    guard count > 0 else { return [] }
    var sums = dataset.values(of: 0).map { _ in 0.0 }
    for number in 0..<count {
      for (place, value) in dataset.values(of: number).enumerated() { sums[place] += Double(value) }
    }
    return sums.map { Float($0 / Double(count)) }
  }

  /// For each image the number of the example with the least squared distance over all that is known.
  ///
  /// - Parameters:
  ///   - damaged: `[channels, height, width]` each.
  ///   - holes: `[height, width]` each.
  ///   - areExamples: whether the images are the first examples themselves, so that each is compared with all others but not with itself.
  ///   - isAbandoned: asked now and then; what is found then is not all.
  package func nearest(
    _ damaged: [[Float]], holes: [[Float]], areExamples: Bool = false,
    isAbandoned: () -> Bool = { false }
  ) -> [Int] {
    guard let size = damaged.first?.count, let plane = holes.first?.count, count > 0 else {
      return []
    }
    // ‖W(x - t)‖² = ‖Wx‖² - 2 (Wx)·t + W·t²: two products of matrices, and the first term is the same for all.
    let masks = holes.flatMap { hole in
      (0..<size).map { Float(hole[$0 % plane] > 0.5 ? 0 : 1) }
    }
    let known = zip(damaged.joined(), masks).map { $0 * $1 }
    var best = damaged.map { _ in (number: 0, distance: Float.infinity) }
    let tile = 256
    for start in stride(from: 0, to: count, by: tile) where !isAbandoned() {
      let numbers = start..<min(start + tile, count)
      let examples = numbers.flatMap { dataset.values(of: $0) }
      let squares = examples.map { $0 * $0 }
      let products = Self.products(known, examples, width: size)
      let lengths = Self.products(masks, squares, width: size)
      for image in damaged.indices {
        for (place, number) in numbers.enumerated() where !(areExamples && number == image) {
          let index = image * numbers.count + place
          let distance = lengths[index] - 2 * products[index]
          if distance < best[image].distance { best[image] = (number, distance) }
        }
      }
    }
    return best.map(\.number)
  }

  private static func products(_ rows: [Float], _ columns: [Float], width: Int) -> [Float] {
    [Float](
      unsafeUninitializedCapacity: rows.count / width * (columns.count / width)
    ) { target, filled in
      rows.withUnsafeBufferPointer { rows in
        columns.withUnsafeBufferPointer { multiply(rows, $0, width: width, into: target) }
      }
      filled = rows.count / width * (columns.count / width)
    }
  }
}
