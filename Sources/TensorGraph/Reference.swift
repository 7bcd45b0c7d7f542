import Foundation
import Randomness

/// The slow, obvious evaluator that every kernel is tested against. It works in double precision, on
/// row-major arrays.
package struct Reference {
  package var inputs: [String: [Double]]
  package var states: [String: [Double]]
  package var seed: UInt64
  package var step: UInt32
  /// Whether the values of each node are rounded to single precision: how far that moves a result says how
  /// far a backend may be from it.
  package var rounds = false

  package init(
    inputs: [String: [Double]] = [:], states: [String: [Double]] = [:], seed: UInt64 = 0,
    step: UInt32 = 0
  ) {
    self.inputs = inputs
    self.states = states
    self.seed = seed
    self.step = step
  }

  /// The values of some tensors of one graph.
  ///
  /// - Throws: `GraphError` where an input or state is missing or has another count.
  package func evaluate(_ tensors: [Tensor]) throws(GraphError) -> [[Double]] {
    guard let graph = tensors.first?.graph else { return [] }
    var needed = Set(tensors.map(\.id))
    for id in graph.nodes.indices.reversed() where needed.contains(id) {
      needed.formUnion(graph.nodes[id].operands)
    }
    var values: [Int: [Double]] = [:]
    for id in graph.nodes.indices where needed.contains(id) {
      let node = graph.nodes[id]
      values[id] = try value(
        of: node, operands: node.operands.map { values[$0] ?? [] },
        shapes: node.operands.map { graph.nodes[$0].shape })
      if rounds { values[id] = values[id]?.map { Double(Float($0)) } }
    }
    return tensors.map { values[$0.id] ?? [] }
  }

  private func value(
    of node: Graph.Node, operands: [[Double]], shapes: [Shape]
  ) throws(GraphError) -> [Double] {
    let shape = node.shape
    switch node.op {
    case .input(let name, _): return try given(inputs[name], name, shape)
    case .state(let name, _): return try given(states[name], name, shape)
    case .constant(let value): return [value]
    case .random(let distribution, let stream, _):
      let philox = Philox(seed: seed, stream: stream.number, step: step)
      return (0..<shape.count).map {
        Double(distribution == .uniform ? philox.uniform($0) : philox.normal($0))
      }
    case .unary(let unary): return operands[0].map { Self.apply(unary, $0) }
    case .binary(let binary):
      return zip(operands[0], operands[1]).map { Self.apply(binary, $0, $1) }
    case .select:
      return operands[0].indices.map { operands[0][$0] > 0 ? operands[1][$0] : operands[2][$0] }
    case .stopGradient, .reshape: return operands[0]
    case .transpose(let axes):
      return gather(shape) { index in
        var source = index
        for (axis, from) in axes.enumerated() { source[from] = index[axis] }
        return operands[0][offset(source, shapes[0])]
      }
    case .broadcast:
      return gather(shape) { index in
        let own = zip(index.suffix(shapes[0].rank), shapes[0].dimensions).map { $1 == 1 ? 0 : $0 }
        return operands[0][offset(own, shapes[0])]
      }
    case .slice(let starts, _, let strides):
      return gather(shape) { index in
        operands[0][offset(index.indices.map { starts[$0] + index[$0] * strides[$0] }, shapes[0])]
      }
    case .pad(let low, _, let interior): return pad(operands[0], shapes[0], shape, low, interior)
    case .concatenate(let axis): return concatenate(operands, shapes, shape, axis)
    case .sum(let axes): return reduce(operands[0], shapes[0], axes, initial: 0, +)
    case .maximum(let axes):
      return reduce(operands[0], shapes[0], axes, initial: -.infinity) { Swift.max($0, $1) }
    case .matmul(let left, let right):
      let (a, rows, columns) = (shapes[0].dimensions, shape[shape.rank - 2], shape[shape.rank - 1])
      let inner = left ? a[a.count - 2] : a[a.count - 1]
      return product(
        operands[0], operands[1], inner: inner, shape,
        left: left ? (row: 1, k: rows) : (row: inner, k: 1),
        right: right ? (k: 1, column: inner) : (k: columns, column: 1))
    case .maskedMatmul(let slope, let left):
      let width = shapes[0][1]
      let masked = operands[0].indices.map { index in
        (operands[0][index] > 0 ? 1 : slope) * operands[1][index / width]
          * operands[2][index % width]
      }
      return product(
        masked, operands[3], inner: shapes[3][0], shape,
        left: left ? (row: 1, k: width) : (row: width, k: 1),
        right: (k: shape[1], column: 1))
    case .convolution(let geometry):
      return convolve(geometry, image: shapes[0], kernel: shapes[1], output: shape, into: shape) {
        x, w, y, result in result[y] += operands[0][x] * operands[1][w]
      }
    case .convolutionInputGradient(let geometry, _):
      return convolve(geometry, image: shape, kernel: shapes[1], output: shapes[0], into: shape) {
        x, w, y, result in result[x] += operands[0][y] * operands[1][w]
      }
    case .convolutionWeightGradient(let geometry, _):
      return convolve(geometry, image: shapes[0], kernel: shape, output: shapes[1], into: shape) {
        x, w, y, result in result[w] += operands[0][x] * operands[1][y]
      }
    }
  }

  private func given(
    _ values: [Double]?, _ name: String, _ shape: Shape
  ) throws(GraphError) -> [Double] {
    guard let values, values.count == shape.count else {
      throw GraphError("\(name) wants \(shape.count) values, got \(values?.count ?? 0)")
    }
    return values
  }

  // MARK: Rearrangement

  private func offset(_ index: [Int], _ shape: Shape) -> Int {
    zip(index, shape.dimensions).reduce(0) { $0 * $1.1 + $1.0 }
  }

  /// Calls `value` with every index of `shape`, in row-major order.
  private func gather(_ shape: Shape, _ value: ([Int]) -> Double) -> [Double] {
    var index = [Int](repeating: 0, count: shape.rank)
    return (0..<shape.count).map { _ in
      defer {
        for axis in index.indices.reversed() {
          index[axis] += 1
          if index[axis] < shape[axis] { break }
          index[axis] = 0
        }
      }
      return value(index)
    }
  }

  private func pad(
    _ values: [Double], _ from: Shape, _ shape: Shape, _ low: [Int], _ interior: [Int]
  ) -> [Double] {
    gather(shape) { index in
      var source = index
      for axis in index.indices {
        let (quotient, remainder) = (index[axis] - low[axis])
          .quotientAndRemainder(dividingBy: interior[axis] + 1)
        guard remainder == 0, quotient >= 0, quotient < from[axis] else { return 0 }
        source[axis] = quotient
      }
      return values[offset(source, from)]
    }
  }

  private func concatenate(
    _ parts: [[Double]], _ shapes: [Shape], _ shape: Shape, _ axis: Int
  ) -> [Double] {
    gather(shape) { index in
      var (source, part) = (index, 0)
      while source[axis] >= shapes[part][axis] {
        source[axis] -= shapes[part][axis]
        part += 1
      }
      return parts[part][offset(source, shapes[part])]
    }
  }

  private func reduce(
    _ values: [Double], _ shape: Shape, _ axes: [Int], initial: Double,
    _ combine: (Double, Double) -> Double
  ) -> [Double] {
    let kept = shape.removing(axes)
    let keptAxes = shape.dimensions.indices.filter { !axes.contains($0) }
    var result = [Double](repeating: initial, count: kept.count)
    var position = 0
    _ = gather(shape) { index in
      let target = offset(keptAxes.map { index[$0] }, kept)
      result[target] = combine(result[target], values[position])
      position += 1
      return 0
    }
    return result
  }

  // MARK: Contractions

  /// Products of matrices, of each pair of a batch; steps say where the next row, column and inner
  /// element of a pair lie.
  private func product(
    _ a: [Double], _ b: [Double], inner: Int, _ shape: Shape, left: (row: Int, k: Int),
    right: (k: Int, column: Int)
  ) -> [Double] {
    var result = [Double](repeating: 0, count: shape.count)
    let (rows, columns) = (shape[shape.rank - 2], shape[shape.rank - 1])
    for pair in 0..<shape.count / (rows * columns) {
      let (first, second) = (pair * rows * inner, pair * inner * columns)
      for row in 0..<rows {
        for column in 0..<columns {
          var total = 0.0
          for k in 0..<inner {
            total +=
              a[first + row * left.row + k * left.k]
              * b[second + k * right.k + column * right.column]
          }
          result[(pair * rows + row) * columns + column] = total
        }
      }
    }
    return result
  }

  /// Visits every product of a convolution; `image`, `kernel` and `output` are the three shapes that
  /// the convolution and both of its adjoints share.
  private func convolve(
    _ geometry: ConvolutionGeometry, image: Shape, kernel: Shape, output: Shape, into shape: Shape,
    _ accumulate: (_ x: Int, _ w: Int, _ y: Int, _ result: inout [Double]) -> Void
  ) -> [Double] {
    var result = [Double](repeating: 0, count: shape.count)
    let (height, width) = (image[2], image[3])
    for n in 0..<output[0] {
      for o in 0..<output[1] {
        for c in 0..<image[1] {
          let plane = (n * image[1] + c) * height
          let window = (o * image[1] + c) * kernel[2]
          for h in 0..<output[2] {
            for w in 0..<output[3] {
              let y = ((n * output[1] + o) * output[2] + h) * output[3] + w
              for i in 0..<kernel[2] {
                let row = h * geometry.strides[0] + i - geometry.paddingLow[0]
                guard row >= 0, row < height else { continue }
                for j in 0..<kernel[3] {
                  let column = w * geometry.strides[1] + j - geometry.paddingLow[1]
                  guard column >= 0, column < width else { continue }
                  accumulate(
                    (plane + row) * width + column, (window + i) * kernel[3] + j, y, &result)
                }
              }
            }
          }
        }
      }
    }
    return result
  }

  // MARK: Element by element

  static func apply(_ op: Unary, _ x: Double) -> Double {
    switch op {
    case .negate: -x
    case .exp: exp(x)
    case .log: log(x)
    case .sqrt: x.squareRoot()
    case .tanh: tanh(x)
    case .sigmoid: 1 / (1 + exp(-x))
    case .softplus: max(x, 0) + log1p(exp(-abs(x)))
    case .absolute: abs(x)
    case .sign: x > 0 ? 1 : x < 0 ? -1 : 0
    case .erf: erf(x)
    }
  }

  static func apply(_ op: Binary, _ a: Double, _ b: Double) -> Double {
    switch op {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .maximum: max(a, b)
    case .minimum: min(a, b)
    case .greater: a > b ? 1 : 0
    }
  }
}
