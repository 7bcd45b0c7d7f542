/// Rectifier masks, the derivatives of rectifiers: 1 where the rectifier's argument is positive, and its slope
/// elsewhere.
extension Graph {
  // MARK: Element by element

  /// Comparisons and selections by the sign of one tensor.
  func simplifiedMask(_ op: Binary, _ a: Tensor, _ b: Tensor, _ shape: Shape) -> Tensor? {
    switch op {
    case .greater:
      if let factor = factor(of: a, in: b), factor < 1 { return positive(a) }
      if let factor = factor(of: b, in: a), factor > 1 { return positive(b) }
      return nil
    case .add: return joined(a, b) ?? joined(b, a)
    case .subtract, .multiply, .divide, .maximum, .minimum: return nil
    }
  }

  /// A selection by whether something is positive is one by that something itself.
  func simplifiedSelection(_ condition: Tensor, _ yes: Tensor, _ no: Tensor) -> Tensor? {
    guard case .binary(.greater) = condition.op, uniformValue(condition.operands[1]) == 0 else {
      return nil
    }
    return condition.operands[0].select(yes, no)
  }

  /// The same selection by what has the signs of its condition and is there anyhow.
  func selectionByResult(_ condition: Tensor, _ yes: Tensor, _ no: Tensor) -> Tensor? {
    var slope = 0.0
    if let open = uniformValue(yes), open != 0, let closed = uniformValue(no) {
      slope = closed / open
    }
    let signs = signs(of: condition, slope: slope)
    return signs.id == condition.id ? nil : signs.select(yes, no)
  }

  private func positive(_ x: Tensor) -> Tensor? {
    // A comparison with nought says it already.
    uniformValue(x) == nil ? x.greater(than: constant(0, x.shape)) : nil
  }

  /// The number by which `x` is multiplied to give `product`.
  private func factor(of x: Tensor, in product: Tensor) -> Double? {
    guard case .binary(.multiply) = product.op, product.operands[0].id == x.id else { return nil }
    return uniformValue(product.operands[1])
  }

  /// x where open, and x times a number elsewhere: x times what is one or that number.
  private func joined(_ a: Tensor, _ b: Tensor) -> Tensor? {
    guard case .select = a.op, case .binary(.multiply) = b.op, case .select = b.operands[0].op,
      let slope = uniformValue(b.operands[1])
    else { return nil }
    let (open, closed) = (a.operands, b.operands[0].operands)
    guard open[0].id == closed[0].id, open[1].id == closed[2].id, uniformValue(open[2]) == 0,
      uniformValue(closed[1]) == 0
    else { return nil }
    return open[1] * open[0].select(constant(1), constant(slope))
  }

  /// What has the signs of a rectifier's argument: the rectifier's result, where that is a layer's, since
  /// the layer's own is not needed again then.
  private func signs(of x: Tensor, slope: Double) -> Tensor {
    guard slope >= 0, isLayer(x) else { return x }
    let other = slope == 0 ? constant(0, x.shape) : x * slope
    return existing(.binary(slope < 1 ? .maximum : .minimum), [x, other]) ?? x
  }

  /// Whether it is what a contraction gives, or that and a bias.
  private func isLayer(_ x: Tensor) -> Bool {
    switch x.op {
    case .matmul, .convolution, .convolutionInputGradient: true
    case .binary(.add): isRepeated(x.operands[1].id) && isLayer(x.operands[0])
    default: false
    }
  }

  // MARK: Products

  /// A product whose left operand is a mask and what is repeated along an axis.
  func maskedProduct(_ left: Tensor, _ right: Tensor, transposeLeft: Bool) -> Tensor? {
    guard let mask = mask(left) else { return nil }
    return mask.signs.maskedMatmul(
      slope: mask.slope, rows: mask.rows, columns: mask.columns, transposeLeft: transposeLeft,
      right)
  }

  /// A matrix that is a rectifier's mask times what is repeated along its axes: it is known but for some signs.
  private struct Mask {
    /// What has the signs.
    var signs: Tensor
    var slope: Double
    var rows: Tensor
    var columns: Tensor
  }

  /// Reads a product of one mask and of what is repeated along an axis.
  private func mask(_ matrix: Tensor) -> Mask? {
    var selection: (signs: Tensor, slope: Double)?
    var scale = 1.0
    var rows: [Tensor] = []
    var columns: [Tensor] = []
    let (m, k) = (matrix.shape[0], matrix.shape[1])
    func read(_ x: Tensor) -> Bool {
      if let value = uniformValue(x) {
        scale *= value
        return true
      }
      switch x.op {
      case .unary(.negate):
        scale = -scale
        return read(x.operands[0])
      case .binary(.multiply):
        return read(x.operands[0]) && read(x.operands[1])
      case .broadcast:
        let source = x.operands[0]
        switch source.shape.dimensions {
        case [m, 1]: rows.append(source.reshape([m]))
        case [k], [1, k]: columns.append(source.reshape([k]))
        case [], [1], [1, 1]: rows.append(source.reshape([1]).broadcast(to: Shape([m])))
        default: return false
        }
        return true
      case .select where selection == nil:
        let (signs, open, closed) = (x.operands[0], x.operands[1], uniformValue(x.operands[2]))
        if closed == 0 {
          selection = (signs, 0)
          return read(open)
        }
        guard let closed, let open = uniformValue(open), open != 0 else { return false }
        selection = (signs, closed / open)
        scale *= open
        return true
      default:
        return false
      }
    }
    guard matrix.shape.rank == 2, read(matrix), let selection else { return nil }
    func product(_ factors: [Tensor], _ scale: Double, _ count: Int) -> Tensor {
      factors.reduce(constant(scale, Shape([count])), *)
    }
    return Mask(
      signs: selection.signs, slope: selection.slope, rows: product(rows, scale, m),
      columns: product(columns, 1, k))
  }

  /// The sum over the rows of `(a · bᵀ) ∘ mask`, which is `maskᵀ · a` weighted by b and summed along its
  /// rows: the gradient of what a mask's columns are weighted by.
  func sumOfMasked(_ x: Tensor) -> Tensor? {
    guard x.shape.rank == 2, case .binary(.multiply) = x.op else { return nil }
    for (product, matrix) in [(x.operands[0], x.operands[1]), (x.operands[1], x.operands[0])] {
      guard case .matmul(false, true) = product.op, let mask = mask(matrix) else { continue }
      let (a, b) = (product.operands[0], product.operands[1])
      let ones = constant(1, Shape([x.shape[1]]))
      let masked = mask.signs.maskedMatmul(
        slope: mask.slope, rows: mask.rows, columns: ones, transposeLeft: true, a)
      return (masked * b).sum([1]) * mask.columns
    }
    return nil
  }
}
