import Language
import Metrics
import Reports
import Specification
import TerminalText

/// How well the classifiers of a study tell what they have not seen.
struct StudyResult {
  /// What a classifier was measured on.
  enum Place: Hashable {
    case validation
    case unseen
    /// The unseen examples, damaged.
    case damaged(String)
  }

  /// What damage the unseen examples are told after, beside none.
  static let damages = ["noise:25", "blur:1", "jpeg:20"]

  let plan: StudyPlan
  /// Balanced accuracies, by run.
  private(set) var scores: [String: [Place: Double]] = [:]

  init(of plan: StudyPlan) { self.plan = plan }

  mutating func note(_ score: Double, of run: String, on place: Place) {
    scores[run, default: [:]][place] = score
  }

  // MARK: Figures

  /// The values of an arm, a seed after the other.
  private func values(
    _ arm: StudyArm, _ size: Int, _ ratio: Double?, on place: Place
  ) -> [Double?] {
    (1...plan.seeds).map { seed in
      let trial = plan.classifiers.first {
        $0.arm == arm && $0.size == size && $0.seed == seed && $0.ratio == ratio
      }
      return trial.flatMap { scores[$0.name]?[place] }
    }
  }

  /// The ratio that is the best on validation, over all seeds.
  func ratio(of arm: StudyArm, _ size: Int) -> Double? {
    plan.ratios(of: arm).compactMap(\.self).max { one, other in
      func mean(_ ratio: Double) -> Double {
        let known = values(arm, size, ratio, on: .validation).compactMap(\.self)
        return known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
      }
      return mean(one) < mean(other)
    }
  }

  struct Row {
    let arm: StudyArm
    let size: Int
    let ratio: Double?
    let mean: StudentInterval
    /// The difference to the examples alone, seed by seed; nil of these themselves.
    let gain: StudentInterval?
    let damaged: [StudentInterval?]
  }

  /// A row for each size and arm, and one of all examples.
  var rows: [Row] {
    var rows: [Row] = []
    for size in plan.sizes {
      let base = values(.none, size, nil, on: .unseen)
      for arm in plan.arms {
        let ratio = ratio(of: arm, size)
        let own = values(arm, size, ratio, on: .unseen)
        guard let mean = StudentInterval(own.compactMap(\.self)) else { continue }
        let differences = zip(own, base).compactMap { own, base in
          own.flatMap { own in base.map { own - $0 } }
        }
        rows.append(
          Row(
            arm: arm, size: size, ratio: ratio, mean: mean,
            gain: arm == .none ? nil : StudentInterval(differences),
            damaged: Self.damages.map { damage in
              StudentInterval(values(arm, size, ratio, on: .damaged(damage)).compactMap(\.self))
            }))
      }
    }
    if let mean = StudentInterval(
      values(.ceiling, 0, nil, on: .unseen).compactMap(\.self))
    {
      rows.append(
        Row(
          arm: .ceiling, size: 0, ratio: nil, mean: mean, gain: nil,
          damaged: Self.damages.map { damage in
            StudentInterval(values(.ceiling, 0, nil, on: .damaged(damage)).compactMap(\.self))
          }))
    }
    return rows
  }

  // MARK: Telling

  /// Points of a hundred.
  private static func points(_ share: Double) -> Double { share * 100 }

  /// - Parameter generated: what is known of generated examples, beside the arms that have some; nil: nothing.
  func table(with generated: StudyGenerated? = nil) -> Table {
    // What a narrow terminal has no room for is taken from the middle.
    var table = Table(
      ["of each class", "arm", "added for each"] + Self.damages.map { "after \($0)" }
        + (generated?.columns ?? []) + ["balanced accuracy", "±", "gain", "gain ±"])
    for row in rows {
      let made =
        row.arm.isOfGenerated ? row.ratio.flatMap { generated?.cells(row.size, $0) } : nil
      table.append(
        [
          row.arm == .ceiling ? .text("all") : .integer(row.size), .text(row.arm.text),
          row.ratio.map { .number($0) } ?? .none,
        ]
          + row.damaged.map { interval -> Table.Cell in
            interval.map { .percent($0.mean) } ?? .none
          }
          + (made ?? (generated?.columns ?? []).map { _ in .none })
          + [
            .percent(row.mean.mean), row.mean.half.map { .percent($0) } ?? .none,
            row.gain.map { .percent($0.mean) } ?? .none,
            (row.gain?.half).map { .percent($0) } ?? .none,
          ])
    }
    return table
  }

  /// What was found, size by size, and what it has to be taken with.
  var verdict: [String] {
    findings + (guessing.map { [$0] } ?? []) + (plan.seeds < 5 ? [caution] : [])
  }

  /// Where all examples teach a classifier nothing, there is nothing to gain.
  private var guessing: String? {
    guard let ceiling = rows.first(where: { $0.arm == .ceiling })?.mean,
      ceiling.mean - (ceiling.half ?? 0) <= 0.5
    else { return nil }
    let half = ceiling.half.map { " ± \(printed((Self.points($0) * 10).rounded() / 10))" } ?? ""
    return
      "a classifier of all examples tells \(printed((Self.points(ceiling.mean) * 10).rounded() / 10))\(half)%, "
      + "which cannot be distinguished from guessing (50%): gains mean little"
  }

  private var caution: String {
    "of \(plan.seeds == 1 ? "one seed" : "\(grouped(plan.seeds)) seeds"): a difference of a point or two takes five and more"
  }

  private var findings: [String] {
    plan.sizes.compactMap { size in
      let parts = rows.filter { $0.size == size }.compactMap { row -> String? in
        guard let gain = row.gain else { return nil }
        func told(_ value: Double) -> String {
          let tenths = (Self.points(abs(value)) * 10).rounded() / 10
          return printed(tenths)
        }
        guard let half = gain.half, let isDistinct = gain.isDistinct else {
          let difference =
            told(gain.mean) == "0"
            ? ": no difference" : " \(gain.mean < 0 ? "loses" : "gains") \(told(gain.mean)) points"
          return "\(row.arm.text)\(difference) with the one seed there is"
        }
        guard isDistinct else {
          return
            "\(row.arm.text): no measurable gain (\(gain.mean < 0 ? "-" : "")\(told(gain.mean)) ± \(told(half)) points)"
        }
        return
          "\(row.arm.text) \(gain.mean < 0 ? "loses" : "gains") \(told(gain.mean)) ± \(told(half)) points"
      }
      guard !parts.isEmpty else { return nil }
      return "with \(grouped(size)) of each class: " + parts.joined(separator: "; ")
    }
  }
}
