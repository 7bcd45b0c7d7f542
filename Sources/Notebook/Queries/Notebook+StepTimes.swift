import GRDB

extension Notebook {
  /// Seconds of a step, by all that was done with an architecture, batch and number of threads; nil where
  /// that is nothing.
  package func secondsOfStep(
    architecture: Int64, batch: Int, threads: Int
  ) throws(NotebookError) -> Double? {
    let runs = try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT run.* FROM run JOIN parameter p ON p.run = run.id AND p.key = 'batch'
          WHERE run.architecture = ? AND run.threads = ? AND p.number = ? AND run.stepsDone > 0
          ORDER BY run.id DESC LIMIT 100
          """, arguments: [architecture, threads, batch]
      ).map(RunRecord.init)
    }
    let steps = runs.reduce(0) { $0 + Double($1.stepsDone) }
    let seconds = runs.reduce(0) { $0 + max(0, $1.secondsAtWork) }
    return steps > 0 && seconds > 0 ? seconds / steps : nil
  }
}
