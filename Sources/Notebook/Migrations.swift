import GRDB

/// The schema's history. Append only: a step that has shipped is never edited, since notebooks
/// made by it exist; each shipped schema has a fixture in the tests that later steps migrate.
enum Migrations {
  /// One step of the schema: its name in `grdb_migrations`, its statements, and what follows them.
  struct Step: Sendable {
    let name: String
    let sql: String
    var then: @Sendable (Database) throws -> Void = { _ in }
  }

  static let steps: [Step] = [
    Step(name: "v1", sql: v1), Step(name: "tweaks", sql: tweaks),
    Step(name: "records", sql: records), Step(name: "metrics", sql: metrics),
    Step(name: "text", sql: text), Step(name: "artifacts", sql: artifacts, then: moveSheets),
    Step(name: "turns", sql: turns), Step(name: "sweeps", sql: sweeps),
    Step(name: "evaluations", sql: evaluations), Step(name: "latents", sql: latents),
  ]

  /// The schema version that this build writes into `PRAGMA user_version`.
  static var version: Int { steps.count }

  /// `gans` in ASCII; `file(1)` and we recognise a notebook by it.
  static let applicationID: Int32 = 0x6761_6E73

  /// The steps that a schema lacks, in order, with the version after each.
  private static func missing(in db: Database) throws -> [(version: Int, step: Step)] {
    let done =
      try db.tableExists("grdb_migrations")
      ? String.fetchSet(db, sql: "SELECT identifier FROM grdb_migrations") : []
    return steps.enumerated().filter { !done.contains($1.name) }.map { ($0 + 1, $1) }
  }

  /// Whether a schema has all steps.
  static func isUpToDate(_ db: Database) throws -> Bool { try missing(in: db).isEmpty }

  /// Brings a schema up to date: all steps that are lacking in one transaction, so that a failure or a
  /// kill leaves it as it was.
  static func migrate(_ writer: some DatabaseWriter) throws {
    try writer.barrierWriteWithoutTransaction { db in
      // The pragma has no effect within a transaction.
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      let outcome = Result { try addMissingSteps(db) }
      try db.execute(sql: "PRAGMA foreign_keys = ON")
      try outcome.get()
    }
  }

  private static func addMissingSteps(_ db: Database) throws {
    try db.inTransaction(.immediate) {
      try db.execute(
        sql: "CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
      for (version, step) in try missing(in: db) {
        try db.execute(sql: step.sql)
        try step.then(db)
        try db.execute(
          sql: "INSERT INTO grdb_migrations (identifier) VALUES (?)", arguments: [step.name])
        try db.execute(sql: "PRAGMA user_version = \(version)")
      }
      try db.checkForeignKeys()
      return .commit
    }
  }

  private static let v1 = """
    CREATE TABLE session (
      id INTEGER PRIMARY KEY,
      host TEXT NOT NULL,
      cpu TEXT NOT NULL,
      build TEXT NOT NULL,
      threads INTEGER NOT NULL,
      directory TEXT NOT NULL,
      gitCommit TEXT,
      gitDirty INTEGER CHECK (gitDirty IN (0, 1)),
      gitDiffDigest TEXT,
      pid INTEGER NOT NULL,
      processStart TEXT NOT NULL,
      started TEXT NOT NULL,
      ended TEXT
    ) STRICT;

    CREATE TABLE cell (
      id INTEGER PRIMARY KEY,
      session INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      source TEXT NOT NULL,
      output TEXT NOT NULL DEFAULT '',
      started TEXT NOT NULL,
      duration REAL,
      status TEXT NOT NULL CHECK (status IN ('running', 'ok', 'error', 'interrupted')),
      UNIQUE (session, number)
    ) STRICT;

    CREATE TABLE declaration (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('dataset', 'architecture', 'recipe')),
      name TEXT NOT NULL,
      text TEXT NOT NULL,
      json TEXT NOT NULL,
      digest TEXT NOT NULL,
      session INTEGER REFERENCES session(id) ON DELETE SET NULL,
      declared TEXT NOT NULL
    ) STRICT;
    CREATE INDEX declarationByName ON declaration (kind, name, id);
    CREATE INDEX declarationBySession ON declaration (session);

    CREATE TABLE run (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE CHECK (name <> ''),
      session INTEGER REFERENCES session(id) ON DELETE SET NULL,
      architecture INTEGER REFERENCES declaration(id),
      dataset INTEGER REFERENCES declaration(id),
      recipe INTEGER REFERENCES declaration(id),
      text TEXT NOT NULL,
      json TEXT NOT NULL,
      seed INTEGER NOT NULL,
      status TEXT NOT NULL CHECK (status IN
        ('running', 'finished', 'stopped', 'diverged', 'interrupted', 'failed')),
      stepsPlanned INTEGER NOT NULL CHECK (stepsPlanned >= 0),
      stepsDone INTEGER NOT NULL DEFAULT 0 CHECK (stepsDone >= 0),
      started TEXT NOT NULL,
      ended TEXT,
      heartbeat TEXT NOT NULL,
      pid INTEGER NOT NULL,
      processStart TEXT NOT NULL,
      host TEXT NOT NULL,
      build TEXT NOT NULL,
      threads INTEGER NOT NULL,
      kernels TEXT NOT NULL,
      gitCommit TEXT,
      gitDirty INTEGER CHECK (gitDirty IN (0, 1)),
      gitDiffDigest TEXT,
      message TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX runBySession ON run (session);
    CREATE INDEX runByArchitecture ON run (architecture);
    CREATE INDEX runByDataset ON run (dataset);
    CREATE INDEX runByRecipe ON run (recipe);

    CREATE TABLE metricName (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE metric (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      name INTEGER NOT NULL REFERENCES metricName(id),
      step INTEGER NOT NULL,
      value REAL,
      kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3 AND (kind = 0) = (value IS NOT NULL)),
      time INTEGER NOT NULL,
      PRIMARY KEY (run, name, step)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE metricBucket (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      name INTEGER NOT NULL REFERENCES metricName(id),
      bucket INTEGER NOT NULL,
      count INTEGER NOT NULL,
      finite INTEGER NOT NULL,
      sum REAL NOT NULL,
      firstStep INTEGER NOT NULL,
      first REAL,
      firstKind INTEGER NOT NULL,
      lastStep INTEGER NOT NULL,
      last REAL,
      lastKind INTEGER NOT NULL,
      minimum REAL,
      minimumStep INTEGER,
      maximum REAL,
      maximumStep INTEGER,
      PRIMARY KEY (run, name, bucket)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE metricSummary (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      name INTEGER NOT NULL REFERENCES metricName(id),
      count INTEGER NOT NULL,
      finite INTEGER NOT NULL,
      mean REAL,
      firstStep INTEGER NOT NULL,
      first REAL,
      firstKind INTEGER NOT NULL,
      lastStep INTEGER NOT NULL,
      last REAL,
      lastKind INTEGER NOT NULL,
      minimum REAL,
      minimumStep INTEGER,
      maximum REAL,
      maximumStep INTEGER,
      PRIMARY KEY (run, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE sampleSheet (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      step INTEGER NOT NULL,
      png BLOB NOT NULL,
      latentSeed INTEGER NOT NULL,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      count INTEGER NOT NULL,
      made TEXT NOT NULL,
      UNIQUE (run, step)
    ) STRICT;

    CREATE TABLE checkpoint (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      step INTEGER NOT NULL,
      path TEXT NOT NULL,
      digest TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      good INTEGER NOT NULL CHECK (good IN (0, 1)),
      made TEXT NOT NULL,
      UNIQUE (run, step)
    ) STRICT;

    CREATE TABLE event (
      id INTEGER PRIMARY KEY,
      run INTEGER REFERENCES run(id) ON DELETE CASCADE,
      step INTEGER,
      kind TEXT NOT NULL,
      message TEXT NOT NULL,
      json TEXT,
      time TEXT NOT NULL
    ) STRICT;
    CREATE INDEX eventByRun ON event (run, id);

    CREATE TABLE note (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      text TEXT NOT NULL,
      time TEXT NOT NULL
    ) STRICT;
    CREATE INDEX noteByRun ON note (run, id);

    CREATE TABLE tag (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      name TEXT NOT NULL CHECK (name <> ''),
      PRIMARY KEY (run, name)
    ) STRICT, WITHOUT ROWID;
    """

  private static let tweaks = """
    CREATE TABLE tweak (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      dial TEXT NOT NULL CHECK (dial <> ''),
      setting TEXT NOT NULL,
      step INTEGER CHECK (step >= 0),
      session INTEGER REFERENCES session(id) ON DELETE SET NULL,
      asked TEXT NOT NULL
    ) STRICT;
    CREATE INDEX tweakByRun ON tweak (run, id);
    CREATE INDEX tweakBySession ON tweak (session);

    CREATE TABLE request (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind IN ('stop', 'pause', 'proceed')),
      session INTEGER REFERENCES session(id) ON DELETE SET NULL,
      asked TEXT NOT NULL,
      taken TEXT
    ) STRICT;
    CREATE INDEX requestByRun ON request (run, id);
    CREATE INDEX requestBySession ON request (session);
    """

  /// What a run's data held, and how long it was at work before it last went on. Names instead of ids
  /// for those who write SQL, steps as listings have them.
  private static let records = """
    ALTER TABLE run ADD COLUMN dataDigest TEXT;
    ALTER TABLE run ADD COLUMN labelsDigest TEXT;
    ALTER TABLE run ADD COLUMN dataCount INTEGER;
    ALTER TABLE run ADD COLUMN resumed TEXT;
    ALTER TABLE run ADD COLUMN worked REAL NOT NULL DEFAULT 0;

    CREATE VIEW metrics AS
      SELECT run.name AS run, metricName.name AS name, metric.step AS step,
        CASE metric.kind WHEN 0 THEN metric.value WHEN 2 THEN 9e999 WHEN 3 THEN -9e999 END AS value,
        metric.time / 1000.0 AS time
      FROM metric JOIN run ON run.id = metric.run JOIN metricName ON metricName.id = metric.name;

    CREATE VIEW tweaks AS
      SELECT run.name AS run, tweak.dial AS dial, tweak.setting AS setting,
        min(tweak.step, 9223372036854775806) + 1 AS step, tweak.asked AS asked
      FROM tweak JOIN run ON run.id = tweak.run;

    CREATE VIEW parameters AS
      SELECT run.name AS run, entry.key AS key, entry.value AS value
      FROM run JOIN json_each(settings(run.text, run.stepsPlanned, run.stepsDone,
        (SELECT group_concat(step || ' ' || dial || ' ' || setting, char(10)) FROM
          (SELECT * FROM tweak WHERE tweak.run = run.id AND step IS NOT NULL ORDER BY step, id))
      )) AS entry;

    CREATE INDEX runAtWork ON run (host) WHERE status = 'running';

    CREATE TABLE notebook (
      id TEXT NOT NULL CHECK (id <> ''),
      file TEXT,
      folder TEXT
    ) STRICT;
    INSERT INTO notebook (id) VALUES (lower(hex(randomblob(16))));
    """

  /// What a metric is stands beside its name; of those that programs before told, as they would have.
  private static let metrics = """
    ALTER TABLE metricName ADD COLUMN label TEXT;
    ALTER TABLE metricName ADD COLUMN family TEXT;
    ALTER TABLE metricName ADD COLUMN unit TEXT;
    ALTER TABLE metricName ADD COLUMN direction TEXT;
    ALTER TABLE metricName ADD COLUMN format TEXT;
    ALTER TABLE metricName ADD COLUMN meaning TEXT;
    ALTER TABLE metricName ADD COLUMN listed INTEGER;

    WITH known (name, label, family, unit, direction, format, meaning, listed) AS (VALUES
      ('generator_loss', 'G', 'loss', '', NULL, 'real',
        'the generator''s loss in a step, by the recipe''s objective; a low one may only mean '
          || 'that the discriminator is weak', 1),
      ('discriminator_loss', 'D', 'loss', '', NULL, 'real',
        'the discriminator''s loss in a step, with the penalty if there is one; a low one may '
          || 'only mean that the generator is weak', 1),
      ('d_real', 'D(x)', 'discriminator scores', '', NULL, 'real',
        'the mean of the discriminator''s scores D(x) of real examples, 0 fake to 1 real', 1),
      ('d_fake', 'D(G(z))', 'discriminator scores', '', NULL, 'real',
        'the mean of the discriminator''s scores D(G(z)) of fakes, 0 fake to 1 real', 1),
      ('generator_gradient_norm', '∇G', 'gradient norm', '', NULL, 'real',
        'the Euclidean norm of all gradients of the generator together', 0),
      ('discriminator_gradient_norm', '∇D', 'gradient norm', '', NULL, 'real',
        'the Euclidean norm of all gradients of the discriminator together', 0),
      ('images_per_second', 'images per second', 'images per second', 'images/s', NULL, 'real',
        'real examples that the steps just done have taken, a second', 0),
      ('modes', 'modes', 'modes', '', 'highest', 'count',
        'on `ring` and `grid`: how many modes of the data have a sample near them', 1),
      ('high_quality', 'high quality', 'high quality', '', 'highest', 'real',
        'on `ring` and `grid`: the share of samples near a mode, 0 to 1', 0),
      ('reverse_kl', 'reverse KL', 'reverse KL', 'nats', 'lowest', 'real',
        'on `ring` and `grid`: how unevenly samples are spread over the modes', 0))
    UPDATE metricName SET label = known.label, family = known.family, unit = known.unit,
      direction = known.direction, format = known.format, meaning = known.meaning,
      listed = known.listed
    FROM known WHERE known.name = metricName.name;
    """

  /// The text is the specification: what was kept of it as JSON goes, and entries made of the text come.
  /// Where data were moved to is kept as the options that say so. A run has a kind and a parent.
  private static let text = """
    DROP VIEW IF EXISTS parameters;
    ALTER TABLE run DROP COLUMN json;
    ALTER TABLE declaration DROP COLUMN json;
    ALTER TABLE declaration DROP COLUMN digest;
    ALTER TABLE run ADD COLUMN kind TEXT NOT NULL DEFAULT 'adversarial';
    ALTER TABLE run ADD COLUMN parent INTEGER REFERENCES run(id) ON DELETE SET NULL;
    ALTER TABLE run ADD COLUMN parentStep INTEGER CHECK (parentStep >= 0);
    ALTER TABLE run ADD COLUMN derivation INTEGER;
    CREATE INDEX runByParent ON run (parent) WHERE parent IS NOT NULL;
    CREATE INDEX runByDerivation ON run (derivation);

    UPDATE event SET json = json_object(
      'path', (SELECT value FROM json_tree(event.json) WHERE key = 'path' AND type = 'text'),
      'labels', (SELECT value FROM json_tree(event.json) WHERE key = 'labels' AND type = 'text'))
    WHERE kind = 'moved' AND json_valid(json);

    CREATE TABLE parameter (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      key TEXT NOT NULL,
      position INTEGER NOT NULL,
      kind TEXT NOT NULL,
      whole TEXT,
      text TEXT NOT NULL,
      number ANY CHECK (typeof(number) IN ('null', 'integer', 'real')),
      PRIMARY KEY (run, key)
    ) STRICT, WITHOUT ROWID;

    CREATE VIEW parameters AS
      SELECT run.name AS run, p.key AS key,
        CASE WHEN p.key = 'steps' THEN run.stepsPlanned WHEN instr(p.text, ':') THEN p.text
          ELSE ifnull(p.number, p.text) END AS value
      FROM run JOIN parameter p ON p.run = run.id
      WHERE NOT EXISTS (SELECT 1 FROM tweak WHERE tweak.run = run.id AND step IS NOT NULL)
        AND (p.whole IS NULL
          OR NOT EXISTS (SELECT 1 FROM parameter w WHERE w.run = p.run AND w.key = p.whole))
      UNION ALL
      SELECT run.name, entry.value ->> 0,
        CASE WHEN entry.value ->> 0 = 'steps' THEN run.stepsPlanned ELSE entry.value ->> 1 END
      FROM run JOIN json_each(settings(run.text, run.stepsDone,
        (SELECT group_concat(step || ' ' || dial || ' ' || setting, char(10)) FROM
          (SELECT * FROM tweak WHERE tweak.run = run.id AND step IS NOT NULL ORDER BY step, id))
      )) AS entry
      WHERE EXISTS (SELECT 1 FROM tweak WHERE tweak.run = run.id AND step IS NOT NULL);
    """
}
