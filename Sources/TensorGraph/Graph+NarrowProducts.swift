/// Products with an axis of one or two, as those of points of the plane and of a single output are: they
/// have little to multiply, and as sums of products element by element they share the loops of their
/// neighbours, which read and write the same matrices.
extension Graph {
  private static let narrow = 2

  func narrowProduct(
    _ left: Tensor, _ right: Tensor, transposeLeft: Bool, transposeRight: Bool
  ) -> Tensor? {
    if transposeLeft {
      if !transposeRight, let sums = sumsOverRows(left, right) { return sums }
    } else {
      if let sum = sumOfOuterProducts(left, right, transposeRight) { return sum }
      if let sums = sumsAlongRows(left, right, transposeRight) { return sums }
    }
    return nil
  }

  /// A narrow inner axis: each of its places gives an outer product.
  private func sumOfOuterProducts(
    _ left: Tensor, _ right: Tensor, _ transposeRight: Bool
  ) -> Tensor? {
    let (m, n) = (left.shape[0], right.shape[transposeRight ? 0 : 1])
    let inner = left.shape[1]
    guard inner <= Self.narrow, m > inner, n > inner else { return nil }
    let shape = Shape([m, n])
    let products = (0..<inner).map { place in
      left.slice(axis: 1, start: place, size: 1).broadcast(to: shape)
        * vector(right, axis: transposeRight ? 1 : 0, place).reshape([1, n]).broadcast(to: shape)
    }
    return products.dropFirst().reduce(products[0], +)
  }

  /// A narrow right operand: each of its columns weights the rows of the left one.
  private func sumsAlongRows(
    _ left: Tensor, _ right: Tensor, _ transposeRight: Bool
  ) -> Tensor? {
    let (k, n) = (left.shape[1], right.shape[transposeRight ? 0 : 1])
    guard n <= Self.narrow, left.shape[0] > n, k > n, left.op.isElementwise else { return nil }
    let sums = (0..<n).map { place in
      let weights = vector(right, axis: transposeRight ? 0 : 1, place)
      return (left * weights.reshape([1, k]).broadcast(to: left.shape)).sum([1])
        .reshape([left.shape[0], 1])
    }
    return Tensor.concatenate(sums, axis: 1)
  }

  /// `leftᵀ · right` with a narrow operand: each of its columns weights the rows of the other one.
  private func sumsOverRows(_ left: Tensor, _ right: Tensor) -> Tensor? {
    let (k, m, n) = (left.shape[0], left.shape[1], right.shape[1])
    func sums(_ wide: Tensor, _ narrow: Tensor, _ count: Int) -> [Tensor] {
      (0..<count).map { place in
        (wide * narrow.slice(axis: 1, start: place, size: 1).broadcast(to: wide.shape)).sum([0])
      }
    }
    if m <= Self.narrow, k > m, n > m, right.op.isElementwise {
      return Tensor.concatenate(sums(right, left, m).map { $0.reshape([1, n]) }, axis: 0)
    }
    if n <= Self.narrow, k > n, m > n, left.op.isElementwise {
      return Tensor.concatenate(sums(left, right, n).map { $0.reshape([m, 1]) }, axis: 1)
    }
    return nil
  }

  /// One place of an axis of a matrix.
  private func vector(_ matrix: Tensor, axis: Int, _ place: Int) -> Tensor {
    matrix.slice(axis: axis, start: place, size: 1).reshape([matrix.shape[1 - axis]])
  }
}
