import MetricDescriptions
import Reports
import Testing

/// Configurations of a sweep set side by side.
@Suite struct SweepComparisonTests {
  private typealias Configuration = SweepComparison.Configuration
  private let modes = MetricDescription("modes", direction: .highest, format: .count)

  private func configuration(_ number: Int, _ values: [UInt64: Double], diverged: Int = 0)
    -> Configuration
  {
    Configuration(
      number: number, settings: ["\(number)e-4"], values: values, steps: 100, diverged: diverged,
      runs: values.count + diverged)
  }

  @Test func `means have their standard errors, by n - 1`() throws {
    let mean = try #require(SweepComparison.Mean([1, 2, 6]))
    #expect(mean.value == 3)
    // s² = (4 + 1 + 9) / 2 = 7, s.e. = √(7 / 3).
    #expect(abs((mean.error ?? 0) - (7.0 / 3).squareRoot()) < 1e-12)
    #expect(SweepComparison.Mean([5])?.error == nil)
    #expect(SweepComparison.Mean([]) == nil)
  }

  @Test func `differences are taken by pairs of common seeds`() throws {
    let one = configuration(1, [1: 2, 2: 5, 3: 7])
    let two = configuration(2, [2: 6, 3: 9, 4: 100])
    let comparison = SweepComparison(keys: ["lr"], metric: modes, configurations: [one, two])
    let difference = try #require(comparison.difference(two, one))
    #expect(difference.value == 1.5 && difference.count == 2)
    // Of 1 and 2: s² = ½, s.e. = ½; 1.5 is more than two of them.
    #expect(difference.error == 0.5)
    #expect(comparison.verdict(two, one) == .better)
    #expect(comparison.verdict(one, two) == .worse)
    var least = comparison
    least.metric?.direction = .lowest
    #expect(least.verdict(two, one) == .worse)
  }

  @Test func `within two standard errors it is a tie, and with one pair nothing is known`() {
    let base = configuration(1, [1: 2, 2: 4])
    let near = configuration(2, [1: 3, 2: 4])
    let single = configuration(3, [1: 9])
    let same = configuration(4, [1: 2, 2: 4])
    let comparison = SweepComparison(
      keys: ["lr"], metric: modes, configurations: [base, near, single, same])
    #expect(comparison.verdict(near, base) == .tie)
    #expect(comparison.verdict(single, base) == .unknown)
    #expect(comparison.verdict(same, base) == .tie)
  }

  @Test func `rows stand best first, ties and what diverged told`() {
    let comparison = SweepComparison(
      keys: ["lr"], metric: modes,
      configurations: [
        configuration(1, [1: 1, 2: 2]), configuration(2, [1: 7, 2: 8]),
        configuration(3, [:], diverged: 2), configuration(4, [1: 7, 2: 7.5]),
      ])
    let table = Table.configurations(comparison)
    #expect(
      table.columns == [
        "configuration", "lr", "steps", "n", "rank", "modes", "s.e.", "difference", "its s.e.",
        "against the first", "diverged",
      ])
    func column(_ index: Int) -> [String] { table.rows.map { $0[index].shown } }
    #expect(column(0) == ["2", "4", "1", "3"])
    #expect(column(4) == ["1", "1=", "3", ""])
    #expect(column(9) == ["better", "better", "the first", ""])
    #expect(column(10) == ["0", "0", "0", "2"])
    #expect(column(7) == ["6", "5.75", "", ""])
  }

  @Test func `without a metric that has a better end there is what was run`() {
    let comparison = SweepComparison(
      keys: ["lr"], metric: nil, configurations: [configuration(1, [:]), configuration(2, [:])])
    #expect(Table.configurations(comparison).columns == ["configuration", "lr", "steps", "n"])
  }
}
