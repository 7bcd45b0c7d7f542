import Foundation
import TestSupport
import Testing

/// Data sets that are made of data sets, and test sets, from what is typed to what is kept.
@Suite struct ChosenDataTests {
  /// A grey map whose pixels are a function of a number.
  func map(_ number: Int) -> String {
    "P2 8 8 255\n" + (0..<64).map { "\(($0 * 37 + number * 11) % 256)" }.joined(separator: " ")
      + "\n"
  }

  func write(_ text: String, _ path: String) throws {
    let file = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// Forty pictures in `f`, of two kinds, with ages.
  func withPictures(_ body: (String) throws -> Void) throws {
    try Program.withFolder { folder in
      var rows = "file,kind,age,tall\n"
      for number in 0..<40 {
        try write(map(number), "\(folder)/f/\(number).pgm")
        let kind = number % 4 == 0 ? "a, \"b\"=ß" : "plain"
        rows += "\(number).pgm,\"\(kind.split(separator: "\"").joined(separator: "\"\""))\","
        rows += "\(number == 5 ? "" : "\(number)"),\(number % 3 == 0 ? "yes" : "no")\n"
      }
      try write(rows, folder + "/f/t.csv")
      try body(folder)
    }
  }

  func run(_ line: String, in folder: String) throws -> Program.Result {
    try Program.run(["-c", line], in: folder)
  }

  private let declared = """
    data f folder path=f labels=f/t.csv size=8 channels=1
    data train from f split=0.8
    data held from f split=0.8 part=rest
    arch m like mlp image=8x8x1 width=8

    """

  @Test func `a choice is shown with what it is made of, and listed alone`() throws {
    try withPictures { folder in
      let shown = try Program.run(
        [], in: folder,
        input: declared + """
          data odd from train where kind="a, \\"b\\"=ß" and age>=8
          data
          show data odd
          """)
      #expect(shown.status == 0, "\(shown.errors)")
      #expect(
        shown.output.contains("data odd from train where kind=\"a, \\\"b\\\"=ß\" and age>=8\n"),
        "\(shown.output)")
      #expect(
        shown.output.contains(
          """
          data f folder path=f labels=f/t.csv size=8 channels=1 crop=centre filter=lanczos flip=no
          data train from f split=0.8 seed=1
          data odd from train where kind="a, \\"b\\"=ß" and age>=8
          """), "\(shown.output)")
      #expect(
        shown.output.contains(
          "images of 8x8x1 from f; split=0.8 seed=1; where kind=\"a, \\\"b\\\"=ß\" and age>=8"))
      #expect(shown.output.contains("kind   plain            0"), "\(shown.output)")
    }
  }

  @Test func `what a choice is made of stays what it was`() throws {
    try withPictures { folder in
      let made = try run(
        declared.split(separator: "\n").joined(separator: "; ")
          + "; data f ring; delete data f; data f portraits count=4 size=16; show data held; show data f",
        in: folder)
      #expect(made.status == 0, "\(made.errors)")
      #expect(made.output.contains("images of 8x8x1 from f; split=0.8 seed=1 part=rest"))
      #expect(made.output.contains("4 images of 16x16x3, portraits"), "\(made.output)")
    }
  }

  @Test func `a run keeps all that its data are made of, and its test set`() throws {
    try withPictures { folder in
      let made = try Program.run(
        [], in: folder,
        input: declared
          + "run m on train test=held steps=6 batch=4 checkpoint-every=2 threads=1 as r\n"
          + "delete data held\n")
      #expect(made.status == 1)
      #expect(made.errors.contains("`held` was used by run `r`"), "\(made.errors)")
      // Its name means something else now, and the run does not care.
      let shown = try Program.run(
        [], in: folder,
        input: """
          data held ring
          data train ring
          show r
          delete data held
          runs where data.source=folder and data.from.split=0.8 and test=held | csv
          runs where test.from.part=rest | csv
          runs where data.from.part=rest | csv
          """)
      #expect(shown.status == 0, "\(shown.errors)")
      #expect(
        shown.output.contains(
          """
          data base folder path=f labels=f/t.csv size=8 channels=1 crop=centre filter=lanczos flip=no
          data train from base split=0.8 seed=1
          data held from base split=0.8 seed=1 part=rest
          """), "\(shown.output)")
      #expect(shown.output.contains("samples=64 keep=last:3+spread:10 signals=3% test=held as r"))
      #expect(shown.output.components(separatedBy: "\nr,").count == 3, "\(shown.output)")
      let replayed = try run("replay r", in: folder)
      #expect(replayed.output.contains("that of r, bit for bit"), "\(replayed.errors)")
      #expect(try run("resume r steps=8", in: folder).status == 0)
    }
  }

  @Test func `a run on a choice trains as one on a folder of these images`() throws {
    try withPictures { folder in
      for number in 0..<40 where number % 3 == 0 {
        try write(map(number), "\(folder)/g/\(number).pgm")
      }
      let made = try Program.run(
        [], in: folder,
        input: """
          data f folder path=f labels=f/t.csv size=8 channels=1
          data tall from f where tall=yes
          data same folder path=g size=8 channels=1
          arch m like mlp image=8x8x1 width=8
          run m on tall steps=6 batch=4 threads=1 as a
          run m on same steps=6 batch=4 threads=1 as b
          diff a b
          """)
      #expect(made.status == 0, "\(made.errors)")
      // Of all metrics the speed alone differs.
      #expect(!made.output.contains("generator_loss"), "\(made.output)")
      #expect(made.output.contains("data.from.where"), "\(made.output)")
    }
  }

  @Test func `a test set that fits not is refused where it is named`() throws {
    try withPictures { folder in
      for (declaration, told) in [
        (
          "data t portraits count=9 size=8",
          "the data are images of 8x8x1, but those of the test are"
        ),
        ("data t folder path=f size=8 channels=1", "`t` has no labels, and so no `kind`"),
        (
          "data t folder path=f labels=other.csv size=8 channels=1",
          "the label `kind` of `t` is another: `worn` there is none of the words here, a, \"b\"=ß, plain"
        ),
      ] {
        try write(
          "file,kind,age,tall\n"
            + (0..<40).map { "\($0),\($0 % 2 == 0 ? "plain" : "worn"),3,yes\n" }
            .joined(), folder + "/other.csv")
        let made = try Program.run(
          [], in: folder,
          input: declared + #"data f from f { words kind "a, \"b\"=ß" plain; number age }"# + "\n"
            + declaration + "\nrun m on f test=t steps=2 batch=4 as r\n")
        #expect(made.status == 1)
        #expect(made.errors.contains(told), "\(made.errors)")
        #expect(made.errors.contains("test=t"), "\(made.errors)")
      }
      // Where no label is taken, none has to be there.
      let plain = try Program.run(
        [], in: folder,
        input: declared
          + "data t folder path=f size=8 channels=1\nrun m on f test=t steps=2 batch=4\n")
      #expect(plain.status == 0, "\(plain.errors)")
      let none = try Program.run(
        [], in: folder, input: declared + "run m on f test=hled steps=2 batch=4 as r\n")
      #expect(none.errors.contains("did you mean `held`?"), "\(none.errors)")
      #expect(try run("sql select count(*) from run | csv", in: folder).output.hasSuffix("\n1\n"))
    }
  }

  @Test func `a run tells that its test set has changed, and finds one that was moved`() throws {
    try withPictures { folder in
      let made = try Program.run(
        [], in: folder,
        input: declared + """
          data other folder path=g labels=f/t.csv size=8 channels=1
          !mkdir g; cp f/1.pgm f/2.pgm f/3.pgm f/4.pgm g
          run m on f test=other steps=4 batch=4 threads=1 as r
          run m on train test=held steps=4 batch=4 threads=1 as s
          """)
      try #require(made.status == 0, "\(made.errors)")
      try write(map(77), folder + "/g/5.pgm")
      let changed = try run("resume r steps=6", in: folder)
      #expect(
        changed.errors.contains("have changed: of the test set, 4 images then, 5 now"),
        "\(changed.errors)")
      #expect(try run("resume r steps=6 data=changed", in: folder).status == 0)
      #expect(try run("resume r steps=8", in: folder).status == 0)
      try FileManager.default.moveItem(atPath: folder + "/g", toPath: folder + "/h")
      let lost = try run("resume r steps=10", in: folder)
      #expect(lost.errors.contains("nothing is at g"), "\(lost.errors)")
      #expect(lost.errors.contains("test-path=PATH"), "\(lost.errors)")
      #expect(try run("resume r steps=10 test-path=h", in: folder).status == 0)
      #expect(try run("resume r steps=12", in: folder).status == 0)
      // What lies together moves together.
      try FileManager.default.moveItem(atPath: folder + "/f", toPath: folder + "/e")
      let moved = try run("resume s steps=6 path=e", in: folder)
      #expect(moved.status == 0, "\(moved.errors)")
      #expect(
        try run("replay s path=e", in: folder).output.contains("that of s, bit for bit"))
    }
  }

  @Test func `labels that are asked for and are not there are named when the data are opened`()
    throws
  {
    try withPictures { folder in
      for (choice, told, help) in [
        ("where knd=plain", "there is no label `knd`", "did you mean `kind`?"),
        ("where kind=plan", "`plan` is no value of `kind`", "did you mean `plain`?"),
        ("balance=hat", "there is no label `hat`", "labels: kind, age, tall"),
        ("where age>99", "none of 40 examples is left where age>99", "run m on x"),
      ] {
        let made = try Program.run(
          [], in: folder, input: declared + "data x from f \(choice)\nrun m on x steps=1\n")
        #expect(made.status == 1)
        #expect(made.errors.contains(told) && made.errors.contains(help), "\(made.errors)")
        #expect(made.errors.contains("run m on x"), "\(made.errors)")
      }
    }
  }
}
