import Foundation
import Glibc
import Notebook
import TestSupport
import Testing

/// What lies in the folder of checkpoints instead of what a run has written, and folders that may not be
/// entered or changed.
@Suite struct CheckpointFolderTests {
  private static let lines = [
    "data ring ring modes=8", "arch mine like mlp points=2 width=16",
    "run mine on ring steps=40 batch=16 seed=7 sample-every=40 checkpoint-every=10 as base",
  ]

  private func gansh(_ line: String, in folder: String) throws -> Program.Result {
    try Program.run(["-c", line], in: folder)
  }

  private func withRun(_ body: (String) throws -> Void) throws {
    try Program.withFolder { folder in
      let made = try gansh(Self.lines.joined(separator: "\n"), in: folder)
      try #require(made.status == 0, "\(made.errors)")
      try body(folder)
    }
  }

  private func names(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  @Test(arguments: [
    ("gansh.runs/base/step-00000041.safetensors", "the file is not there"),
    ("gansh.runs/base/step-00000042.safetensors", "it is a pipe, not a file"),
    ("gansh.runs/base/step-00000043.safetensors", "it is a link, not a file"),
    ("gansh.runs/none/step-00000041.safetensors", "there is no folder `gansh.runs/none`"),
    ("../outside.safetensors", "its path in the notebook is none of a checkpoint"),
  ])
  func `what a row names instead of a checkpoint is told`(path: String, words: String) throws {
    try withRun { folder in
      #expect(mkfifo(folder + "/gansh.runs/base/step-00000042.safetensors", 0o600) == 0)
      symlink("step-00000040.safetensors", folder + "/gansh.runs/base/step-00000043.safetensors")
      let step = path.hasPrefix("..") ? 44 : Int(path.filter(\.isNumber)) ?? 0
      let notebook = try Notebook.open(at: folder + "/gansh.sqlite")
      let run = try #require(try notebook.run(named: "base"))
      try notebook.record(checkpoint: path, run: run.id, step: step, digest: "", bytes: 1)
      try notebook.close()
      for line in ["samples base count=4 to x.png", "resume base steps=50"] {
        let result = try gansh(line, in: folder)
        #expect(result.status == 0, "\(result.errors)")
        #expect(
          result.errors.contains("warning: \(path) cannot be read as a checkpoint: \(words)"),
          "\(line): \(result.errors)")
      }
    }
  }

  @Test func `a damaged checkpoint is passed over by samples with a word`() throws {
    try withRun { folder in
      let newest = folder + "/gansh.runs/base/step-00000040.safetensors"
      try Data("noise".utf8).write(to: URL(fileURLWithPath: newest))
      let result = try gansh("samples base count=4 to x.png", in: folder)
      #expect(result.status == 0 && result.output.contains("after step 30"), "\(result.errors)")
      #expect(
        result.errors.contains(
          "warning: step-00000040.safetensors cannot be read as a checkpoint: its bytes are not those"
        ),
        "\(result.errors)")
      let earlier = try gansh("samples base at 30 count=4 to x.png", in: folder)
      #expect(earlier.status == 0 && earlier.errors.isEmpty, "\(earlier.errors)")
    }
  }

  @Test(arguments: [20, 40])
  func `a checkpoint that a link has taken the place of is told`(step: Int) throws {
    try withRun { folder in
      let file = folder + "/gansh.runs/base/step-000000\(step).safetensors"
      try FileManager.default.moveItem(atPath: file, toPath: folder + "/away")
      symlink("../../away", file)
      let resumed = try gansh("resume base steps=50", in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(
        resumed.errors.contains("warning: gansh.runs/base/step-000000\(step).safetensors"),
        "\(resumed.errors)")
      #expect(resumed.errors.contains("is a link, not a"), "\(resumed.errors)")
      #expect(names(folder).contains("away"))
    }
  }

  @Test func `what a run did not write stays when it is deleted, and that is said`() throws {
    try withRun { folder in
      let runs = folder + "/gansh.runs/base"
      try Data("x".utf8).write(to: URL(fileURLWithPath: runs + "/notes.txt"))
      symlink("notes.txt", runs + "/step-00000050.safetensors")
      let deleted = try gansh("delete base yes", in: folder)
      #expect(deleted.status == 0)
      #expect(
        deleted.errors.contains("note: 2 files that base did not write stay in `\(runs)`"),
        "\(deleted.errors)")
      #expect(names(runs) == ["notes.txt", "step-00000050.safetensors"])
    }
  }

  /// As root, which may do everything, the program is run as somebody else.
  private func ganshOfSomebody(_ line: String, in folder: String) throws -> Program.Result {
    let somebody = "setpriv --reuid=65534 --regid=65534 --clear-groups"
    return try Program.bash("\(getuid() == 0 ? somebody : "") $G -c '\(line)'", in: folder)
  }

  @Test(
    arguments: [
      ("gansh.runs", 0o555), ("gansh.runs", 0), ("gansh.runs/base", 0o555), ("gansh.runs/base", 0),
    ] as [(String, mode_t)])
  func `where files may not be removed or renamed nothing is, and the folder is named`(
    path: String, mode: mode_t
  ) throws {
    try Program.withFolder { folder in
      chmod(folder, 0o777)
      for line in Self.lines {
        let made = try ganshOfSomebody(line, in: folder)
        try #require(made.status == 0, "\(made.errors)")
      }
      chmod("\(folder)/\(path)", mode)
      defer { chmod("\(folder)/\(path)", 0o755) }
      let renamesFile = path == "gansh.runs" || mode == 0
      for line in ["delete base yes"] + (renamesFile ? ["rename base to other"] : []) {
        let refused = try ganshOfSomebody(line, in: folder)
        #expect(refused.status == 1, "\(line): \(refused.output)")
        #expect(
          refused.errors.contains("the folder `\(path)` cannot be used: permission denied"),
          "\(line): \(refused.errors)")
        #expect(!refused.errors.contains("other`"), "\(refused.errors)")
      }
      if path == "gansh.runs" {
        let begun = try ganshOfSomebody("run mine on ring steps=4 as next", in: folder)
        #expect(begun.status == 1)
        #expect(
          begun.errors.contains("the folder `gansh.runs` cannot be used: permission denied"),
          "\(begun.errors)")
      }
      chmod("\(folder)/\(path)", 0o755)
      #expect(names(folder + "/gansh.runs/base").count == 4)
      let resumed = try ganshOfSomebody("resume base steps=50", in: folder)
      #expect(
        resumed.status == 0 && resumed.errors.contains("from step 40 to 50"), "\(resumed.errors)")
    }
  }
}
