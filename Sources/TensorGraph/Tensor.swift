/// A node of a graph, with the operators that make further nodes.
///
/// Shapes that do not fit are a programmer's error here: what a user can get wrong has been checked
/// before a graph is built.
package struct Tensor {
  package let graph: Graph
  package let id: Int

  package var shape: Shape { graph.nodes[id].shape }
  package var op: Op { graph.nodes[id].op }
  package var operands: [Tensor] { graph.nodes[id].operands.map(graph.tensor) }

  func apply(_ op: Op, _ others: Tensor...) -> Tensor {
    do { return try graph.add(op, [self] + others) } catch { preconditionFailure("\(error)") }
  }

  /// The same value, which derivatives take for a constant.
  package func stopGradient() -> Tensor { apply(.stopGradient) }

  // MARK: Rearrangement

  package func reshape(_ dimensions: [Int]) -> Tensor { apply(.reshape(Shape(dimensions))) }
  package func transpose(_ axes: [Int]) -> Tensor { apply(.transpose(axes)) }
  package func broadcast(to shape: Shape) -> Tensor { apply(.broadcast(shape)) }

  package func slice(starts: [Int], sizes: [Int], strides: [Int]? = nil) -> Tensor {
    apply(
      .slice(
        starts: starts, sizes: sizes, strides: strides ?? [Int](repeating: 1, count: starts.count)))
  }

  /// The part `[start, start + size)` of one axis.
  package func slice(axis: Int, start: Int, size: Int) -> Tensor {
    var (starts, sizes) = ([Int](repeating: 0, count: shape.rank), shape.dimensions)
    starts[axis] = start
    sizes[axis] = size
    return slice(starts: starts, sizes: sizes)
  }

  package func pad(low: [Int], high: [Int], interior: [Int]? = nil) -> Tensor {
    apply(
      .pad(low: low, high: high, interior: interior ?? [Int](repeating: 0, count: low.count)))
  }

  package static func concatenate(_ tensors: [Tensor], axis: Int) -> Tensor {
    do { return try tensors[0].graph.add(.concatenate(axis: axis), tensors) } catch {
      preconditionFailure("\(error)")
    }
  }

  // MARK: Reductions

  /// The sum over some axes, which disappear; over all by default.
  package func sum(_ axes: [Int]? = nil) -> Tensor { apply(.sum(axes ?? Array(0..<shape.rank))) }

  package func mean(_ axes: [Int]? = nil) -> Tensor {
    let total = sum(axes)
    return total * (Double(total.shape.count) / Double(shape.count))
  }

  package func maximum(_ axes: [Int]) -> Tensor { apply(.maximum(axes)) }

  // MARK: Contractions

  /// The product of two matrices, or of two batches of them, `[b, m, k]` and `[b, k, n]`; either is
  /// transposed first, in its last two axes, where it says so.
  package func matmul(
    _ right: Tensor, transposeLeft: Bool = false, transposeRight: Bool = false
  ) -> Tensor {
    apply(.matmul(transposeLeft: transposeLeft, transposeRight: transposeRight), right)
  }

  /// `(rows ⊗ columns ∘ mask(self)) · right`, the mask being 1 where `self` is positive and `slope`
  /// elsewhere; `self` is `[m, k]`, rows `[m]`, columns `[k]`.
  func maskedMatmul(
    slope: Double, rows: Tensor, columns: Tensor, transposeLeft: Bool = false, _ right: Tensor
  ) -> Tensor {
    apply(.maskedMatmul(slope: slope, transposeLeft: transposeLeft), rows, columns, right)
  }

  package func convolution(_ weights: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    apply(.convolution(geometry), weights)
  }

  /// Transposed convolution: `self` is `[N, O, h, w]`, weights are `[O, C, kh, kw]`.
  package func convolutionInputGradient(
    _ weights: Tensor, _ geometry: ConvolutionGeometry, inputSize: [Int]
  ) -> Tensor {
    apply(.convolutionInputGradient(geometry, inputSize: inputSize), weights)
  }

  // MARK: Element by element

  package func exp() -> Tensor { apply(.unary(.exp)) }
  package func log() -> Tensor { apply(.unary(.log)) }
  package func sqrt() -> Tensor { apply(.unary(.sqrt)) }
  package func tanh() -> Tensor { apply(.unary(.tanh)) }
  package func sigmoid() -> Tensor { apply(.unary(.sigmoid)) }
  package func softplus() -> Tensor { apply(.unary(.softplus)) }
  package func absolute() -> Tensor { apply(.unary(.absolute)) }
  package func sign() -> Tensor { apply(.unary(.sign)) }
  package func erf() -> Tensor { apply(.unary(.erf)) }
  package func squared() -> Tensor { self * self }

  package func maximum(_ other: Tensor) -> Tensor { binary(.maximum, other) }
  package func minimum(_ other: Tensor) -> Tensor { binary(.minimum, other) }
  package func greater(than other: Tensor) -> Tensor { binary(.greater, other) }
  package func maximum(_ other: Double) -> Tensor { maximum(graph.constant(other)) }
  package func greater(than other: Double) -> Tensor { greater(than: graph.constant(other)) }

  /// `self > 0 ? yes : no`, element by element.
  package func select(_ yes: Tensor, _ no: Tensor) -> Tensor {
    apply(.select, yes.broadcast(to: shape), no.broadcast(to: shape))
  }

  package static prefix func - (x: Tensor) -> Tensor { x.apply(.unary(.negate)) }
  package static func + (a: Tensor, b: Tensor) -> Tensor { a.binary(.add, b) }
  package static func - (a: Tensor, b: Tensor) -> Tensor { a.binary(.subtract, b) }
  package static func * (a: Tensor, b: Tensor) -> Tensor { a.binary(.multiply, b) }
  package static func / (a: Tensor, b: Tensor) -> Tensor { a.binary(.divide, b) }
  package static func + (a: Tensor, b: Double) -> Tensor { a + a.graph.constant(b) }
  package static func - (a: Tensor, b: Double) -> Tensor { a - a.graph.constant(b) }
  package static func - (a: Double, b: Tensor) -> Tensor { b.graph.constant(a) - b }
  package static func * (a: Tensor, b: Double) -> Tensor { a * a.graph.constant(b) }
  package static func / (a: Double, b: Tensor) -> Tensor { b.graph.constant(a) / b }
  package static func / (a: Tensor, b: Double) -> Tensor { a * (1 / b) }

  /// Applies after repeating either operand to the other's shape.
  private func binary(_ op: Binary, _ other: Tensor) -> Tensor {
    let target = shape.broadcasts(to: other.shape) ? other.shape : shape
    return broadcast(to: target).apply(.binary(op), other.broadcast(to: target))
  }
}
