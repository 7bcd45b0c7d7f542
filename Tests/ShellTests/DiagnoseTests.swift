import Foundation
import Notebook
import TestSupport
import Testing

/// What is said of runs that fail, and what is kept for going back.
@Suite struct DiagnoseTests {
  /// A generator that learns ten times as fast as its discriminator, on a ring. Its signals are those of its
  /// checkpoints, so that no clock has a say.
  private static let greedy = """
    data ring ring modes=8 sigma=0.02
    arch toy like mlp points=2 width=64 latent=8
    recipe greedy glr=1e-3 dlr=1e-4 batch=64
    run toy on ring with greedy steps=1800 seed=5 checkpoint-every=300 sample-every=600 signals=no as bad

    """

  @Test func `a collapse is told from checkpoints, with lines that can be run`() throws {
    try Program.withFolder { folder in
      let result = try Program.run(
        [], in: folder, input: Self.greedy + "diagnose bad\ndiagnose bad to both.png")
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("its 6 checkpoints are measured now"), "\(result.errors)")
      // No checkpoint was any better, so that there is nothing to go back to.
      #expect(
        result.output.contains(
          "bad: the samples have collapsed to one or few, from its first check on (step 300)"),
        "\(result.output)")
      #expect(result.output.contains("what to try, the best first:"))
      #expect(FileManager.default.fileExists(atPath: folder + "/both.png"))
      let lines = result.output.split(separator: "\n").map {
        $0.trimmingCharacters(in: .whitespaces)
      }.filter { $0.hasPrefix("branch bad at 0 ") }
      #expect(lines.first?.contains("glr=0.0001") == true, "\(lines)")
      for line in Set(lines) {
        let words = line.replacingOccurrences(of: " as ", with: " steps=2 checkpoint-every=2 as ")
        let cured = try Program.run(["-c", words], in: folder)
        #expect(cured.status == 0, "\(line)\n\(cured.errors)")
      }
      let json = try Program.run(["--json", "-c", "diagnose bad"], in: folder)
      #expect(json.output.contains(#""failure": "collapsed""#), "\(json.output)")
      try cure(in: folder)
    }
  }

  /// Another run with a trial's name is none, nothing of a trial is known that was measured before it, and what is
  /// longer than the budget does not begin.
  private func cure(in folder: String) throws {
    let cured = try Program.run(
      ["--keep-going"], in: folder,
      input: """
        run toy on ring with greedy steps=2 seed=5 signals=no as bad-slower-generator-5
        cure bad dry=yes steps=4 remedies=1 seeds=1 | csv
        cure bad steps=1M remedies=1 seeds=1 budget=1s
        cure bad steps=4 remedies=1 seeds=1 | csv
        """)
    #expect(cured.output.contains("bad-slower-generator-5-2,glr=0.0001,5,"), "\(cured.output)")
    #expect(cured.errors.contains("nothing was begun"), "\(cured.errors)")
    #expect(cured.output.contains("\nglr=0.0001,0,1,"), "\(cured.output)\(cured.errors)")
  }

  @Test func `of a run that is well there are no rows for programs`() throws {
    try Program.withFolder { folder in
      let made = try Program.run(
        [], in: folder,
        input: """
          data ring ring modes=8
          arch mine like mlp points=2 width=4
          run mine on ring steps=20 batch=8 checkpoint-every=10 signals=no as base
          """)
      try #require(made.status == 0, "\(made.errors)")
      let result = try Program.run(["--json", "-c", "cure base"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let rows = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [Any]
      #expect(rows?.isEmpty == true, "\(result.output)")
      #expect(result.errors.contains("there is nothing to cure"), "\(result.errors)")
    }
  }

  @Test func `what cannot be told is said where it was typed`() throws {
    try Program.withFolder { folder in
      let result = try Program.run(
        ["--keep-going"], in: folder,
        input: """
          data seen portraits count=16 size=8 channels=1
          arch tell custom image=8x8x1 labels=Smiling { classifier { flatten; dense 1 } }
          run tell on seen batch=8 steps=2 as told
          diagnose told
          diagnose nobody
          diagnose told to both.jpg
          branch told at before-alarm
          """)
      #expect(result.errors.contains("run `told` has no discriminator"), "\(result.errors)")
      #expect(result.errors.contains("no run"))
      #expect(result.errors.contains("sheets are written as a PNG file, not as `both.jpg`"))
      #expect(result.errors.contains("run `told` has had no alarm"))
      #expect(result.errors.contains("^^^^"))
    }
  }

  @Test func `a branch begins before the alarm, whose checkpoint has stayed`() throws {
    try Program.withFolder { folder in
      let declarations = """
        data ring ring modes=8
        arch mine like mlp points=2 width=4

        """
      let first = try Program.run(
        [], in: folder,
        input: declarations
          + "run mine on ring steps=50 batch=4 checkpoint-every=10 keep=last:1+spread:8 as base")
      #expect(first.status == 0, "\(first.errors)")
      do {
        let notebook = try Notebook.open(at: folder + "/gansh.sqlite")
        let run = try #require(try notebook.run(named: "base"))
        try notebook.record(event: "suspicion", run: run.id, step: 35, message: "")
        try notebook.record(event: "alarm", run: run.id, step: 45, message: "", json: "{}")
        try notebook.record(event: "suspicion", run: run.id, step: 47, message: "")
        try notebook.record(event: "cleared", run: run.id, step: 49, message: "")
        #expect(try notebook.suspicions(run: run.id) == [35])
        try notebook.close()
      }
      let result = try Program.run(
        [], in: folder, input: "branch base at before-alarm steps=2 as again\nshow base")
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("again: base from step 30"), "\(result.errors)")
      #expect(result.output.contains("before-alarm"), "\(result.output)")
    }
  }

  @Test func `a repetition measures its signals after the same steps`() throws {
    try Program.withFolder { folder in
      let result = try Program.run(
        [], in: folder,
        input: """
          data ring ring modes=8
          arch mine like mlp points=2 width=8
          run mine on ring steps=900 batch=8 signals=50% sample-every=1000 threads=1 as base
          replay base as again
          """)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("bit for bit"), "\(result.output)")
      let notebook = try Notebook.open(at: folder + "/gansh.sqlite")
      for metric in ["signals_share", "spectrum_share", "coverage"] {
        let steps = try ["base", "again"].map { name in
          let run = try #require(try notebook.run(named: name))
          return try notebook.series(run: run.id, metric: metric).points.map(\.step)
        }
        #expect(steps[0] == steps[1], "\(metric)")
      }
    }
  }

  @Test func `a recipe that an alarm would go on with must be declared`() throws {
    try Program.withFolder { folder in
      let result = try Program.run(
        [], in: folder,
        input: """
          data ring ring modes=8
          arch mine like mlp points=2 width=8
          run mine on ring steps=9 on-collapse=branch:clam as base
          """)
      #expect(result.status == 1 && result.errors.contains("`clam`"), "\(result.errors)")
      #expect(result.errors.contains("^"))
    }
  }
}
