extension Migrations {
  /// What was measured of a run's samples, with all that it was measured by. `protocol` is the word that is a part of
  /// the metrics' names: values of two protocols are two metrics.
  static let evaluations = """
    CREATE TABLE evaluation (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      step INTEGER NOT NULL CHECK (step >= 0),
      protocol TEXT NOT NULL CHECK (protocol <> ''),
      conditions TEXT NOT NULL,
      made TEXT NOT NULL,
      seconds REAL NOT NULL
    ) STRICT;
    CREATE INDEX evaluationByRun ON evaluation (run);

    CREATE TABLE measure (
      evaluation INTEGER NOT NULL REFERENCES evaluation(id) ON DELETE CASCADE,
      name TEXT NOT NULL CHECK (name <> ''),
      value REAL,
      kind INTEGER NOT NULL DEFAULT 0 CHECK (kind BETWEEN 0 AND 3),
      error REAL,
      PRIMARY KEY (evaluation, name)
    ) STRICT, WITHOUT ROWID;

    CREATE VIEW evaluations AS
      SELECT run.name AS run, evaluation.step AS step, measure.name AS measure, measure.value AS value,
        measure.error AS error, evaluation.protocol AS protocol, evaluation.conditions AS conditions,
        evaluation.made AS made
      FROM evaluation JOIN run ON run.id = evaluation.run
        JOIN measure ON measure.evaluation = evaluation.id
      ORDER BY evaluation.id, measure.name;
    """
}
