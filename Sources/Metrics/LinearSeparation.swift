import Foundation

/// A direction along which two kinds of vectors lie apart.
package struct LinearSeparation: Sendable, Hashable {
  /// Of length 1.
  package let direction: [Double]
  /// What is above it along the direction is of the first kind.
  package let threshold: Double

  /// How it is found.
  package enum Method: String, Sendable, CaseIterable {
    /// From the mean of the one to that of the other.
    case mean
    /// The weights of a logistic regression, with a little decay.
    case logistic
    /// The normal of a support vector machine: Shen et al. 2020, arXiv:1907.10786.
    case svm
  }

  /// - Parameters:
  ///   - rows: `[count, width]`.
  ///   - isFirst: of which kind each is; both occur.
  /// - Returns: nil where one kind does not occur, or no direction is found.
  package init?(_ rows: FeatureMatrix, _ isFirst: [Bool], by method: Method) {
    let (count, width) = (rows.count, rows.width)
    guard isFirst.count == count, isFirst.contains(true), isFirst.contains(false), width > 0 else {
      return nil
    }
    let weights: [Double]
    switch method {
    case .mean: weights = Self.difference(rows, isFirst)
    case .logistic: weights = Self.regression(rows, isFirst)
    case .svm: weights = Self.normal(rows, isFirst)
    }
    let length = weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length.isFinite, length > 1e-12 else { return nil }
    direction = weights.map { $0 / length }
    // Midway between both kinds' means along it.
    var (sums, counts) = ([0.0, 0.0], [0.0, 0.0])
    for row in 0..<count {
      let place = Self.product(rows, row, direction)
      sums[isFirst[row] ? 0 : 1] += place
      counts[isFirst[row] ? 0 : 1] += 1
    }
    threshold = (sums[0] / counts[0] + sums[1] / counts[1]) / 2
  }

  /// The share of rows that lie on the side of their kind.
  package func accuracy(on rows: FeatureMatrix, _ isFirst: [Bool]) -> Double? {
    guard rows.count > 0, rows.count == isFirst.count else { return nil }
    let right = (0..<rows.count).count { row in
      (Self.product(rows, row, direction) > threshold) == isFirst[row]
    }
    return Double(right) / Double(rows.count)
  }

  private static func product(_ rows: FeatureMatrix, _ row: Int, _ weights: [Double]) -> Double {
    var sum = 0.0
    for place in 0..<rows.width {
      sum += weights[place] * Double(rows.values[row * rows.width + place])
    }
    return sum
  }

  private static func difference(_ rows: FeatureMatrix, _ isFirst: [Bool]) -> [Double] {
    let (first, second) = (Double(isFirst.count { $0 }), Double(isFirst.count { !$0 }))
    var weights = [Double](repeating: 0, count: rows.width)
    for row in 0..<rows.count {
      let share = isFirst[row] ? 1 / first : -1 / second
      for place in 0..<rows.width {
        weights[place] += share * Double(rows.values[row * rows.width + place])
      }
    }
    return weights
  }

  /// Gradient descent with momentum on the mean loss and 0.001·‖w‖²; kinds count alike, however often they occur.
  private static func regression(_ rows: FeatureMatrix, _ isFirst: [Bool]) -> [Double] {
    let shares = [Double(isFirst.count { $0 }), Double(isFirst.count { !$0 })].map { 0.5 / $0 }
    var weights = [Double](repeating: 0, count: rows.width)
    var (velocity, bias, biasVelocity) = (weights, 0.0, 0.0)
    for _ in 0..<300 {
      var gradient = weights.map { 0.002 * $0 }
      var biasGradient = 0.0
      for row in 0..<rows.count {
        let target = isFirst[row] ? 1.0 : 0
        let score = product(rows, row, weights) + bias
        let error = (1 / (1 + exp(-score)) - target) * shares[isFirst[row] ? 0 : 1]
        biasGradient += error
        for place in 0..<rows.width {
          gradient[place] += error * Double(rows.values[row * rows.width + place])
        }
      }
      for place in weights.indices {
        velocity[place] = 0.9 * velocity[place] - 0.5 * gradient[place]
        weights[place] += velocity[place]
      }
      biasVelocity = 0.9 * biasVelocity - 0.5 * biasGradient
      bias += biasVelocity
    }
    return weights
  }

  /// Dual coordinate descent of the linear machine with C = 1 and the bias as one weight more.
  ///
  /// - Source: Hsieh et al. 2008, "A dual coordinate descent method for large-scale linear SVM", algorithm 1.
  private static func normal(_ rows: FeatureMatrix, _ isFirst: [Bool]) -> [Double] {
    var weights = [Double](repeating: 0, count: rows.width + 1)
    var multipliers = [Double](repeating: 0, count: rows.count)
    let squares = (0..<rows.count).map { row in
      (0..<rows.width).reduce(1.0) { sum, place in
        let value = Double(rows.values[row * rows.width + place])
        return sum + value * value
      }
    }
    for _ in 0..<100 {
      var largest = 0.0
      for row in 0..<rows.count {
        let sign = isFirst[row] ? 1.0 : -1
        let score = product(rows, row, weights) + weights[rows.width]
        let gradient = sign * score - 1
        let before = multipliers[row]
        let after = min(max(before - gradient / squares[row], 0), 1)
        guard after != before else { continue }
        multipliers[row] = after
        largest = max(largest, abs(after - before))
        let change = (after - before) * sign
        for place in 0..<rows.width {
          weights[place] += change * Double(rows.values[row * rows.width + place])
        }
        weights[rows.width] += change
      }
      if largest < 1e-4 { break }
    }
    return Array(weights.dropLast())
  }
}

/// A direction without what it has in common with others, of length 1.
///
/// - Source: Shen et al. 2020, arXiv:1907.10786, section 3.2, for several at once.
/// - Returns: nil where nothing is left of it.
package func direction(_ direction: [Double], without others: [[Double]]) -> [Double]? {
  func product(_ one: [Double], _ other: [Double]) -> Double {
    zip(one, other).reduce(0) { $0 + $1.0 * $1.1 }
  }
  var basis: [[Double]] = []
  for other in others {
    var rest = other
    for axis in basis {
      let share = product(rest, axis)
      rest = zip(rest, axis).map { $0 - share * $1 }
    }
    let length = product(rest, rest).squareRoot()
    if length > 1e-9 { basis.append(rest.map { $0 / length }) }
  }
  var rest = direction
  for axis in basis {
    let share = product(rest, axis)
    rest = zip(rest, axis).map { $0 - share * $1 }
  }
  let length = product(rest, rest).squareRoot()
  return length > 1e-6 ? rest.map { $0 / length } : nil
}
