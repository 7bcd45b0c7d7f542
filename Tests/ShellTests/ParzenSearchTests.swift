import Foundation
import Randomness
import Shell
import TestSupport
import Testing

/// The estimator of `search=tpe` against `Fixtures/parzen.py`.
@Suite struct ParzenSearchTests {
  private struct Domain: Decodable {
    var lower: Double?
    var upper: Double?
    var log: Bool?
    var whole: Bool?
    var choices: Int?

    var domain: SearchDomain {
      if let choices { return .choices(choices) }
      return .numbers(
        (lower ?? 0)...(upper ?? 0), isLogarithmic: log ?? false, isWhole: whole ?? false)
    }
  }

  private struct Density: Decodable {
    struct Point: Decodable {
      var value: Double
      var density: Double
    }
    struct Draw: Decodable {
      var first: Double
      var second: Double
      var value: Double
    }
    var domain: Domain
    var values: [Double]
    var at: [Point]
    var draws: [Draw]
  }

  private struct Search: Decodable {
    struct Key: Decodable {
      var name: String
      var domain: Domain
    }
    struct Trial: Decodable {
      var values: [Double]
      var score: Double?
      var isOpen: Bool
    }
    struct Chosen: Decodable {
      var value: Double
      var gain: Double
    }
    var keys: [Key]
    var seed: UInt64
    var number: UInt32
    var trials: [Trial]
    var better: [Int]
    var chosen: [Chosen]
  }

  private struct Contents: Decodable {
    var densities: [Density]
    var searches: [Search]
  }

  private let fixture: Contents

  init() throws { fixture = try Fixture.json("parzen.json", as: Contents.self) }

  private func isNear(_ found: Double, _ expected: Double) -> Bool {
    abs(found - expected) <= 1e-9 * max(1, abs(expected))
  }

  @Test func `densities and draws are NumPy's`() {
    #expect(fixture.densities.count == 7)
    for entry in fixture.densities {
      let estimator = ParzenEstimator(entry.domain.domain, entry.values)
      for point in entry.at {
        let density = estimator.density(at: point.value)
        #expect(isNear(density, point.density), "\(entry.values) at \(point.value): \(density)")
      }
      for draw in entry.draws {
        let value = estimator.value(draw.first, draw.second)
        #expect(isNear(value, draw.value), "\(entry.values) by \(draw): \(value)")
      }
    }
  }

  @Test func `probabilities of what can be counted are one together`() {
    for entry in fixture.densities {
      guard let count = entry.domain.domain.count else { continue }
      let first = entry.domain.lower ?? 0
      let estimator = ParzenEstimator(entry.domain.domain, entry.values)
      let sum = (0..<count).reduce(0) { $0 + estimator.density(at: first + Double($1)) }
      #expect(isNear(sum, 1), "\(entry.values): \(sum)")
    }
  }

  @Test func `the better ones and what is chosen next are NumPy's`() throws {
    #expect(fixture.searches.count == 3)
    for entry in fixture.searches {
      let trials = entry.trials.map { trial in
        ParzenSearch.Trial(
          trial.values, trial.score.map { .score($0) } ?? (trial.isOpen ? .open : .bad))
      }
      #expect(ParzenSearch.best(trials) == entry.better)
      let search = ParzenSearch(entry.keys.map(\.domain.domain), after: trials)
      for (index, key) in entry.keys.enumerated() {
        let stream = Stream.sweepSearch | Stream.lowWord(of: key.name) << 32
        let domain = key.domain.domain
        let found = search.candidates(
          key: index, Philox(seed: entry.seed, stream: stream, step: entry.number)
        ) { Self.rounded($0, domain) }
        let best = try #require(found.first)
        #expect(isNear(best.value, entry.chosen[index].value), "\(key.name): \(best)")
        #expect(isNear(best.gain, entry.chosen[index].gain), "\(key.name): \(best)")
        #expect(found.map(\.gain) == found.map(\.gain).sorted(by: >))
      }
    }
  }

  /// As a range of a sweep rounds: to four digits.
  private static func rounded(_ value: Double, _ domain: SearchDomain) -> Double {
    guard case .numbers(let range, _, isWhole: false) = domain else { return value }
    let rounded = Double(String(format: "%.3e", value)) ?? value
    return min(max(rounded, range.lowerBound), range.upperBound)
  }

  /// The best of forty of a function of a rate, a whole number and a choice, which is 0 at its highest.
  @Test func `of a known function forty choices come nearer to the best than forty draws`() {
    func value(_ at: [Double]) -> Double {
      let (rate, batch) = (log10(at[0]) + 3.3, log2(at[1]) - 5)
      return -(rate * rate + 0.3 * batch * batch + [0, 0.5, 1, 0.3][Int(at[2])])
    }
    let domains: [SearchDomain] = [
      .numbers(1e-5...1e-1, isLogarithmic: true, isWhole: false),
      .numbers(8...256, isLogarithmic: true, isWhole: true), .choices(4),
    ]
    var (chosen, drawn, wins) = (0.0, 0.0, 0)
    for seed in 1...20 as ClosedRange<UInt64> {
      var trials: [ParzenSearch.Trial] = []
      var best = (chosen: -Double.infinity, drawn: -Double.infinity)
      for number in 1...40 as ClosedRange<UInt32> {
        let uniform = Philox(seed: seed, stream: 99, step: number)
        let draw = [
          pow(10, -5 + 4 * Double(uniform.uniform(0))),
          pow(2, 3 + 5 * Double(uniform.uniform(1))).rounded(), Double(Int(uniform.uniform(2) * 4)),
        ]
        let search = ParzenSearch(domains, after: trials)
        let choice =
          number <= 10
          ? draw
          : domains.indices.map { key in
            search.candidates(
              key: key, Philox(seed: seed, stream: UInt64(key + 1), step: number))[0].value
          }
        trials.append(.init(choice, .score(value(choice))))
        best = (max(best.chosen, value(choice)), max(best.drawn, value(draw)))
      }
      (chosen, drawn) = (chosen + best.chosen, drawn + best.drawn)
      if best.chosen > best.drawn { wins += 1 }
    }
    #expect(chosen > 0.7 * drawn && wins >= 13, "\(chosen), \(drawn), \(wins)")
  }

  @Test func `nothing bad is among the better ones, and what is open counts for nothing`() {
    func trials(_ outcomes: [ParzenSearch.Trial.Outcome]) -> [ParzenSearch.Trial] {
      outcomes.map { ParzenSearch.Trial([0], $0) }
    }
    #expect(ParzenSearch.best(trials([])) == [])
    #expect(ParzenSearch.best(trials([.bad, .bad, .open])) == [])
    #expect(ParzenSearch.best(trials([.bad, .score(1), .open, .score(1)])) == [1])
    let many = (0..<400).map { ParzenSearch.Trial.Outcome.score(Double($0)) }
    #expect(ParzenSearch.best(trials(many)) == Array(375..<400))
  }

  @Test func `combinations come by the sum of their gains, each once`() {
    let keys: [[(value: Double, gain: Double)]] = [
      [(0, 1), (1, 0.5), (2, -3)], [(5, 2), (6, 1.9)], [(9, 0)],
    ]
    let all = Array(BestFirst(keys))
    #expect(all.count == 6 && Set(all).count == 6)
    #expect(all.prefix(4) == [[0, 5, 9], [0, 6, 9], [1, 5, 9], [1, 6, 9]])
    #expect(Array(BestFirst([[], [(0, 0)]])).isEmpty)
  }
}
