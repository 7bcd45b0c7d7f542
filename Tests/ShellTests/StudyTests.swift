import Foundation
import GRDB
import TestSupport
import Testing

/// `study`: what is declared and run, what is told, and what is refused.
@Suite struct StudyTests {
  private static let setting = """
    data faces portraits count=160 size=16
    data known portraits count=160 size=16 people=40
    data others portraits count=60 size=16 seed=2
    data part from faces split=0.5
    arch tell like classifier image=16x16x3 width=2 labels=Smiling
    arch pair like dcgan image=16x16x3 width=4 latent=8 labels=Smiling
    """
  private static let small =
    "label=Smiling sizes=4,8 seeds=2 steps=3 generator-steps=3 batch=8 classifier=tell generator=pair"

  private func results(
    _ lines: [String], _ check: (String, [Program.Result]) throws -> Void
  ) throws {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: Self.setting)
      try #require(made.status == 0, "\(made.errors)")
      try check(folder, try lines.map { try Program.run(["-c", $0], in: folder) })
    }
  }

  /// Rows below the heads of a table.
  private func rows(_ table: String) -> Int { table.split(separator: "\n").count - 1 }

  @Test func `all arms are run once, and the same line tells the same`() throws {
    let line = "study faces \(Self.small) arms=flip,generated,both,made ratio=0.5,1 as s"
    try results([
      line, line, "runs | csv",
      "study faces \(Self.small) arms=flip,generated,both,made ratio=0.5,1 dry=yes as t | csv",
      "study faces \(Self.small.replacing("Smiling", with: "Blond_Hair").replacing(" classifier=tell generator=pair", with: "")) arms=flip as s",
      "show data s-4-1-both-0_5", "show data s-8-2", "show s-4-1-both-0_5",
      "\(line) | json", line.replacing(" as s", with: " dry=yes as s | csv"), "show s", "resume s",
    ]) { _, all in
      try #require(
        all.enumerated().allSatisfy { ($1.status == 0) == ![4, 10, 11].contains($0) },
        "\(all.map(\.errors))")
      // Neither the one that was refused nor the dry one.
      for missed in all[10...] {
        #expect(missed.errors.contains("a study is called so"), "\(missed.errors)")
        #expect(
          missed.errors.contains("`\(line) | json`, does what is missing"), "\(missed.errors)")
      }
      #expect(all[4].errors.contains("already, and it is another one"), "\(all[4].errors)")
      // Two sizes and seeds: a generator, none, flip, made, and two arms with two ratios; and all for each seed.
      let trials = 4 * 8 + 2
      for listing in [all[2].output, all[3].output] {
        #expect(rows(listing) == trials, "\(listing)")
      }
      #expect(all[0].output.contains("with 4 of each class: flip"), "\(all[0].output)")
      #expect(all[0].output.contains("GAN-test"), "\(all[0].output)")
      #expect(all[0].output.hasSuffix(all[1].output), "\(all[1].output)")
      #expect(all[1].errors.contains("34 runs are there already"), "\(all[1].errors)")
      #expect(all[5].output.contains("12 images"), "\(all[5].output)")
      #expect(all[6].output.contains("16 images"), "\(all[6].output)")
      #expect(all[7].output.contains("flip"), "\(all[7].output)")
      #expect(
        all[9].errors.contains("34 of 34 runs are there already") && rows(all[9].output) == 0,
        "\(all[9])")
      // A program reads one table, with what is known of generated examples beside their arms.
      let table = try #require(
        try JSONSerialization.jsonObject(with: Data(all[8].output.utf8)) as? [[String: Any]])
      let told = table.filter { $0["GAN-test"] is Double }.compactMap { $0["arm"] as? String }
      #expect(table.count == 2 * 5 + 1 && told.count == 2 * 3, "\(all[8].output)")
      #expect(Set(told) == ["generated", "both", "made"])
    }
  }

  @Test func `another data set stands beside the examples, in so many to each`() throws {
    let line = "study faces \(Self.small) arms=with:others,generated ratio=0.5,1 as s"
    try results([
      line, "show data s-8-1-with-others-0_5", "show data s-8-1-with-others-0_5-part",
      "study faces \(Self.small) arms=with:faces as t",
      "study faces \(Self.small) arms=with:nobody as t",
      "study faces \(Self.small) arms=with:plain as t", "runs | csv",
    ]) { _, all in
      try #require(all[..<3].allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      #expect(all[0].output.contains("with:others"), "\(all[0].output)")
      // 8 of each of two classes, and half as many of the others.
      #expect(all[1].output.contains("24 images"), "\(all[1].output)")
      #expect(all[2].output.contains("8 images"), "\(all[2].output)")
      #expect(
        all[3].errors.contains("that are measured on are among those of `faces`"),
        "\(all[3].errors)")
      #expect(
        all[4].errors.contains("nobody") && all[5].errors.contains("plain"), "\(all[4].errors)")
      // Two sizes and seeds: a generator, none, and two arms with two ratios; and all for each seed.
      #expect(rows(all[6].output) == 4 * 6 + 2, "\(all[6].output)")
    }
  }

  @Test func `parts of data that were split before are as large as they are said to be`() throws {
    let small = Self.small.replacing("seeds=2", with: "seeds=1").replacing("4,8", with: "4")
    try results([
      "data some from faces split=120; study some \(small) arms=flip as s",
      "data held from faces split=0.5 part=rest; study held \(small) arms=flip as t",
      "show data s-pool", "show data s-test",
    ]) { _, all in
      try #require(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      // Seven tenths of 120, and six tenths of the rest, about.
      for (place, range) in [(2, 70...98), (3, 10...34)] {
        let count = all[place].output.firstMatch(of: /([0-9]+) images/).flatMap { Int($0.1) }
        #expect(count.map(range.contains) == true, "\(all[place].output)")
      }
    }
  }

  @Test func `what a generator has written to files has learned from what it has`() throws {
    try results([
      "run pair on others batch=8 steps=2 as leak; samples leak count=160 labels=data to leaked/; augment others with leak count=160 to kept/",
      "data leaked folder path=./leaked labels=leaked/manifest.csv size=16; data kept folder path=kept/ labels=kept/manifest.csv size=16",
      "study faces \(Self.small) arms=with:leaked test=others as s",
      "study faces \(Self.small) arms=with:kept test=others as s",
      "study faces \(Self.small) arms=with:kept as s",
    ]) { _, all in
      try #require([0, 1, 4].allSatisfy { all[$0].status == 0 }, "\(all.map(\.errors))")
      for (place, name) in [(2, "leaked"), (3, "kept")] {
        #expect(
          all[place].errors.contains(
            "the generator of `\(name)`, run `leak`, has learned from 60 of the 60 examples"),
          "\(all[place].errors)")
      }
    }
  }

  @Test func `a study that was killed goes on`() throws {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: Self.setting)
      try #require(made.status == 0, "\(made.errors)")
      let line = "study faces \(Self.small) arms=generated as s"
      let longer = line.replacing("steps=3", with: "steps=40")
      _ = try Program.bash("timeout -s KILL 4 $G -c '\(longer)'; true", in: folder)
      let again = try Program.run(
        ["-c", longer], in: folder)
      #expect(again.status == 0, "\(again.errors)")
      let runs = try Program.run(["-c", "runs | csv"], in: folder)
      let trials = 4 * 3 + 2
      #expect(rows(runs.output) == trials, "\(runs.output)")
      #expect(!runs.output.contains("interrupted"), "\(runs.output)")
    }
  }

  @Test func `what ended behind its last step is finished, and what is damaged is named`() throws {
    let line = "study faces \(Self.small.replacing("seeds=2", with: "seeds=1")) arms=flip"
    try results(["\(line) jobs=2 as s"]) { folder, all in
      try #require(all[0].status == 0, "\(all[0].errors)")
      let queue = try DatabaseQueue(path: folder + "/gansh.sqlite")
      try queue.write {
        try $0.execute(
          sql: "UPDATE run SET status = 'interrupted' WHERE name IN ('s-4-1-none', 's-8-1-none')")
      }
      try queue.close()
      let again = try Program.run(["-c", "\(line) jobs=2 as s"], in: folder)
      #expect(
        again.status == 0 && all[0].output.hasSuffix(again.output) && !again.output.isEmpty,
        "\(again)")
      #expect(again.errors.contains("s-4-1-none is finished: its 3 steps were done"))
      let file = folder + "/gansh.runs/s-8-1-none/step-00000003.safetensors"
      try Data("no weights".utf8).write(to: URL(fileURLWithPath: file))
      let damaged = try Program.run(["-c", "\(line) as s"], in: folder)
      #expect(
        damaged.status == 1 && damaged.errors.contains("`resume s-8-1-none` trains it again"),
        "\(damaged.errors)")
      let mended = try Program.run(["-c", "resume s-8-1-none; \(line) as s"], in: folder)
      #expect(mended.status == 0, "\(mended.errors)")
    }
  }

  @Test func `people are kept apart, and leaks are refused`() throws {
    let faults: [(line: String, fact: String)] = [
      ("study known \(Self.small) as s", "`Person` says whom an example shows"),
      ("study faces \(Self.small) test=part as s", "are among those that are learned from"),
      ("study known \(Self.small) identity=Persn as s", "there is no label `Persn`"),
      ("study faces \(Self.small.replacing("Smiling", with: "Smilng")) as s", "`Smiling`"),
      ("study faces \(Self.small.replacing("Smiling", with: "Yaw")) as s", "is of an attribute"),
      ("study faces \(Self.small.replacing("sizes=4,8", with: "sizes=4000")) as s", "to take"),
      (
        "study faces \(Self.small.replacing("sizes=4,8", with: "sizes=4000")) dry=yes as s",
        "to take"
      ),
      ("study faces \(Self.small) arms=none,flap as s", "flip"),
      ("study faces \(Self.small) arms=generate as s", "did you mean `generated`?"),
      ("study faces \(Self.small) arms=all as s", "is there in any case"),
      ("study faces \(Self.small) arms=flip as \"my study\"", "cannot be a name"),
      (
        "study faces \(Self.small) arms=with:few as s",
        "the study's `s-8-1-with-few-1` cannot be made"
      ),
      ("study faces \(Self.small) arms=flip,flip as s", "is given twice"),
      ("study faces sizes=4 as s", "`study` needs a label"),
      ("study faces \(Self.small) test=large as s", "`large` holds images of 32x32x3"),
      ("study faces \(Self.small) test=smiling as s", "have the same `Smiling`"),
      ("study faces \(Self.small) test=made as s", "`made` has no attribute `Smiling`"),
      (
        "study faces \(Self.small.replacing("=tell", with: "=other")) as s",
        "`other` tells `labels=Eyeglasses`, and the study is of `Smiling`"
      ),
      (
        "study faces \(Self.small.replacing("=tell", with: "=pair")) as s",
        "`pair` has no classifier"
      ),
      (
        "study faces \(Self.small.replacing("=pair", with: "=free")) arms=made as s",
        "`free` is asked for nothing"
      ),
      ("study faces \(Self.small) arms=flip as taken", "there is a data set `taken-pool` already"),
      (
        "study faces \(Self.small) arms=with:leaked test=others as s",
        "the generator of `leaked`, run `leak`, has learned from"
      ),
      (
        "study leaked \(Self.small) arms=flip test=others as s",
        "the generator of `leaked`, run `leak`, has learned from"
      ),
      (
        "study faces \(Self.small) arms=with:taught test=others as s",
        "the generator of `taught`, run `pupil`, began with weights of `leak`, which has learned from"
      ),
      ("study faces label=Smiling sizes=4 as s", "a batch of 32 cannot be filled from 4 examples"),
      ("study faces \(Self.small)", "needs"),
    ]
    try results(
      [
        """
        run pair on others batch=8 steps=2 as leak; data leaked generated run=leak count=160
        run pair on faces from leak batch=8 steps=2 as pupil; data taught generated run=pupil count=160
        show data taught; show data leaked
        !rm gansh.runs/leak/*
        data large portraits count=40 size=32; data smiling from others where Smiling=1
        data taken-pool portraits count=5 size=16
        arch free like dcgan image=16x16x3 width=4; run free on others batch=8 steps=1 as plain
        data made generated run=plain count=8; data few portraits count=10 size=16 seed=4
        arch other like classifier image=16x16x3 width=2 labels=Eyeglasses
        """
      ]
        + faults.map(\.line) + [
          "study known \(Self.small) identity=Person arms=flip as p",
          "study faces \(Self.small) arms=flip test=others as q",
        ]
    ) { _, all in
      try #require(all[0].status == 0, "\(all[0].errors)")
      for (fault, result) in zip(faults, all.dropFirst()) {
        #expect(result.status != 0, "\(fault.line)")
        #expect(result.errors.contains(fault.fact), "\(fault.line): \(result.errors)")
      }
      #expect(all.suffix(2).allSatisfy { $0.status == 0 }, "\(all.suffix(2).map(\.errors))")
    }
  }
}
