/// The extents of a tensor, outermost first; an empty shape is a scalar.
package struct Shape: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
  package let dimensions: [Int]

  package init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 > 0 }, "extents are positive: \(dimensions)")
    self.dimensions = dimensions
  }

  package init(arrayLiteral elements: Int...) { self.init(elements) }

  package static let scalar = Shape([])

  package var rank: Int { dimensions.count }
  package var count: Int { dimensions.reduce(1, *) }
  package subscript(axis: Int) -> Int { dimensions[axis] }

  /// Steps, in elements, between neighbours along each axis of a row-major tensor.
  package var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * dimensions[axis + 1]
    }
    return strides
  }

  package func removing(_ axes: [Int]) -> Shape {
    Shape(dimensions.indices.filter { !axes.contains($0) }.map { dimensions[$0] })
  }

  package func keeping(_ axes: [Int]) -> Shape {
    Shape(dimensions.indices.map { axes.contains($0) ? 1 : dimensions[$0] })
  }

  /// Whether a tensor of this shape can be repeated to `target`, axes aligned from the innermost.
  package func broadcasts(to target: Shape) -> Bool {
    rank <= target.rank
      && zip(dimensions.reversed(), target.dimensions.reversed()).allSatisfy { $0 == $1 || $0 == 1 }
  }

  /// Axes of `target` along which a tensor of this shape is repeated.
  package func repeatedAxes(in target: Shape) -> [Int] {
    let missing = target.rank - rank
    return target.dimensions.indices.filter {
      $0 < missing || (dimensions[$0 - missing] == 1 && target[$0] != 1)
    }
  }

  package var description: String {
    "[" + dimensions.map(String.init).joined(separator: ", ") + "]"
  }
}
