import Foundation
import TestSupport
import Testing

/// Runs whose data are not what they were when they go on or are repeated.
@Suite struct RunDataTests {
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

  /// A folder `f` of six pictures with a table of ages, and a run `r` of twenty steps on it.
  func withRun(_ body: (String) throws -> Void) throws {
    try Program.withFolder { folder in
      for number in 0..<6 { try write(map(number), "\(folder)/f/\(number).pgm") }
      try write("file,age\n0,20\n1,30\n2,40\n", folder + "/f/ages.csv")
      let made = try Program.run(
        [
          "-c",
          "data f folder path=f labels=f/ages.csv size=8 channels=1; "
            + "arch m like mlp image=8x8x1 width=8; "
            + "run m on f steps=20 batch=4 checkpoint-every=10 threads=1 as r",
        ], in: folder)
      try #require(made.status == 0, "\(made.errors)")
      try body(folder)
    }
  }

  func run(_ line: String, in folder: String) throws -> Program.Result {
    try Program.run(["-c", line], in: folder)
  }

  @Test func `more images are told, and used only if that is wanted`() throws {
    try withRun { folder in
      for number in 6..<9 { try write(map(number), "\(folder)/f/\(number).pgm") }
      for verb in ["resume r steps=40", "replay r"] {
        let refused = try run(verb, in: folder)
        #expect(refused.status == 1)
        #expect(
          refused.errors.contains("the data of run `r` have changed: 6 images then, 9 now"),
          "\(refused.errors)")
        #expect(refused.errors.contains("data=changed`"), "\(refused.errors)")
      }
      let names = try run("sql select name from run", in: folder).output
      #expect(!names.contains("replay"))

      let replayed = try run("replay r data=changed", in: folder)
      #expect(replayed.status == 0, "\(replayed.errors)")
      #expect(
        replayed.output.contains(
          "its checkpoint differs from that of r; the data of r have changed: 6 images then, 9 now"),
        "\(replayed.output)")

      let resumed = try run("resume r steps=30 data=changed", in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(
        try run("show r", in: folder).output
          .contains("the data have changed: 6 images then, 9 now"))
      // From now on these are its data.
      #expect(try run("resume r steps=40", in: folder).status == 0)
      let again = try run("replay r", in: folder)
      #expect(again.status == 0, "\(again.errors)")
      #expect(
        again.output.contains(
          "r went on at step 20 though the data have changed: 6 images then, 9 now"),
        "\(again.output)")
    }
  }

  @Test func `other pixels and other labels are told`() throws {
    try withRun { folder in
      #expect(try run("resume r steps=24", in: folder).status == 0)
      try write("file,age\n0,20\n1,30\n2,41\n", folder + "/f/ages.csv")
      let labels = try run("resume r steps=40", in: folder)
      #expect(labels.errors.contains("have changed: other labels"), "\(labels.errors)")
      try write(map(70), folder + "/f/3.pgm")
      let both = try run("resume r steps=40", in: folder)
      #expect(
        both.errors.contains("have changed: as many images, other pixels, other labels"),
        "\(both.errors)")
    }
  }

  @Test func `a folder that was moved is given anew, and the record keeps it`() throws {
    try withRun { folder in
      try FileManager.default.moveItem(atPath: folder + "/f", toPath: folder + "/g")
      let lost = try run("resume r steps=40", in: folder)
      #expect(lost.status == 1)
      #expect(lost.errors.contains("nothing is at f"), "\(lost.errors)")
      #expect(lost.errors.contains("`resume r path=PATH`"), "\(lost.errors)")
      let replayed = try run("replay r path=g", in: folder)
      #expect(replayed.output.contains("that of r, bit for bit"), "\(replayed.errors)")
      let found = try run("resume r steps=40 path=g", in: folder)
      #expect(found.status == 0, "\(found.errors)")
      let shown = try run("show r", in: folder).output
      #expect(shown.contains("folder path=g labels=g/ages.csv"), "\(shown)")
      #expect(shown.contains("  moved"), "\(shown)")
      // It is known from now on.
      #expect(try run("resume r steps=44", in: folder).status == 0)

      try write(map(70), folder + "/h/0.pgm")
      let other = try run("resume r steps=60 path=h labels=g/ages.csv", in: folder)
      #expect(other.errors.contains("have changed: 6 images then, 1 now"), "\(other.errors)")
    }
  }

  @Test func `what has no files cannot be moved`() throws {
    try Program.withFolder { folder in
      let result = try run(
        "data ring ring; arch m like mlp points=2 width=8; run m on ring steps=4 as r; "
          + "resume r steps=8 path=x", in: folder)
      #expect(result.status == 1)
      #expect(result.errors.contains("made by gansh itself and lie nowhere"), "\(result.errors)")
      let again = try run("resume r steps=8", in: folder)
      #expect(again.status == 0, "\(again.errors)")
    }
  }
}
