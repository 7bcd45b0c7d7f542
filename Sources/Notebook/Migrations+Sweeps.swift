extension Migrations {
  /// A sweep and the runs that it plans, which are known before any of them begins; and of a cell the one
  /// that it was part of (`include`, `rerun`).
  ///
  /// A trial is taken by one process at a time, in one transaction. What has become of it stands in its run.
  static let sweeps = """
    ALTER TABLE cell ADD COLUMN outer INTEGER;

    CREATE TABLE sweep (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE CHECK (name <> ''),
      text TEXT NOT NULL,
      session INTEGER REFERENCES session(id) ON DELETE SET NULL,
      made TEXT NOT NULL,
      jobs INTEGER NOT NULL CHECK (jobs > 0),
      threads INTEGER NOT NULL CHECK (threads > 0),
      metric TEXT,
      direction TEXT CHECK (direction IN ('lowest', 'highest')),
      factor INTEGER CHECK (factor > 1),
      stopped TEXT,
      CHECK ((metric IS NULL) = (factor IS NULL) AND (metric IS NULL) = (direction IS NULL))
    ) STRICT;

    CREATE TABLE trial (
      id INTEGER PRIMARY KEY,
      sweep INTEGER NOT NULL REFERENCES sweep(id) ON DELETE CASCADE,
      number INTEGER NOT NULL CHECK (number > 0),
      configuration INTEGER NOT NULL CHECK (configuration > 0),
      seed INTEGER NOT NULL,
      name TEXT NOT NULL,
      settings TEXT NOT NULL,
      statement TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      steps INTEGER NOT NULL CHECK (steps > 0),
      goal INTEGER NOT NULL CHECK (goal >= steps),
      state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'taken', 'done')),
      host TEXT,
      pid INTEGER,
      processStart TEXT,
      taken TEXT,
      takings INTEGER NOT NULL DEFAULT 0,
      failure TEXT,
      run INTEGER REFERENCES run(id) ON DELETE SET NULL,
      UNIQUE (sweep, number)
    ) STRICT;
    CREATE INDEX trialByRun ON trial (run) WHERE run IS NOT NULL;

    CREATE VIEW trials AS
      SELECT sweep.name AS sweep, trial.number AS number, trial.configuration AS configuration,
        trial.seed AS seed, trial.settings AS settings, trial.state AS state, run.name AS run,
        ifnull(run.status, trial.failure) AS status
      FROM trial JOIN sweep ON sweep.id = trial.sweep LEFT JOIN run ON run.id = trial.run
      ORDER BY sweep.id, trial.number;
    """
}
