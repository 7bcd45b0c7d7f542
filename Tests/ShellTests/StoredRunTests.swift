import CPUBackend
import Compilation
import Foundation
import GRDB
import Notebook
import Specification
import TestSupport
import Testing
import Training

/// Runs whose text is all that is known of them.
@Suite struct StoredRunTests {
  private func fixture(_ name: String) -> String {
    Fixture.folder.appendingPathComponent("notebooks/\(name)").path
  }

  /// What the fixtures of earlier schemas trained, by name: another default changes none of it.
  private static let fingerprints = [
    "base": "3a77b6047d9a9af5a4e5cdb2025062d8c1d02a316e88a09d87747b6dc1d67c0b",
    "brief": "b1a61d3ace1f296ade4d9006190d0212701c94c49ca90befb090afb969e65379",
    "halved": "51ea725d0f67f75b619ef94ae3984ada382ed9f57460ff7945373d885bea366e",
    "penalised": "d74a7f1cc21ee946a931b1da4125f477934133aa8bc0504537245c36318d6ee6",
    "blocks": "403bbcb69a0181f36e1720a03dc106ad582983d027ea75a16a66dd952be2ba71",
    "turned": "19a5400abbb429c391dbcf052ddf74c974fd789ef0bf488dcc9e037576a8f1ae",
    "killed": "4e19401cb0fb57f03e185d35875216be1a735d786dcbc30ddacb03b0f30c1016",
  ]

  @Test(arguments: ["v2", "v3", "v4"])
  func `a run of an earlier program has the fingerprint that it always had`(
    _ schema: String
  ) throws {
    let queue = try reading("\(schema).sqlite")
    let rows = try queue.read { try Row.fetchAll($0, sql: "SELECT name, text, seed FROM run") }
    #expect(rows.count == Self.fingerprints.count)
    for row in rows {
      let (name, text): (String, String) = (row["name"], row["text"])
      let specification = try RunSpecification(stored: text)
      #expect(specification.fingerprint == Self.fingerprints[name], "\(name)")
      #expect(Int64(bitPattern: specification.seed) == row["seed"])
      // What is printed of it now says the same.
      let again = try RunSpecification(stored: "\(specification)")
      #expect(again == specification && again.fingerprint == specification.fingerprint)
    }
  }

  /// A fixture, beside which nothing is left.
  private func reading(_ name: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    return try DatabaseQueue(
      path: URL(fileURLWithPath: fixture(name)).absoluteString + "?immutable=1",
      configuration: configuration)
  }

  @Test func `a checkpoint of an earlier program is told from others by seed and shapes`() throws {
    let queue = try reading("v3.sqlite")
    func specification(_ name: String) throws -> RunSpecification {
      let text = try queue.read { db in
        try String.fetchOne(db, sql: "SELECT text FROM run WHERE name = ?", arguments: [name])
      }
      return try RunSpecification(stored: try #require(text))
    }
    let checkpoint = try Checkpoint(
      contentsOf: URL(fileURLWithPath: fixture("v3.runs/penalised/step-00000006.safetensors")))
    #expect(checkpoint.origin == nil)
    var own = try specification("penalised")
    #expect(checkpoint.differences(from: own).isEmpty)
    own.seed += 1
    #expect(checkpoint.differences(from: own) == ["seed=4 in the checkpoint, 5 in the run"])
    var other = try specification("blocks")
    other.seed = 4
    #expect(!checkpoint.differences(from: other).isEmpty, "its shapes are others")
  }

  @Test func `a notebook that is brought up to date is kept as it was`() throws {
    try Program.withFolder { folder in
      try FileManager.default.copyItem(
        atPath: fixture("v3.sqlite"), toPath: folder + "/lab.sqlite")
      let result = try Program.run(["--notebook", "lab.sqlite", "-c", "runs"], in: folder)
      #expect(result.status == 0 && result.errors.contains("lab.v3.sqlite`"), "\(result.errors)")
      #expect(FileManager.default.fileExists(atPath: folder + "/lab.v3.sqlite"))
      let again = try Program.run(["--notebook", "lab.sqlite", "-c", "runs"], in: folder)
      #expect(again.output == result.output && again.errors.isEmpty, "\(again.errors)")
      let copy = try Program.run(["--notebook", "lab.v3.sqlite", "-c", "runs"], in: folder)
      #expect(copy.output == result.output)
    }
  }

  @Test func `a notebook of which no copy can be kept says why, and is brought up to date`() throws
  {
    try Program.withFolder { folder in
      // A name to which nothing can be added but what SQLite adds.
      let name = String(repeating: "a", count: 236) + ".sqlite"
      try FileManager.default.copyItem(
        atPath: fixture("v3.sqlite"), toPath: "\(folder)/\(name)")
      let result = try Program.run(["--notebook", name, "-c", "runs"], in: folder)
      #expect(result.errors.contains("no copy was kept: "), "\(result.errors)")
      #expect(result.status == 0 && result.output.contains("penalised"), "\(result.errors)")
    }
  }

  @Test func `a run with a keyword of a newer program lists, compares and exports`() throws {
    try Program.withRun { folder in
      let made = try Program.run(
        ["-c", "run mine on ring steps=4 batch=4 samples=4 lr=1 as other"], in: folder)
      try #require(made.status == 0, "\(made.errors)")
      let queue = try DatabaseQueue(path: folder + "/gansh.sqlite")
      try queue.write { db in
        let text =
          "replace(replace(text, 'lrelu 0.2', 'warp 3 slope=0.5'), 'ema=no', 'ema=no glow=7')"
        try db.execute(sql: "UPDATE run SET text = \(text), derivation = NULL WHERE name = 'base'")
        try db.execute(sql: "UPDATE declaration SET text = \(text) WHERE kind = 'architecture'")
      }
      try queue.close()
      for statement in [
        "runs", "runs where lr<1e-3", "show base", "compare base other", "diff base other",
        "export base to page.html", "export runs to runs.csv", "samples base to sheet.png",
        "runs where glow=7 columns=name", "runs where generator.1.warp.slope<1 columns=name",
        "arch",
        "arch twin like mlp points=2 width=4",
      ] {
        let result = try Program.run(["-c", statement], in: folder)
        let isKnown = !statement.contains("glow=7")
        #expect((result.status == 0) == isKnown, "\(statement): \(result.errors)")
      }
      let chosen = try Program.run(
        ["-c", "runs where generator.1.warp.slope<1 columns=name"], in: folder)
      #expect(chosen.output.contains("base") && !chosen.output.contains("other"))
      let compared = try Program.run(["-c", "compare base other"], in: folder)
      #expect(compared.output.contains("generator.1.warp"), "\(compared.output)")
      #expect(compared.output.contains("glow"), "\(compared.output)")
      for statement in [
        "resume base steps=8", "replay base", "samples base count=4 to x.png",
        "run mine on ring steps=4 as more",
      ] {
        let result = try Program.run(["-c", statement], in: folder)
        let word = statement.hasPrefix("run ") ? "unknown layer `warp`" : "no option `glow`"
        #expect(result.status == 1, "\(statement)")
        #expect(result.errors.contains(word), "\(statement): \(result.errors)")
      }
    }
  }

  @Test func `a run on a source of a newer program lists, compares and exports`() throws {
    try Program.withRun { folder in
      let made = try Program.run(
        ["-c", "run mine on ring steps=4 batch=4 samples=4 lr=1 as other"], in: folder)
      try #require(made.status == 0, "\(made.errors)")
      let queue = try DatabaseQueue(path: folder + "/gansh.sqlite")
      try queue.write { db in
        let text = "replace(text, ' ring modes=8', ' swarm bees=8 path=hives')"
        try db.execute(sql: "UPDATE run SET text = \(text), derivation = NULL WHERE name = 'base'")
        try db.execute(sql: "UPDATE declaration SET text = \(text) WHERE kind = 'dataset'")
      }
      try queue.close()
      for statement in [
        "runs", "show base", "compare base other", "diff base other", "data",
        "export base to page.html", "export base to base.json", "export runs to runs.csv",
        "samples base to sheet.png", "samples base count=4 to x.png",
        "runs where data.bees=8 columns=name",
      ] {
        let result = try Program.run(["-c", statement], in: folder)
        #expect(result.status == 0, "\(statement): \(result.errors)")
      }
      let compared = try Program.run(["-c", "diff base other"], in: folder)
      #expect(compared.output.contains("swarm"), "\(compared.output)")
      for statement in [
        "resume base steps=8", "replay base", "run mine on ring steps=4 as more", "show data ring",
        "data more swarm bees=8",
      ] {
        let result = try Program.run(["-c", statement], in: folder)
        #expect(result.status == 1, "\(statement)")
        #expect(
          result.errors.contains("there is no source `swarm`"), "\(statement): \(result.errors)")
      }
      try FileManager.default.createDirectory(
        atPath: folder + "/hives", withIntermediateDirectories: false)
      let written = try Program.run(["-c", "samples base to hives/x.png"], in: folder)
      #expect(written.errors.contains("would become an example of the data set `ring`"))
    }
  }

  @Test func `a repetition knows the run that it repeats`() throws {
    try Program.withRun { folder in
      let made = try Program.run(
        [], in: folder,
        input: """
          resume base steps=6
          replay base as again
          sql select r.kind, p.name, r.parentStep from run r join run p on p.id = r.parent | csv
          delete base yes
          sql select name, parent is null from run | csv
          resume again steps=8
          """)
      try #require(made.status == 0, "\(made.errors)")
      #expect(made.output.contains("adversarial,base,0"), "\(made.output)")
      #expect(made.output.contains("again,1"), "\(made.output)")
      let shown = try Program.run(["-c", "sql select text from run"], in: folder)
      #expect(shown.output.contains("steps=6"), "the text is as long as it was: \(shown.output)")
    }
  }

  @Test func `a checkpoint of another run is refused with the arguments that differ`() throws {
    try Program.withFolder { folder in
      let made = try Program.run(
        [], in: folder,
        input: """
          data ring ring modes=8
          arch mine like mlp points=2 width=4
          run mine on ring lr=1e-4 steps=4 batch=4 samples=4 as base
          """)
      try #require(made.status == 0, "\(made.errors)")
      let queue = try DatabaseQueue(path: folder + "/gansh.sqlite")
      try queue.write { db in
        try db.execute(
          sql:
            "UPDATE run SET text = replace(replace(text, 'lr=0.0001', 'lr=0.0002'), 'modes=8', 'modes=9')"
        )
      }
      try queue.close()
      let result = try Program.run(["-c", "resume base steps=8"], in: folder)
      #expect(
        result.errors.contains(
          "it was written by another run: lr=0.0001 in the checkpoint, 0.0002 in the run; "
            + "data.modes=8 in the checkpoint, 9 in the run"), "\(result.errors)")
    }
  }

  @Test func `a migration that is killed leaves the notebook whole, the old one or the new`() throws
  {
    try Program.withFolder { folder in
      let path = folder + "/lab.sqlite"
      try FileManager.default.copyItem(atPath: fixture("v3.sqlite"), toPath: path)
      let queue = try DatabaseQueue(path: path)
      try queue.write { db in
        let columns = try db.columns(in: "run").map(\.name).filter { $0 != "id" && $0 != "name" }
          .joined(separator: ", ")
        try db.execute(
          sql: """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
            INSERT INTO run (name, \(columns)) SELECT 'many-' || i, \(columns) FROM run, n
            WHERE run.name = 'blocks'
            """)
      }
      try queue.close()
      var versions: Set<Int> = []
      for delay in [20_000, 60_000, 120_000, 250_000, 500_000, 900_000] as [UInt32] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Program.path))
        process.arguments = ["--notebook", path, "-c", "runs where lr<1 | csv"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        usleep(delay)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let after = try DatabaseQueue(path: path)
        let (version, count, check) = try after.read { db in
          (
            try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0,
            try Int.fetchOne(db, sql: "SELECT count(*) FROM run WHERE text <> ''") ?? 0,
            try String.fetchOne(db, sql: "PRAGMA integrity_check")
          )
        }
        try after.close()
        versions.insert(version)
        #expect(count == 3007 && check == "ok", "after \(delay) µs")
      }
      #expect(versions.isSubset(of: [3, 10]), "\(versions)")
      let result = try Program.run(
        ["--notebook", path, "-c", "runs where lr=1e-3 columns=name | csv"], in: folder)
      let lines = result.output.split(separator: "\n").count
      #expect(result.status == 0 && lines > 3000, "\(lines) \(result.errors)")
    }
  }
}
