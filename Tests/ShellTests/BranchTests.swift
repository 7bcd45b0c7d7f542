import Foundation
import Glibc
import TestSupport
import Testing

/// Branches off a run as the program leads them: begun, killed, gone on with, repeated, left by their parent.
@Suite(.serialized) struct BranchTests {
  private static let declarations = """
    data ring ring modes=8
    arch mine like mlp points=2 width=8

    """
  private static let base =
    "run mine on ring steps=30 batch=8 checkpoint-every=10 sample-every=1M as base\n"

  private func withBase<Value>(_ body: (String) throws -> Value) throws -> Value {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: Self.declarations + Self.base)
      try #require(made.status == 0, "\(made.errors)")
      return try body(folder)
    }
  }

  private func run(_ line: String, in folder: String) throws -> Program.Result {
    try Program.run(["-c", line], in: folder)
  }

  /// Rows as lines.
  private func rows(_ query: String, in folder: String) throws -> String {
    try run("sql \(query) | csv", in: folder).output
  }

  private func losses(_ run: String, from step: Int, in folder: String) throws -> String {
    try rows(
      "select step, value from metrics where run = '\(run)' and name = 'generator_loss' "
        + "and step > \(step) order by step", in: folder)
  }

  private func digest(_ run: String, at step: Int, in folder: String) throws -> String {
    try rows(
      "select digest from checkpoint join run on run.id = checkpoint.run "
        + "where name = '\(run)' and step = \(step)", in: folder)
  }

  @Test func `without a change it has the bits of its run, turns of dials under way included`()
    throws
  {
    try withBase { folder in
      let longer = try Program.run(
        [], in: folder,
        input: """
          tune base glr=1e-3->1e-5 over 40
          resume base steps=60
          branch base at 50 as same
          branch base at 40 glr=1e-3 steps=20 as other
          branch base at 40 dlr=1e-3 steps=20 as another
          """)
      #expect(longer.status == 0, "\(longer.errors)")
      #expect(
        longer.errors.contains("same: base from step 50 to 60, without a change\n"),
        "\(longer.errors)")
      #expect(longer.errors.contains("  10 further steps, which were left of base\n"))
      #expect(
        longer.errors.contains(
          "same: base from step 50 to 60, without a change\n  10 further steps, which were left of "
            + "base\n  everything is taken over\n"), "\(longer.errors)")
      let own = try losses("base", from: 50, in: folder)
      #expect(own.split(separator: "\n").count == 11, "\(own)")
      #expect(try losses("same", from: 50, in: folder) == own)
      #expect(try losses("other", from: 50, in: folder) != own)
      // The schedule goes on in who did not say otherwise.
      let turns = try rows("select run, dial, setting, step from tweaks order by run", in: folder)
      #expect(
        turns.contains(
          """
          another,glr,0.001->1e-05 over 40,31
          base,glr,0.001->1e-05 over 40,31
          same,glr,0.001->1e-05 over 40,31

          """), "\(turns)")
      #expect(!turns.contains("other,glr,0.001->1e-05 over 40,31\nsame"), "\(turns)")
      // All of the curve is the branch's own.
      #expect(try losses("same", from: 0, in: folder) == losses("base", from: 0, in: folder))
      let summary = try rows(
        "select count, firstStep, lastStep from metricSummary s join run on run.id = s.run "
          + "join metricName n on n.id = s.name "
          + "where run.name = 'same' and n.name = 'generator_loss'", in: folder)
      #expect(summary.contains("60,1,60"), "\(summary)")
      let times = try rows(
        "select max(time) <= 0 from metrics where run = 'same' and step <= 50", in: folder)
      #expect(times.contains("1"), "\(times)")
    }
  }

  @Test func `what one network says for itself leaves the turns of the other`() throws {
    try withBase { folder in
      let made = try Program.run(
        [], in: folder,
        input: """
          tune base lr=5e-4 betas=0,0.9
          resume base steps=40
          branch base at 40 dlr=1e-3 steps=5 as one
          branch base at 40 lr=1e-4 steps=5 as both
          branch base at 30 steps=5 as early
          sql select dial, setting from tweaks where run = 'one' order by dial | csv
          sql select dial from tweaks where run = 'both' | csv
          sql select dial, setting from tweaks where run = 'early' order by dial | csv
          """)
      #expect(made.status == 0, "\(made.errors)")
      #expect(
        made.output.contains("dial,setting\nbetas,\"0,0.9\"\nglr,0.0005\ndial\nbetas\n"),
        "\(made.output)")
      // A turn after the step of the checkpoint is none of it; one at it is in force from the next on.
      #expect(
        made.output.contains("dial,setting\nbetas,\"0,0.9\"\nlr,0.0005\n"), "\(made.output)")
      #expect(made.errors.contains("one: base from step 40 to 45, dlr=0.001\n"), "\(made.errors)")
      #expect(made.errors.contains("both: base from step 40 to 45, lr=0.0001\n"), "\(made.errors)")
    }
  }

  @Test func `a schedule that is said of a branch begins with it`() throws {
    try withBase { folder in
      let made = try Program.run(
        [], in: folder,
        input: """
          branch base at 20 glr=1e-3->1e-5 over 10 steps=20 as glides
          branch base at 20 glr=1e-3 steps=10 as stands
          """)
      #expect(made.status == 0, "\(made.errors)")
      #expect(
        made.errors.contains("glides: base from step 20 to 40, glr=0.001->1e-05 over 10\n"),
        "\(made.errors)")
      #expect(
        try rows("select dial, setting, step from tweaks where run = 'glides'", in: folder)
          == "dial,setting,step\nglr,0.001->1e-05 over 10,21\n")
      #expect(
        try rows("select value from parameters where run = 'glides' and key = 'glr'", in: folder)
          == "value\n1e-05\n")
      // Its first step is under the first value, the next ones are not.
      let (one, other) = try (
        losses("glides", from: 20, in: folder), losses("stands", from: 20, in: folder)
      )
      let (first, second) = (one.split(separator: "\n"), other.split(separator: "\n"))
      #expect(first[1...2] == second[1...2] && first[4] != second[4], "\(first) \(second)")
      #expect(try run("replay glides", in: folder).output.contains("bit for bit"))
    }
  }

  @Test func `killed in the middle it comes to the same weights`() throws {
    try withBase { folder in
      let line = "branch base at 20 glr=1e-3 steps=1M checkpoint-every=500"
      let process = try Program.start(["-c", "\(line) as killed"], in: folder, named: "branch")
      let first = folder + "/gansh.runs/killed/step-00000500.safetensors"
      for _ in 0..<1000 where !FileManager.default.fileExists(atPath: first) { usleep(20_000) }
      usleep(300_000)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let reached = try #require(
        Int(
          try rows("select stepsDone from run where name = 'killed'", in: folder)
            .filter(\.isNumber)))
      let end = reached / 500 * 500 + 500
      let resumed = try run("resume killed steps=\(end)", in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      let whole = line.replacingOccurrences(of: "steps=1M", with: "steps=\(end - 20)")
      #expect(try run("\(whole) as whole", in: folder).status == 0)
      #expect(
        try digest("killed", at: end, in: folder) == digest("whole", at: end, in: folder))
      #expect(try digest("whole", at: 20, in: folder).count > 60)
      let points = try rows(
        "select count(*) from metrics where run = 'killed' and name = 'd_real'", in: folder)
      #expect(points.contains("\(end)"), "\(points)")
    }
  }

  @Test func `its first checkpoint stays, and without any it begins as its parent was`() throws {
    try withBase { folder in
      let made = try run(
        "branch base at 20 glr=1e-3 steps=40 keep=last:1 checkpoint-every=10 as b", in: folder)
      #expect(made.status == 0, "\(made.errors)")
      let kept = try rows(
        "select step from checkpoint join run on run.id = checkpoint.run where name = 'b'",
        in: folder)
      #expect(kept == "step\n20\n60\n", "\(kept)")
      let shown = try run("show b", in: folder).output
      #expect(shown.contains("step-00000020.safetensors") && shown.contains("kept by branch"))
      #expect(shown.contains("branched off base at step 20: glr=0.001\n"), "\(shown)")
      #expect(try run("show base", in: folder).output.contains("branches: b (at step 20)\n"))
      let before = try digest("b", at: 60, in: folder)
      for file in ["step-00000020", "step-00000060"] {
        try FileManager.default.removeItem(atPath: "\(folder)/gansh.runs/b/\(file).safetensors")
      }
      let again = try run("resume b", in: folder)
      #expect(again.status == 0, "\(again.errors)")
      #expect(again.errors.contains("it begins again at step 20, though"), "\(again.errors)")
      #expect(try digest("b", at: 60, in: folder) == before)
    }
  }

  @Test func `it is repeated and goes on when its parent is gone`() throws {
    try withBase { folder in
      let made = try Program.run(
        [], in: folder,
        input: """
          branch base at 20 lr=1e-3 penalty=r1:0.1 steps=20 as b
          delete base yes
          replay b as again
          resume b steps=50
          show b
          runs tree
          """)
      #expect(made.status == 0, "\(made.errors)")
      #expect(
        made.errors.contains(
          "note: b was branched off base at step 20 and stays: it has its own checkpoint of that "
            + "step, goes on and can be repeated\n"), "\(made.errors)")
      #expect(made.output.contains("its checkpoint is that of b, bit for bit"), "\(made.output)")
      #expect(made.errors.contains("again: the steps from 20 to 40 of b\n"), "\(made.errors)")
      #expect(
        made.output.contains("branched at step 20 off a run `base` that was deleted\n"),
        "\(made.output)")
      #expect(made.output.contains("└─ again"), "\(made.output)")
      #expect(
        try losses("again", from: 0, in: folder)
          == rows(
            "select step, value from metrics where run = 'b' and name = 'generator_loss' "
              + "and step <= 40 order by step", in: folder))
      // The repetition has what it needs as well.
      let third = try run("replay again", in: folder)
      #expect(third.output.contains("is that of again, bit for bit"), "\(third.errors)")
    }
  }

  @Test func `where no checkpoint of its beginning is left that is said`() throws {
    try withBase { folder in
      #expect(try run("branch base at 20 lr=1e-3 steps=20 as b", in: folder).status == 0)
      for name in ["b", "base"] {
        try FileManager.default.removeItem(
          atPath: "\(folder)/gansh.runs/\(name)/step-00000020.safetensors")
      }
      let replayed = try run("replay b", in: folder)
      #expect(replayed.status == 1)
      #expect(
        replayed.errors.contains(
          "b was branched off at step 20, and of that step no checkpoint is left, neither its own "
            + "nor that of base; `replay base` computes it again"), "\(replayed.errors)")
      #expect(try run("runs", in: folder).output.contains("replay") == false)
      // A repetition of the parent makes the same file.
      #expect(try run("replay base as base2", in: folder).status == 0)
      let found = try run("replay b", in: folder)
      #expect(found.output.contains("is that of b, bit for bit"), "\(found.errors)")
    }
  }

  @Test func `families are drawn`() throws {
    try withBase { folder in
      let made = try Program.run(
        [], in: folder,
        input: """
          runs tree
          run mine on ring steps=4 batch=8 as alone
          branch base at 10 critic=2 steps=5 as first
          branch first lr=1e-3 steps=5 as deeper
          branch base at 20 { discriminator { dense 6; relu; dense 1 } } steps=5 as rewired
          runs tree
          """)
      #expect(made.status == 0, "\(made.errors)")
      #expect(made.output.contains("no run was branched yet; `help branch` tells how"))
      for line in [
        "base          finished     30  ", "├─ first      finished     15       10  critic=2 ",
        "│  └─ deeper  finished     20       15  lr=0.001 ",
        "└─ rewired    finished     25       20  discriminator { … } ",
        "1 run belongs to no family",
      ] {
        #expect(made.output.contains(line), "\(line) in \(made.output)")
      }
      let plain = try Program.bash("LC_ALL=C $G -c 'runs tree'", in: folder)
      #expect(plain.output.contains("|  `- deeper"), "\(plain.output)")
      #expect(!plain.output.contains { "│├└─".contains($0) }, "\(plain.output)")
      let json = try Program.run(["--json", "-c", "runs tree"], in: folder)
      let table = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
      let deeper = try #require(table?.first { $0["name"] as? String == "deeper" })
      #expect(deeper["parent"] as? String == "first" && deeper["at step"] as? Int == 15)
      #expect(deeper["changed"] as? String == "lr=0.001")
      #expect(deeper["modes"] is NSNumber, "\(deeper)")
      for line in ["runs tree where steps<3", "runs tree limit 2", "runs tre"] {
        #expect(try run(line, in: folder).status == 1, "\(line)")
      }
    }
  }

  @Test func `what cannot be is said before anything is written down`() throws {
    try withBase { folder in
      let refusals = [
        ("branch base at 15 as x", "run `base` has no checkpoint of step 15"),
        (
          "branch base at 15 as x",
          "help: the nearest are those of steps 10 and 20: `at 10` or `at 20`"
        ),
        ("branch base at 35 as x", "help: the nearest is that of step 30: `at 30`"),
        ("branch base as x", "of the 30 steps of run `base` none is left after step 30"),
        ("branch base at best:d_real steps=5", "neither end of `d_real` is best"),
        ("branch base at best:fid steps=5", "no run has a metric `fid`"),
        ("branch base at start steps=5", "`start` is no checkpoint"),
        ("branch base at 10 as base", "a run named `base` exists"),
        ("branch base at 10 width=4", "`branch` has no option `width`"),
        (
          "branch base at 10 { classifier { dense 4 } }",
          "run `base` trains an adversarial model, and a branch of it has no classifier"
        ),
        ("branch base at 10 { discriminator { dense 2 } }", "the discriminator"),
        ("branch base at 10 pack=3", "a batch of 8 cannot be judged 3 at once"),
        ("branch base at 10 augment-cutout=0.5", "`augment-cutout` changes images"),
        ("branch base at 10 steps=1M epochs=2", "either `steps` or `epochs`"),
        ("branch base at 10 steps=0", "steps"),
        ("branch base at 10 keep=best:d_real", "neither end of `d_real` is best"),
        ("branch nobody at 10", "there is no run `nobody`"),
        ("branch base at 10 on nothing", "there is no data set `nothing`"),
        ("branch base at 10 on ring path=x", "`ring` says itself where its files are"),
      ]
      for (line, message) in refusals {
        let result = try run(line, in: folder)
        #expect(result.status != 0, "\(line)")
        #expect(result.errors.contains(message), "\(line): \(result.errors)")
      }
      #expect(try rows("select count(*) from run", in: folder).contains("1"))
    }
  }

  @Test func `networks and data may be others, and the best checkpoint is found`() throws {
    try withBase { folder in
      let made = try Program.run(
        [], in: folder,
        input: """
          data square grid side=2
          branch base at 10 on square steps=5 as elsewhere
          branch base at 10 pack=2 ema=0.9 steps=5 as packed
          branch base at 10 optimiser=rmsprop steps=5 as other
          branch base at best:high_quality steps=5 seed=3 as best
          branch base steps=5 as far &
          wait
          compare base elsewhere packed other
          export base packed to page.html
          plot base packed to curves.svg
          diff base packed
          """)
      #expect(made.status == 0, "\(made.errors)")
      for told in [
        "elsewhere: base from step 10 to 15, data.source=grid, data.side=2, ",
        "  the data are others: their first pass begins",
        "packed: base from step 10 to 15, ema=0.9, arch.pack=2",
        "  discriminator: 5 of 6 taken over, anew: discriminator.block1.dense.weight",
        "  the averages begin anew, from the weights",
        "  the optimiser of the discriminator begins anew: 1 of its 6 weights do",
        "  the optimiser of the generator begins anew: `rmsprop` instead of `adam`",
      ] {
        #expect(made.errors.contains(told), "\(told) in \(made.errors)")
      }
      #expect((made.output + made.errors).contains("far is finished"), "\(made.output)")
      // From the checkpoint that it began with.
      let again = try run("branch elsewhere at 10 as nearby", in: folder)
      #expect(again.status == 0, "\(again.errors)")
    }
  }

  @Test func `what a remedy has found out on the way is taken over`() throws {
    try Program.withFolder { folder in
      let made = try Program.run(
        [], in: folder,
        input: """
          data faces portraits count=16 size=16
          arch dc like dcgan image=16x16x3 width=4 latent=8
          run dc on faces steps=12 batch=8 ada-target=0.1 lr=2e-3 checkpoint-every=6 as base
          branch base at 6 as same
          branch base at 6 ada-target=0.9 as other
          """)
      #expect(made.status == 0, "\(made.errors)")
      let own = try losses("base", from: 6, in: folder)
      #expect(try losses("same", from: 6, in: folder) == own && own.count > 60)
      let found = try rows(
        "select count(distinct value) from metrics where run = 'base' "
          + "and name = 'augmentation_probability'", in: folder)
      #expect(found != "count(distinct value)\n1\n", "\(found)")
    }
  }

  @Test func `a line that was typed can be typed again`() throws {
    try withBase { folder in
      let made = try Program.run(
        [], in: folder,
        input: """
          branch base at 10 { discriminator { dense 6; relu; dense 1 } } steps=5 as b
          rerun 1
          branch base at 10 steps=5
          branch base at 10 steps=5
          runs columns=name | csv
          """)
      #expect(made.status == 0, "\(made.errors)")
      #expect(
        made.output.hasSuffix("name\nbase\nb\nb-rerun\nbase-branch\nbase-branch-2\n"),
        "\(made.output)")
    }
  }
}
