extension Graph {
  /// A simpler tensor equal to `op(operands)`, or nil. Equal in exact arithmetic: a rule may change
  /// rounding, never meaning.
  func simplified(_ op: Op, _ operands: [Tensor], _ shape: Shape) throws(GraphError) -> Tensor? {
    switch op {
    case .unary(let unary): return simplified(unary, operands[0], shape)
    case .binary(let binary): return simplified(binary, operands[0], operands[1], shape)
    case .select:
      if operands[1].id == operands[2].id { return operands[1] }
      if let value = uniformValue(operands[0]) { return value > 0 ? operands[1] : operands[2] }
      if passes.contains(.rectifierResults) {
        return selectionByResult(operands[0], operands[1], operands[2])
      }
      return simplifiedSelection(operands[0], operands[1], operands[2])
    case .stopGradient:
      if passes.contains(.stopGradients) || operands[0].op == .stopGradient { return operands[0] }
      return uniformValue(operands[0]) == nil ? nil : operands[0]
    case .reshape: return simplifiedReshape(operands[0], shape)
    case .transpose(let axes):
      if axes == Array(axes.indices) { return operands[0] }
      if case .transpose(let first) = operands[0].op {
        return operands[0].operands[0].transpose(axes.map { first[$0] })
      }
      return nil
    case .broadcast: return simplifiedBroadcast(operands[0], shape)
    case .slice(let starts, let sizes, let strides):
      let isWhole = sizes == operands[0].shape.dimensions && strides.allSatisfy { $0 == 1 }
      return isWhole && starts.allSatisfy { $0 == 0 } ? operands[0] : nil
    case .pad(let low, let high, let interior):
      return (low + high + interior).allSatisfy { $0 == 0 } ? operands[0] : nil
    case .concatenate: return operands.count == 1 ? operands[0] : nil
    case .sum(let axes): return simplifiedSum(operands[0], axes)
    case .maximum(let axes): return axes.isEmpty ? operands[0] : nil
    case .convolution, .convolutionInputGradient, .convolutionWeightGradient:
      return convolutionAsProduct(op, operands[0], operands[1], shape)
    case .matmul(let transposeLeft, let transposeRight):
      guard shape.rank == 2 else { return nil }
      if let sum = uniformProduct(
        operands[0], operands[1], transposeLeft: transposeLeft, transposeRight: transposeRight)
      {
        return sum
      }
      if passes.contains(.narrowProducts) {
        return narrowProduct(
          operands[0], operands[1], transposeLeft: transposeLeft, transposeRight: transposeRight)
      }
      guard passes.contains(.maskedProducts), !transposeRight else { return nil }
      return maskedProduct(operands[0], operands[1], transposeLeft: transposeLeft)
    case .input, .state, .constant, .random, .maskedMatmul: return nil
    }
  }

  /// The value of a tensor whose elements are all one constant.
  func uniformValue(_ tensor: Tensor) -> Double? { uniformValue(tensor.id) }

  /// The value of a node whose elements are all one constant.
  package func uniformValue(_ id: Int) -> Double? {
    switch nodes[id].op {
    case .constant(let value): value
    case .broadcast, .reshape: uniformValue(nodes[id].operands[0])
    default: nil
    }
  }

  // MARK: Element by element

  private func simplified(_ op: Unary, _ x: Tensor, _ shape: Shape) -> Tensor? {
    if let value = uniformValue(x) { return constant(Reference.apply(op, value), shape) }
    if op == .negate, case .unary(.negate) = x.op { return x.operands[0] }
    if case .broadcast = x.op { return x.operands[0].apply(.unary(op)).broadcast(to: shape) }
    return nil
  }

  private func simplified(_ op: Binary, _ a: Tensor, _ b: Tensor, _ shape: Shape) -> Tensor? {
    let (left, right) = (uniformValue(a), uniformValue(b))
    if let left, let right { return constant(Reference.apply(op, left, right), shape) }
    if let simpler = simplifiedByUnit(op, a, b, left, right, shape) { return simpler }
    if let simpler = simplifiedMask(op, a, b, shape) { return simpler }
    if op == .add, let simpler = adjacent(a, b) ?? adjacent(b, a) { return simpler }
    if let simpler = hoisted(op, a, b, shape) { return simpler }
    if op == .multiply { return gathered(a, b) ?? gathered(b, a) }
    return nil
  }

  /// Rules about 0, 1, -1 and equal operands.
  private func simplifiedByUnit(
    _ op: Binary, _ a: Tensor, _ b: Tensor, _ left: Double?, _ right: Double?, _ shape: Shape
  ) -> Tensor? {
    switch op {
    case .add:
      if right == 0 { return a }
      if left == 0 { return b }
      if case .unary(.negate) = b.op { return a - b.operands[0] }
    case .subtract:
      if right == 0 { return a }
      if left == 0 { return -b }
      if a.id == b.id { return constant(0, shape) }
      if case .unary(.negate) = b.op { return a + b.operands[0] }
    case .multiply:
      for (value, other) in [(left, b), (right, a)] {
        if value == 0 { return constant(0, shape) }
        if let value, abs(value - 1) < 1e-12 { return other }
        if value == -1 { return -other }
      }
      if case .unary(.negate) = a.op { return -(a.operands[0] * b) }
      if case .unary(.negate) = b.op { return -(a * b.operands[0]) }
    case .divide:
      if let right { return a * (1 / right) }
      if left == 0 { return constant(0, shape) }
    case .maximum, .minimum, .greater:
      break
    }
    return nil
  }

  /// Works on what is repeated before it is repeated.
  private func hoisted(_ op: Binary, _ a: Tensor, _ b: Tensor, _ shape: Shape) -> Tensor? {
    guard case .broadcast = a.op, case .broadcast = b.op else { return nil }
    let (x, y) = (a.operands[0], b.operands[0])
    guard x.shape == y.shape || x.shape == .scalar || y.shape == .scalar else { return nil }
    let inner = x.shape == .scalar ? y.shape : x.shape
    guard inner != shape else { return nil }
    return x.broadcast(to: inner).apply(.binary(op), y.broadcast(to: inner)).broadcast(to: shape)
  }

  /// The sum of two parts of a tensor, one of which begins where the other ends: both, one after the
  /// other. Gradients of slices are made of such parts.
  private func adjacent(_ a: Tensor, _ b: Tensor) -> Tensor? {
    guard case .pad(let lowA, let highA, let interiorA) = a.op,
      case .pad(let lowB, let highB, let interiorB) = b.op,
      (interiorA + interiorB).allSatisfy({ $0 == 0 })
    else { return nil }
    let (x, y) = (a.operands[0], b.operands[0])
    let differing = lowA.indices.filter { lowA[$0] != lowB[$0] || highA[$0] != highB[$0] }
    guard let axis = differing.first, differing.count == 1, lowA[axis] + x.shape[axis] == lowB[axis]
    else { return nil }
    var high = highA
    high[axis] = highB[axis]
    return Tensor.concatenate([x, y], axis: axis).pad(low: lowA, high: high)
  }

  /// (x · repeated c) · repeated d = x · repeated (c · d).
  private func gathered(_ a: Tensor, _ b: Tensor) -> Tensor? {
    guard case .broadcast = b.op, case .binary(.multiply) = a.op else { return nil }
    for (x, c) in [(a.operands[0], a.operands[1]), (a.operands[1], a.operands[0])] {
      guard case .broadcast = c.op, let product = hoisted(.multiply, c, b, a.shape) else {
        continue
      }
      return x * product
    }
    return nil
  }

  // MARK: Rearrangement

  private func simplifiedReshape(_ x: Tensor, _ shape: Shape) -> Tensor? {
    if x.shape == shape { return x }
    if case .reshape = x.op { return x.operands[0].reshape(shape.dimensions) }
    if let value = uniformValue(x) { return constant(value, shape) }
    return nil
  }

  private func simplifiedBroadcast(_ x: Tensor, _ shape: Shape) -> Tensor? {
    if x.shape == shape { return x }
    if case .broadcast = x.op { return x.operands[0].broadcast(to: shape) }
    // A reshape that only adds outer ones is what broadcasting does by itself.
    if case .reshape = x.op {
      let inner = x.operands[0]
      if x.shape.dimensions == [Int](repeating: 1, count: max(0, x.shape.rank - inner.shape.rank))
        + inner.shape.dimensions
      {
        return inner.broadcast(to: shape)
      }
    }
    return nil
  }

  // MARK: Sums

  private func simplifiedSum(_ x: Tensor, _ axes: [Int]) -> Tensor? {
    if axes.isEmpty { return x }
    if passes.contains(.maskedProducts), axes == [0], let sum = sumOfMasked(x) { return sum }
    switch x.op {
    case .unary(.negate): return -x.operands[0].sum(axes)
    case .broadcast:
      guard let reduced = invariant(x, along: axes) else { return nil }
      return reduced * Double(axes.reduce(1) { $0 * x.shape[$1] })
    case .binary(.multiply):
      for (factor, rest) in [(x.operands[1], x.operands[0]), (x.operands[0], x.operands[1])] {
        if let factor = invariant(factor, along: axes) { return rest.sum(axes) * factor }
      }
      return nil
    case .binary(.add) where factors(x, along: axes):
      return x.operands[0].sum(axes) + x.operands[1].sum(axes)
    case .binary(.subtract) where factors(x, along: axes):
      return x.operands[0].sum(axes) - x.operands[1].sum(axes)
    case .sum(let inner):
      let kept = x.operands[0].shape.dimensions.indices.filter { !inner.contains($0) }
      return x.operands[0].sum((inner + axes.map { kept[$0] }).sorted())
    default: return nil
    }
  }

  /// Whether a term of the sum `x` gets simpler when the reduction is applied to each term.
  private func factors(_ x: Tensor, along axes: [Int]) -> Bool {
    x.operands.contains { term in
      if invariant(term, along: axes) != nil { return true }
      guard case .binary(.multiply) = term.op else { return false }
      return term.operands.contains { invariant($0, along: axes) != nil }
    }
  }

  /// A tensor that is repeated along all of the axes, without them; nil if it may vary.
  private func invariant(_ x: Tensor, along axes: [Int]) -> Tensor? {
    guard case .broadcast = x.op else { return nil }
    let source = x.operands[0]
    let missing = x.shape.rank - source.shape.rank
    guard axes.allSatisfy({ $0 < missing || source.shape[$0 - missing] == 1 }) else { return nil }
    let own = axes.filter { $0 >= missing }.map { $0 - missing }
    return source.reshape(source.shape.removing(own).dimensions)
      .broadcast(to: x.shape.removing(axes))
  }

  // MARK: Products

  /// A product with a matrix whose elements are all one number: that many times the sums of the other one
  /// along the inner axis.
  private func uniformProduct(
    _ left: Tensor, _ right: Tensor, transposeLeft: Bool, transposeRight: Bool
  ) -> Tensor? {
    let m = left.shape[transposeLeft ? 1 : 0]
    let n = right.shape[transposeRight ? 0 : 1]
    func sums(_ x: Tensor, axis: Int) -> Tensor {
      x.shape[axis] == 1 ? x.reshape([x.shape[1 - axis]]) : x.sum([axis])
    }
    if let value = uniformValue(left) {
      return (sums(right, axis: transposeRight ? 1 : 0) * value).broadcast(to: Shape([m, n]))
    }
    guard let value = uniformValue(right) else { return nil }
    return (sums(left, axis: transposeLeft ? 0 : 1) * value).reshape([m, 1])
      .broadcast(to: Shape([m, n]))
  }

  // MARK: Convolutions

  /// A convolution whose kernel covers the whole image is a matrix product.
  private func convolutionAsProduct(_ op: Op, _ a: Tensor, _ b: Tensor, _ shape: Shape) -> Tensor? {
    let (x, y) = (a.shape.dimensions, b.shape.dimensions)
    func covers(_ geometry: ConvolutionGeometry, _ image: [Int], _ kernel: [Int]) -> Bool {
      image == kernel && (geometry.paddingLow + geometry.paddingHigh).allSatisfy { $0 == 0 }
    }
    switch op {
    case .convolution(let geometry) where covers(geometry, [x[2], x[3]], [y[2], y[3]]):
      return a.reshape([x[0], x[1] * x[2] * x[3]])
        .matmul(b.reshape([y[0], y[1] * y[2] * y[3]]), transposeRight: true)
        .reshape(shape.dimensions)
    case .convolutionInputGradient(let geometry, let size)
    where covers(geometry, size, [y[2], y[3]]):
      return a.reshape([x[0], x[1]]).matmul(b.reshape([y[0], y[1] * y[2] * y[3]]))
        .reshape(shape.dimensions)
    case .convolutionWeightGradient(let geometry, let size)
    where covers(geometry, [x[2], x[3]], size):
      return b.reshape([y[0], y[1]])
        .matmul(a.reshape([x[0], x[1] * x[2] * x[3]]), transposeLeft: true)
        .reshape(shape.dimensions)
    default:
      return nil
    }
  }
}
