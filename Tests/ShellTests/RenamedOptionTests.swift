import Foundation
import Specification
import TestSupport
import Testing

/// Options of a run under words that they had before.
@Suite struct RenamedOptionTests {
  private static let declarations = """
    data ring ring modes=8
    arch mine like mlp points=2 width=4

    """

  @Test func `earlier words do what those of today do, which is said once a session`() throws {
    try Program.withFolder { folder in
      let result = try Program.run(
        [], in: folder,
        input: Self.declarations + """
          run mine on ring steps=20 batch=4 sheets=10 faces=9 log=5 checkpoints=10 as old
          run mine on ring steps=20 batch=4 sheets=10 as older
          run mine on ring steps=20 batch=4 sample-every=10 samples=9 log-every=5 checkpoint-every=10 as new
          resume old steps=30 sheets=15 log=3
          show old
          runs where sheets=10 and faces=9 columns=name,sample-every | csv
          diff old new
          """)
      #expect(result.status == 0, "\(result.errors)")
      for (old, new) in RunSpecification.renamedKeys {
        let note = "note: `\(old)=` is written `\(new)=` now\n"
        #expect(result.errors.components(separatedBy: note).count == 2, "\(result.errors)")
      }
      #expect(
        result.output.contains(
          "log-every=5 sample-every=10 checkpoint-every=10 samples=9"), "\(result.output)")
      #expect(result.output.contains("name,sample-every\nold,10\nnew,10\n"), "\(result.output)")
    }
  }

  @Test func `what was typed and recorded under earlier words can be done again`() throws {
    try Program.withFolder { folder in
      let line = "run mine on ring steps=4 batch=4 log=2 sheets=4"
      _ = try Program.run([], in: folder, input: Self.declarations + line)
      let again = try Program.run([], in: folder, input: "rerun 3 session=1")
      #expect(again.status == 0, "\(again.errors)")
      #expect(again.errors.contains("note: `log=` is written `log-every=` now"), "\(again.errors)")
      let both = try Program.run(["-c", "run mine on ring log=2 log-every=3"], in: folder)
      #expect(both.errors.contains("`log-every` is given twice"), "\(both.errors)")
      let dial = try Program.run(["-c", "tune mine-1 sheets=5"], in: folder)
      #expect(dial.errors.contains("`sample-every` is no dial"), "\(dial.errors)")
      let help = try Program.run(["-c", "help sheets"], in: folder)
      #expect(help.output.hasPrefix("sample-every= of"), "\(help.output)")
    }
  }

  @Test func `an earlier notebook's runs differ in nothing from the same of today`() throws {
    try Program.withFolder { folder in
      for name in ["v3.sqlite", "v3.runs"] {
        try FileManager.default.copyItem(
          at: Fixture.folder.appendingPathComponent("notebooks/\(name)"),
          to: URL(fileURLWithPath: folder).appendingPathComponent(name))
      }
      func ask(_ line: String) throws -> Program.Result {
        try Program.run(["--notebook", "v3.sqlite", "-c", line], in: folder)
      }
      let brief = try ask("show brief").output
      let line = try #require(
        brief.split(separator: "\n").first { $0.hasPrefix("run ") }.map(String.init))
      #expect(line.contains(" sheets=") && line.contains(" faces="), "\(line)")
      // As it was recorded, under another name.
      let words = line.split(separator: " ").dropLast(2).joined(separator: " ")
      let made = try ask("\(words) keep=last:3 as again")
      #expect(made.status == 0, "\(made.errors)")
      for command in ["diff", "compare"] {
        let answer = try ask("\(command) brief again show=all")
        let plain = answer.status == 0 ? answer : try ask("\(command) brief again")
        #expect(plain.status == 0, "\(plain.errors)")
        for key in RunSpecification.renamedKeys.keys {
          #expect(!plain.output.contains("\n\(key) "), "\(plain.output)")
        }
      }
      let different = try ask("diff brief again").output
      for key in RunSpecification.renamedKeys.values {
        #expect(!different.contains("\n\(key) "), "\(different)")
      }
      let sheets = try #require(value("sheets", line))
      let names = try ask("runs where sample-every=\(sheets) columns=name")
      #expect(names.output.contains("brief") && names.output.contains("again"), "\(names.output)")
    }
  }

  private func value(_ key: String, _ line: String) -> String? {
    line.split(separator: " ").first { $0.hasPrefix("\(key)=") }
      .map { String($0.dropFirst(key.count + 1)) }
  }
}
