package import Foundation
import GRDB

/// What a session is when it starts: one gansh process at work in the notebook.
package struct SessionStart: Sendable, Hashable {
  package var host: HostFacts
  package var build: String
  package var threads: Int
  package var directory: String
  package var git: GitState?
  package var process: ProcessIdentity
  package var started: Date

  package init(
    host: HostFacts = .current, build: String, threads: Int, directory: String,
    git: GitState? = nil, process: ProcessIdentity = .current, started: Date = .now
  ) {
    self.host = host
    self.build = build
    self.threads = threads
    self.directory = directory
    self.git = git
    self.process = process
    self.started = started
  }
}

/// A session as the notebook holds it.
package struct SessionRecord: Sendable, Hashable, Identifiable, Codable {
  package var id: Int64
  package var host: HostFacts
  package var build: String
  package var threads: Int
  package var directory: String
  package var git: GitState?
  package var process: ProcessIdentity
  package var started: Date
  /// Nil while it lasts, and after a kill.
  package var ended: Date?
}

extension SessionRecord {
  init(_ row: Row) throws {
    let field = Fields(row, of: "session")
    id = try field("id")
    host = HostFacts(name: try field("host"), cpu: try field("cpu"))
    build = try field("build")
    threads = try field("threads")
    directory = try field("directory")
    git = try GitState(field)
    process = ProcessIdentity(pid: try field("pid"), start: try field("processStart"))
    started = try field("started")
    ended = try field.optional("ended")
  }
}

extension GitState {
  init?(_ field: Fields) throws {
    guard let commit: String = try field.optional("gitCommit") else { return nil }
    self.init(
      commit: commit, isDirty: try field.optional("gitDirty") ?? false,
      diffDigest: try field.optional("gitDiffDigest"))
  }
}

extension Notebook {
  /// Journals that a session has begun.
  ///
  /// - Parameter atOnce: whether nobody waits for it; then `.busy` where another process is in the way.
  package func begin(
    _ session: SessionStart, atOnce: Bool = false
  ) throws(NotebookError) -> SessionRecord {
    try (atOnce ? writeAtOnce : write) { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          INSERT INTO session (host, cpu, build, threads, directory, gitCommit, gitDirty,
            gitDiffDigest, pid, processStart, started)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *
          """,
        arguments: [
          session.host.name, session.host.cpu, session.build, session.threads,
          session.directory, session.git?.commit, session.git?.isDirty, session.git?.diffDigest,
          session.process.pid, session.process.start, session.started,
        ])
      return try SessionRecord(required(row, "session"))
    }
  }

  /// Journals what git says about a session's working directory, which is asked for late
  /// because asking takes longer than starting.
  package func setGit(_ git: GitState?, ofSession id: Int64) throws(NotebookError) {
    try write { db in
      try db.execute(
        sql: "UPDATE session SET gitCommit = ?, gitDirty = ?, gitDiffDigest = ? WHERE id = ?",
        arguments: [git?.commit, git?.isDirty, git?.diffDigest, id])
    }
  }

  /// Journals that a session has ended, if that can be done at once.
  package func endSession(_ id: Int64, at ended: Date = .now) throws(NotebookError) {
    try writeAtOnce { db in
      try db.execute(sql: "UPDATE session SET ended = ? WHERE id = ?", arguments: [ended, id])
    }
  }

  /// Every session, oldest first.
  package func sessions() throws(NotebookError) -> [SessionRecord] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM session ORDER BY id").map(SessionRecord.init)
    }
  }
}

/// A row that an INSERT … RETURNING must give.
func required(_ row: Row?, _ table: String) throws -> Row {
  guard let row else { throw UnexpectedValue(place: table) }
  return row
}
