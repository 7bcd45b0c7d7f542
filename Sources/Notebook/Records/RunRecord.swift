package import Foundation
import GRDB
import TerminalText

/// Where a run stands.
package enum RunStatus: String, Sendable, Hashable, Codable, CaseIterable {
  /// A process is working on it.
  case running
  /// All planned steps are done.
  case finished
  /// Somebody stopped it at a step; it may be resumed.
  case stopped
  /// A number became NaN or infinite.
  case diverged
  /// Its process was killed; it may be resumed.
  case interrupted
  /// An error ended it.
  case failed
}

/// What is journalled before a run's first step.
package struct RunStart: Sendable, Hashable {
  package var name: String
  package var session: Int64?
  /// Ids of the declarations it was made of; nil where it was made of a preset.
  package var architecture: Int64?
  package var dataset: Int64?
  package var recipe: Int64?
  /// The whole specification, printed canonically.
  package var text: String
  package var seed: UInt64
  package var stepsPlanned: Int
  package var build: String
  package var threads: Int
  /// The backend and kernels that compute it, for readers.
  package var kernels: String
  package var host: String
  package var git: GitState?
  package var process: ProcessIdentity
  package var started: Date
  /// What its data hold; nil where that is not known.
  package var data: DataContent?
  /// What is trained: `adversarial`, `classifier` and so on.
  package var kind: String
  /// The run that it comes from, and the steps of it that it has taken over; nil for one of its own.
  package var parent: RunParent?
  /// Steps that were done of it before it begins, whose points are taken over from the parent; 0: it begins at
  /// the beginning.
  package var stepsTaken: Int
  /// Turns of dials that were made in a run before it.
  package var turns: [DialTurn]
  /// What happened at its beginning.
  package var events: [Event]

  /// An event before the first step.
  package struct Event: Sendable, Hashable {
    package var kind: String
    package var step: Int
    package var message: String
    package var json: String?

    package init(_ kind: String, step: Int, message: String, json: String? = nil) {
      (self.kind, self.step, self.message, self.json) = (kind, step, message, json)
    }
  }

  package init(
    name: String, session: Int64? = nil, architecture: Int64? = nil, dataset: Int64? = nil,
    recipe: Int64? = nil, text: String, seed: UInt64, stepsPlanned: Int,
    build: String, threads: Int, kernels: String, host: String = HostFacts.current.name,
    git: GitState? = nil, process: ProcessIdentity = .current, started: Date = .now,
    data: DataContent? = nil, kind: String = "adversarial", parent: RunParent? = nil,
    stepsTaken: Int = 0, turns: [DialTurn] = [], events: [Event] = []
  ) {
    self.name = name
    self.session = session
    self.architecture = architecture
    self.dataset = dataset
    self.recipe = recipe
    self.text = text
    self.seed = seed
    self.stepsPlanned = stepsPlanned
    self.build = build
    self.threads = threads
    self.kernels = kernels
    self.host = host
    self.git = git
    self.process = process
    self.started = started
    self.data = data
    self.kind = kind
    self.parent = parent
    self.stepsTaken = stepsTaken
    self.turns = turns
    self.events = events
  }
}

/// Where a run comes from.
package struct RunParent: Sendable, Hashable, Codable {
  package var run: Int64
  /// Steps of it that were taken over; 0: it is repeated from the beginning.
  package var step: Int

  package init(run: Int64, step: Int) { (self.run, self.step) = (run, step) }
}

/// How a run ended.
struct RunEnding: Sendable {
  var status: RunStatus
  var stepsDone: Int
  var message: String
  var ended: Date
}

/// A run as the notebook holds it.
package struct RunRecord: Sendable, Hashable, Identifiable, Codable {
  package var id: Int64
  package var name: String
  package var session: Int64?
  package var architecture: Int64?
  package var dataset: Int64?
  package var recipe: Int64?
  package var text: String
  package var seed: UInt64
  package var status: RunStatus
  package var stepsPlanned: Int
  package var stepsDone: Int
  package var started: Date
  package var ended: Date?
  /// When its process was last heard of.
  package var heartbeat: Date
  package var process: ProcessIdentity
  package var host: String
  package var build: String
  package var threads: Int
  package var kernels: String
  package var git: GitState?
  /// Why it ended, where there is something to say.
  package var message: String
  /// What its data held when it was last begun; nil in rows of older releases.
  package var data: DataContent?
  /// When it last went on; nil if it never did.
  package var resumed: Date?
  /// Seconds at work before that.
  package var worked: Double
  /// What is trained: `adversarial`.
  package var kind: String
  /// Where it comes from; nil for a run of its own, and where the other one was deleted.
  package var parent: RunParent?
}

extension RunRecord {
  /// The message of a run whose process is gone without a word.
  static let killed = "its process was killed"

  init(_ row: Row) throws {
    let field = Fields(row, of: "run")
    id = try field("id")
    name = try field("name")
    session = try field.optional("session")
    architecture = try field.optional("architecture")
    dataset = try field.optional("dataset")
    recipe = try field.optional("recipe")
    text = try field("text")
    seed = UInt64(bitPattern: try field("seed") as Int64)
    status = try field.choice("status")
    stepsPlanned = try field("stepsPlanned")
    stepsDone = try field("stepsDone")
    started = try field("started")
    ended = try field.optional("ended")
    heartbeat = try field("heartbeat")
    process = ProcessIdentity(pid: try field("pid"), start: try field("processStart"))
    host = try field("host")
    build = try field("build")
    // What no run can have would be started for every command that makes samples of it.
    threads = min(max(1, try field("threads")), 1024)
    kernels = try field("kernels")
    git = try GitState(field)
    message = try field("message")
    // A run whose process is gone is interrupted before anybody could write that down.
    if status == .running, host == HostFacts.current.name, !process.isAlive {
      (status, message) = (.interrupted, Self.killed)
    }
    data = try DataContent(field)
    resumed = try field.optional("resumed")
    worked = try field("worked")
    kind = try field("kind")
    if let run: Int64 = try field.optional("parent") {
      parent = RunParent(run: run, step: try field.optional("parentStep") ?? 0)
    }
  }

  /// Whether a process is known to work on the run: alive on this host, or on another one and
  /// heard of in the last minute.
  package var isAlive: Bool {
    guard status == .running else { return false }
    if host == HostFacts.current.name { return process.isAlive }
    return heartbeat.timeIntervalSinceNow > -60
  }

  /// `standing(status, host, pid, processStart)`, the status as `RunRecord` has it, for every connection.
  static let statusFunction = DatabaseFunction("standing", argumentCount: 4) { arguments in
    guard String.fromDatabaseValue(arguments[0]) == RunStatus.running.rawValue,
      String.fromDatabaseValue(arguments[1]) == HostFacts.current.name,
      let pid = Int.fromDatabaseValue(arguments[2]),
      let start = String.fromDatabaseValue(arguments[3]),
      !ProcessIdentity(pid: pid, start: start).isAlive
    else { return arguments[0] }
    return RunStatus.interrupted.rawValue
  }
}

extension Notebook {
  /// Journals a run before its first step.
  ///
  /// - Throws: `NotebookError.nameTaken` when a run has that name.
  package func begin(_ run: RunStart) throws(NotebookError) -> RunRecord {
    try write { db in try Self.insert(db, run, derivation) }
  }

  static func insert(
    _ db: Database, _ run: RunStart, _ derivation: ParameterDerivation?
  ) throws -> RunRecord {
    guard try findRun(db, named: run.name) == nil else {
      throw NotebookError.nameTaken(run.name)
    }
    let row = try Row.fetchOne(
      db,
      sql: """
        INSERT INTO run (name, session, architecture, dataset, recipe, text, seed, status,
          stepsPlanned, started, heartbeat, pid, processStart, host, build, threads, kernels,
          gitCommit, gitDirty, gitDiffDigest, dataDigest, labelsDigest, dataCount,
          kind, parent, parentStep, stepsDone)
        VALUES (?, ?, ?, ?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
          ?, ?, ?, ?)
        RETURNING *
        """,
      arguments: [
        run.name, run.session, run.architecture, run.dataset, run.recipe, run.text,
        Int64(bitPattern: run.seed), max(0, run.stepsPlanned), run.started, run.started,
        run.process.pid, run.process.start, run.host, run.build, run.threads, run.kernels,
        run.git?.commit, run.git?.isDirty, run.git?.diffDigest, run.data?.examples,
        run.data?.labels, run.data?.count, run.kind, run.parent?.run, run.parent?.step,
        max(0, run.stepsTaken),
      ])
    let record = try RunRecord(required(row, "run"))
    try derive(derivation, db, run: record.id, text: record.text)
    if let parent = run.parent, run.stepsTaken > 0 {
      try MetricTrack.copy(db, from: parent.run, to: record.id, upTo: run.stepsTaken)
    }
    for turn in run.turns {
      try db.execute(
        sql: """
          INSERT INTO tweak (run, dial, setting, step, session, asked) VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [record.id, turn.dial, turn.setting, turn.step, run.session, run.started])
    }
    for event in run.events {
      try insertEvent(
        db, run: record.id, step: event.step, kind: event.kind, message: event.message,
        json: event.json, time: run.started)
    }
    return record
  }

  /// Journals that a run goes on in this process, with an event.
  ///
  /// - Parameter build: the program's; the event has the one before, where that was another.
  /// - Throws: `NotebookError.stillRunning` when a process works on it, `noSuchRun`; `sweepStopped` where the
  ///   process has it from a sweep that was stopped.
  package func resume(
    run id: Int64, fromStep step: Int, stepsPlanned: Int? = nil, threads: Int? = nil,
    build: String? = nil, process: ProcessIdentity = .current, at time: Date = .now
  ) throws(NotebookError) -> RunRecord {
    try write { db in
      let run = try Self.findRun(db, id: id)
      try Self.checkIdle(run)
      try Self.checkSweep(db, of: run, process)
      // Requests that an earlier process ended without reading are not for this one.
      try db.execute(
        sql: "UPDATE request SET taken = ? WHERE run = ? AND taken IS NULL", arguments: [time, id])
      try db.execute(
        sql: """
          UPDATE run SET status = 'running', ended = NULL, message = '', heartbeat = ?, pid = ?,
            processStart = ?, host = ?, stepsDone = ?, stepsPlanned = ifnull(?, stepsPlanned),
            worked = ?, resumed = ?, threads = ifnull(?, threads), build = ifnull(?, build)
          WHERE id = ?
          """,
        arguments: [
          time, process.pid, process.start, HostFacts.current.name, max(0, step), stepsPlanned,
          run.secondsAtWork, time, threads, build, id,
        ])
      let change = build.map { $0 == run.build ? "" : " by \($0), before by \(run.build)" } ?? ""
      try Self.insertEvent(
        db, run: id, step: step, kind: "resumed",
        message: "resumed at step \(grouped(step))\(change)", json: nil, time: time)
      return try Self.findRun(db, id: id)
    }
  }

  /// Journals how a run ended; `message` says why where there is something to say.
  package func finish(
    run id: Int64, status: RunStatus, stepsDone: Int, message: String = "", at ended: Date = .now
  ) throws(NotebookError) {
    let ending = RunEnding(status: status, stepsDone: stepsDone, message: message, ended: ended)
    try write { db in try Self.finish(db, run: id, ending) }
  }

  static func finish(_ db: Database, run id: Int64, _ ending: RunEnding) throws {
    try db.execute(
      sql: """
        UPDATE run SET status = ?, stepsDone = ?, ended = ?, heartbeat = ?, message = ?
        WHERE id = ?
        """,
      arguments: [
        ending.status.rawValue, max(0, ending.stepsDone), ending.ended, ending.ended,
        ending.message, id,
      ])
  }

  /// A run by its name; nil when there is none.
  package func run(named name: String) throws(NotebookError) -> RunRecord? {
    try read { db in try Self.findRun(db, named: name) }
  }

  /// A run by its id.
  ///
  /// - Throws: `NotebookError.noSuchRun`.
  package func run(_ id: Int64) throws(NotebookError) -> RunRecord {
    try read { db in try Self.findRun(db, id: id) }
  }

  /// Every run, oldest first.
  package func runs() throws(NotebookError) -> [RunRecord] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM run ORDER BY id").map(RunRecord.init)
    }
  }

  static func findRun(_ db: Database, named name: String) throws -> RunRecord? {
    try Row.fetchOne(db, sql: "SELECT * FROM run WHERE name = ?", arguments: [name])
      .map(RunRecord.init)
  }

  static func findRun(_ db: Database, id: Int64) throws -> RunRecord {
    let row = try Row.fetchOne(db, sql: "SELECT * FROM run WHERE id = ?", arguments: [id])
    guard let row else { throw NotebookError.noSuchRun("#\(id)") }
    return try RunRecord(row)
  }

  static func checkIdle(_ run: RunRecord) throws {
    guard run.isAlive else { return }
    throw NotebookError.stillRunning(
      run: run.name, process: "process \(run.process.pid) on \(run.host)")
  }
}
