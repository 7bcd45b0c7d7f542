import GRDB

extension Notebook {
  /// Runs that were taken from a run, oldest first: branches of it (`parent.step` above 0) and repetitions.
  package func children(ofRun id: Int64) throws(NotebookError) -> [RunRecord] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM run WHERE parent = ? ORDER BY id", arguments: [id])
        .map(RunRecord.init)
    }
  }

  /// A run, what it was taken from, what that was taken from, and so on.
  package func ancestry(of run: RunRecord) throws(NotebookError) -> [RunRecord] {
    var line = [run]
    while let parent = line.last?.parent?.run, !line.contains(where: { $0.id == parent }) {
      line.append(try self.run(parent))
    }
    return line
  }
}
