import Foundation
import TestSupport
import Testing

/// `augment=` of recipes, runs, branches, sweeps and sheets.
@Suite struct AugmentationTests {
  private static let declarations = """
    data faces portraits count=24 size=16
    data ring ring modes=8
    arch tell like classifier image=16x16x3 width=8 labels=Smiling,Eyeglasses
    arch pair like dcgan image=16x16x3 width=8
    arch mine like mlp points=2 width=4

    """

  private func run(_ lines: String, in folder: String) throws -> Program.Result {
    try Program.run([], in: folder, input: Self.declarations + lines)
  }

  @Test func `runs, branches and sweeps have it, and go on with it`() throws {
    try Program.withFolder { folder in
      let result = try run(
        """
        run tell on faces steps=4 batch=8 augment=flip+crop:0.9 checkpoint-every=2 as base
        branch base at 2 augment=rotate+mixup steps=2 as turned
        sweep tell on faces steps=2 batch=8 augment=no,flip,flip+noise:0..20 as s
        runs where arch=tell columns=name,augment | csv
        """, in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        result.errors.contains("turned: base from step 2 to 4, augment=rotate:15+mixup:0.2"),
        "\(result.errors)")
      for row in [
        "base,flip:0.5+crop:0.9", "turned,rotate:15+mixup:0.2", "s-1,no", "s-2,flip:0.5",
        "s-3,flip:0.5+noise:0..20",
      ] {
        #expect(result.output.contains("\n\(row)\n"), "\(result.output)")
      }
      let shown = try Program.run(["-c", "show turned"], in: folder)
      #expect(shown.output.contains(" augment=rotate:15+mixup:0.2\n"), "\(shown.output)")
      let longer = try Program.run(["-c", "resume base steps=6"], in: folder)
      #expect(longer.status == 0, "\(longer.errors)")
    }
  }

  @Test(arguments: [
    (
      "run mine on ring steps=4 augment=flip+crop as x",
      "`augment` changes images, and examples are points", "                         ^"
    ),
    (
      "run pair on faces steps=4 augment=mixup as x",
      "`mixup` of `augment` mixes examples with their labels for a classifier, and the model has none",
      "                          ^"
    ),
    (
      "run tell on faces steps=4 batch=1 augment=mixup as x",
      "`mixup` of `augment` mixes examples of a batch, and `batch=1` has one", "^"
    ),
    (
      "recipe r augment=flip+rotat:15", "there is no augmentation `rotat`",
      "                      ^^^^^^^^"
    ),
    (
      "show arch tell augment=flip",
      "`augment` belongs to data sets: `show data NAME augment=… to FILE`",
      "                       ^^^^"
    ),
    (
      "show data ring augment=flip to sheet.png",
      "`augment` changes images, and examples are points", "                       ^^^^"
    ),
    (
      "show data faces augment=flip",
      "augmented examples are seen on a sheet, and this terminal shows no pictures",
      "                        ^^^^"
    ),
  ])
  func `what means nothing is refused at its place`(
    line: String, fact: String, caret: String
  ) throws {
    try Program.withFolder { folder in
      let result = try run(line, in: folder)
      #expect(result.status == 1)
      #expect(result.errors.contains("error: " + fact), "\(result.errors)")
      #expect(result.errors.contains("\n    " + caret) || caret == "^", "\(result.errors)")
      #expect(result.errors.contains("^"), "\(result.errors)")
    }
  }

  @Test func `a sheet has each example beside what comes of it`() throws {
    try Program.withFolder { folder in
      func sheet(_ options: String) throws -> Data {
        let result = try run("show data faces \(options) to sheet.png", in: folder)
        #expect(result.status == 0, "\(result.errors)")
        return try Data(contentsOf: URL(filePath: folder + "/sheet.png"))
      }
      func size(_ data: Data) -> [Int] {
        // Width and height are the first words of the first chunk.
        [16, 20].map { start in data[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
      }
      let four = try sheet("augment=flip+rotate:20 count=4")
      #expect(size(four) == [8 * 18 + 2, 4 * 18 + 2])
      #expect(try sheet("augment=flip+rotate:20 count=4") == four)
      #expect(try sheet("augment=flip+rotate:20 count=4 seed=2") != four)
      #expect(size(try sheet("augment=mixup")) == [8 * 18 + 2, 8 * 18 + 2])
    }
  }
}
