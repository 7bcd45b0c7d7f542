package import Foundation
import GRDB
import MetricDescriptions

/// Sweeps and the runs that they plan.
extension Notebook {
  /// A sweep by its name; nil when there is none.
  package func sweep(named name: String) throws(NotebookError) -> SweepRecord? {
    try read { db in try Self.findSweep(db, named: name) }
  }

  /// All sweeps, oldest first.
  package func sweeps() throws(NotebookError) -> [SweepRecord] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM sweep ORDER BY id").map(SweepRecord.init)
    }
  }

  /// The planned runs of a sweep by their number.
  package func trials(ofSweep id: Int64) throws(NotebookError) -> [TrialRecord] {
    try read { db in try Self.trials(db, ofSweep: id) }
  }

  static func findSweep(_ db: Database, named name: String) throws -> SweepRecord? {
    try Row.fetchOne(db, sql: "SELECT * FROM sweep WHERE name = ?", arguments: [name])
      .map(SweepRecord.init)
  }

  static func trials(_ db: Database, ofSweep id: Int64) throws -> [TrialRecord] {
    let runs = try Row.fetchAll(
      db, sql: "SELECT run.* FROM run JOIN trial ON trial.run = run.id WHERE trial.sweep = ?",
      arguments: [id]
    ).map(RunRecord.init)
    let byID = Dictionary(runs.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return try Row.fetchAll(
      db, sql: "SELECT * FROM trial WHERE sweep = ? ORDER BY number", arguments: [id]
    ).map { row in
      let run: Int64? = try Fields(row, of: "trial").optional("run")
      return try TrialRecord(row, run: run.flatMap { byID[$0] })
    }
  }

  // MARK: Planning

  /// What becomes of a sweep when its statement is typed.
  package struct SweepChange: Sendable {
    package var sweep: SweepRecord
    /// Planned runs that there are, by the id of their rows, as the statement has them now.
    package var kept: [Int64: TrialPlan]
    package var added: [TrialPlan]

    package init(sweep: SweepRecord, kept: [Int64: TrialPlan] = [:], added: [TrialPlan]) {
      (self.sweep, self.kept, self.added) = (sweep, kept, added)
    }
  }

  /// Makes or widens a sweep, in one transaction with finding out what there is of it.
  ///
  /// - Parameter change: given what there is under its name.
  package func plan(
    sweepNamed name: String,
    _ change: (SweepRecord?, [TrialRecord]) throws -> SweepChange
  ) throws -> SweepRecord {
    var refusal: (any Error)?
    let sweep: SweepRecord? = try write { db in
      let before = try Self.findSweep(db, named: name)
      let wanted: SweepChange
      do {
        wanted = try change(before, try before.map { try Self.trials(db, ofSweep: $0.id) } ?? [])
      } catch {
        refusal = error
        return nil
      }
      let id = try Self.keep(db, wanted.sweep, before: before)
      for (row, plan) in wanted.kept {
        try db.execute(
          sql: """
            UPDATE trial SET configuration = ?, settings = ?, statement = ? WHERE id = ?
            """, arguments: [plan.configuration, plan.settings, plan.statement, row])
      }
      for plan in wanted.added { try Self.add(db, plan, toSweep: id) }
      try Self.renew(db, sweep: id)
      return try Self.findSweep(db, named: name)
    }
    if let refusal { throw refusal }
    guard let sweep else { throw NotebookError.noSuchRun(name) }
    return sweep
  }

  private static func keep(
    _ db: Database, _ sweep: SweepRecord, before: SweepRecord?
  ) throws -> Int64 {
    if let before {
      try db.execute(
        sql: "UPDATE sweep SET text = ?, jobs = ?, stopped = NULL WHERE id = ?",
        arguments: [sweep.text, sweep.jobs, before.id])
      return before.id
    }
    try db.execute(
      sql: """
        INSERT INTO sweep (name, text, session, made, jobs, threads, metric, direction, factor)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        sweep.name, sweep.text, sweep.session, sweep.made, sweep.jobs, sweep.threads,
        sweep.halving?.metric, sweep.halving?.direction.rawValue, sweep.halving?.factor,
      ])
    return db.lastInsertedRowID
  }

  private static func add(_ db: Database, _ plan: TrialPlan, toSweep id: Int64) throws {
    guard try findRun(db, named: plan.name) == nil else {
      throw NotebookError.nameTaken(plan.name)
    }
    try db.execute(
      sql: """
        INSERT INTO trial (sweep, number, configuration, seed, name, settings, statement,
          fingerprint, steps, goal)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        id, plan.number, plan.configuration, Int64(bitPattern: plan.seed), plan.name,
        plan.settings, plan.statement, plan.fingerprint, plan.steps, plan.goal,
      ])
  }

  /// Adds runs that were chosen by what there was of a sweep.
  ///
  /// - Parameter count: runs that there were.
  /// - Returns: false, and nothing was added, where there are others by now or no more is to be begun.
  package func add(
    _ plans: [TrialPlan], toSweep id: Int64, after count: Int
  ) throws(NotebookError) -> Bool {
    try write { db in
      let isAsItWas = try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (SELECT 1 FROM sweep WHERE id = ? AND stopped IS NULL)
            AND (SELECT count(*) FROM trial WHERE sweep = ?) = ?
          """, arguments: [id, id, count])
      guard isAsItWas == true else { return false }
      for plan in plans { try Self.add(db, plan, toSweep: id) }
      return true
    }
  }

  /// What has not done all of its steps may be taken again, unless it diverged, failed or came to its goal; so may
  /// what has no run any more.
  private static func renew(_ db: Database, sweep id: Int64) throws {
    for trial in try trials(db, ofSweep: id) where trial.state == .done || !trial.isHeld {
      switch trial.run?.status {
      case .finished where try !isWhole(db, trial): break
      case .finished, .diverged, .failed:
        if trial.state == .done { continue }
      case nil, .running, .stopped, .interrupted: break
      }
      try db.execute(
        sql: "UPDATE trial SET state = 'waiting', takings = 0, failure = NULL WHERE id = ?",
        arguments: [trial.id])
    }
  }

  /// Whether the run of a trial is finished with its steps, or before them where it was to end.
  package func isWhole(_ trial: TrialRecord) throws(NotebookError) -> Bool {
    guard trial.run?.status == .finished else { return false }
    return try read { db in try Self.isWhole(db, trial) }
  }

  private static func isWhole(_ db: Database, _ trial: TrialRecord) throws -> Bool {
    guard let run = trial.run, run.stepsDone < trial.plan.steps else { return true }
    return try Bool.fetchOne(
      db,
      sql: """
        SELECT EXISTS (SELECT 1 FROM event WHERE run = ? AND kind = 'reached' AND step = ?)
        """, arguments: [run.id, run.stepsDone]) ?? false
  }

  /// Removes a sweep and what it plans; its runs stay.
  ///
  /// - Throws: `NotebookError.stillRunning` where a process works on it.
  package func delete(sweep: SweepRecord) throws(NotebookError) {
    try write { db in
      if let held = try Self.trials(db, ofSweep: sweep.id).first(where: \.isHeld) {
        throw NotebookError.stillRunning(
          run: held.run?.name ?? held.plan.name,
          process: "process \(held.holder?.pid ?? 0) on \(held.host ?? "another host")")
      }
      try db.execute(sql: "DELETE FROM sweep WHERE id = ?", arguments: [sweep.id])
    }
  }

  // MARK: Being worked on

  /// Lets the missing runs of a sweep be taken again.
  package func reopen(sweep id: Int64, jobs: Int? = nil) throws(NotebookError) {
    try write { db in
      try db.execute(
        sql: "UPDATE sweep SET stopped = NULL, jobs = ifnull(?, jobs) WHERE id = ?",
        arguments: [jobs, id])
      try Self.renew(db, sweep: id)
    }
  }

  /// Asks that no more of a sweep is begun, and that its runs at work stop.
  ///
  /// - Returns: how many runs were asked.
  @discardableResult
  package func stop(
    sweep id: Int64, session: Int64? = nil, at time: Date = .now
  ) throws(NotebookError) -> Int {
    try write { db in
      try db.execute(sql: "UPDATE sweep SET stopped = ? WHERE id = ?", arguments: [time, id])
      let atWork = try Self.trials(db, ofSweep: id).compactMap(\.run).filter(\.isAlive)
      for run in atWork {
        try db.execute(
          sql: "INSERT INTO request (run, kind, session, asked) VALUES (?, 'stop', ?, ?)",
          arguments: [run.id, session, time])
      }
      return atWork.count
    }
  }

  /// What there is for a process to do.
  package enum Taking: Sendable {
    /// This one, which nobody else gets as long as this process lives.
    case trial(TrialRecord)
    /// Nothing now; others are at work, on whose outcome it depends whether there will be.
    case later
    case nothing
  }

  /// How often a trial is taken whose processes die of it.
  static let mostTakings = 3

  /// Takes the next run of a sweep for this process: one that waits, or whose process has died.
  package func takeTrial(
    ofSweep id: Int64, process: ProcessIdentity = .current, at time: Date = .now
  ) throws(NotebookError) -> Taking {
    try write { db in
      let sweep = try Row.fetchOne(
        db, sql: "SELECT * FROM sweep WHERE id = ?", arguments: [id]
      ).map(SweepRecord.init)
      guard let sweep, sweep.stopped == nil else { return .nothing }
      var trials = try Self.trials(db, ofSweep: id)
      if let halving = sweep.halving, trials.allSatisfy({ $0.state == .done }),
        try Self.promote(db, trials, halving)
      {
        trials = try Self.trials(db, ofSweep: id)
      }
      for trial in trials where trial.state != .done && !trial.isHeld {
        if trial.state == .taken, trial.takings >= Self.mostTakings {
          try Self.end(
            db, trial: trial.id, failure: "its process died \(trial.takings) times")
          continue
        }
        try db.execute(
          sql: """
            UPDATE trial SET state = 'taken', host = ?, pid = ?, processStart = ?, taken = ?,
              takings = takings + 1, failure = NULL WHERE id = ?
            """,
          arguments: [
            HostFacts.current.name, process.pid, process.start, time, trial.id,
          ])
        return .trial(trial)
      }
      return trials.contains(where: \.isHeld) ? .later : .nothing
    }
  }

  /// Journals the run of a trial before its first step.
  ///
  /// - Returns: nil where the trial is not this process's any more, or the sweep was stopped.
  package func begin(
    _ run: RunStart, ofTrial id: Int64
  ) throws(NotebookError) -> RunRecord? {
    try write { db in
      let isOurs = try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (SELECT 1 FROM trial JOIN sweep ON sweep.id = trial.sweep
            WHERE trial.id = ? AND trial.state = 'taken' AND trial.pid = ?
              AND trial.processStart = ? AND trial.run IS NULL AND sweep.stopped IS NULL)
          """,
        arguments: [id, run.process.pid, run.process.start])
      guard isOurs == true else { return nil }
      let record = try Self.insert(db, run, derivation)
      try db.execute(
        sql: "UPDATE trial SET run = ? WHERE id = ?", arguments: [record.id, id])
      return record
    }
  }

  /// Sees that a process which has a run from a sweep may go on with it.
  ///
  /// - Throws: `NotebookError.sweepStopped`.
  static func checkSweep(_ db: Database, of run: RunRecord, _ process: ProcessIdentity) throws {
    let isStopped = try Bool.fetchOne(
      db,
      sql: """
        SELECT EXISTS (SELECT 1 FROM trial JOIN sweep ON sweep.id = trial.sweep
          WHERE trial.run = ? AND trial.state = 'taken' AND trial.pid = ?
            AND trial.processStart = ? AND sweep.stopped IS NOT NULL)
        """, arguments: [run.id, process.pid, process.start])
    if isStopped == true { throw NotebookError.sweepStopped(run: run.name) }
  }

  /// Writes down that a trial goes no further now; nothing where the process has it no more.
  ///
  /// - Parameter failure: why it could not begin or go on; nil where its run tells.
  package func end(
    trial id: Int64, failure: String? = nil, process: ProcessIdentity = .current
  ) throws(NotebookError) {
    try write { db in
      try db.execute(
        sql: """
          UPDATE trial SET state = 'done', failure = ?
          WHERE id = ? AND state = 'taken' AND pid = ? AND processStart = ?
          """, arguments: [failure, id, process.pid, process.start])
    }
  }

  private static func end(_ db: Database, trial id: Int64, failure: String?) throws {
    try db.execute(
      sql: "UPDATE trial SET state = 'done', failure = ? WHERE id = ?", arguments: [failure, id])
  }

  /// Lets others take a trial that a process has taken and not ended; nothing where it has it no more.
  package func release(
    trial id: Int64, process: ProcessIdentity = .current
  ) throws(NotebookError) {
    try write { db in
      try db.execute(
        sql: """
          UPDATE trial SET state = 'waiting', takings = max(0, takings - 1)
          WHERE id = ? AND state = 'taken' AND pid = ? AND processStart = ?
          """, arguments: [id, process.pid, process.start])
    }
  }
}
