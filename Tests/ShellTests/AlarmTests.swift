import Foundation
import GRDB
import Glibc
import Notebook
import TestSupport
import Testing

/// What becomes of runs that were flagged: lines to try, branches that are owed, alarms over a kill.
@Suite(.serialized) struct AlarmTests {
  private static let declarations = """
    data ring ring modes=8
    arch mine like mlp points=2 width=4
    recipe greedy glr=1e-3 dlr=1e-4 batch=4
    recipe calm lr=1e-4 batch=4

    """
  private static let options = "log-every=100 sample-every=400 signals=no as bad"

  /// A run of 1,200 steps whose checks were well up to step 800, or to some other one.
  private func withFlagged<Value>(
    checkpoints: Int = 100, well: Int = 800,
    turn: (dial: String, setting: String, step: Int)? = nil,
    _ body: (String) throws -> Value
  ) throws -> Value {
    try Program.withFolder { folder in
      let made = try Program.run(
        [], in: folder,
        input: Self.declarations
          + "run mine on ring with greedy steps=1200 checkpoint-every=\(checkpoints) \(Self.options)"
      )
      try #require(made.status == 0, "\(made.errors)")
      try withNotebook(in: folder) { notebook in
        let run = try #require(try notebook.run(named: "bad"))
        let writer = notebook.metricWriter(for: run)
        for step in stride(from: 800, through: 1200, by: 100) {
          let isWell = step <= well
          try writer.log(
            [
              ("signals_share", 0.01), ("diversity", isWell ? 1 : 0.05),
              ("saturation", isWell ? 0 : 0.95), ("precision", 1),
            ], step: step)
        }
        try writer.close()
        if let turn {
          let rows = try notebook.tune(run: run.id, [(turn.dial, turn.setting, nil)])
          try notebook.stamp(tweak: try #require(rows.first).id, step: turn.step)
        }
      }
      return try body(folder)
    }
  }

  private func withNotebook<Value>(
    in folder: String, _ body: (Notebook) throws -> Value
  ) throws -> Value {
    let notebook = try Notebook.open(at: folder + "/gansh.sqlite")
    let value = try body(notebook)
    try notebook.close()
    return value
  }

  private func run(_ line: String, in folder: String) throws -> Program.Result {
    try Program.run(["-c", line], in: folder)
  }

  private func lines(_ result: Program.Result) -> [String] {
    result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { $0.hasPrefix("branch ") }
  }

  @Test(arguments: [
    "worked=1e20", "worked=9e999", "worked=-1e12", "ended='2020-01-01 00:00:00.000'",
  ])
  func `what a run is said to have taken stops no cure`(forged: String) throws {
    try withFlagged { folder in
      let queue = try DatabaseQueue(path: folder + "/gansh.sqlite")
      try queue.write { try $0.execute(sql: "UPDATE run SET \(forged)") }
      try queue.close()
      let result = try run("cure bad dry=yes", in: folder)
      #expect(result.status == 0 || result.errors.contains("more than 20 min"), "\(result.errors)")
      #expect(!(result.output + result.errors).contains("about -"), "\(result.output)")
    }
  }

  // MARK: Lines

  @Test func `lines have the dials as they were turned when the run failed`() throws {
    try withFlagged(turn: ("dlr", "1e-2", 850)) { folder in
      let result = try run("diagnose bad", in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let lines = lines(result)
      #expect(lines.first?.hasPrefix("branch bad at 800 as bad-cure") == true, "\(result.output)")
      #expect(result.output.contains("a turn of a dial (dlr=0.01 at step 850)"), "\(result.output)")
      // It no longer learns faster than the discriminator.
      #expect(!lines.contains { $0.contains("glr=") }, "\(lines)")
      #expect(
        lines.dropFirst().allSatisfy { $0.contains(" dlr=0.01 ") || $0.contains(" lr=") },
        "\(lines)")
      #expect(
        result.output.contains("before the failure, and after step 1,200"), "\(result.output)")
      for line in lines {
        let short = line.replacingOccurrences(of: " as ", with: " steps=1 as ")
        let tried = try run(short, in: folder)
        #expect(tried.status == 0, "\(short)\n\(tried.errors)")
      }
    }
  }

  @Test func `a turn that the branch has anyway is not said once more`() throws {
    try withFlagged(turn: ("dlr", "1e-2", 500)) { folder in
      let lines = lines(try run("diagnose bad", in: folder))
      #expect(!lines.isEmpty && lines.allSatisfy { !$0.contains("dlr=") }, "\(lines)")
    }
  }

  @Test func `without a checkpoint from before, lines begin with the run's own text`() throws {
    try withFlagged(checkpoints: 1200, well: 0) { folder in
      let result = try run("diagnose bad", in: folder)
      let lines = lines(result)
      #expect(lines.first?.hasPrefix("branch bad at 0 glr=0.0001 ") == true, "\(result.output)")
      #expect(lines.contains { $0.contains("pack=2") }, "\(lines)")
      #expect(!result.output.contains("before the failure, and"), "\(result.output)")
      let declared = """
        data ring ring modes=3
        arch mine like mlp points=2 width=6
        recipe greedy lr=1e-2 batch=8
        branch bad at 0 steps=1200 as same
        branch bad at 0 glr=1e-4 steps=4 as other
        runs tree
        show bad
        show other
        """
      let anew = try Program.run([], in: folder, input: declared)
      #expect(anew.status == 0, "\(anew.errors)")
      #expect(anew.errors.contains("same: bad from its beginning to 1,200, without a change"))
      #expect(anew.errors.contains("other: bad from its beginning to 4, lr=0.0001"))
      #expect(anew.output.contains("begun anew as same, other"), "\(anew.output)")
      #expect(anew.output.contains("bad begun anew: lr=0.0001"), "\(anew.output)")
      try withNotebook(in: folder) { notebook in
        let digests = try ["bad", "same"].map { name in
          let run = try #require(try notebook.run(named: name))
          return try #require(try notebook.checkpoints(run: run.id).last).digest
        }
        #expect(digests[0] == digests[1])
      }
      let replayed = try run("replay other as again", in: folder)
      #expect(replayed.output.contains("bit for bit"), "\(replayed.output)\(replayed.errors)")
      let late = try run(
        "branch other at 0 steps=2 as third; branch same at 1200 steps=2 as fourth; branch fourth at 0",
        in: folder)
      #expect(late.errors.contains("run `fourth` has no checkpoint of step 0"), "\(late.errors)")
    }
  }

  // MARK: Cure

  @Test func `runs of another length are not compared, and one process at a time cures a run`()
    throws
  {
    try withFlagged { folder in
      let cured = try run("cure bad steps=4 remedies=1 seeds=1", in: folder)
      #expect(cured.status == 0, "\(cured.errors)")
      let again = try run("cure bad steps=4 remedies=1 seeds=1", in: folder)
      #expect(again.errors.contains("all runs are there already"), "\(again.errors)")
      let longer = try run("cure bad steps=5 remedies=1 seeds=1 dry=yes | csv", in: folder)
      #expect(
        longer.output.contains("bad-slower-generator-1-2,glr=0.0001,1,"), "\(longer.output)")
      #expect(!longer.output.contains("finished"), "\(longer.output)")
      // A run of that name with another change is none of them.
      let other = try Program.run(
        [], in: folder,
        input: """
          delete bad-slower-generator-1 yes
          branch bad at 800 glr=5e-4 steps=4 signals=20% on-collapse=warn as bad-slower-generator-1
          cure bad steps=4 remedies=1 seeds=1 dry=yes | csv
          """)
      #expect(
        other.output.contains("bad-slower-generator-1-2,glr=0.0001,1,"),
        "\(other.output)\(other.errors)")

      let place = open(folder + "/gansh.runs/bad", O_RDONLY)
      try #require(place >= 0 && flock(place, LOCK_EX | LOCK_NB) == 0)
      let second = try run("cure bad steps=6 remedies=1 seeds=1", in: folder)
      #expect(second.status == 1)
      #expect(
        second.errors.contains("run `bad` is being cured by another process"), "\(second.errors)")
      close(place)
    }
  }

  // MARK: Over a kill

  /// A run that has stopped at its alarm, whose process was killed before the branch.
  private func withOwed(checkpoints: Int = 10, _ body: (String) throws -> Void) throws {
    try Program.withFolder { folder in
      let made = try Program.run(
        [], in: folder,
        input: Self.declarations
          + "run mine on ring with greedy steps=50 checkpoint-every=\(checkpoints) on-collapse=branch:calm as base"
      )
      try #require(made.status == 0, "\(made.errors)")
      try withNotebook(in: folder) { notebook in
        let run = try #require(try notebook.run(named: "base"))
        try notebook.record(event: "suspicion", run: run.id, step: 35, message: "")
        try notebook.record(event: "alarm", run: run.id, step: 45, message: "", json: "{}")
      }
      try body(folder)
    }
  }

  @Test func `a branch that an alarm was to begin is begun by resume, once`() throws {
    try withOwed { folder in
      let noted = try run("resume base steps=51", in: folder)
      #expect(
        noted.errors.contains("`branch base at before-alarm …` begins one"), "\(noted.errors)")
      let resumed = try run("resume base", in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(resumed.errors.contains("base was to go on as a branch after its alarm"))
      #expect(resumed.errors.contains("base-calm: base from step 30 to 51"), "\(resumed.errors)")
      let deleted = try run("delete base-calm yes; resume base steps=52", in: folder)
      #expect(deleted.status == 0, "\(deleted.errors)")
      #expect(!deleted.errors.contains("was to go on"), "\(deleted.errors)")
    }
  }

  @Test func `where no checkpoint is from before the alarm the branch begins anew`() throws {
    try withOwed(checkpoints: 50) { folder in
      let resumed = try run("resume base", in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(
        resumed.errors.contains("base-calm: base from its beginning to 50"), "\(resumed.errors)")
    }
  }

  @Test
  func `a run in the background goes on as a branch by itself, and the program waits for that`()
    throws
  {
    try Program.withFolder { folder in
      let result = try Program.run(
        [], in: folder,
        input: Self.declarations
          + "run mine on ring with greedy steps=12000 signals=50% threads=1 sample-every=1M "
          + "on-collapse=branch:calm as base &\n")
      #expect(result.status == 0, "\(result.errors)")
      try withNotebook(in: folder) { notebook in
        let base = try #require(try notebook.run(named: "base"))
        try #require(base.status == .stopped, "\(result.errors)")
        #expect(result.errors.contains("base is stopped"), "\(result.errors)")
        #expect(!result.errors.contains("`resume base` goes on"), "\(result.errors)")
        #expect(try notebook.run(named: "base-calm")?.status == .finished, "\(result.errors)")
      }
    }
  }

  @Test func `a run that waits after an alarm is stopped where nobody can go on with it`() throws {
    try Program.withFolder { folder in
      let result = try Program.run(
        [], in: folder,
        input: Self.declarations
          + "run mine on ring with greedy steps=12000 signals=50% threads=1 sample-every=1M "
          + "on-collapse=pause as base &\nwait\n")
      #expect(result.status != 0)
      #expect(result.errors.contains("in a script nobody can go on with it"), "\(result.errors)")
      let again = try run("replay base as twin", in: folder)
      #expect(!again.errors.contains("it waits"), "\(again.errors)")
      let swept = try run(
        "sweep mine on ring with greedy steps=9 on-collapse=warn,pause as s", in: folder)
      #expect(swept.errors.contains("`pause` would end them at an alarm"), "\(swept.errors)")
    }
  }

  @Test func `a cure whose runs cannot be done says nothing of remedies, and fails`() throws {
    try withFlagged { folder in
      let planned = try run("cure bad steps=4 remedies=1 seeds=1 dry=yes | csv", in: folder)
      let name = try #require(
        planned.output.split(separator: "\n").last?.split(separator: ",").first.map(String.init))
      let place = "\(folder)/gansh.runs/\(name)"
      try Data("in the way".utf8).write(to: URL(filePath: place))
      let result = try run("cure bad steps=4 remedies=1 seeds=1", in: folder)
      #expect(result.status != 0, "\(result.output)")
      #expect(result.errors.contains("\(name) could not be run"), "\(result.errors)")
      #expect(!result.output.contains("nothing that was tried"), "\(result.output)")
      try FileManager.default.removeItem(atPath: place)
      let again = try run("cure bad steps=4 remedies=1 seeds=1", in: folder)
      #expect(again.status == 0, "\(again.errors)")
    }
  }

  @Test func `a cure of a branch begins no earlier than the branch`() throws {
    try withFlagged { folder in
      let result = try run(
        "branch bad at 1100 steps=2 sample-every=100 as child; cure child at 0", in: folder)
      #expect(
        result.errors.contains("run `child` was branched off at step 1,100, and begins there"),
        "\(result.errors)")
    }
  }

  @Test func `a run that signals find well and that misses modes is said to`() throws {
    try withFlagged(well: 1200) { folder in
      let result = try run("diagnose bad", in: folder)
      #expect(
        result.output.contains(
          /bad is healthy.*\n(.*\n)?  but its samples reach only \d of 8 modes/),
        "\(result.output)")
    }
  }

  @Test func `a dial of what the model has not is refused by its name`() throws {
    try withFlagged { folder in
      for (dial, words) in [
        ("beta=2", "the run has no encoder, which `beta` is about"),
        ("adversarial=0.5", "the run has no restorer, which `adversarial` is about"),
        ("meta-rate=0.1", "the run has no `meta-rate` to tune"),
      ] {
        let result = try run("tune bad \(dial)", in: folder)
        #expect(result.status != 0 && result.errors.contains(words), "\(dial): \(result.errors)")
      }
    }
  }

  @Test func `a metric that no run has is known to be missing`() throws {
    try withFlagged { folder in
      let result = try run("expect nearest_ratio(bad)=none", in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(try run("expect nearest_ration(bad)=none", in: folder).status != 0)
      #expect(try run("expect nearest_ratio(bad)>1", in: folder).status != 0)
    }
  }

  @Test func `listings have the alarm that stands at a run's end`() throws {
    try withOwed { folder in
      func journal(_ kind: String, _ json: String? = nil) throws {
        try withNotebook(in: folder) { notebook in
          let run = try #require(try notebook.run(named: "base"))
          try notebook.record(event: kind, run: run.id, step: 46, message: "", json: json)
        }
      }
      func listed(_ word: String) throws -> String {
        try run("runs where alarm=\(word) columns=name,alarm | json", in: folder).output
      }
      #expect(try listed("unknown").contains("base"))
      #expect(try !listed("none").contains("base"))
      try journal("alarm", #"{"failure": "partly collapsed"}"#)
      #expect(try listed("'partly collapsed'").contains("partly collapsed"))
      #expect(try listed("partly*").isEmpty)
      #expect(
        try run("runs | json", in: folder).output.contains(#""alarm": "partly collapsed""#))
      let branched = try run("branch base at 30 steps=5 as child; runs; runs tree", in: folder)
      #expect(branched.status == 0, "\(branched.errors)")
      #expect(
        branched.output.matches(of: /(?m)^name +status +alarm .*\n.*partly collapsed/).count == 2,
        "\(branched.output)")
      try journal("recovered")
      #expect(try listed("none").contains("base"))
    }
  }

  @Test func `what a detector found at a step is written once`() throws {
    try withOwed { folder in
      try withNotebook(in: folder) { notebook in
        let run = try #require(try notebook.run(named: "base"))
        let entries: [RunEntry] = ["alarm", "suspicion", "warning"].flatMap { kind in
          [45, 46, 45].map { RunEntry.event(kind: kind, step: $0, message: "") }
        }
        _ = try notebook.record(entries, run: run.id) { steps, _, _ in Set(steps) }
        func steps(_ kind: String) throws -> [Int?] {
          try notebook.events(run: run.id, kind: kind).map(\.step)
        }
        #expect(try steps("alarm") == [45, 46])
        #expect(try steps("suspicion") == [35, 45, 46])
        #expect(try steps("warning") == [45, 46, 45])
      }
    }
  }

  @Test func `a stop that nobody took does not stop the run that goes on`() throws {
    try withOwed { folder in
      try withNotebook(in: folder) { notebook in
        let run = try #require(try notebook.run(named: "base"))
        try notebook.ask(.stop, ofRun: run.id)
      }
      let resumed = try run("resume base steps=3000", in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(resumed.output.contains("base is finished: 3,000 steps"), "\(resumed.output)")
    }
  }
}
