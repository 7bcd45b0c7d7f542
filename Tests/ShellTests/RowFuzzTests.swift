import CPUBackend
import Foundation
import GRDB
import Language
import Notebook
import Shell
import Terminal
import TestSupport
import Testing

/// Notebooks whose rows somebody has edited, through every command that reads or changes rows: whatever
/// stands in a column, a command answers or says what is wrong.
///
/// `GANSH_ROWS=20000` is how many notebooks there are; `GANSH_ROWS_SEED` the first one's seed, which
/// `GANSH_ROWS_TRACE`, a file, has been told before each.
@Suite struct RowFuzzTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let count = environment["GANSH_ROWS"].flatMap { Int($0) } ?? 60
  private static let firstSeed = environment["GANSH_ROWS_SEED"].flatMap { UInt64($0) } ?? 1

  /// Of all types that SQLite has, since a table of another schema keeps any of them anywhere.
  private static let values: [any DatabaseValueConvertible & Sendable] = [
    Int64.max, Int64.min, Int64.max - 1, -1, 0, 1, 255, 1 << 53, (1 << 53) + 1, 1e308, -1e308,
    Double.leastNonzeroMagnitude,
    0.5, Double.infinity, "NaN", "", "base", "brief", "1e308", "9223372036854775808", "running",
    String(repeating: "long ", count: 40_000), "\u{1B}]0;title\u{7}\u{1B}[31mred\nline\r\u{0}end",
    "/etc/passwd", "../../outside", ".", "v2.runs/base", "v2.runs/base/step-00000320.safetensors",
    "0.0002->0.0001 over 9223372036854775807", "-1->nan over 0", "lr", "data x ring\nrecipe lr=\"",
    "{}", "[1", "9999-12-31 23:59:59.999", "-9999-01-01", "2026-02-30 25:61:61",
    Data([0, 0xFF, 0x89, 0x50]),
  ]

  private static let commands = [
    "runs", "runs where modes<8 order by min(generator_loss)", "runs where lr<1 and took>1s",
    "runs where started>2020-01-01 columns=name,status,lr,seed,modes,generator_loss@40,took",
    "runs | json", "show base", "show turned", "show killed | json", "show ring", "show mine",
    "show calm", "show 1 session=1", "compare base brief", "compare base brief turned show=all",
    "compare where steps>0", "compare base turned | csv", "diff base turned",
    "diff brief base | json",
    "best by modes", "best by last(d_real) highest limit 3", "plot base",
    "plot base turned scale=log",
    "plot base to OUT/p.svg", "plot base brief to OUT/p.png", "export runs to OUT/r.csv",
    "export base brief turned to OUT/page.html", "export base brief to OUT/page.md",
    "export base to OUT/base.jsonl", "samples base", "samples base to OUT/s.png",
    "samples halved count=4 to OUT/t.png", "samples", "samples | json", "samples 99",
    "samples 99 to OUT/made/", "samples 99 to OUT/made.npz", "samples 99 to OUT/made.png",
    "compare samples 99 halved count=4 to OUT/both.png", "compare samples base@300 base count=4",
    "sql select * from artifact limit 20", "sql select * from sampleSheet | csv",
    "filmstrip halved", "filmstrip base to OUT/f.png",
    "animate base frames=3 to OUT/a.png", "history", "history where status=error", "history | json",
    "sql select * from metrics limit 50", "sql select * from parameters | json",
    "sql select * from tweaks", "sql select * from run | csv", "jobs", "data", "arch", "recipe",
    "note base \"a remark\"", "tag base good", "rename base to other", "rename turned to ../x",
    "delete brief yes", "delete where steps>100 yes", "tune turned lr=1e-4", "stop base",
    "pause base",
    "resume base steps=330", "resume turned steps=20", "resume halved steps=8", "replay brief",
    "branch base at 300 lr=1e-4 steps=2 as other", "branch turned steps=2", "runs tree",
    "runs tree | json", "rerun 1..3 session=1", "data new ring modes=4",
    "run mine on ring steps=2 batch=4 as fresh",
    "wait",
  ]

  /// What is asked of runs that are at work.
  private static let commandsOfLiveRuns = [
    "watch", "watch base", "watch turned full", "stop base", "stop turned", "pause base",
    "pause turned", "stop base turned", "resume base", "tune turned lr=1e-4", "wait base", "wait",
    "jobs", "runs where status=running", "show base", "show turned", "rename base to other",
    "delete base yes", "replay base", "resume turned steps=36k",
  ]

  @Test func `whatever stands in the rows, every command answers or says what is wrong`() throws {
    let scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("gansh-rows-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    for index in 0..<Self.count {
      let seed = Self.firstSeed + UInt64(index)
      var dice = Dice(seed: seed)
      let folder = scratch.appendingPathComponent("notebook")
      let path = try Self.makeNotebook(in: folder)
      if index % 2 == 0 { try Self.bringUpToDate(path) }
      let edits = try Self.edit(path, &dice)
      let commands = (0..<4).map { _ in
        Self.commands[Int(dice.next() % UInt64(Self.commands.count))]
          .replacingOccurrences(of: "OUT", with: folder.path + "/out")
      }
      try Self.trace(seed, edits, commands)
      for (command, isTold) in zip(commands, Self.run(commands, in: path)) {
        #expect(isTold, "seed \(seed), \(command): \(edits)")
      }
      let around = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
      #expect(around == ["notebook"], "seed \(seed): \(edits)")
    }
  }

  /// The rows say that this very process works on the runs, which is alive and does not; what they say
  /// besides was edited, too. Soon another program ends the runs, as their own would.
  @Test func `whatever stands in the rows of a run at work, who asks it gets an answer in time`()
    throws
  {
    let scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("gansh-live-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    for index in 0..<max(1, Self.count / 3) {
      let seed = Self.firstSeed + UInt64(index)
      var dice = Dice(seed: seed)
      let path = try Self.makeNotebook(in: scratch.appendingPathComponent("notebook"))
      try Self.write(
        """
        UPDATE run SET status = 'running', ended = NULL, pid = \(getpid()), processStart = '',
          host = '\(HostFacts.current.name)' WHERE name IN ('base', 'turned')
        """, to: path)
      let edits = try Self.edit(path, &dice, tables: ["run", "run", "run", "event", "request"])
      let command = Self.commandsOfLiveRuns[index % Self.commandsOfLiveRuns.count]
      try Self.trace(seed, edits, [command])
      let end = DispatchWorkItem {
        do { try Self.write("UPDATE run SET status = 'stopped'", to: path) } catch {
          Issue.record("seed \(seed): the run cannot be ended: \(error)")
        }
      }
      DispatchQueue.global().asyncAfter(deadline: .now() + 0.3, execute: end)
      let time = ContinuousClock().measure {
        #expect(Self.run([command], in: path) == [true], "seed \(seed), \(command): \(edits)")
      }
      // A machine that is busy with other tests takes its time; 60 s are what `stop` waits for.
      #expect(time < .seconds(50), "seed \(seed), \(command): \(edits)")
      end.wait()
    }
  }

  /// A copy of a notebook with runs of every kind, in a folder that is empty but for it.
  private static func makeNotebook(in folder: URL) throws -> String {
    let source = Fixture.folder.appendingPathComponent("notebooks")
    try? FileManager.default.removeItem(at: folder)
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("out"), withIntermediateDirectories: true)
    for name in ["v2.sqlite", "v2.runs"] {
      try FileManager.default.copyItem(
        at: source.appendingPathComponent(name), to: folder.appendingPathComponent(name))
    }
    return folder.appendingPathComponent("v2.sqlite").path
  }

  /// Gives a notebook today's schema, and a set of samples.
  private static func bringUpToDate(_ path: String) throws {
    let notebook = try Notebook.open(at: path, derivation: .language)
    let run = try #require(try notebook.run(named: "halved"))
    let checkpoint = try #require(try notebook.checkpoints(run: run.id).last)
    var set = Artifact(.samples, step: checkpoint.step, count: 4, seed: 3, usesAverage: false)
    (set.checkpoint, set.digest, set.path) = (checkpoint.digest, "00", "made.npz")
    set.threads = run.threads
    let id = try notebook.record(set, run: run.id)
    try notebook.close()
    try write("UPDATE artifact SET id = 99 WHERE id = \(id)", to: path)
    let copy = path.replacingOccurrences(of: ".sqlite", with: ".v2.sqlite")
    try FileManager.default.removeItem(atPath: copy)
  }

  private static func trace(_ seed: UInt64, _ edits: [String], _ commands: [String]) throws {
    guard let trace = environment["GANSH_ROWS_TRACE"] else { return }
    try "seed \(seed)\n\(edits.joined(separator: "\n"))\n\(commands.joined(separator: "\n"))\n"
      .write(toFile: trace, atomically: false, encoding: .utf8)
  }

  /// Changes rows, whatever the schema says of values.
  private static func write(_ sql: String, to path: String) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    configuration.busyMode = .timeout(20)
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
      try db.execute(sql: sql)
    }
    try queue.close()
  }

  /// Runs commands as a script would; whether each did what it should or said why not.
  private static func run(_ commands: [String], in path: String) -> [Bool] {
    let (output, errors) = (Output(inMemoryOfWidth: 100), Output(inMemoryOfWidth: 100))
    var configuration = Session.Configuration(notebookPath: path, build: "test")
    configuration.cacheFolder = path + ".cache"
    let session = Session(configuration, output: output, errors: errors) { threads in
      CPUBackend(threads: threads)
    }
    defer { session.close() }
    return commands.map { command in
      let before = errors.shown.utf8.count
      let outcome = session.run(SourceText(name: "t", text: command))
      return outcome == .succeeded || errors.shown.utf8.count > before
    }
  }

  /// Changes one to three values of the file's rows; gives them in words.
  ///
  /// - Parameter tables: those to choose from; nil: all.
  ///
  /// Half of the files lose their checks and types first, as tables of another program would lack them.
  private static func edit(
    _ path: String, _ dice: inout Dice, tables: [String]? = nil
  ) throws -> [String] {
    if dice.next() % 2 == 0 {
      let loose = try DatabaseQueue(path: path)
      try loose.writeWithoutTransaction { db in
        try db.execute(
          sql: """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(replace(sql, 'STRICT, ', ''), ') STRICT', ')')
              WHERE type = 'table';
            PRAGMA writable_schema = RESET;
            """)
      }
      try loose.close()
    }
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? queue.close() }
    return try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
      let all = try String.fetchAll(
        db,
        sql: """
          SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
            AND name NOT LIKE 'grdb_%' ORDER BY name
          """)
      let tables = tables ?? all
      var edits: [String] = []
      for _ in 0...Int(dice.next() % 3) {
        let table = tables[Int(dice.next() % UInt64(tables.count))]
        let columns = try db.columns(in: table).map(\.name)
        let column = columns[Int(dice.next() % UInt64(columns.count))]
        let keys = try db.primaryKey(table).columns
        let rows = try Int.fetchOne(db, sql: "SELECT count(*) FROM \"\(table)\"") ?? 0
        let value = values[Int(dice.next() % UInt64(values.count))]
        // The first rows are those of the runs that are asked for.
        let limit = dice.next() % 2 == 0 ? rows : min(rows, 8)
        let row = Int(dice.next() % UInt64(max(1, limit)))
        let key = keys.map { "\"\($0)\"" }.joined(separator: ", ")
        do {
          try db.execute(
            sql: """
              UPDATE "\(table)" SET "\(column)" = ? WHERE (\(key)) =
                (SELECT \(key) FROM "\(table)" ORDER BY \(key) LIMIT 1 OFFSET \(row))
              """,
            arguments: [value])
          edits.append("\(table).\(column) of row \(row): \("\(value)".prefix(60))")
        } catch is DatabaseError {
          // The schema, or a key, rules it out.
        }
      }
      return edits
    }
  }
}

/// Numbers that differ and repeat.
private struct Dice: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ (state >> 29)) >> 3
  }
}
