import Foundation
import TestSupport
import Testing

/// A notebook that an earlier program made, with its checkpoints (`Fixtures/notebooks/make.sh`): all that
/// can be asked of it is answered, and every run of it goes on.
@Suite struct EarlierNotebookTests {
  private static let schemas = ["v2"]

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

  @Test(
    arguments: schemas,
    [
      ("base", 320, 340), ("brief", 40, 60), ("halved", 6, 8), ("penalised", 6, 8),
      ("blocks", 6, 8), ("turned", 35_152, 35_200), ("killed", 25_200, 25_400),
    ])
  func `every run goes on from its newest checkpoint`(
    _ schema: String, _ run: (name: String, from: Int, to: Int)
  ) throws {
    try withCopy(of: schema) { folder in
      let result = try Program.run(
        ["--notebook", "\(schema).sqlite", "-c", "resume \(run.name) steps=\(run.to)"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let digits = result.errors.replacingOccurrences(of: ",", with: "")
      #expect(digits.contains("from step \(run.from) to \(run.to)"), "\(result.errors)")
      let rows = try Program.run(
        [
          "--notebook", "\(schema).sqlite", "-c",
          "sql select status, stepsDone from run where name = '\(run.name)' | csv",
        ], in: folder)
      #expect(rows.output.contains("finished,\(run.to)"), "\(rows.output)")
    }
  }
}
