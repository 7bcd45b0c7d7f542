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
    // Of 1 and 2: s² = ½, s.e. = ½; with one degree of freedom 1.5 is far within 12.7 of them.
    #expect(difference.error == 0.5)
    #expect(abs((difference.half ?? 0) - 6.353) < 1e-3)
    #expect(comparison.verdict(two, one) == .tie)
  }

  @Test func `a difference is one where 0 is outside of Student's interval`() throws {
    let base = configuration(1, [1: 2, 2: 2, 3: 2])
    // Of 2, 3, 4: s.e. = 1 / √3, and 4.3027 of them are 2.48; of 1, 3, 5 twice as much.
    let far = configuration(2, [1: 4, 2: 5, 3: 6])
    let wide = configuration(3, [1: 3, 2: 5, 3: 7])
    let comparison = SweepComparison(
      keys: ["lr"], metric: modes, configurations: [base, far, wide])
    let difference = try #require(comparison.difference(far, base))
    #expect(abs((difference.half ?? 0) - 2.4841) < 1e-3)
    #expect(comparison.verdict(far, base) == .better)
    #expect(comparison.verdict(base, far) == .worse)
    #expect(comparison.verdict(wide, base) == .tie, "though beyond two standard errors")
    var least = comparison
    least.metric?.direction = .lowest
    #expect(least.verdict(far, base) == .worse)
  }

  @Test func `runs of different lengths are not compared, and the longer ones stand first`() {
    func configuration(_ number: Int, _ length: Int?, _ values: [UInt64: Double]) -> Configuration {
      Configuration(
        number: number, settings: ["\(number)e-4"], values: values, steps: length ?? 50,
        length: length, diverged: length == nil ? 2 : 0, runs: 2)
    }
    let comparison = SweepComparison(
      keys: ["lr"], metric: modes,
      configurations: [
        configuration(1, 100, [1: 4, 2: 4]), configuration(2, 400, [1: 6, 2: 7]),
        configuration(3, 200, [1: 8, 2: 8]), configuration(4, 100, [1: 5, 2: 5]),
        configuration(5, nil, [:]),
      ])
    #expect(comparison.differInLength)
    let table = Table.configurations(comparison)
    func column(_ index: Int) -> [String] { table.rows.map { $0[index].shown } }
    #expect(column(0) == ["2", "3", "4", "1", "5"])
    #expect(column(4) == ["1", "2", "3", "4", ""])
    #expect(column(7) == ["", "", "1", "", ""])
    #expect(column(8) == ["", "", "0", "", ""])
    #expect(column(9) == ["longer", "longer", "better", "the first", ""])
    let (first, second) = (comparison.configurations[0], comparison.configurations[1])
    #expect(comparison.verdict(first, second) == .shorter)
  }

  @Test func `what is within its interval is a tie, and with one pair nothing is known`() {
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

  @Test func `configurations are ranked with those of the same data`() {
    func configuration(_ number: Int, _ data: String, _ values: [UInt64: Double]) -> Configuration {
      Configuration(
        number: number, settings: [data], examples: data, values: values, steps: 100,
        runs: values.count)
    }
    let comparison = SweepComparison(
      keys: ["data"], metric: modes,
      configurations: [
        configuration(1, "ring", [1: 5, 2: 6]), configuration(2, "grid", [1: 14, 2: 15]),
        configuration(3, "ring", [1: 7, 2: 8]), configuration(4, "grid", [1: 24, 2: 24]),
      ])
    let table = Table.configurations(comparison)
    func column(_ index: Int) -> [String] { table.rows.map { $0[index].shown } }
    #expect(column(0) == ["3", "1", "4", "2"])
    #expect(column(4) == ["1", "2", "1", "2"])
    #expect(column(7) == ["2", "", "9.5", ""])
    #expect(column(9) == ["better", "the first", "better", "the first"])
  }

  @Test func `without a metric that has a better end there is what was run`() {
    let comparison = SweepComparison(
      keys: ["lr"], metric: nil, configurations: [configuration(1, [:]), configuration(2, [:])])
    #expect(Table.configurations(comparison).columns == ["configuration", "lr", "steps", "n"])
  }
}
