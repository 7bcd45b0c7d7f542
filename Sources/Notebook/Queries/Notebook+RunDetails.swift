import GRDB

/// Everything about one run except its points and pictures.
package struct RunDetails: Sendable, Hashable {
  package var run: RunRecord
  package var session: SessionRecord?
  /// The declarations it was made of, as they were then.
  package var architecture: DeclarationRecord?
  package var dataset: DeclarationRecord?
  package var recipe: DeclarationRecord?
  package var summaries: [MetricSummary]
  package var sheets: [ArtifactRecord]
  /// What else it made: sets of samples, strips.
  package var artifacts: [ArtifactRecord]
  package var checkpoints: [CheckpointRecord]
  package var events: [EventRecord]
  package var notes: [NoteRecord]
  package var tags: [String]
}

extension Notebook {
  /// Everything about the run of that name except its points and pictures.
  ///
  /// - Throws: `NotebookError.noSuchRun`.
  package func details(ofRun name: String) throws(NotebookError) -> RunDetails {
    guard let run = try run(named: name) else { throw .noSuchRun(name) }
    return RunDetails(
      run: run, session: try run.session.flatMapTyped(session),
      architecture: try run.architecture.flatMapTyped(declaration),
      dataset: try run.dataset.flatMapTyped(declaration),
      recipe: try run.recipe.flatMapTyped(declaration),
      summaries: try summaries(run: run.id), sheets: try sampleSheets(run: run.id),
      artifacts: try artifacts(run: run.id).filter { $0.kind != .sheet },
      checkpoints: try checkpoints(run: run.id), events: try events(run: run.id),
      notes: try notes(run: run.id), tags: try tags(run: run.id))
  }

  /// A session by its id.
  package func session(_ id: Int64) throws(NotebookError) -> SessionRecord? {
    try read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM session WHERE id = ?", arguments: [id])
        .map(SessionRecord.init)
    }
  }
}

extension Optional {
  /// `flatMap` that keeps the type of what is thrown.
  fileprivate func flatMapTyped<Result>(
    _ transform: (Wrapped) throws(NotebookError) -> Result?
  ) throws(NotebookError) -> Result? {
    guard let self else { return nil }
    return try transform(self)
  }
}
