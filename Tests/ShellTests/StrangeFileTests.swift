import Foundation
import Glibc
import TestSupport
import Testing

/// What is no file where one is expected: it is said what it is, and nothing is waited for.
@Suite struct StrangeFileTests {
  /// Runs the program with a line of the system's shell for its arguments; a status of 124: it waits.
  private func gansh(_ arguments: String, in folder: String) throws -> Program.Result {
    try Program.bash("timeout 30 $G \(arguments)", in: folder)
  }

  @Test(arguments: [
    ("pipe", "the notebook `pipe` is a pipe, not a file; name a file"),
    ("link", "pipe` is a pipe, not a file; name a file"),
    ("/dev/null", "the notebook `/dev/null` is a device, not a file; name a file"),
    ("circle", "cannot be read: it is a link that leads back to itself"),
    ("round/lab.sqlite", "cannot be read: it is a link that leads back to itself"),
    (".", "the notebook `.` is a folder"),
    ("lab.sqlite", "its `-wal` beside it is a pipe, not a file; move it away"),
  ])
  func `a notebook that is no file is named`(path: String, words: String) throws {
    try Program.withFolder { folder in
      #expect(mkfifo(folder + "/pipe", 0o600) == 0)
      symlink("pipe", folder + "/link")
      symlink("circle", folder + "/circle")
      symlink("round", folder + "/round")
      #expect(mkfifo(folder + "/lab.sqlite-wal", 0o600) == 0)
      for line in ["runs", "recipe calm lr=1e-4", "sql select 1"] {
        // What reads finds no notebook where there is no file.
        if path == "lab.sqlite" && line != "recipe calm lr=1e-4" { continue }
        let result = try gansh("--notebook \(path) -c '\(line)'", in: folder)
        #expect(result.status == 1, "\(line): \(result.output)")
        #expect(result.errors.contains(words), "\(line): \(result.errors)")
      }
    }
  }

  @Test func `a link to a notebook that is still to be made is one to be made`() throws {
    try Program.withFolder { folder in
      symlink("new.sqlite", folder + "/link")
      let runs = try gansh("--notebook link -c runs", in: folder)
      #expect(runs.status == 0, "\(runs.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder + "/new.sqlite"))
      let declared = try gansh("--notebook link -c 'recipe calm'", in: folder)
      #expect(declared.status == 0, "\(declared.errors)")
      #expect(FileManager.default.fileExists(atPath: folder + "/new.sqlite"))
    }
  }

  @Test func `scripts come through pipes, but what is included is a file`() throws {
    try Program.withFolder { folder in
      #expect(mkfifo(folder + "/pipe", 0o600) == 0)
      for (path, kind) in [("pipe", "pipe"), ("/dev/zero", "device")] {
        let included = try gansh("-c 'include \(path)'", in: folder)
        #expect(included.status == 1)
        #expect(
          included.errors.contains("`\(path)` is a \(kind), not a file"),
          "\(included.errors)")
        #expect(included.errors.contains("write the statements to a file"), "\(included.errors)")
      }
      for line in [
        "timeout 30 $G <(echo recipe a)", "echo recipe a | timeout 30 $G",
        "timeout 30 $G - < <(echo recipe a)",
        "(sleep 0.2; echo recipe a > pipe) & timeout 30 $G pipe",
      ] {
        let result = try Program.bash(line, in: folder)
        #expect(
          result.status == 0 && result.output.contains("recipe a "), "\(line): \(result.errors)")
      }
    }
  }

  @Test func `a pipe that nobody reads is no output`() throws {
    try Program.withRun { folder in
      #expect(mkfifo(folder + "/pipe.csv", 0o600) == 0)
      let result = try gansh("-c 'export base to pipe.csv'", in: folder)
      #expect(result.status == 1)
      #expect(result.errors.contains("it is a pipe that nobody reads"), "\(result.errors)")
      let read = try Program.bash(
        "(sleep 0.5; cat pipe.csv > read.csv) & timeout 30 $G -c 'export base to pipe.csv'; wait",
        in: folder)
      #expect(read.status == 0, "\(read.errors)")
      let text = try String(contentsOfFile: folder + "/read.csv", encoding: .utf8)
      #expect(text.hasPrefix("step,seconds,"))
    }
  }

  @Test func `nothing is written among the checkpoints`() throws {
    try Program.withRun { folder in
      let files = FileManager.default
      try files.moveItem(atPath: folder + "/gansh.runs", toPath: folder + "/disk")
      symlink("disk", folder + "/gansh.runs")
      symlink("gansh.runs/base/y.csv", folder + "/link.csv")
      for path in [
        "gansh.runs/base/x.png", "gansh.runs/x.png", "disk/base/x.png",
        "./gansh.runs/../disk/x.png",
      ] {
        let result = try gansh("-c 'samples base to \(path)'", in: folder)
        #expect(result.status == 1, "\(path)")
        #expect(
          result.errors.contains("`gansh.runs` is the notebook's own, for checkpoints"),
          "\(path): \(result.errors)")
      }
      #expect(try gansh("-c 'export base to link.csv'", in: folder).status == 1)
      #expect(
        try files.contentsOfDirectory(atPath: folder + "/disk/base") == [
          "step-00000004.safetensors"
        ])
      #expect(try gansh("-c 'samples base to disks.png'", in: folder).status == 0)
    }
  }

  @Test func `a device has no format, and the way to print is said`() throws {
    try Program.withRun { folder in
      let result = try gansh("-c 'export runs to /dev/stdout'", in: folder)
      #expect(result.status == 1)
      #expect(result.errors.contains("end a listing in a bar: `runs | csv`"), "\(result.errors)")
    }
  }
}
