import Networks
import Specification

extension LayerSlot {
  /// Whether a state is made of what a layer of a file has.
  func takes(
    _ part: LayerTensors.Part, from tensors: LayerTensors, _ layout: WeightLayout
  ) -> Bool {
    guard let parameter = parameter(part) else { return false }
    switch (kind, part) {
    case (.contraction, .bias):
      return tensors.shape(of: .bias).map { repeats($0.volume, as: parameter) != nil } ?? false
    // They follow from the weight.
    case (.contraction, _): return true
    default: return tensors.parts[part] != nil
    }
  }

  /// The states that are made of a layer of a file, by name.
  func values(
    _ tensors: LayerTensors, _ layout: WeightLayout, from weights: NetworkWeights
  ) throws(WeightsError) -> [String: [Float]] {
    var values: [String: [Float]] = [:]
    guard let weight, let main = tensors.main else {
      for (parameter, part) in parameters {
        guard let name = tensors.parts[part] else { continue }
        values[parameter.name] = try weights.values(of: name)
      }
      return values
    }
    if let parameter = parameter(.bias), let name = tensors.parts[.bias] {
      let held = try weights.values(of: name)
      if let times = repeats(held.count, as: parameter) {
        values[parameter.name] = held.flatMap { [Float](repeating: $0, count: times) }
      }
    }
    let held = try weights.values(of: main.name)
    if try takeParts(of: held, tensors, layout, from: weights, into: &values) { return values }
    let used = Matrices.laid(
      try inUse(held, main, tensors, layout, from: weights), main.shape, layout)
    values[weight.name] = used
    if let left = parameter(.left), let right = parameter(.right) {
      let vectors = Matrices(used, weight.shape, rows: outputs).singularVectors()
      (values[left.name], values[right.name]) = (vectors.left, vectors.right)
    }
    return values
  }

  /// How often each number of a bias stands here: one of a convolution is one of every pixel of a dense layer.
  private func repeats(_ count: Int, as bias: Parameter) -> Int? {
    guard count > 0, bias.count % count == 0 else { return nil }
    let times = bias.count / count
    return times == 1 || layer.layer.keyword == "dense" ? times : nil
  }

  /// Takes the parts of a weight as they are where the layer here has the same: its power iteration's vectors, or its direction
  /// and lengths.
  private func takeParts(
    of held: [Float], _ tensors: LayerTensors, _ layout: WeightLayout,
    from weights: NetworkWeights, into values: inout [String: [Float]]
  ) throws(WeightsError) -> Bool {
    guard layout == .same, let weight else { return false }
    if let left = parameter(.left), let right = parameter(.right), let name = tensors.parts[.left],
      tensors.shape(of: .left)?.volume == left.count
    {
      let u = try weights.values(of: name)
      values[weight.name] = held
      values[left.name] = u
      if let name = tensors.parts[.right], tensors.shape(of: .right)?.volume == right.count {
        values[right.name] = try weights.values(of: name)
      } else {
        values[right.name] = Matrices.unit(
          Matrices(held, weight.shape, rows: outputs).transposed(times: u))
      }
      return true
    }
    if let length = parameter(.length), let name = tensors.parts[.length],
      let shape = tensors.shape(of: .length), shape.volume == length.count,
      // PyTorch's own is of the first axis whatever the layer.
      shape.count < 2 ? outputs == 0 : shape[outputs] == length.count
    {
      values[weight.name] = held
      values[length.name] = try weights.values(of: name)
      return true
    }
    return false
  }

  /// The weight as its layer uses it: divided by its spectral norm, or of the lengths that the file has.
  private func inUse(
    _ held: [Float], _ main: (part: LayerTensors.Part, name: String, shape: [Int]),
    _ tensors: LayerTensors, _ layout: WeightLayout, from weights: NetworkWeights
  ) throws(WeightsError) -> [Float] {
    if let name = tensors.parts[.left], let shape = tensors.shape(of: .left) {
      // What has changed places is a transposed convolution for a dense layer here, or the other way round.
      let usual = layout == .swapped ? 1 - outputs : outputs
      guard let axis = [usual, 1 - usual].first(where: { main.shape[$0] == shape.volume })
      else {
        throw .unreadable(
          file: weights.name, "its \(name) is \(shape), which is no side of \(main.shape)")
      }
      let matrix = Matrices(held, main.shape, rows: axis)
      let left = try weights.values(of: name)
      let product = matrix.transposed(times: left)
      var right = Matrices.unit(product)
      if let name = tensors.parts[.right], tensors.shape(of: .right)?.volume == right.count {
        right = try weights.values(of: name)
      }
      let norm = zip(product, right).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      return held.map { Float(Double($0) / norm) }
    }
    guard main.part == .direction, let name = tensors.parts[.length],
      let shape = tensors.shape(of: .length)
    else { return held }
    let axis = shape.count == main.shape.count ? shape.indices.first { shape[$0] > 1 } ?? 0 : 0
    guard shape.volume == main.shape[axis] else {
      throw .unreadable(
        file: weights.name, "its \(name) is \(shape), which is no side of \(main.shape)")
    }
    let lengths = try weights.values(of: name)
    let inner = main.shape[(axis + 1)...].reduce(1, *)
    var squares = [Double](repeating: 0, count: lengths.count)
    for (index, value) in held.enumerated() {
      squares[index / inner % lengths.count] += Double(value) * Double(value)
    }
    return held.indices.map { index in
      let row = index / inner % lengths.count
      return Float(Double(held[index]) * Double(lengths[row]) / squares[row].squareRoot())
    }
  }
}

/// A weight as a matrix, one axis by all others.
struct Matrices {
  private let values: [Float]
  private let rows, columns: Int
  /// Numbers that lie beside each other before the row changes, and the rows' distance before the first.
  private let inner: Int

  init(_ values: [Float], _ shape: [Int], rows axis: Int) {
    (self.values, rows) = (values, shape[axis])
    columns = values.count / max(1, shape[axis])
    inner = shape[(axis + 1)...].reduce(1, *)
  }

  /// Where an element lies: the axes before the rows' and after it make the columns.
  private func element(_ row: Int, _ column: Int) -> Double {
    let (before, after) = column.quotientAndRemainder(dividingBy: inner)
    return Double(values[(before * rows + row) * inner + after])
  }

  /// Mᵀ·u.
  func transposed(times u: [Float]) -> [Float] {
    (0..<columns).map { column in
      Float((0..<rows).reduce(0.0) { $0 + element($1, column) * Double(u[$1]) })
    }
  }

  /// M·v.
  private func times(_ v: [Float]) -> [Float] {
    (0..<rows).map { row in
      Float((0..<columns).reduce(0.0) { $0 + element(row, $1) * Double(v[$1]) })
    }
  }

  /// The singular vectors of the largest singular value, by the power iteration.
  func singularVectors() -> (left: [Float], right: [Float]) {
    // The largest row is not at right angles to what is looked for.
    let largest = (0..<rows).max { one, other in
      let norms = [one, other].map { row in
        (0..<columns).reduce(0.0) { $0 + element(row, $1) * element(row, $1) }
      }
      return norms[0] < norms[1]
    }
    var right = Self.unit((0..<columns).map { Float(element(largest ?? 0, $0)) })
    var left = Self.unit(times(right))
    for _ in 0..<Self.iterations {
      right = Self.unit(transposed(times: left))
      left = Self.unit(times(right))
    }
    return (left, right)
  }

  private static let iterations = 30

  /// Of length 1, as PyTorch normalises.
  static func unit(_ vector: [Float]) -> [Float] {
    let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    return vector.map { Float(Double($0) / max(length, 1e-12)) }
  }

  /// Values in the order of another layout.
  static func laid(_ values: [Float], _ shape: [Int], _ layout: WeightLayout) -> [Float] {
    guard layout == .swapped else { return values }
    let (rows, columns) = (shape[0], values.count / shape[0])
    return (0..<columns).flatMap { column in
      (0..<rows).map { values[$0 * columns + column] }
    }
  }
}
