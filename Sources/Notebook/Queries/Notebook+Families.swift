import GRDB

extension Notebook {
  /// Runs that were taken from a run, oldest first: branches of it (`parent.step` above 0) and repetitions.
  package func children(ofRun id: Int64) throws(NotebookError) -> [RunRecord] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM run WHERE parent = ? ORDER BY id", arguments: [id])
        .map(RunRecord.init)
    }
  }
}
