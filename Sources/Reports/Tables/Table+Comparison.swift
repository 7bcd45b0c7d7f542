import MetricDescriptions
package import Notebook

/// How runs that are set side by side are laid out.
extension Table {
  /// Where each run stands.
  package static func standing(of comparison: RunComparison) -> Table {
    var table = Table(["run", "status", "steps", "of", "started", "ended", "took"])
    for run in comparison.runs {
      table.append([
        .text(run.name), .text(run.status.rawValue), .integer(run.stepsDone),
        .integer(run.stepsPlanned), .date(run.started), run.ended.map { .date($0) } ?? .none,
        .duration(run.secondsAtWork),
      ])
    }
    return table
  }

  /// The parameters in which runs differ (or all), one a row, a column for each run.
  ///
  /// - Parameter all: whether what is the same is there too, and every layer; else layers that differ
  ///   in more than a few places are counted.
  package static func parameters(of comparison: RunComparison, all: Bool = false) -> Table {
    parameters(all ? comparison.parameters : comparison.shortDifferences, comparison)
  }

  /// Some of the parameters, one a row.
  package static func parameters(
    _ parameters: [RunComparison.Parameter], _ comparison: RunComparison
  ) -> Table {
    var table = Table(["parameter"] + comparison.runs.map(\.name))
    for parameter in parameters {
      table.append([.text(parameter.name)] + parameter.values.map { .text($0 ?? "-") })
    }
    return table
  }

  /// A row for each run: where it stands, what differs, how it came out.
  package static func runsDown(_ comparison: RunComparison, all: Bool = false) -> Table {
    let parameters = all ? comparison.parameters : comparison.shortDifferences
    // The parameter `steps` is what is planned.
    var columns =
      ["run", "status", "steps done", "started", "ended", "took"] + parameters.map(\.name)
    for metric in comparison.metrics {
      columns.append(metric.name)
      if let heading = metric.bestHeading { columns.append(heading) }
    }
    var table = Table(columns)
    for (index, run) in comparison.runs.enumerated() {
      var row: [Cell] = [
        .text(run.name), .text(run.status.rawValue), .integer(run.stepsDone), .date(run.started),
        run.ended.map { .date($0) } ?? .none, .duration(run.secondsAtWork),
      ]
      row += parameters.map { Cell(setting: $0.values[index]) }
      for metric in comparison.metrics {
        row.append(metric.cell(metric.summaries[index]?.last))
        if metric.bestHeading != nil { row.append(metric.cell(metric.best(of: index))) }
      }
      table.append(row)
    }
    return table
  }

  /// One table for programs: what differs, then the metrics.
  package static func joined(_ comparison: RunComparison, all: Bool = false) -> Table {
    var table = Table(["what"] + comparison.runs.map(\.name))
    table.append([.text("status")] + comparison.runs.map { .text($0.status.rawValue) })
    table.append([.text("steps done")] + comparison.runs.map { .integer($0.stepsDone) })
    table.append([.text("started")] + comparison.runs.map { .date($0.started) })
    table.append(
      [.text("ended")] + comparison.runs.map { run in run.ended.map { .date($0) } ?? .none })
    table.append([.text("took")] + comparison.runs.map { .duration($0.secondsAtWork) })
    for parameter in all ? comparison.parameters : comparison.differences {
      table.append([.text(parameter.name)] + parameter.values.map { Cell(setting: $0) })
    }
    for metric in comparison.metrics {
      table.append([.text(metric.name)] + metric.summaries.map { metric.cell($0?.last) })
      if let heading = metric.bestHeading {
        let indices = comparison.runs.indices
        table.append([.text(heading)] + indices.map { metric.cell(metric.best(of: $0)) })
      }
    }
    return table
  }
}

extension Table.Cell {
  /// A number where a setting is one, so that it stands to the right.
  package init(setting: String?) {
    guard let setting else {
      self = .none
      return
    }
    if let whole = Int(setting) {
      self = .integer(whole)
    } else if let number = Double(setting), number.isFinite {
      self = .number(number)
    } else if setting.contains(" from step "), setting.first != "\"" {
      self = .turned(setting)
    } else {
      self = .text(setting)
    }
  }

  /// The numbers of a turned setting as people read them, and the texts between them.
  static func pieces(ofTurned setting: String) -> [(text: String, isNumber: Bool)] {
    var pieces: [(text: String, isNumber: Bool)] = []
    var rest = setting[...]
    while !rest.isEmpty {
      var digits = rest.prefix { "0123456789.e-".contains($0) }
      // The arrow of a glide is no minus.
      if let arrow = digits.lastIndex(of: "-"), rest[arrow...].hasPrefix("->") {
        digits = digits[..<arrow]
      }
      let text = rest.dropFirst(digits.count).prefix { !"0123456789".contains($0) }
      if let number = Double(digits) {
        pieces.append((Readable.number(number, digits: 15), true))
      } else {
        pieces.append((String(digits), false))
      }
      pieces.append((String(text), false))
      rest = rest.dropFirst(digits.count + text.count)
    }
    return pieces
  }
}

extension RunComparison {
  /// More layers than these are counted, not listed.
  private static let fewLayers = 6

  /// What differs, with the layers of networks that differ in many places as a number.
  package var shortDifferences: [Parameter] {
    let layers = differences.filter { $0.kind == .layer }
    // One in the place of another is two of them, of which each run has one.
    let most = runs.indices.map { run in layers.count { $0.values[run] != nil } }.max() ?? 0
    guard most > Self.fewLayers else { return differences }
    var short = differences.filter { $0.kind != .layer }
    let end = short.firstIndex { $0.kind == .environment } ?? short.endIndex
    var networks: [Substring] = []
    for layer in layers where !networks.contains(layer.network) { networks.append(layer.network) }
    let counts = networks.map { network in
      let all = parameters.filter { $0.kind == .layer && $0.network == network }
      return Parameter(
        name: String(network),
        values: runs.indices.map { run in "\(all.filter { $0.values[run] != nil }.count) layers" },
        kind: .layer)
    }
    short.insert(contentsOf: counts, at: end)
    return short
  }
}

extension RunComparison.Parameter {
  /// Of a layer: `generator` of `generator.3.conv`.
  fileprivate var network: Substring { name.prefix { $0 != "." } }
}

extension RunComparison.Metric {
  /// One of its values in its format.
  func cell(_ value: Double?) -> Table.Cell { Table.Cell(value, of: description) }

  /// `min(fid)`; nil where neither direction is better.
  package var bestHeading: String? {
    switch description.direction {
    case .lowest: "min(\(name))"
    case .highest: "max(\(name))"
    case nil: nil
    }
  }

  /// The best value that a run had.
  package func best(of run: Int) -> Double? {
    switch description.direction {
    case .lowest: summaries[run]?.minimum
    case .highest: summaries[run]?.maximum
    case nil: nil
    }
  }
}
