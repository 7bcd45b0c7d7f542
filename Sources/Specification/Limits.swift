/// How large the parts of a specification may be.
///
/// They are far beyond what trains on one machine, and small enough that no product of them leaves
/// the range of `Int`: a mistyped number is an error at its place, not a crash later.
package enum Limits {
  /// Height and width of an example.
  package static let imageSide = 4...1024
  /// Channels of an image inside a network.
  package static let channels = 1...8192
  /// Units of a dense layer, or values of a vector.
  package static let units = 1...maximumValues
  /// Dimensions of a latent vector, and of a point.
  package static let latent = 1...8192
  package static let pointDimensions = 1...64
  /// Examples that a discriminator judges together.
  package static let pack = 1...16
  package static let kernel = 1...64
  package static let stride = 1...16
  package static let padding = 0...64
  package static let outputPadding = 0...15
  package static let scale = 1...16
  /// Layers of one network.
  package static let layers = 1...1000
  /// Classes of a label, and attributes of a model.
  package static let classes = 2...10_000
  package static let attributes = 1...256
  /// Numbers that a model is given or tells, and how wide a range of them is at least.
  package static let largestNumber = 1e9
  package static let leastNumberRange = 1e-6
  /// Values that one layer gives for one example.
  package static let maximumValues = 1 << 26
  /// Values of one weight tensor.
  package static let maximumWeights = 1 << 30
  package static let batch = 1...65_536
  /// Updates of the discriminator that a generator's loss is seen through.
  package static let unrolledSteps = 0...32
  package static let steps = 1...1_000_000_000
  /// Steps of a run in all; one that only takes weights over takes none.
  package static let plannedSteps = 0...steps.upperBound
}

extension [Int] {
  /// The product, or nil when it is more than `limit`; every factor must be positive.
  package func product(atMost limit: Int) -> Int? {
    var product = 1
    for factor in self {
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      guard factor > 0, !overflow, next <= limit else { return nil }
      product = next
    }
    return product
  }

  /// The product of a shape that was checked before.
  package var volume: Int { reduce(1, *) }

  /// `64x64x3` for `[3, 64, 64]` (height, width, channels), `2x3` and `256` as they are.
  package var printedShape: String {
    let order = count == 3 ? [self[1], self[2], self[0]] : self
    return order.map(String.init).joined(separator: "x")
  }
}

extension ImageShape: CustomStringConvertible {
  package var description: String { "\(height)x\(width)x\(channels)" }
}
