import Foundation
import GRDB
import Glibc
import Notebook
import TestSupport
import Testing

/// Reading waits for nobody and leaves nothing behind, with real processes.
@Suite(.serialized) struct ReadingTests {
  private static let script = """
    data ring ring
    arch mine like mlp points=2 width=8
    run mine on ring steps=2 batch=8 as base

    """

  /// A folder with a notebook in which there is a run.
  private func withNotebook(_ body: (_ folder: String) throws -> Void) throws {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.script)
      try body(folder)
    }
  }

  private func visible(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasPrefix("gansh.sqlite") }.sorted()
  }

  // MARK: Locks and full disks

  @Test(arguments: [
    "runs", "show base", "compare base base", "sql select name from run", "history",
  ])
  func `while another process holds the lock everything can be read`(line: String) throws {
    try withNotebook { folder in
      let other = try DatabaseQueue(path: folder + "/gansh.sqlite")
      try other.inDatabase { db in
        try db.execute(sql: "BEGIN IMMEDIATE")
        let result = try Program.run(["-c", line], in: folder)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("base"))
        if line != "history" {
          #expect(result.errors.contains("not all written down"), "\(result.errors)")
        }
        try db.execute(sql: "ROLLBACK")
      }
      // The cell that asks is under way.
      let cells = try Program.run(
        ["-c", "sql select count(*) from cell where status <> 'running' | csv"], in: folder)
      #expect(cells.output.contains("\n3\n"), "\(cells.output)")
    }
  }

  @Test func `cells of the prompt are written down when the lock is free again`() throws {
    let program = try #require(Program.path)
    try withNotebook { folder in
      let terminal = try PseudoTerminal(
        program, environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("In [1]: ")
      terminal.type("runs\r")
      try terminal.expect("In [2]: ")
      let other = try DatabaseQueue(path: folder + "/gansh.sqlite")
      try other.inDatabase { db in
        try db.execute(sql: "BEGIN IMMEDIATE")
        terminal.type("show base\r")
        try terminal.expect("In [3]: ")
        try db.execute(sql: "ROLLBACK")
      }
      terminal.type("quit\r")
      _ = try terminal.waitForEnd()
      #expect(!terminal.transcript.contains("not all written down"))
      let sources = try other.read { db in
        try String.fetchAll(db, sql: "SELECT source FROM cell ORDER BY id DESC LIMIT 2")
      }
      #expect(sources == ["show base", "runs"])
    }
  }

  @Test func `what writes waits for the lock`() throws {
    try withNotebook { folder in
      let other = try DatabaseQueue(path: folder + "/gansh.sqlite")
      let process = try other.inDatabase { db in
        try db.execute(sql: "BEGIN IMMEDIATE")
        let process = try Program.start(["-c", "tag base late"], in: folder, named: "tag")
        usleep(700_000)
        #expect(process.isRunning)
        try db.execute(sql: "ROLLBACK")
        return process
      }
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      let cell = try other.read { db in
        try String.fetchAll(db, sql: "SELECT source || status FROM cell ORDER BY id DESC LIMIT 1")
      }
      #expect(cell == ["tag base lateok"])
    }
  }

  @Test(.enabled(if: SmallDisk.isAvailable, "a small disk can be mounted by root only"))
  func `on a full disk everything can be read`() throws {
    let disk = try SmallDisk(bytes: 16 << 20)
    _ = try Program.run([], in: disk.path, input: Self.script)
    try Program.withFolder { folder in
      try disk.fill(leaving: 0)
      for line in ["runs", "show base", "sql select name from run"] {
        let result = try Program.run(
          ["--notebook", disk.path + "/gansh.sqlite", "-c", line], in: folder)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("base"))
        #expect(result.errors.contains("no space is left"), "\(result.errors)")
      }
    }
  }

  // MARK: Notebooks that may not be written

  /// Runs the program as somebody who may not write, the notebook's owner or not.
  private func gansh(
    _ line: String, in folder: String, temporary: String
  ) throws -> (status: Int32, output: String, errors: String) {
    let isRoot = getuid() == 0
    let wrapper =
      (isRoot ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [])
      + ["/usr/bin/env", "TMPDIR=\(temporary)"]
    let process = try Program.start(
      ["--notebook", "lab/gansh.sqlite", "-c", line], in: folder, named: "reader",
      wrapper: wrapper)
    process.waitUntilExit()
    return (
      process.terminationStatus,
      try String(contentsOfFile: folder + "/reader.out", encoding: .utf8),
      try String(contentsOfFile: folder + "/reader.err", encoding: .utf8)
    )
  }

  /// A notebook in `lab`, owned by whoever `gansh` runs as, and a folder for temporary files.
  private func withLab(_ body: (_ folder: String, _ temporary: String) throws -> Void) throws {
    try withNotebook { folder in
      let files = FileManager.default
      for name in ["lab", "temporary"] {
        try files.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        chmod("\(folder)/\(name)", 0o777)
      }
      try files.moveItem(
        atPath: folder + "/gansh.sqlite", toPath: folder + "/lab/gansh.sqlite")
      chmod(folder, 0o777)
      if getuid() == 0 { chown(folder + "/lab/gansh.sqlite", 65534, 65534) }
      defer { chmod(folder + "/lab", 0o777) }
      try body(folder, folder + "/temporary")
    }
  }

  @Test(arguments: ["file", "folder"])
  func `reading a notebook that may not be written leaves nothing`(_ what: String) throws {
    try withLab { folder, temporary in
      let path = folder + "/lab/gansh.sqlite"
      chmod(path, what == "file" ? 0o444 : 0o666)
      chmod(folder + "/lab", what == "folder" ? 0o555 : 0o777)
      for line in ["runs", "show base", "sql select name from run"] {
        let result = try gansh(line, in: folder, temporary: temporary)
        #expect(result.status == 0 && result.output.contains("base"), "\(result.errors)")
      }
      #expect(try visible(in: folder + "/lab") == ["gansh.sqlite"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
      chmod(folder + "/lab", 0o777)
      chmod(path, 0o644)
      let after = try gansh("note base \"x\"", in: folder, temporary: temporary)
      #expect(after.status == 0, "\(after.errors)")
    }
  }

  @Test(arguments: [0o555, 0o777] as [mode_t])
  func `what waits in the WAL of a killed process is read, and stays there`(mode: mode_t) throws {
    try withLab { folder, temporary in
      let path = folder + "/lab/gansh.sqlite"
      let writer = try DatabaseQueue(path: path)
      try writer.write { try $0.execute(sql: "UPDATE run SET name = 'renamed'") }
      // As they lie after a kill: the WAL without its index.
      let files = FileManager.default
      for suffix in ["", "-wal"] {
        try files.copyItem(atPath: path + suffix, toPath: path + ".kept" + suffix)
      }
      try writer.close()
      for suffix in ["", "-wal"] {
        try? files.removeItem(atPath: path + suffix)
        try files.moveItem(atPath: path + ".kept" + suffix, toPath: path + suffix)
        chmod(path + suffix, 0o444)
      }
      let wal = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
      #expect(!wal.isEmpty)
      chmod(folder + "/lab", mode)
      for line in ["runs", "sql select name from run"] {
        let result = try gansh(line, in: folder, temporary: temporary)
        #expect(result.status == 0 && result.output.contains("renamed"), "\(result.errors)")
      }
      #expect(try visible(in: folder + "/lab") == ["gansh.sqlite", "gansh.sqlite-wal"])
      #expect(try Data(contentsOf: URL(fileURLWithPath: path + "-wal")) == wal)
      #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
    }
  }

  @Test func `a leftover that may not be written is no harm once the notebook may be`() throws {
    try withLab { folder, temporary in
      let path = folder + "/lab/gansh.sqlite"
      for suffix in ["-wal", "-shm"] {
        let size = suffix == "-shm" ? 32768 : 0
        try Data(count: size).write(to: URL(fileURLWithPath: path + suffix))
        if getuid() == 0 { chown(path + suffix, 65534, 65534) }
        chmod(path + suffix, 0o444)
      }
      chmod(path, 0o644)
      for line in ["runs", "note base \"x\"", "runs"] {
        let result = try gansh(line, in: folder, temporary: temporary)
        #expect(result.status == 0, "\(result.errors)")
        #expect(!result.errors.contains("only be read"))
      }
      #expect(try visible(in: folder + "/lab") == ["gansh.sqlite"])
    }
  }

  @Test func `a read-only notebook of an older schema is read, and nothing is copied`() throws {
    try withLab { folder, temporary in
      let path = folder + "/lab/gansh.sqlite"
      try FileManager.default.removeItem(atPath: path)
      let fixtures = Fixture.folder.appendingPathComponent("notebooks")
      try FileManager.default.copyItem(
        atPath: fixtures.appendingPathComponent("v1.sqlite").path, toPath: path)
      chmod(path, 0o444)
      let result = try gansh("runs", in: folder, temporary: temporary)
      #expect(result.status == 0, "\(result.errors)")
      let asked = try gansh("sql select count(*) from tweak", in: folder, temporary: temporary)
      #expect(asked.status == 0, "\(asked.errors)")
      #expect(try visible(in: folder + "/lab") == ["gansh.sqlite"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
    }
  }

  @Test func `a notebook that may not be read says so`() throws {
    try withLab { folder, temporary in
      chmod(folder + "/lab/gansh.sqlite", 0)
      let result = try gansh("runs", in: folder, temporary: temporary)
      #expect(result.status == 1)
      #expect(result.errors.contains("cannot be read: "), "\(result.errors)")
    }
  }
}
