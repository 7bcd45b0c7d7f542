import Foundation
import Glibc
import Shell
import TestSupport
import Testing

/// What is refused names what would do, from what there is.
@Suite struct WaysOutTests {
  private func withRuns(_ body: (String) throws -> Void) throws {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: ExampleSetting.runs.script)
      try #require(made.status == 0, "\(made.errors)")
      try body(folder)
    }
  }

  /// Lines that are refused, and a help of each. `base` has 30 steps and sheets, `calm` 20.
  private static let refused = [
    ("rerun 2-3", "did you mean `2..3`?"), ("show cell 1-2", "did you mean `1..2`?"),
    ("tune base learning_rate=1e-4", "did you mean `lr`?"),
    ("tune base steps=400", "`resume base steps=400`"),
    ("tune base steps=7", "`resume base steps=60`"),
    ("tune calm log-every=5", "`resume calm steps=40 log-every=5`"),
    ("tune base batch=3", "go another way with it: `branch RUN batch=…`"),
    ("recipe x learning-rate=1e-4", "did you mean `lr`?"),
    ("run mine on ring LearningRate=1e-4", "did you mean `lr`?"),
    ("best d_rael", "did you mean `best by d_real`?"),
    ("best first", "metrics: d_fake, d_real"),
    ("compare base", "like `compare base calm`"), ("compare baes", "did you mean `base`?"),
    ("sql select * from label", "the tables: notebook, session, cell"),
    ("sql select resolution from run", "`help schema` lists their columns"),
    ("run mine on ring as base", "`resume base steps=60` goes on with that one"),
    ("resume base steps=10", "make it longer: `resume base steps=60`"),
    ("run mine on ring pack=2", "`pack` is an option of `arch` and `branch`"),
    ("sweep mine on ring pack=1,2 as s", "`pack` is an option of `arch` and `branch`"),
    ("recipe x pack=2", "`pack` is an option of `arch` and `branch`"),
    ("run mine on ring packing=2", "it is called `pack` here, an option of `arch` and `branch`"),
    ("branch base packing=2", "did you mean `pack`?"),
    ("run mine on ring dropout=0.2", "`dropout` is an option of `arch`"),
    ("run mine on ring dropout=0.2", "`dropout` is a layer of a network: `help dropout`"),
    ("run mine on ring minibatchstd=2", "is a layer of a network: `help minibatchstd`"),
    ("run mine on ring label-smoothing=0.9", "did you mean `smooth`?"),
    (
      "run mine on ring diffaugment=1",
      "did you mean `augment-colour`, `augment-translation` or `augment-cutout`?"
    ),
    ("run mine on ring ada=0.6", "did you mean `ada-target`?"),
    ("run mine on ring gp=10", "did you mean `penalty=gp:10`?"),
    ("recipe x lambda_gp=10", "did you mean `penalty=gp:10`?"),
    ("arch x like mlp points=2 instance-noise=1", "`instance-noise` is an option of `recipe`, "),
    ("arch x like r3gan points=2", "did you mean `r3`?"),
    ("arch x like stylegan image=32x32x3", "presets: mlp, conv, dcgan"),
    ("run mine on ring objective=wgan-gp", "`objective=wasserstein penalty=gp:10`"),
    ("sweep mine on ring lr=1e-4,2e-4 search=random as s", "`draws=20`"),
    ("expect base.modes>=8", "write it like `modes(base)`"),
    ("expect alarm(base)=no", "unknown, none, not `no`"),
    (
      "run mine on ring penalty=gp:10->0 over 20",
      "write it like `penalty=gp:10 penalty.gp=10->0 over 20`"
    ),
    (
      "recipe x penalty=gp:10->0 over 20", "write it like `penalty=gp:10 penalty.gp=10->0 over 20`"
    ),
    ("run mine on ring penalty.gp=10->0 over 20", "begin with one: `penalty=gp:10 penalty.gp="),
    ("run mine on ring epochs=2 clip-norm=1->2", "`clip-norm=1->2 over 20k`"),
  ]

  @Test func `each names what was meant or what there is`() throws {
    try withRuns { folder in
      for (line, help) in Self.refused {
        let result = try Program.run(["-c", line], in: folder)
        #expect(result.status == 1, "\(line)")
        #expect(result.errors.contains(help), "\(line)\n\(result.errors)")
      }
    }
  }

  @Test func `a sweep that is to be deleted as a run is told how`() throws {
    try withRuns { folder in
      let sweep = "sweep mine on ring lr=1e-4,2e-4 steps=3 batch=8 jobs=1 as s"
      try #require(Program.run(["-c", sweep], in: folder).status == 0)
      let refused = try Program.run(["-c", "delete s"], in: folder)
      #expect(refused.status == 1)
      #expect(refused.errors.contains("`delete sweep s`"), "\(refused.errors)")
      #expect(try Program.run(["-c", "delete sweep s"], in: folder).status == 0)
    }
  }

  @Test func `a schedule of a run takes the whole run, and a penalty has its own`() throws {
    try withRuns { folder in
      let lines = [
        ("run mine on ring steps=20 batch=8 instance-noise=0.1->0 as a", "0.1->0 over 20"),
        (
          "run mine on ring steps=20 batch=8 penalty=gp:10 penalty.gp=10->0 as b",
          "penalty.gp=10->0 over 20"
        ),
      ]
      for (line, part) in lines {
        let run = try Program.run(["-c", line], in: folder)
        #expect(run.status == 0, "\(run.errors)")
        let text = try Program.run(["-c", "sql select text from run | csv"], in: folder).output
        #expect(text.contains(part), "\(text)")
      }
      let branch = "branch base at 30 steps=10 clip-norm=2->1 as c"
      let turned = try Program.run(["-c", "\(branch); show c"], in: folder)
      #expect(turned.status == 0, "\(turned.errors)")
      #expect((turned.output + turned.errors).contains("clip-norm=2->1 over 10"), "\(turned)")
      let declared = try Program.run(["-c", "recipe x instance-noise=0.1->0"], in: folder)
      #expect(declared.errors.contains("does not know how long a run is"), "\(declared.errors)")
    }
  }

  @Test func `the steps of sheets and checkpoints are named`() throws {
    try withRuns { folder in
      let run = "run mine on ring steps=1200 batch=4 sample-every=100 checkpoint-every=1k as long"
      try #require(Program.run(["-c", run], in: folder).status == 0)
      let lines = [
        (
          "samples long at 7", "run `long` has kept no sheet at or before step 7",
          "there are sheets of the steps 100, 200, 300, 400, 500, …, 1,200: `at 100`"
        ),
        (
          "samples long at 7 seed=2", "run `long` has kept no checkpoint at or before step 7",
          "there are checkpoints of the steps 1,000, 1,200: `at 1000`"
        ),
      ]
      for (line, fact, help) in lines {
        let result = try Program.run(["-c", line], in: folder)
        #expect(result.status == 1)
        #expect(result.errors.contains(fact), "\(result.errors)")
        #expect(result.errors.contains(help), "\(result.errors)")
      }
      let shown = try Program.run(["-c", "samples long at 100"], in: folder)
      #expect(shown.output.contains("after step 100"), "\(shown.errors)")
    }
  }

  @Test func `a run that goes on is told as it is now`() throws {
    try withRuns { folder in
      let before = try Program.run(["-c", "show base"], in: folder).output
      #expect(before.contains("steps=30 seed="), "\(before)")
      let machine = before.split(separator: "\n").first { $0.hasPrefix("on ") }
      #expect(machine?.components(separatedBy: " thread").count == 2, "\(before)")
      let after = try Program.run(["-c", "resume base steps=40; show base"], in: folder).output
      #expect(after.contains("steps=40 seed=") && !after.contains("steps=30"), "\(after)")
    }
  }

  @Test func `what a checkpoint leaves to do is said before a run goes on`() throws {
    try Program.withFolder { folder in
      let declarations = "data ring ring modes=8\narch mine like mlp points=2 width=16\n"
      _ = try Program.run([], in: folder, input: declarations)
      let process = try Program.start(
        ["-c", "run mine on ring steps=1M batch=4 sample-every=1M checkpoint-every=1000 as base"],
        in: folder, named: "run")
      let second = folder + "/gansh.runs/base/step-00002000.safetensors"
      for _ in 0..<1500 where !FileManager.default.fileExists(atPath: second) { usleep(20_000) }
      usleep(600_000)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let early = try Program.run(["-c", "resume base steps=500"], in: folder)
      #expect(early.status == 1)
      #expect(early.errors.contains("run `base` goes on from its checkpoint of step "))
      #expect(early.errors.contains("and `steps=500` leaves nothing to do"), "\(early.errors)")
      #expect(
        early.errors.contains("`resume base` goes on to step 1,000,000, as planned"),
        "\(early.errors)")
      try FileManager.default.removeItem(atPath: folder + "/gansh.runs/base")
      let anew = try Program.run(["-c", "resume base steps=20"], in: folder)
      #expect(anew.status == 0, "\(anew.errors)")
      #expect(
        anew.errors.contains("note: no checkpoint of base is left: it begins again at step 0"),
        "\(anew.errors)")
    }
  }

  @Test func `a name that would lead out of the notebook's folder is refused`() throws {
    try withRuns { folder in
      let runs = folder + "/gansh.runs"
      let before = try FileManager.default.contentsOfDirectory(atPath: runs).sorted()
      for name in ["../../other", "'../other'", "..", ".", "a/b", "/tmp/x", ".notebook"] {
        for line in [
          "rename base to \(name)", "run mine on ring steps=1 as \(name)", "replay base as \(name)",
        ] {
          let refused = try Program.run(["-c", line], in: folder)
          #expect(refused.status == 1, "\(line)")
          #expect(refused.errors.contains("cannot be a name"), "\(line)\n\(refused.errors)")
        }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: runs).sorted() == before)
      let names = try Program.run(["-c", "runs columns=name | csv"], in: folder).output
      #expect(names == "name\nbase\ncalm\n")
    }
  }

  @Test func `a path with ~ is below the home, and one that leads nowhere is told`() throws {
    try withRuns { home in
      try FileManager.default.createDirectory(
        atPath: home + "/photos", withIntermediateDirectories: false)
      let made = try Program.run(
        ["-c", "samples base to ~/photos/1.png; data pictures folder path=~/photos size=16"],
        in: home)
      #expect(made.status == 0, "\(made.errors)")
      #expect(FileManager.default.fileExists(atPath: home + "/photos/1.png"))
      let shown = try Program.run(["-c", "show data pictures"], in: home)
      #expect(shown.output.contains("1 image of 16x16x3 from ~/photos"), "\(shown.errors)")
      for (path, meant) in [
        ("~/phtoos", "~/photos"), ("./phtoos", "./photos"), ("photos/2.png", "photos/1.png"),
      ] {
        let declared = try Program.run(["-c", "data d folder path=\(path) size=16"], in: home)
        #expect(declared.status == 0)
        #expect(
          declared.errors.contains("note: nothing is at \(path) yet; did you mean `\(meant)`?"),
          "\(declared.errors)")
      }
    }
  }
}
