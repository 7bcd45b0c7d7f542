import Foundation
import TestSupport
import Testing

/// A notebook that an earlier program made, with its checkpoints (`Fixtures/notebooks/make.sh`): all that
/// can be asked of it is answered, and every run of it goes on.
@Suite struct EarlierNotebookTests {
  private static let schemas = ["v2", "v3", "v5", "v6", "v8", "v9"]

  /// A run of a fixture, the step of its newest checkpoint, and how far it is to go on.
  struct Beginning: Sendable {
    let schema: String, run: String, from: Int, to: Int

    init(_ schema: String, _ run: String, from: Int, to: Int) {
      (self.schema, self.run, self.from, self.to) = (schema, run, from, to)
    }
  }

  private static let beginnings =
    schemas.flatMap { schema in
      [
        Beginning(schema, "base", from: 320, to: 340), Beginning(schema, "brief", from: 40, to: 60),
        Beginning(schema, "halved", from: 6, to: 8), Beginning(schema, "penalised", from: 6, to: 8),
        Beginning(schema, "blocks", from: 6, to: 8),
      ]
    } + [
      Beginning("v2", "turned", from: 35_152, to: 35_200),
      Beginning("v2", "killed", from: 25_200, to: 25_400),
      Beginning("v3", "turned", from: 19_431, to: 19_500),
      Beginning("v3", "killed", from: 11_800, to: 12_200),
      Beginning("v5", "turned", from: 35_130, to: 35_200),
      Beginning("v5", "killed", from: 28_800, to: 29_000),
      Beginning("v5", "joined", from: 6, to: 8),
      Beginning("v6", "turned", from: 12_999, to: 13_050),
      Beginning("v6", "killed", from: 13_000, to: 13_200),
      Beginning("v6", "joined", from: 6, to: 8),
      Beginning("v8", "turned", from: 12_664, to: 12_700),
      Beginning("v8", "killed", from: 10_000, to: 10_200),
      Beginning("v8", "joined", from: 6, to: 8),
      Beginning("v8", "child", from: 120, to: 130),
      Beginning("v8", "tried-1", from: 20, to: 30),
      Beginning("v9", "turned", from: 17_195, to: 17_250),
      Beginning("v9", "killed", from: 14_400, to: 14_600),
      Beginning("v9", "joined", from: 6, to: 8),
      Beginning("v9", "child", from: 120, to: 130),
      Beginning("v9", "tried-1", from: 20, to: 30),
    ]

  private func withCopy<Value>(of schema: String, _ body: (String) throws -> Value) throws -> Value
  {
    try Program.withFolder { folder in
      let fixtures = Fixture.folder.appendingPathComponent("notebooks")
      for name in ["\(schema).sqlite", "\(schema).runs"] {
        try FileManager.default.copyItem(
          at: fixtures.appendingPathComponent(name),
          to: URL(fileURLWithPath: folder).appendingPathComponent(name))
      }
      return try body(folder)
    }
  }

  @Test(arguments: schemas)
  func `every reading command answers`(_ schema: String) throws {
    try withCopy(of: schema) { folder in
      for statement in [
        "runs", "runs where status=interrupted", "show base", "show turned", "show arch block",
        "compare base brief halved penalised blocks turned killed", "diff base turned", "history",
        "best by high_quality", "plot base turned to curves.svg", "export base turned to page.html",
        "export runs to runs.csv", "samples blocks to blocks.png",
        "samples killed count=16 to killed.png",
        "filmstrip base to strip.png",
      ] {
        let result = try Program.run(
          ["--notebook", "\(schema).sqlite", "-c", statement], in: folder)
        #expect(result.status == 0, "\(statement): \(result.errors)")
        #expect(!result.errors.contains("error"), "\(statement): \(result.errors)")
      }
      let turned = try Program.run(
        ["--notebook", "\(schema).sqlite", "-c", "show turned"], in: folder)
      #expect(turned.output.contains("glr") && turned.output.contains("dlr"))
    }
  }

  @Test(arguments: beginnings)
  func `every run goes on from its newest checkpoint`(_ run: Beginning) throws {
    let schema = run.schema
    try withCopy(of: schema) { folder in
      let result = try Program.run(
        ["--notebook", "\(schema).sqlite", "-c", "resume \(run.run) steps=\(run.to)"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let digits = result.errors.replacingOccurrences(of: ",", with: "")
      #expect(digits.contains("from step \(run.from) to \(run.to)"), "\(result.errors)")
      let notes = result.errors.split(separator: "\n").filter {
        $0.contains("\(run.run) was computed by gansh 0.1.0")
          && $0.contains(", and goes on with gansh ")
      }
      #expect(notes.count == 1, "\(result.errors)")
      let rows = try Program.run(
        [
          "--notebook", "\(schema).sqlite", "-c",
          "sql select status, stepsDone from run where name = '\(run.run)' | csv",
        ], in: folder)
      #expect(rows.output.contains("finished,\(run.to)"), "\(rows.output)")
    }
  }
}
