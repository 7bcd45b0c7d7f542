import GRDB

extension Migrations {
  /// Everything that a run makes is a row of one kind: sheets on the way, sets of samples, strips, files.
  /// What kinds there are is not the schema's to say.
  static let artifacts = """
    CREATE TABLE artifact (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind <> ''),
      step INTEGER NOT NULL,
      count INTEGER NOT NULL,
      seed INTEGER,
      labels TEXT,
      truncation REAL,
      average INTEGER CHECK (average IN (0, 1)),
      options TEXT NOT NULL DEFAULT '',
      checkpoint TEXT,
      digest TEXT,
      path TEXT,
      width INTEGER,
      height INTEGER,
      threads INTEGER,
      kernels TEXT,
      build TEXT,
      session INTEGER REFERENCES session(id) ON DELETE SET NULL,
      made TEXT NOT NULL,
      content BLOB
    ) STRICT;
    CREATE UNIQUE INDEX artifactSheet ON artifact (run, step) WHERE kind = 'sheet';
    CREATE INDEX artifactByRun ON artifact (run, kind, step);
    CREATE INDEX artifactBySession ON artifact (session) WHERE session IS NOT NULL;
    """

  /// Moves the sheets, some at a time: pages that are left take the next ones, so that the file hardly grows.
  static func moveSheets(_ db: Database) throws {
    while let last = try Int64.fetchOne(
      db, sql: "SELECT max(id) FROM (SELECT id FROM sampleSheet ORDER BY id LIMIT 64)")
    {
      try db.execute(
        sql: """
          INSERT INTO artifact (id, run, kind, step, count, seed, width, height, made, content)
            SELECT id, run, 'sheet', step, count, latentSeed, width, height, made, png
            FROM sampleSheet WHERE id <= ? ORDER BY id
          """, arguments: [last])
      try db.execute(sql: "DELETE FROM sampleSheet WHERE id <= ?", arguments: [last])
    }
    // The table's name goes on to answer those who ask for it.
    try db.execute(
      sql: """
        DROP TABLE sampleSheet;
        CREATE VIEW sampleSheet AS
          SELECT id, run, step, content AS png, seed AS latentSeed, width, height, count, made
          FROM artifact WHERE kind = 'sheet';
        """)
  }
}
