package import MetricDescriptions

/// Several runs side by side.
package struct RunComparison: Sendable, Hashable {
  package var runs: [RunRecord]
  /// Every parameter of every run: the recipe's, the architecture's, the data's, the run's, the
  /// environment's.
  package var parameters: [Parameter]
  /// Every metric that any of the runs has.
  package var metrics: [Metric]

  /// One entry of the specifications or the environment, and what it is in each run.
  package struct Parameter: Sendable, Hashable {
    /// With its owner: `lr`, `data.seed`; `generator.3.conv` is a layer.
    package var name: String
    /// As they are typed, in the order of the runs; nil where a run has no such entry.
    package var values: [String?]
    package var kind: Kind
    /// Whether the runs disagree.
    package var differs: Bool { Set(values).count > 1 }

    package init(name: String, values: [String?], kind: Kind) {
      self.name = name
      self.values = values
      self.kind = kind
    }

    package enum Kind: Sendable, Hashable {
      case setting, layer
      /// Of the machine, the program and the working directory.
      case environment
    }
  }

  /// One metric, and how it came out in each run.
  package struct Metric: Sendable, Hashable {
    package var description: MetricDescription
    package var name: String { description.name }
    /// In the order of the runs; nil where a run has no such metric.
    package var summaries: [MetricSummary?]
  }

  /// The parameters that are not the same in all runs.
  package var differences: [Parameter] { parameters.filter(\.differs) }
}

extension Notebook {
  /// Sets runs side by side: what differs between them, and how their metrics came out.
  ///
  /// The parameters are the entries of the specifications' canonical texts, under their keys, with the turns of their dials; build, host, threads, kernels and commit follow them.
  ///
  /// - Throws: `NotebookError.noSuchRun` for a name that no run has.
  package func compare(_ names: [String]) throws(NotebookError) -> RunComparison {
    var runs: [RunRecord] = []
    for name in names {
      guard let run = try run(named: name) else { throw .noSuchRun(name) }
      runs.append(run)
    }
    let found = try summaries(runs: runs.map(\.id))
    let known = runs.flatMap { found[$0.id] ?? [] }.metrics
    let metrics = known.map { metric in
      RunComparison.Metric(
        description: metric,
        summaries: runs.map { run in found[run.id]?.first { $0.name == metric.name } })
    }
    return RunComparison(
      runs: runs, parameters: try settings(of: runs) + Self.environment(of: runs),
      metrics: metrics)
  }

  private func settings(
    of runs: [RunRecord]
  ) throws(NotebookError) -> [RunComparison.Parameter] {
    let settings = Self.aligned(
      try runs.map { run throws(NotebookError) in try entries(of: run) })
    let tables = settings.map { settings in
      Dictionary(settings.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    }
    // In the order of the run that has most to say, the others' own after it.
    let longest = settings.max { $0.count < $1.count } ?? []
    var names = longest.map(\.key)
    var seen = Set(names)
    for entry in settings.joined() where seen.insert(entry.key).inserted {
      names.append(entry.key)
    }
    return names.map { name in
      RunComparison.Parameter(
        name: name,
        values: tables.map { $0[name]?.text },
        kind: tables.contains { $0[name]?.kind == .layer } ? .layer : .setting)
    }
  }

  /// What several runs are compared by: what any of them says of one network alone, all do.
  private static func aligned(_ settings: [[ParameterEntry]]) -> [[ParameterEntry]] {
    let separate = Set(
      settings.flatMap { entries in entries.shown.compactMap(\.whole) })
    return settings.map { entries in
      entries.filter { entry in
        entry.kind != .detail && !separate.contains(entry.key)
          && (entry.whole.map(separate.contains) ?? true)
      }
    }
  }

  private static func environment(of runs: [RunRecord]) -> [RunComparison.Parameter] {
    let entries: [(String, (RunRecord) -> String?)] = [
      ("host", { $0.host }), ("build", { $0.build }), ("kernels", { $0.kernels }),
      ("threads", { String($0.threads) }),
      ("commit", { $0.git.map { $0.commit + ($0.isDirty ? " (changed)" : "") } }),
      ("changes", { $0.git?.diffDigest }),
    ]
    return entries.compactMap { name, value in
      let values = runs.map(value)
      guard values.contains(where: { $0 != nil }) else { return nil }
      return RunComparison.Parameter(name: name, values: values, kind: .environment)
    }
  }
}
