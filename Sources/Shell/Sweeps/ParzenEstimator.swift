import Glibc

/// The density of one key over what was tried (Bergstra et al. 2011, "Algorithms for hyper-parameter
/// optimization", section 4).
///
/// - Of numbers it is a mixture, all parts with the same weight, of the uniform density over the axis and a normal
///   density around each number, truncated at the ends of the axis. The deviation of a part is the greater of the distances
///   to its neighbours, ends among them, between a hundredth (of n < 100 numbers, 1 / (n + 1)) of the axis and all of it.
/// - Of whole numbers it is the probability that the mixture gives to the part of the axis that rounds to one.
/// - Of N choices it is (1 + Cᵢ) / (N + n), where the choice i was made Cᵢ times of n.
package struct ParzenEstimator: Sendable, Hashable {
  package let domain: SearchDomain
  private let counts: [Double]
  private let centres: [Double]
  private let deviations: [Double]

  /// - Parameter values: what was tried, each in the domain.
  package init(_ domain: SearchDomain, _ values: [Double]) {
    self.domain = domain
    guard case .numbers = domain else {
      var counts = [Double](repeating: 0, count: domain.count ?? 0)
      for value in values { counts[Int(value)] += 1 }
      (self.counts, centres, deviations) = (counts, [], [])
      return
    }
    let (lower, upper) = domain.ends
    let centres = values.map(domain.coordinate).sorted()
    let width = upper - lower
    let least = width / Double(min(100, centres.count + 1))
    counts = []
    self.centres = centres
    deviations = centres.indices.map { index in
      let left = centres[index] - (index > 0 ? centres[index - 1] : lower)
      let right = (index + 1 < centres.count ? centres[index + 1] : upper) - centres[index]
      return min(max(max(left, right), least), width)
    }
  }

  /// The density at a value: of numbers in units of the axis, of whole numbers and choices a probability.
  package func density(at value: Double) -> Double {
    guard case .numbers(_, _, let isWhole) = domain else {
      let all = counts.reduce(0, +)
      return (1 + counts[Int(value)]) / (Double(counts.count) + all)
    }
    let (lower, upper) = domain.ends
    guard isWhole else {
      let x = domain.coordinate(of: value)
      let sum = parts.reduce(1 / (upper - lower)) { $0 + $1.density(at: x) }
      return sum / Double(centres.count + 1)
    }
    let from = domain.coordinate(of: value - 0.5)
    let to = domain.coordinate(of: value + 0.5)
    let sum = parts.reduce((to - from) / (upper - lower)) {
      $0 + $1.share(to: to) - $1.share(to: from)
    }
    return sum / Double(centres.count + 1)
  }

  /// A value drawn from the density by two numbers that are uniform in (0, 1): one for the part, one for the place in it.
  package func value(_ first: Double, _ second: Double) -> Double {
    guard case .numbers = domain else {
      var rest = first * (Double(counts.count) + counts.reduce(0, +))
      for (index, count) in counts.enumerated() {
        rest -= 1 + count
        if rest < 0 { return Double(index) }
      }
      return Double(counts.count - 1)
    }
    let (lower, upper) = domain.ends
    let index = Int(first * Double(centres.count + 1))
    guard index > 0, index <= centres.count else {
      return domain.value(at: lower + (upper - lower) * second)
    }
    return domain.value(at: parts[index - 1].place(of: second))
  }

  private var parts: [Part] {
    let (lower, upper) = domain.ends
    return centres.indices.map {
      Part(centre: centres[$0], deviation: deviations[$0], lower: lower, upper: upper)
    }
  }

  /// A normal density truncated at the ends.
  private struct Part {
    let centre: Double
    let deviation: Double
    let lower: Double
    let upper: Double
    private let below: Double
    private let mass: Double

    init(centre: Double, deviation: Double, lower: Double, upper: Double) {
      func share(_ x: Double) -> Double {
        0.5 * (1 + erf((x - centre) / (deviation * 2.0.squareRoot())))
      }
      (self.centre, self.deviation, self.lower, self.upper) = (centre, deviation, lower, upper)
      below = share(lower)
      mass = share(upper) - below
    }

    func density(at x: Double) -> Double {
      let z = (x - centre) / deviation
      return exp(-0.5 * z * z) / (deviation * (2 * Double.pi).squareRoot() * mass)
    }

    /// The probability of what is below a place between the ends.
    func share(to x: Double) -> Double {
      (0.5 * (1 + erf((x - centre) / (deviation * 2.0.squareRoot()))) - below) / mass
    }

    /// The place that has a share below it, by bisection.
    func place(of share: Double) -> Double {
      var (low, high) = (lower, upper)
      for _ in 0..<60 {
        let middle = low + (high - low) / 2
        if self.share(to: middle) < share { low = middle } else { high = middle }
      }
      return low + (high - low) / 2
    }
  }
}
