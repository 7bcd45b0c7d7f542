import Foundation
import Language
import MetricDescriptions
import Reports
import TerminalText
import Training

/// How far a run is, in one line: step, rate, time left, the metrics that are listed.
struct RunProgress: Sendable {
  let steps: Int
  private let clock: @Sendable () -> Double
  /// Steps done.
  private(set) var step: Int
  /// What it has told of, in the order in which it did.
  private(set) var metrics: [MetricDescription] = []
  private var values: [String: Double] = [:]
  /// Where the rate is taken from: the last few seconds.
  private var marks: [(step: Int, time: Double)]
  /// The rate while it waits after a `pause`.
  private var rateBefore: Double?

  /// Seconds over which the rate is taken.
  private static let window = 10.0

  /// - Parameter step: steps done before.
  init(from step: Int, of steps: Int, clock: @escaping @Sendable () -> Double) {
    self.steps = steps
    self.step = step
    self.clock = clock
    marks = [(step, clock())]
  }

  mutating func note(_ event: RunEvent) {
    switch event {
    case .started(let summary): (step, marks) = (summary.step, [(summary.step, clock())])
    case .metrics(let step, let values, let new):
      self.step = max(self.step, step)
      for metric in new where !metrics.contains(where: { $0.name == metric.name }) {
        metrics.append(metric)
      }
      for metric in values { self.values[metric.name] = metric.value }
      let now = clock()
      // Ten marks a second are plenty.
      if let last = marks.last, now - last.time >= 0.1 || marks.count < 2 {
        marks.append((self.step, now))
      }
      while marks.count > 2, let first = marks.first, now - first.time > Self.window {
        marks.removeFirst()
      }
    case .checkpoint(let file): step = max(step, file.step)
    case .paused(let step):
      self.step = max(self.step, step)
      rateBefore = rate
    case .proceeded: (marks, rateBefore) = ([(step, clock())], nil)
    default: break
    }
  }

  /// `1,200/20,000`.
  var brief: String { "\(grouped(step))/\(grouped(steps))" }

  /// Seconds to the end at this rate; nil before there is one.
  var remaining: Double? { rate.map { Double(steps - step) / $0 } }

  /// What a metric was last.
  func value(of metric: String) -> Double? { values[metric] }

  /// Steps a second; nil before there are two moments to tell it from.
  var rate: Double? {
    if let rateBefore { return rateBefore }
    guard let first = marks.first, step > first.step else { return nil }
    let seconds = clock() - first.time
    return seconds > 0 ? Double(step - first.step) / seconds : nil
  }

  /// `step 1,200/20,000   6%   12.3 steps/s   25 min left   G 1.234  D 0.567 …`.
  var line: String {
    var parts = ["step \(brief)"]
    if steps > 0 { parts.append("\(Int(Double(step) / Double(steps) * 100))%") }
    if let rate {
      parts.append("\(Readable.number(rate, digits: 3)) steps/s")
      parts.append("\(Readable.duration(Double(steps - step) / rate)) left")
    }
    return (parts + shown).joined(separator: "  ")
  }

  /// `20,000 steps, G 0.71, D 0.66`, for when it is over.
  func ending(at step: Int) -> String {
    ([counted(step, "step")] + shown).joined(separator: ", ")
  }

  /// `G 1.234`, `D 0.567`, …
  private var shown: [String] {
    metrics.listed.compactMap { metric in
      values[metric.name].map { "\(metric.label) \(short($0, of: metric))" }
    }
  }

  private func short(_ value: Double, of metric: MetricDescription) -> String {
    // A fixed number of decimals, so that the line does not jump.
    guard metric.format == .real, value.isFinite, abs(value) < 1e4 else {
      return Table.Cell(value, of: metric).shown
    }
    let number = String(format: "%.3f", value)
    return metric.unit.isEmpty ? number : "\(number) \(metric.unit)"
  }
}
