import Foundation
import MetricDescriptions
import Notebook

extension ComparisonReport {
  /// What was measured of samples: a row for each measure and what it was measured by, with the last value of each run.
  ///
  /// Values of one row were measured alike; those of two rows cannot be compared.
  func evaluations() -> Table {
    var table = Table(["measure", "by"] + comparison.runs.map(\.name))
    var rows: [(name: String, by: String)] = []
    for (name, conditions) in measured.flatMap(\.self).map({ ($0.name, $0.conditions) })
    where !rows.contains(where: { $0.name == name }) {
      rows.append((name, Self.words(of: conditions)))
    }
    let known = comparison.metrics.map(\.description)
    for row in rows.sorted(by: { $0.name < $1.name }) {
      let description = known.named(row.name)
      let cells = measured.map { values -> Table.Cell in
        guard let value = values.last(where: { $0.name == row.name }) else { return .none }
        let error = value.error.map { " ± \(Table.Cell($0, of: description).shown)" } ?? ""
        return .text(
          "\(Table.Cell(value.value, of: description).shown)\(error), step \(Readable.integer(value.step))"
        )
      }
      table.append([.text(Self.measure(of: row.name)), .text(row.by)] + cells)
    }
    return table
  }

  static let comparable =
    "Values of one row were measured alike. What was measured by other features, data or counts has a row of "
    + "its own, and cannot be compared."

  /// The runs with the metrics that have no row of their own there.
  var outcome: RunComparison {
    let names = Set(measured.flatMap(\.self).map(\.name))
    var outcome = comparison
    outcome.metrics.removeAll { names.contains($0.name) }
    return outcome
  }

  /// The measure without the word of its conditions.
  private static func measure(of name: String) -> String {
    String(name.prefix { $0 != "." })
  }

  /// `random, 5,000 samples beside 5,000 examples, 32x32x3`, with what tells apart what is alike in all that.
  private static func words(of conditions: String) -> String {
    guard let object = try? JSONSerialization.jsonObject(with: Data(conditions.utf8)),
      let values = object as? [String: Any]
    else { return "" }
    func text(_ key: String) -> String? {
      (values[key] as? String).flatMap { $0.isEmpty ? nil : $0 }
    }
    let counts = ["samples", "examples"].compactMap { key in
      (values[key] as? Int).map { "\(Readable.integer($0)) \(key)" }
    }
    return [
      text("features"), counts.joined(separator: " beside "), text("extent"),
      text("resizing").flatMap { $0 == "none" ? nil : $0 }, text("labels"),
      text("data").map { "data \($0.prefix(8))" },
      text("weights").map { "weights \($0.prefix(8))" },
    ].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

/// A value of an evaluation of a run.
struct MeasuredValue: Sendable {
  let name: String
  let value: Double
  let error: Double?
  let step: Int
  /// As JSON.
  let conditions: String
}
