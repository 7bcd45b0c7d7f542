import Foundation
import Randomness
import Specification

extension Initialisation {
  /// The initial values of a parameter, row-major.
  func values(for parameter: Parameter, from philox: Philox) -> [Float] {
    func all(_ value: Float) -> [Float] { [Float](repeating: value, count: parameter.count) }
    func uniform(_ bound: Double) -> [Float] {
      philox.uniforms(parameter.count).map { Float((2 * Double($0) - 1) * bound) }
    }
    func normal(_ deviation: Double, around mean: Double = 0) -> [Float] {
      philox.normals(parameter.count).map { Float(mean + Double($0) * deviation) }
    }
    switch parameter.role {
    case .runningMean, .shift: return all(0)
    case .runningVariance, .magnitude: return all(1)
    case .constant(let value): return all(Float(value))
    case .unitWeight: return normal(1)
    case .direction:
      let values = philox.normals(parameter.count)
      let length = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      return values.map { Float(Double($0) / max(length, 1e-12)) }
    case .scale:
      if case .normal(let deviation) = self { return normal(deviation, around: 1) }
      return all(1)
    case .bias(let fanIn):
      return self == .torch ? uniform(1 / Double(fanIn).squareRoot()) : all(0)
    case .weight:
      let fan = parameter.fan
      switch self {
      case .normal(let deviation): return normal(deviation)
      case .glorotUniform: return uniform((6 / (fan.in + fan.out)).squareRoot())
      case .glorotNormal: return normal((2 / (fan.in + fan.out)).squareRoot())
      case .heUniform: return uniform((6 / fan.in).squareRoot())
      case .heNormal: return normal((2 / fan.in).squareRoot())
      case .torch: return uniform(1 / fan.in.squareRoot())
      case .orthogonal(let gain):
        return orthogonal(
          rows: parameter.shape[0], columns: parameter.count / parameter.shape[0], gain: gain,
          from: philox)
      }
    }
  }

  /// A matrix whose rows (or columns, if there are more rows) are orthonormal times `gain`, by Gram
  /// and Schmidt's way, each vector treated twice, from normal numbers.
  private func orthogonal(
    rows: Int, columns: Int, gain: Double, from philox: Philox
  ) -> [Float] {
    let (count, length) = (min(rows, columns), max(rows, columns))
    let numbers = philox.normals(count * length)
    var vectors: [[Double]] = []
    for index in 0..<count {
      var vector = numbers[index * length..<(index + 1) * length].map(Double.init)
      for earlier in vectors + vectors {
        let projection = dot(vector, earlier)
        for place in 0..<length { vector[place] -= projection * earlier[place] }
      }
      let norm = dot(vector, vector).squareRoot()
      vectors.append(vector.map { $0 / norm })
    }
    return (0..<rows * columns).map { index in
      let (row, column) = (index / columns, index % columns)
      return Float(gain * (rows <= columns ? vectors[row][column] : vectors[column][row]))
    }
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var total = 0.0
    for index in a.indices { total += a[index] * b[index] }
    return total
  }
}

extension Parameter {
  /// Terms of each output and outputs of each term, counted as PyTorch does: axis 1 is the inputs
  /// whatever the layer (so a transposed convolution's are its outputs).
  var fan: (in: Double, out: Double) {
    let window = shape.dropFirst(2).reduce(1, *)
    return (Double(shape[1] * window), Double(shape[0] * window))
  }
}

extension Philox {
  /// The first values of `uniform`.
  func uniforms(_ count: Int) -> [Float] {
    words(count) { Self.uniform($0) }
  }

  /// The first values of `normal`, each pair's radius and angle computed once.
  func normals(_ count: Int) -> [Float] {
    let uniforms = uniforms((count + 1) & ~1)
    return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      for even in stride(from: 0, to: count, by: 2) {
        let radius = (-2 * log(Double(uniforms[even]))).squareRoot()
        let angle = 2 * .pi * Double(uniforms[even + 1])
        buffer[even] = Float(radius * cos(angle))
        if even + 1 < count { buffer[even + 1] = Float(radius * sin(angle)) }
      }
      filled = count
    }
  }

  private func words(_ count: Int, _ value: (UInt32) -> Float) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(count + 3)
    for index in 0..<UInt32((count + 3) / 4) {
      let (a, b, c, d) = block(index)
      values.append(value(a))
      values.append(value(b))
      values.append(value(c))
      values.append(value(d))
    }
    values.removeLast(values.count - count)
    return values
  }
}
