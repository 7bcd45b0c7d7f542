import Foundation
import Glibc
import Shell
import TestSupport
import Testing

/// Whether listings and rankings say what is so.
@Suite struct AnswerTests {
  private static let runs = ExampleSetting.runs.script

  @Test func `modes are those that were found, wherever an outcome is asked for`() throws {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.runs)
      func answer(_ line: String) throws -> String {
        let result = try Program.run(["-c", line], in: folder)
        #expect(result.status == 0, "\(line): \(result.errors)")
        return result.output
      }
      #expect(try answer("runs where modes<8 columns=name | csv").contains("base"))
      #expect(try answer("runs where data.modes<8 columns=name").contains("no run is like that"))
      let found =
        try answer(
          "sql select value from metrics where name='modes' and run='base' order by step desc limit 1 | csv"
        )
        .split(separator: "\n").last.map(String.init) ?? ""
      #expect(
        try answer("runs where name=base columns=modes,data.modes | csv")
          == "modes,data.modes\n\(found),8\n")
      #expect(try answer("best by modes").contains("max(modes)"))
      #expect(try answer("runs order by modes desc columns=name,modes").contains("base"))
      #expect(try answer("runs where precision=fp32 columns=name").contains("base"))
      #expect(try answer("help runs").contains("data.modes"))
      let refused = try Program.run(["-c", "best by generator_loss"], in: folder)
      #expect(refused.status == 1 && refused.errors.contains("discriminator is weak"))
      #expect(refused.errors.contains("measures with a better end: modes, high_quality"))
      #expect(try answer("best by generator_loss lowest").contains("min(generator_loss)"))
    }
  }

  @Test func `the name of a recipe alone does not replace it by one of defaults`() throws {
    try Program.withFolder { folder in
      let first = try Program.run(["-c", "recipe plain; recipe calm lr=1e-4"], in: folder)
      #expect(first.status == 0, "a name that is free is one of defaults: \(first.errors)")
      let refused = try Program.run(["-c", "recipe calm"], in: folder)
      #expect(refused.status == 1)
      for part in ["recipe `calm` is declared already", "show recipe calm"] {
        #expect(refused.errors.contains(part), "\(refused.errors)")
      }
      let shown = try Program.run(["-c", "show recipe calm"], in: folder)
      #expect(shown.output.contains("lr=0.0001"))
    }
  }

  @Test func `runs that diverged or ended as no number are not ranked, which is said`() throws {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.runs)
      func edit(_ sql: String) throws {
        let edit = Process()
        edit.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        edit.arguments = [
          "python3", "-c",
          "import sqlite3; d = sqlite3.connect('\(folder)/gansh.sqlite'); "
            + "d.execute(\"\(sql)\"); d.commit()",
        ]
        try edit.run()
        edit.waitUntilExit()
        try #require(edit.terminationStatus == 0)
      }
      func ranked() throws -> (names: [Substring], words: String) {
        let result = try Program.run(["-c", "best by modes | csv"], in: folder)
        let rows = result.output.split(separator: "\n").dropFirst()
        return (rows.compactMap { $0.split(separator: ",").first }, result.errors)
      }
      #expect(Set(try ranked().names) == ["base", "calm"])
      try edit("update run set status='diverged' where name='base'")
      #expect(try ranked().names == ["calm"])
      #expect(try ranked().words.contains("`base` diverged or ended as no number"))
      try edit("update metricSummary set last=null, lastKind=1 where run=2")
      #expect(try ranked().names.isEmpty)
      #expect(try ranked().words.contains("`base` and 1 more diverged or ended as no number"))
    }
  }

  @Test func `a run whose process is killed is interrupted for a shell that was open before`()
    throws
  {
    try Program.withFolder { folder in
      _ = try Program.run(
        [], in: folder, input: "data ring ring modes=8\narch mine like mlp points=2 width=4")
      let process = try Program.start(
        ["-c", "run mine on ring steps=100M sample-every=200M as base"], in: folder, named: "run")
      defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
      let checkpoint = folder + "/gansh.runs/base"
      for _ in 0..<1500 where !FileManager.default.fileExists(atPath: checkpoint) { usleep(20_000) }
      let result = try Program.run(
        [], in: folder,
        input: """
          runs where status=running columns=name | csv
          !kill -9 \(process.processIdentifier); sleep 0.2
          runs where status=running columns=name | csv
          runs columns=name,status | csv
          show base
          sql select status from run
          note base "still there"
          delete base yes
          """)
      let lines = result.output.split(separator: "\n")
      #expect(lines.prefix(4) == ["name", "base", "name,status", "base,interrupted"], "\(lines)")
      #expect(result.output.contains("base: interrupted after"))
      #expect(result.errors.contains("run `base` was interrupted; `resume base` goes on with it"))
      #expect(result.status == 0 && result.output.contains("base is deleted"), "\(result.errors)")
    }
  }

  @Test func `data for programs are whole, however many rows there are`() throws {
    try Program.withFolder { folder in
      _ = try Program.run(["-c", "data ring ring"], in: folder)
      let many =
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 250000) "
        + "select i, i * 2 as j from n"
      let csv = try Program.run(["-c", "sql \(many) | csv"], in: folder)
      #expect(csv.status == 0 && csv.errors.isEmpty)
      let lines = csv.output.split(separator: "\n")
      #expect(lines.count == 250_001 && lines.last == "250000,500000")
      let json = try Program.run(["-c", "sql \(many) | json"], in: folder)
      let parsed =
        try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Int]]
      #expect(parsed?.count == 250_000 && parsed?.last == ["i": 250_000, "j": 500_000])
      let none = try Program.run(["-c", "sql select 1 as x where 0 | json"], in: folder)
      #expect(none.output == "[]\n")
      let document = try Program.run(["-c", "sql \(many) | markdown"], in: folder)
      #expect(document.status == 1 && document.errors.contains("| csv"), "\(document.errors)")
      let shown = try Program.run(["-c", "sql \(many)"], in: folder)
      #expect(shown.status == 0 && shown.errors.contains("only the first 100,000 rows"))
      #expect(shown.output.split(separator: "\n").count == 100_001)
      let fault = try Program.run(["-c", "sql select nane from run | csv"], in: folder)
      #expect(fault.status == 1 && fault.output.isEmpty && fault.errors.contains("did you mean"))
    }
  }
}
