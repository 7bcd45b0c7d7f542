package import TensorGraph

/// A graph of random ops over random shapes: whatever was made may be an operand again, so that there are
/// branches, skips and reuse. Values stay near one, and clear of poles.
///
/// The same seed makes the same graph, simplified or not: no draw depends on what simplification does.
package struct RandomGraph {
  package let graph: Graph
  /// Inputs and states, by name.
  package private(set) var sources: [(name: String, tensor: Tensor)] = []
  /// Of the sources.
  package private(set) var values: [String: [Double]] = [:]
  /// What an output or a loss may be made of.
  package private(set) var pool: [Tensor] = []
  package var draws: Draws
  private var streams: UInt64 = 0

  /// Elements beyond which a tensor is no operand of what makes more.
  private static let largest = 1200

  package init(seed: UInt64, simplifies: Bool = true) {
    graph = Graph(simplifies: simplifies)
    draws = Draws(seed: seed)
    for _ in 0...draws.below(3) { pool.append(source(shape())) }
    for _ in 0..<4 + draws.below(14) {
      let made = step()
      if made.shape.count <= 2 * Self.largest { pool.append(made) }
    }
  }

  /// The sum of smooth functions of what was made last and of others.
  package mutating func loss() -> Tensor {
    let terms = [pool[pool.count - 1], draws.one(of: pool), draws.one(of: pool)]
    return terms.map { ($0 * $0 * 0.5 + $0).mean() }.reduce(graph.constant(0), +)
  }

  // MARK: Sources

  private mutating func shape() -> Shape {
    let extents = [1, 2, 3, 4, 5, 7]
    switch draws.below(8) {
    case 0: return Shape([draws.one(of: [1, 5, 17, 33])])
    case 1, 2: return Shape([draws.one(of: [1, 3, 8, 17]), draws.one(of: [1, 2, 3, 8, 20, 33])])
    case 3, 4: return Shape((0..<3).map { _ in draws.one(of: extents) })
    default:
      return Shape([
        draws.one(of: [1, 2, 3]), draws.one(of: [1, 2, 3, 8, 16]), draws.one(of: extents),
        draws.one(of: extents),
      ])
    }
  }

  /// A new input, or a state, as weights are.
  private mutating func source(_ shape: Shape, isState: Bool? = nil) -> Tensor {
    let name = "s\(sources.count)"
    let isState = isState ?? draws.once(in: 2)
    let tensor = isState ? graph.state(name, shape) : graph.input(name, shape)
    values[name] = (0..<shape.count).map { _ in draws.value() }
    sources.append((name, tensor))
    return tensor
  }

  /// What was made lately, or anything.
  private mutating func operand() -> Tensor {
    draws.once(in: 2)
      ? pool[pool.count - 1 - draws.below(min(3, pool.count))] : draws.one(of: pool)
  }

  private mutating func operand(ofRank rank: Int) -> Tensor {
    let fitting = pool.filter { $0.shape.rank == rank }
    if !fitting.isEmpty { return draws.one(of: fitting) }
    switch rank {
    case 2: return source([draws.one(of: [2, 5, 17]), draws.one(of: [1, 3, 20])])
    case 3:
      return source([draws.one(of: [1, 2, 3]), draws.one(of: [4, 7]), draws.one(of: [1, 5])])
    default:
      return source([
        draws.one(of: [1, 2, 3]), draws.one(of: [2, 3, 16]), draws.one(of: [4, 5]),
        draws.one(of: [3, 6]),
      ])
    }
  }

  /// Something of the shape of another tensor.
  private mutating func partner(of x: Tensor) -> Tensor {
    let y = operand()
    if draws.once(in: 6) {
      return source(Shape(x.shape.dimensions.map { draws.once(in: 3) ? 1 : $0 }))
        .broadcast(to: x.shape)
    }
    if y.shape.broadcasts(to: x.shape) { return y.broadcast(to: x.shape) }
    if y.shape.count == x.shape.count { return y.reshape(x.shape.dimensions) }
    return y.mean().broadcast(to: x.shape)
  }

  private mutating func axes(of x: Tensor) -> [Int] {
    let chosen = x.shape.dimensions.indices.filter { _ in draws.once(in: 2) }
    return chosen.isEmpty && x.shape.rank > 0 ? [draws.below(x.shape.rank)] : chosen
  }

  // MARK: Steps

  private mutating func step() -> Tensor {
    switch draws.below(22) {
    case 0, 1: return unary(operand())
    case 2, 3, 4: return binary(operand())
    case 5:
      let x = operand()
      return partner(of: x).select(partner(of: x), x)
    case 6: return reshaped(operand())
    case 7:
      let x = operand()
      return x.transpose(x.shape.dimensions.indices.sorted { _, _ in draws.once(in: 2) })
    case 8: return repeated(operand())
    case 9: return sliced(operand())
    case 10: return padded(operand())
    case 11: return concatenated(operand())
    case 12:
      let x = operand()
      return draws.once(in: 2) ? x.mean(axes(of: x)) : x.sum(axes(of: x)) * 0.25
    case 13:
      let x = operand()
      return x.shape.rank == 0 ? unary(x) : x.maximum(axes(of: x))
    case 14: return product(draws.once(in: 2) ? 3 : 2)
    case 15, 16: return layer()
    case 17: return draws.once(in: 2) ? convolution() : transposedConvolution()
    case 18: return normalised(operand())
    case 19: return operand().stopGradient()
    case 20: return dropped(operand())
    default: return scaled(operand())
    }
  }

  private mutating func unary(_ x: Tensor) -> Tensor {
    switch draws.one(of: Unary.allCases) {
    case .negate: -x
    case .exp: x.tanh().exp()
    case .log: (x.squared() + 0.5).log()
    case .sqrt: (x.squared() + 0.5).sqrt()
    case .tanh: x.tanh()
    case .sigmoid: x.sigmoid()
    case .softplus: x.softplus()
    case .absolute: x.absolute()
    case .sign: x.sign() * 0.5 + x
    case .erf: x.erf()
    }
  }

  private mutating func binary(_ x: Tensor) -> Tensor {
    let y = partner(of: x)
    switch draws.one(of: Binary.allCases) {
    case .add: return x + y
    case .subtract: return draws.once(in: 2) ? x - y : y - x
    case .multiply: return x * y
    case .divide: return x / (y.squared() + 0.5).sqrt()
    case .maximum: return x.maximum(y)
    case .minimum: return y.minimum(x)
    case .greater: return x.greater(than: y) * x
    }
  }

  private mutating func scaled(_ x: Tensor) -> Tensor {
    switch draws.below(6) {
    case 0: x * 0.5
    case 1: 1 - x
    case 2: x + 0.25
    case 3: x - x * 0.5
    case 4: x.maximum(x * 0.2)
    default: x.maximum(0.0)
    }
  }

  private mutating func reshaped(_ x: Tensor) -> Tensor {
    var dimensions = x.shape.dimensions
    switch draws.below(4) {
    case 0: dimensions = [x.shape.count]
    case 1 where dimensions.count > 1:
      let axis = draws.below(dimensions.count - 1)
      dimensions[axis] *= dimensions.remove(at: axis + 1)
    case 2 where dimensions.count < 4: dimensions.insert(1, at: draws.below(dimensions.count + 1))
    default:
      guard let axis = dimensions.firstIndex(where: { $0 % 2 == 0 }), dimensions.count < 4 else {
        dimensions.reverse()
        break
      }
      dimensions[axis] /= 2
      dimensions.insert(2, at: axis)
    }
    return x.reshape(dimensions)
  }

  private mutating func repeated(_ x: Tensor) -> Tensor {
    guard x.shape.count <= Self.largest / 4, x.shape.rank < 4 else { return scaled(x) }
    let inner = x.shape.dimensions.map { $0 == 1 ? draws.one(of: [1, 3]) : $0 }
    return x.broadcast(to: Shape((draws.once(in: 2) ? [2] : []) + inner))
  }

  private mutating func sliced(_ x: Tensor) -> Tensor {
    var (starts, sizes, strides) = ([Int](), [Int](), [Int]())
    for extent in x.shape.dimensions {
      let start = draws.once(in: 2) ? 0 : draws.below(extent)
      let stride = draws.once(in: 3) ? 2 : 1
      let longest = (extent - start - 1) / stride + 1
      starts.append(start)
      strides.append(stride)
      sizes.append(draws.once(in: 2) ? longest : 1 + draws.below(longest))
    }
    return x.slice(starts: starts, sizes: sizes, strides: strides)
  }

  private mutating func padded(_ x: Tensor) -> Tensor {
    guard x.shape.count <= Self.largest / 8 else { return scaled(x) }
    func amounts(_ largest: Int) -> [Int] {
      x.shape.dimensions.map { _ in draws.once(in: 2) ? 0 : draws.below(largest + 1) }
    }
    return x.pad(low: amounts(2), high: amounts(2), interior: amounts(1))
  }

  private mutating func concatenated(_ x: Tensor) -> Tensor {
    guard x.shape.rank > 0, x.shape.count <= Self.largest / 3 else { return unary(x) }
    return Tensor.concatenate([x, partner(of: x), x], axis: draws.below(x.shape.rank))
  }

  /// With weights, with something that fits, or with itself.
  private mutating func product(_ rank: Int) -> Tensor {
    let x = operand(ofRank: rank)
    let (left, right) = (draws.once(in: 2), draws.once(in: 2))
    let inner = x.shape[rank - (left ? 2 : 1)]
    let y: Tensor
    if draws.once(in: 3) {
      // x · xᵀ, whichever way x is turned.
      return x.matmul(x, transposeLeft: left, transposeRight: !left) * (1 / Double(inner))
    } else {
      let n = draws.one(of: [1, 2, 3, 16, 20])
      y = source(
        Shape(x.shape.dimensions.dropLast(2) + (right ? [n, inner] : [inner, n])), isState: true)
    }
    return x.matmul(y, transposeLeft: left, transposeRight: right)
      * (1 / Double(inner).squareRoot())
  }

  /// Dense layers with rectifiers; the second one often has a single output.
  private mutating func layer() -> Tensor {
    var x = operand(ofRank: 2)
    for width in [draws.one(of: [3, 16, 20, 40]), draws.one(of: [1, 1, 2, 24])] {
      let weights = source(Shape([width, x.shape[1]]), isState: true)
      let y =
        x.matmul(weights, transposeRight: true) * (1 / Double(x.shape[1]).squareRoot())
        + source(Shape([width]), isState: true)
      x = draws.once(in: 3) ? y.maximum(0.0) : draws.once(in: 4) ? y.tanh() : y.maximum(y * 0.2)
    }
    return x
  }

  private mutating func geometry() -> ConvolutionGeometry {
    func pair(_ choices: [Int]) -> [Int] { (0..<2).map { _ in draws.one(of: choices) } }
    return ConvolutionGeometry(
      strides: pair([1, 1, 2]), paddingLow: pair([0, 1, 1]), paddingHigh: pair([0, 1, 2]))
  }

  private mutating func convolution() -> Tensor {
    let x = operand(ofRank: 4)
    let kernel = (2..<4).map { 1 + draws.below(min(4, x.shape[$0])) }
    let outputs = draws.one(of: [1, 3, 8, 16])
    let weights = source(Shape([outputs, x.shape[1]] + kernel), isState: true)
    let terms = Double(x.shape[1] * kernel[0] * kernel[1])
    return x.convolution(weights, geometry()) * (1 / terms.squareRoot())
  }

  private mutating func transposedConvolution() -> Tensor {
    let x = operand(ofRank: 4)
    let geometry = geometry()
    let outputs = draws.one(of: [1, 3, 8, 16])
    let kernel = (0..<2).map { _ in 1 + draws.below(4) }
    let size = (0..<2).map {
      (x.shape[2 + $0] - 1) * geometry.strides[$0] + kernel[$0] - geometry.paddingLow[$0]
        - geometry.paddingHigh[$0] + draws.below(geometry.strides[$0])
    }
    guard size[0] > 0, size[1] > 0, x.shape[0] * outputs * size[0] * size[1] <= 2 * Self.largest
    else { return scaled(x) }
    let weights = source(Shape([x.shape[1], outputs] + kernel), isState: true)
    let terms = Double(x.shape[1] * kernel[0] * kernel[1])
    return x.convolutionInputGradient(weights, geometry, inputSize: size)
      * (1 / terms.squareRoot())
  }

  /// As batch and layer normalisation do, over any axes.
  private mutating func normalised(_ x: Tensor) -> Tensor {
    guard x.shape.rank > 0 else { return scaled(x) }
    let axes = axes(of: x)
    let kept = x.shape.keeping(axes).dimensions
    func repeated(_ t: Tensor) -> Tensor { t.reshape(kept).broadcast(to: x.shape) }
    let centred = x - repeated(x.mean(axes))
    let deviation = ((centred * centred).mean(axes) + 0.1).sqrt()
    return centred / repeated(deviation)
  }

  private mutating func dropped(_ x: Tensor) -> Tensor {
    streams += 1
    let noise = graph.random(
      draws.once(in: 2) ? .uniform : .normal, RandomStream(streams, for: "noise \(streams)"),
      x.shape)
    return draws.once(in: 2) ? noise.greater(than: 0.3) * x : x + noise * 0.1
  }
}
