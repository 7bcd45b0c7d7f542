import Foundation
import TestSupport
import Testing

/// `classifier=`: modes of images, while a run trains and afterwards.
@Suite struct ClassifierModeTests {
  private static let setting = """
    data drawn portraits count=64 size=8 channels=1
    data other portraits count=64 size=8 channels=1 seed=2
    data large portraits count=32 size=16 channels=1
    data ring ring modes=8
    arch tell custom image=8x8x1 labels=Smiling,Eyeglasses { classifier { flatten; dense 2 } }
    run tell on drawn batch=16 steps=20 lr=1e-2 as judge
    arch pair custom image=8x8x1 latent=2 {
      generator { dense 8x8x1; tanh }
      discriminator { flatten; dense 1 } }
    arch wide custom image=16x16x1 latent=2 {
      generator { dense 16x16x1; tanh }
      discriminator { flatten; dense 1 } }
    arch dots custom points=2 latent=2 { generator { dense 2 }; discriminator { dense 1 } }

    """

  private func session(_ body: (_ folder: String) throws -> Void) throws {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: Self.setting)
      #expect(made.status == 0, "\(made.errors)")
      try body(folder)
    }
  }

  private func run(_ statement: String, in folder: String) throws -> Program.Result {
    try Program.run(["-c", statement], in: folder)
  }

  /// The second line of a table as csv, by the first.
  private func row(_ output: String) throws -> [String: String] {
    let lines = output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    try #require(lines.count == 2 && lines[0].count == lines[1].count, "\(output)")
    return Dictionary(uniqueKeysWithValues: zip(lines[0], lines[1]))
  }

  @Test func `a run counts its modes, and evaluating its last checkpoint counts the same`() throws {
    try session { folder in
      let counted = try run(
        "run pair on drawn batch=16 steps=6 sample-every=3 classifier=judge as made", in: folder)
      #expect(counted.status == 0, "\(counted.errors)")
      // What it was counted by is known by its bytes.
      let text = try run("show made", in: folder).output
      #expect(text.contains("classifier=judge@"), "\(text)")
      #expect(
        try run(
          "expect modes(made)@3>=1 and modes(made)@3<=4 and modes(made)@6>=1", in: folder
        ).status == 0)
      // Evaluating keeps what it counts: what the run known is looked at before.
      let own = try run("expect modes(made)@6>=1", in: folder).output
      let known = try #require(own.firstMatch(of: /is ([0-9]+)/), "\(own)").output.1
      let evaluated = try run("evaluate made classifier=judge | csv", in: folder)
      let told = try row(evaluated.output)
      #expect(told["samples"] == "2500" && told["of"] == "4", "\(told)")
      #expect(Double(told["modes"] ?? "") == Double(known), "\(told)")
      #expect(told["reverse KL"] != nil && told["KL from the data"] != nil)
      // Of attributes no sample is more surely what it is.
      #expect(told["high quality"] == nil)
      #expect(try run("expect modes(made)>=1 and reverse_kl(made)>=0", in: folder).status == 0)
    }
  }

  @Test func `what a finished run did not count is counted from its checkpoint and kept`() throws {
    try session { folder in
      let begun = try run("run pair on drawn batch=16 steps=4 as made", in: folder)
      #expect(begun.status == 0, "\(begun.errors)")
      #expect(try run("expect modes(made)=none", in: folder).status == 0)
      // Others than are usual are told and not kept.
      for other in ["samples=100", "seed=9", "on other"] {
        let told = try run(
          other == "on other"
            ? "evaluate made on other classifier=judge" : "evaluate made classifier=judge \(other)",
          in: folder)
        #expect(told.status == 0, "\(told.errors)")
        #expect(try run("expect modes(made)=none", in: folder).status == 0, "\(other)")
      }
      #expect(try run("evaluate made classifier=judge", in: folder).status == 0)
      #expect(
        try run("expect modes(made)>=1 and steps(made)=4 and status(made)=finished", in: folder)
          .status == 0)
    }
  }

  @Test(
    arguments: [
      ("run pair on drawn steps=1 classifier=jugde", "did you mean `judge`"),
      ("run dots on ring steps=1 classifier=judge", "but the data are points in 2 dimensions"),
      (
        "run wide on large batch=16 steps=1 classifier=judge",
        "the classifier of run `judge` is of images of 8x8x1, but the data are images of 16x16x1"
      ),
      (
        "run tell on drawn batch=16 steps=1 classifier=judge",
        "counts the modes of samples, and this model makes none"
      ),
      ("evaluate judge classifier=judge", "this model makes none"),
      ("evaluate judge", "`evaluate judge classifier=RUN`"),
      ("evaluate judge on drawn samples=5", "name its run: `classifier=RUN`"),
      (
        "run pair on drawn batch=16 steps=1 as first; run pair on drawn steps=1 classifier=first",
        "run `first` has no classifier, and tells no modes"
      ),
      (
        "run pair on drawn batch=16 steps=1 as first; evaluate first on large classifier=judge",
        "the run makes images of 8x8x1, but `large` holds images of 16x16x1"
      ),
    ])
  func `what cannot tell modes is said, with a way out`(statement: String, fact: String) throws {
    try session { folder in
      let result = try run(statement, in: folder)
      #expect(result.status == 1 && result.errors.contains(fact), "\(result.errors)")
    }
  }

  @Test func `a classifier that is gone is told, and the run can go on`() throws {
    try session { folder in
      let begun = try run(
        "run pair on drawn batch=16 steps=4 classifier=judge as made; delete judge yes", in: folder)
      #expect(begun.status == 0, "\(begun.errors)")
      let lost = try run("resume made steps=6", in: folder)
      #expect(lost.status == 1)
      #expect(
        lost.errors.contains("of run `judge` is not there any more")
          && lost.errors.contains("classifier=no"), "\(lost.errors)")
      let replayed = try run("replay made as again", in: folder)
      #expect(replayed.status == 0, "\(replayed.errors)")
      #expect(replayed.errors.contains("note: modes are not counted"), "\(replayed.errors)")
      #expect(
        (replayed.output + replayed.errors).contains("bit for bit"), "\(replayed.output)")
      let further = try run("resume made steps=6 classifier=no", in: folder)
      #expect(further.status == 0, "\(further.errors)")
      #expect(try run("expect steps(made)=6", in: folder).status == 0)
    }
  }

  @Test func `a classifier that was trained on still tells as it did`() throws {
    try session { folder in
      let begun = try run(
        """
        run pair on drawn batch=16 steps=4 classifier=judge as made
        resume judge steps=30
        resume made steps=6
        """, in: folder)
      #expect(begun.status == 0, "\(begun.errors)")
      let text = try run("show made", in: folder).output
      let digest = try #require(text.firstMatch(of: /classifier=judge@([0-9a-f]{16})/)).output.1
      let rows = try run(
        "sql select step from checkpoint where digest like '\(digest)%' | csv", in: folder)
      #expect(rows.output == "step\n20\n", "\(rows.output)")
    }
  }

  @Test func `three digits in an image are told one by one`() throws {
    try Program.withFolder { folder in
      let labels = (0..<40).map { UInt8($0 % 10) }
      let mnist = URL(fileURLWithPath: folder + "/mnist")
      try FileManager.default.createDirectory(at: mnist, withIntermediateDirectories: true)
      // Digit k is white in the rows from 2k on, two of them.
      let images = labels.flatMap { label in
        (0..<28 * 28).map { UInt8($0 / 28 / 2 == Int(label) ? 255 : 0) }
      }
      try (Data([0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 28, 0, 0, 0, 28]) + Data(images))
        .write(to: mnist.appendingPathComponent("train-images-idx3-ubyte"))
      try (Data([0, 0, 8, 1, 0, 0, 0, 40]) + Data(labels))
        .write(to: mnist.appendingPathComponent("train-labels-idx1-ubyte"))
      let made = try Program.run(
        [], in: folder,
        input: """
          data digits mnist path=mnist split=train
          data stacked stacked-mnist path=mnist split=train count=300
          arch tell custom image=28x28x1 classes=10 { classifier { flatten; dense 10 } }
          run tell on digits batch=40 steps=60 lr=3e-2 as judge
          arch three custom image=28x28x3 latent=2 {
            generator { dense 28x28x3; tanh }
            discriminator { flatten; dense 1 } }
          run three on stacked batch=16 steps=1 signals=no as made
          """)
      #expect(made.status == 0, "\(made.errors)")
      let told = try run("evaluate made classifier=judge samples=50 | csv", in: folder)
      let row = try row(told.output)
      #expect(row["of"] == "1000" && row["samples"] == "50", "\(row)")
      #expect(Double(row["high quality"] ?? "") != nil, "\(row)")
      // The 300 images of the data show so many numbers, counted from what they are.
      let numbers = try run("show data stacked", in: folder).output
      let known = try #require(Int(row["in the data"] ?? ""))
      #expect((220...300).contains(known), "\(known) of \(numbers)")
    }
  }
}
