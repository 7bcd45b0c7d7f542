import GRDB

/// The table `parameter`, a cache made of the texts of runs.
extension Notebook {
  /// Makes the rows of runs whose rows were made by another derivation, or by none; a few hundred in one
  /// transaction, so that other processes wait for none of it long.
  static func derive(_ derivation: ParameterDerivation?, in database: some DatabaseWriter) throws {
    guard let derivation else { return }
    let isStale = "derivation IS NOT ?"
    let number = StatementArguments([derivation.number])
    guard
      try database.read({ db in
        try Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM run WHERE \(isStale))", arguments: number)
      }) == true
    else { return }
    var isDone = false
    while !isDone {
      isDone = try database.write { db in
        let rows = try Row.fetchAll(
          db, sql: "SELECT id, text FROM run WHERE \(isStale) LIMIT 500", arguments: number)
        for row in rows {
          let field = Fields(row, of: "run")
          let run: Int64 = try field("id")
          // What is no text has no entries.
          try derive(derivation, db, run: run, text: String.fromDatabaseValue(row["text"]) ?? "")
        }
        return rows.isEmpty
      }
    }
  }

  /// Makes the rows of one run.
  static func derive(
    _ derivation: ParameterDerivation?, _ db: Database, run: Int64, text: String
  ) throws {
    guard let derivation else { return }
    try db.execute(sql: "DELETE FROM parameter WHERE run = ?", arguments: [run])
    let insertion = try db.cachedStatement(
      sql: """
        INSERT OR IGNORE INTO parameter (run, key, position, kind, whole, text, number)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
    for (position, entry) in derivation.entries(text).enumerated() {
      try insertion.execute(arguments: [
        run, entry.key, position, entry.kind.rawValue, entry.whole, entry.text,
        entry.number.databaseValue,
      ])
    }
    try db.execute(
      sql: "UPDATE run SET derivation = ? WHERE id = ?", arguments: [derivation.number, run])
  }

  /// What a run was asked to be, with the steps that are planned now and the turns of its dials told.
  func entries(of run: RunRecord) throws(NotebookError) -> [ParameterEntry] {
    let turns = try tweaks(run: run.id).compactMap(\.turn)
    var entries: [ParameterEntry]
    if turns.isEmpty {
      entries = try read { db in
        try Row.fetchAll(
          db, sql: "SELECT * FROM parameter WHERE run = ? ORDER BY position", arguments: [run.id]
        ).map(ParameterEntry.init)
      }
    } else {
      entries = derivation?.told(run.text, turns, run.stepsDone) ?? []
    }
    // A run that was made longer plans more steps than its text.
    for index in entries.indices where entries[index].key == "steps" {
      entries[index].text = String(run.stepsPlanned)
    }
    return entries
  }

  /// Whether any run has an entry under a key. Reads the whole table where none has.
  package func hasParameter(_ key: String) throws(NotebookError) -> Bool {
    try read { db in
      try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM parameter WHERE key = ?)", arguments: [key]) ?? false
    }
  }
}

extension ParameterEntry {
  init(_ row: Row) throws {
    let field = Fields(row, of: "parameter")
    key = try field("key")
    text = try field("text")
    number = (row["number"] as DatabaseValue?).map(SQLValue.init) ?? .null
    kind = try field.choice("kind")
    whole = try field.optional("whole")
  }
}

extension Notebook {
  /// The runs whose text says so under a key, oldest first.
  package func runs(
    withParameter key: String, _ text: String
  ) throws(NotebookError) -> [RunRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT run.* FROM run JOIN parameter ON parameter.run = run.id
          WHERE parameter.key = ? AND parameter.text = ? ORDER BY run.id
          """,
        arguments: [key, text]
      ).map(RunRecord.init)
    }
  }
}
