import Foundation
import TestSupport
import Testing

/// Samples that are written to stand beside examples.
@Suite struct AugmentTests {
  private static let setting = """
    data drawn portraits count=64 size=16
    arch asked like dcgan image=16x16x3 width=4 latent=8 labels=Smiling,Eyeglasses
    run asked on drawn steps=4 batch=16 as asked
    arch plain like dcgan image=16x16x3 width=4 latent=8
    run plain on drawn steps=4 batch=16 as plain
    arch tell like classifier image=16x16x3 width=2 labels=Smiling,Eyeglasses
    run tell on drawn steps=4 batch=16 as told
    arch other like classifier image=16x16x3 width=2 labels=Smiling
    run other on drawn steps=2 batch=16 as other
    data ring ring
    arch points like mlp points=2 width=4 latent=2
    run points on ring steps=3 as flat

    """

  private func results(
    _ lines: [String], _ check: (String, [Program.Result]) throws -> Void
  ) throws {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: Self.setting)
      try #require(made.status == 0, "\(made.errors)")
      try check(folder, try lines.map { try Program.run(["-c", $0], in: folder) })
    }
  }

  private func rows(_ path: String) throws -> [[String]] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func `there and back labels, counts and the table are equal`() throws {
    try results([
      "augment drawn with asked count=30 to made/",
      "data back folder path=made labels=made/manifest.csv size=16 filter=nearest crop=none; show data back",
      "augment drawn with asked count=30 to again/", "augment drawn with asked count=20 to fewer/",
      "augment drawn with asked count=24 by=Eyeglasses to parted/",
      "data parted folder path=parted labels=parted/manifest.csv size=16; show data parted",
      "data classes folder path=parted labels=yes size=16; show data classes",
      "augment drawn with plain count=6 labels=Smiling:1 by=Smiling to fixed/",
      "augment drawn with asked count=5 labels=Smiling:1 to smiling/",
    ]) { folder, all in
      try #require(all.allSatisfy { $0.status == 0 }, "\(all.map(\.errors))")
      #expect(all[0].output.contains("made/: 30 samples of 30"), "\(all[0].output)")
      let made = try rows(folder + "/made/manifest.csv")
      #expect(made[0] == ["file", "latent", "Smiling", "Eyeglasses"] && made.count == 31)
      let smiling = made.dropFirst().count { $0[2] == "1" }
      #expect(smiling > 0 && smiling < 30)
      #expect(all[1].output.contains("30 images of 16x16x3"), "\(all[1].output)")
      let shown = all[1].output.split(separator: "\n").first { $0.hasPrefix("Smiling") }
      #expect(shown?.contains("\(smiling)") == true, "\(all[1].output)")
      // A sample is a function of its number alone.
      for name in ["again", "fewer"] {
        #expect(
          try rows(folder + "/\(name)/manifest.csv").dropFirst()
            == made[1..<(name == "again" ? 31 : 21)])
        for file in ["000001.png", "000020.png"] {
          #expect(
            try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)/\(file)"))
              == Data(contentsOf: URL(fileURLWithPath: "\(folder)/made/\(file)")))
        }
      }
      let parted = try rows(folder + "/parted/manifest.csv")
      #expect(
        parted.dropFirst().allSatisfy { $0[0].hasPrefix("Eyeglasses-\($0[3])/") }, "\(parted[1])")
      let folders = try FileManager.default.contentsOfDirectory(atPath: folder + "/parted").sorted()
      #expect(folders == ["Eyeglasses-0", "Eyeglasses-1", "manifest.csv"])
      #expect(all[5].output.contains("24 images"), "\(all[5].output)")
      let worn = parted.dropFirst().count { $0[3] == "1" }
      #expect(all[6].output.contains("\(worn)"), "\(all[6].output)")
      let fixed = try rows(folder + "/fixed/manifest.csv")
      #expect(
        fixed[0] == ["file", "latent", "Smiling"] && fixed[6] == ["Smiling-1/000006.png", "6", "1"])
      #expect(
        try rows(folder + "/smiling/manifest.csv").dropFirst().allSatisfy {
          $0[2] == "1" && $0[3] == "0"
        })
    }
  }

  @Test func `filters leave out what they say, and say how many`() throws {
    try results([
      "augment drawn with asked count=20 judge=told confidence=0.5 to sure/",
      "augment drawn with asked count=20 score=0.5 to liked/",
      "augment drawn with asked count=20 apart=0.01 density=0 features=pixels to apart/",
      "augment drawn with asked count=20 apart=1000 to none/",
      "augment drawn with asked count=20 judge=told confidence=1 to never/",
      "predict told on sure/ to sure.csv",
    ]) { folder, all in
      for place in [0, 1, 2, 5] { try #require(all[place].status == 0, "\(all[place].errors)") }
      let counts = all[1].output.split(separator: " ").compactMap { Int($0.filter(\.isNumber)) }
      #expect(all[1].output.contains("the discriminator scores low"), "\(all[1].output)")
      // About half goes.
      #expect(counts.count >= 3 && counts[0] == 20 && (30...60).contains(counts[1]), "\(counts)")
      let sure = try rows(folder + "/sure/manifest.csv")
      let told = try rows(folder + "/sure.csv").dropFirst()
      #expect(told.count == 20)
      for row in told {
        let asked = sure.first { $0[0] == row[0] }
        for column in [1, 2] {
          #expect(
            (Double(row[column]) ?? -1 > 0.499) == (asked?[column + 1] == "1")
              || abs((Double(row[column]) ?? 0) - 0.5) < 0.01)
        }
      }
      for (place, fact) in [
        (3, "are copies of examples"), (4, "a classifier does not tell as they were asked for"),
      ] {
        #expect(
          all[place].status != 0
            && all[place].errors.contains("of 1,024 samples none would stay: 1,024 \(fact)"),
          "\(all[place].errors)")
      }
      for name in ["none", "never"] {
        #expect(!FileManager.default.fileExists(atPath: folder + "/" + name))
      }
    }
  }

  @Test func `what a judge makes of the labels is said, and where it was written is kept`() throws {
    try Program.withFolder { folder in
      let lines = """
        data drawn portraits count=64 size=16
        arch asked like dcgan image=16x16x3 width=4 latent=8 labels=Smiling
        run asked on drawn steps=4 batch=16 as asked
        data grave from drawn where Smiling=0
        data more join drawn grave grave grave grave
        arch tell like classifier image=16x16x3 width=2 labels=Smiling
        run tell on more steps=40 batch=16 as told
        augment drawn with asked count=10 judge=told to more/
        show asked
        """
      let made = try Program.run([], in: folder, input: lines)
      try #require(made.output.contains("10 samples of"), "\(made)")
      let note =
        /note: `Smiling` is [01] of [0-9]+% of what was drawn, and of (0|100)% of what was kept/
      #expect(made.errors.contains(note), "\(made.errors)")
      #expect(made.output.contains(/augmentation [0-9]+: .*seed 1.*more/), "\(made.output)")
    }
  }

  @Test func `classes have their names, asked for, written and joined`() throws {
    try results(["samples plain count=12 to faces/"]) { folder, all in
      try #require(all[0].status == 0, "\(all[0].errors)")
      let rows = (1...12).map { number in
        String(format: "%06d.png,", number) + ["glad", "so so", "sad"][number % 3] + "\n"
      }
      try Data(("file,mood\n" + rows.joined()).utf8)
        .write(to: URL(fileURLWithPath: folder + "/mood.csv"))
      let made = try Program.run(
        [], in: folder,
        input: """
          data moody folder path=faces labels=mood.csv size=16
          arch kinds like dcgan image=16x16x3 width=4 latent=8 classes=3
          run kinds on moody batch=8 steps=3 as kinds
          samples kinds labels=class:"so so" count=2 seed=3 to named.png
          samples kinds labels=class:0 count=2 seed=3 to zero.png
          samples kinds labels=class:1 count=2 seed=3 to one.png
          samples kinds labels=class:2 count=2 seed=3 to two.png
          augment moody with kinds count=9 labels=class:sad to more/
          data more folder path=more labels=more/manifest.csv size=16
          data drawn generated run=kinds count=20
          data both join moody more
          data all join drawn moody
          show data both
          show data all
          """)
      try #require(made.status == 0, "\(made.errors)")
      #expect(!made.errors.contains("have no label in common"), "\(made.errors)")
      let told = made.output.split(separator: "\n").filter { $0.hasPrefix("mood") }
      #expect(told.contains(where: { $0.contains("sad") && $0.contains("13") }), "\(told)")
      #expect(told.count { $0.contains("so so") } == 2, "\(told)")
      func picture(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).png"))
      }
      let named = try picture("named")
      #expect(try ["zero", "one", "two"].count { try picture($0) == named } == 1)
      for (typed, fact) in [
        ("class:\"so-so\"", "there is no class `so-so`"),
        ("\"class:3\"", "`labels=class:3`"),
      ] {
        let wrong = try Program.run(["-c", "samples kinds labels=\(typed) to no.png"], in: folder)
        #expect(wrong.status == 1 && wrong.errors.contains(fact), "\(wrong.errors)")
      }
    }
  }

  @Test func `what cannot be is said at its place`() throws {
    let faults = [
      ("augment drawn with flat to x/", "makes points, and images are wanted"),
      ("augment ring with asked to x/", "`ring` holds points"),
      ("augment drawn with asked judge=plain to x/", "run `plain` has no classifier"),
      ("augment drawn with asked judge=other to x/", "tells other labels"),
      (
        "augment drawn with plain judge=told to x/",
        "is asked for no labels, which a judge could tell"
      ),
      (
        "augment drawn with asked confidence=0.5 to x/",
        "`confidence` is a judge's, and there is none"
      ),
      ("augment drawn with asked features=pixels to x/", "asked by `density` and `apart`"),
      ("augment drawn with asked by=Hat to x/", "`Hat`"),
      ("augment drawn with plain labels=data to x/", "is asked for no labels"),
      ("augment drawn with told to x/", "run `told` has no generator"),
      ("augment drawn with asked count=0 to x/", "count"),
    ]
    try results(faults.map(\.0)) { folder, all in
      for (fault, result) in zip(faults, all) {
        #expect(
          result.status == 1 && result.errors.contains(fault.1), "\(fault.0): \(result.errors)")
        #expect(result.errors.contains("^"), "\(result.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: folder + "/x"))
    }
  }
}
