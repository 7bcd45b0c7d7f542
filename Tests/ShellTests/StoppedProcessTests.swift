import Foundation
import GRDB
import Glibc
import TestSupport
import Testing

/// Runs whose process a signal has stopped, as other processes see them.
@Suite(.serialized) struct StoppedProcessTests {
  /// A run that a signal has stopped, while it holds the lock for writing or while it does not.
  private func withStoppedRun(
    whileItWrites: Bool, _ body: (_ folder: String, Process) throws -> Void
  ) throws {
    try Program.withFolder { folder in
      _ = try Program.run(
        [], in: folder, input: "data ring ring modes=8\narch mine like mlp points=2 width=4\n")
      let process = try Program.start(
        ["-c", "run mine on ring steps=100M batch=4 sample-every=200M as base"], in: folder,
        named: "run")
      defer { kill(process.processIdentifier, SIGKILL) }
      for _ in 0..<1000 where !FileManager.default.fileExists(atPath: folder + "/gansh.runs/base") {
        usleep(20_000)
      }
      for _ in 0..<5000 {
        usleep(7_000)
        kill(process.processIdentifier, SIGSTOP)
        usleep(1_000)
        if try isLocked(folder + "/gansh.sqlite") == whileItWrites {
          return try body(folder, process)
        }
        kill(process.processIdentifier, SIGCONT)
      }
      Issue.record("no moment was found")
    }
  }

  private func isLocked(_ path: String) throws -> Bool {
    var configuration = Configuration()
    configuration.busyMode = .immediateError
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? queue.close() }
    do {
      try queue.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE; ROLLBACK") }
      return false
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY { return true }
  }

  @Test func `what is asked of it waits, and it is said why`() throws {
    try withStoppedRun(whileItWrites: false) { folder, process in
      let pid = process.processIdentifier
      for line in ["pause base", "resume base", "stop base"] {
        let asked = try Program.bash("timeout 30 $G -c '\(line)'", in: folder)
        #expect(asked.status == 1, "\(line): \(asked.output)")
        #expect(!asked.output.contains("goes on"), "\(asked.output)")
        #expect(
          asked.errors.contains("process \(pid) does not answer; its last heartbeat is "),
          "\(asked.errors)")
        #expect(
          asked.errors.contains("a signal has stopped it; `kill -CONT \(pid)` lets it go on"),
          "\(asked.errors)")
      }
      let watched = try Program.bash("timeout -s INT 3 $G -c 'watch base'", in: folder)
      #expect(
        watched.output.contains("stopped by a signal; `kill -CONT \(pid)`"), "\(watched.output)")
      kill(pid, SIGCONT)
      process.waitUntilExit()
      let runs = try Program.run(["-c", "runs"], in: folder)
      #expect(runs.output.contains("stopped"), "\(runs.output)")
    }
  }

  @Test func `where it keeps the notebook locked that is said, and it is not waited for long`()
    throws
  {
    try withStoppedRun(whileItWrites: true) { folder, process in
      let pid = process.processIdentifier
      let begun = ContinuousClock.now
      let asked = try Program.bash("timeout 60 $G -c 'stop base'", in: folder)
      #expect(asked.status == 1)
      #expect(
        asked.errors.contains(
          "is locked by another process (\(pid)), which a signal has stopped; `kill -CONT \(pid)` "
            + "lets it go on"), "\(asked.errors)")
      // The session's row, the request, and what was typed would be waited for ten seconds each.
      #expect(begun.duration(to: .now) < .seconds(20))
      kill(pid, SIGCONT)
      let again = try Program.run(["-c", "stop base"], in: folder)
      #expect(again.status == 0, "\(again.errors)")
      process.waitUntilExit()
    }
  }
}
