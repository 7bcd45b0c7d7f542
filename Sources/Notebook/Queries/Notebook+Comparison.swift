/// Several runs side by side.
package struct RunComparison: Sendable, Hashable {
  package var runs: [RunRecord]
  /// Every parameter of every run, those that differ first.
  package var parameters: [Parameter]
  /// Every metric that any of the runs has.
  package var metrics: [Metric]

  /// One entry of the specifications, and what it is in each run.
  package struct Parameter: Sendable, Hashable {
    /// `recipe.generatorOptimiser.learningRate`.
    package var path: String
    /// In the order of the runs; nil where a run has no such entry.
    package var values: [String?]
    /// Whether the runs disagree.
    package var differs: Bool { Set(values).count > 1 }
  }

  /// One metric, and how it came out in each run.
  package struct Metric: Sendable, Hashable {
    package var name: String
    /// In the order of the runs; nil where a run has no such metric.
    package var summaries: [MetricSummary?]
  }

  /// The parameters that are not the same in all runs.
  package var differences: [Parameter] { parameters.filter(\.differs) }
}

extension Notebook {
  /// Sets runs side by side: what differs between them, and how their metrics came out.
  ///
  /// The parameters come from the specifications' JSON, flattened to paths; seed, build, host,
  /// threads, kernels and commit are parameters too.
  ///
  /// - Throws: `NotebookError.noSuchRun` for a name that no run has.
  package func compare(_ names: [String]) throws(NotebookError) -> RunComparison {
    var runs: [RunRecord] = []
    for name in names {
      guard let run = try run(named: name) else { throw .noSuchRun(name) }
      runs.append(run)
    }
    let found = try summaries(runs: runs.map(\.id))
    let tables = runs.map { run in
      Dictionary(Self.parameters(of: run), uniquingKeysWith: { "\($0), \($1)" })
    }
    let paths = Set(tables.flatMap(\.keys)).sorted { Self.comesBefore($0, $1) }
    let parameters = paths.map { path in
      RunComparison.Parameter(path: path, values: tables.map { $0[path] })
    }
    var metricNames: [String] = []
    for run in runs {
      for summary in found[run.id] ?? [] where !metricNames.contains(summary.name) {
        metricNames.append(summary.name)
      }
    }
    let metrics = metricNames.map { name in
      RunComparison.Metric(
        name: name,
        summaries: runs.map { run in found[run.id]?.first { $0.name == name } })
    }
    return RunComparison(
      runs: runs, parameters: parameters.filter(\.differs) + parameters.filter { !$0.differs },
      metrics: metrics)
  }

  private static func parameters(of run: RunRecord) -> [(String, String)] {
    var table = JSONValue(parsing: run.json)?.flattened.map { ($0.path, $0.value) } ?? []
    table.removeAll { $0.0 == "seed" }
    table += [
      ("seed", String(run.seed)), ("environment.build", run.build),
      ("environment.host", run.host), ("environment.threads", String(run.threads)),
      ("environment.kernels", run.kernels),
    ]
    if let git = run.git {
      table.append(("environment.commit", git.commit + (git.isDirty ? " (changed)" : "")))
      if let digest = git.diffDigest { table.append(("environment.diff", digest)) }
    }
    return table
  }

  /// By name, with numbers by value (`layers.9` before `layers.10`) and the environment last.
  private static func comesBefore(_ a: String, _ b: String) -> Bool {
    let (isLateA, isLateB) = (a.hasPrefix("environment."), b.hasPrefix("environment."))
    if isLateA != isLateB { return isLateB }
    let (partsA, partsB) = (a.split(separator: "."), b.split(separator: "."))
    for (x, y) in zip(partsA, partsB) where x != y {
      if let i = Int(x), let j = Int(y) { return i < j }
      return x < y
    }
    return partsA.count < partsB.count
  }
}
