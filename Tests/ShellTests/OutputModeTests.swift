import Foundation
import Language
import Shell
import TestSupport
import Testing

/// Rows in every form that can be asked for.
@Suite struct OutputModeTests {
  private func answer(_ arguments: [String], _ script: String) throws -> Program.Result {
    try Program.withFolder { folder in
      try Program.run(arguments, in: folder, input: ExampleSetting.declarations.script + script)
    }
  }

  private static let query = "sql select name, kind as \"a_b\" from declaration where name = 'ring'"

  @Test(arguments: [
    (OutputMode.plain, "name  a_b\nring  dataset\n"),
    (
      .box,
      "┌──────┬─────────┐\n│ name │ a_b     │\n├──────┼─────────┤\n│ ring │ dataset │\n"
        + "└──────┴─────────┘\n"
    ), (.csv, "name,a_b\nring,dataset\n"),
    (.json, "[\n  {\"name\": \"ring\", \"a_b\": \"dataset\"}\n]\n"),
    (.jsonl, "{\"name\": \"ring\", \"a_b\": \"dataset\"}\n"),
    (.markdown, "| name | a\\_b |\n| --- | --- |\n| ring | dataset |\n"),
    (
      .latex,
      "\\begin{tabular}{ll}\n\\toprule\nname & a\\_b \\\\\n\\midrule\nring & dataset \\\\\n"
        + "\\bottomrule\n\\end{tabular}\n"
    ),
  ])
  func `rows come in the mode that a bar, an option or a setting asks for`(
    mode: OutputMode, rows: String
  ) throws {
    for (arguments, script) in [
      ([], "\(Self.query) | \(mode.rawValue)"), (["--output", mode.rawValue], Self.query),
      ([], "set output \(mode.rawValue); \(Self.query)"),
    ] {
      let result = try answer(arguments, script)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.hasSuffix(rows), "\(result.output)")
    }
  }

  @Test func `a bar holds for its statement only`() throws {
    let result = try answer([], "data | json; data")
    #expect(
      result.output.contains("\"name\": \"ring\"") && result.output.contains("name  declared"))
  }

  @Test func `a command without rows refuses the bar before anything runs`() throws {
    let result = try answer([], "help; tag base x | csv")
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(result.errors.contains("`tag` lists nothing that could be written as csv"))
    let other = try answer([], "data other ring | csv")
    #expect(other.errors.contains("note: this lists nothing, so `| csv` changes nothing"))
  }

  @Test func `an unknown mode or setting is answered with the nearest`() throws {
    let cases: [(arguments: [String], script: String, meant: String)] = [
      ([], "data | jsno", "json"), (["--output", "bxo"], "", "box"),
      ([], "set tming on", "timing"), ([], "set output latxe", "latex"),
    ]
    for (arguments, script, meant) in cases {
      let errors = try answer(arguments, script).errors
      #expect(errors.contains("did you mean `\(meant)`?"), "\(errors)")
    }
  }

  @Test func `timing says how long each statement took, on the error stream`() throws {
    let result = try answer([], "set timing on; data")
    #expect(result.errors.matches(of: /took [0-9.]+ (ms|s)\n/).count == 2)
    #expect(!result.output.contains("took"))
  }

  @Test func `commands say truly whether they list`() throws {
    try Program.withFolder { origin in
      let made = try Program.run([], in: origin, input: ExampleSetting.runs.script)
      try #require(made.status == 0, "\(made.errors)")
      try ExampleSetting.declarations.script
        .write(toFile: origin + "/declarations.gansh", atomically: true, encoding: .utf8)
      for (name, example) in ExampleTests.examples {
        // What prepares an example may list, though the command does not.
        guard let command = Registry.command(named: name),
          example.script.hasPrefix(name) || command.synopsis.answer == .listing
        else { continue }
        try Program.withFolder { folder in
          let copy = folder + "/lab"
          try FileManager.default.copyItem(atPath: origin, toPath: copy)
          if example.setting == .nothing {
            try FileManager.default.removeItem(atPath: copy + "/gansh.sqlite")
          }
          let result = try Program.run(["--json"], in: copy, input: example.script)
          let isJSON = result.output.hasPrefix("[")
          #expect(
            !isJSON || command.synopsis.answer == .listing,
            "`\(name)` shows rows: say `answer: .listing` in its synopsis")
          if isJSON && !example.script.contains(";") && !example.script.contains("\n") {
            let value = try? JSONSerialization.jsonObject(with: Data(result.output.utf8))
            #expect(value is [Any], "\(result.output)")
          }
        }
      }
    }
  }
}
