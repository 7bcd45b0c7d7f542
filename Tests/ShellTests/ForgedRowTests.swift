import Foundation
import GRDB
import TestSupport
import Testing

/// Rows that another program has changed: what is wrong is said with its place, in words of ours.
@Suite struct ForgedRowTests {
  private func edit(_ sql: String, in folder: String) throws {
    let queue = try DatabaseQueue(path: folder + "/gansh.sqlite")
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
  }

  /// An answer that must be a refusal.
  private func refusal(_ line: String, in folder: String) throws -> String {
    let result = try Program.run(["-c", line], in: folder)
    #expect(result.status == 1, "\(line): \(result.output)")
    for word in ["DecodingError", "codingPath", "CodingKey", "Swift"] {
      #expect(!result.errors.contains(word), "\(line): \(result.errors)")
    }
    return result.errors
  }

  @Test(arguments: [
    ("update run set text = ''", "a run is given by `data`, `arch`, `recipe` and `run`"),
    ("update run set text = 'x {'", "this block is not closed"),
    (
      "update run set text = replace(text, 'batch=4', 'batch=many')",
      "batch is a whole number from 1 to 65,536"
    ),
    ("update run set text = replace(text, 'lrelu 0.2', 'warp 3')", "unknown layer `warp`"),
  ])
  func `a forged specification of a run names the row and the entry`(sql: String, words: String)
    throws
  {
    try Program.withRun { folder in
      try edit(sql, in: folder)
      for line in ["resume base steps=8", "replay base", "samples base count=4 to x.png"] {
        let errors = try refusal(line, in: folder)
        #expect(errors.contains("`text` of row 1 of `run`"), "\(errors)")
        #expect(errors.contains(words), "\(errors)")
      }
      #expect(try Program.run(["-c", "delete base yes"], in: folder).status == 0)
    }
  }

  @Test func `a forged declaration names the row and the entry`() throws {
    try Program.withRun { folder in
      try edit("update declaration set text = 'data ring warp' where kind = 'dataset'", in: folder)
      let errors = try refusal("run mine on ring steps=4", in: folder)
      #expect(
        errors.contains("data set `ring` in the notebook, `text` of row 1 of `declaration`"),
        "\(errors)")
      #expect(errors.contains("there is no source `warp`; declare it again"), "\(errors)")
    }
  }

  @Test(arguments: [
    "samples base", "samples base to x.png", "filmstrip base to x.png", "animate base to x.png",
  ])
  func `a forged sheet names run and step`(line: String) throws {
    try Program.withRun { folder in
      try edit("update artifact set content = x'00FF'", in: folder)
      let errors = try refusal(line, in: folder)
      let step = line.hasPrefix("samples") ? 4 : 2
      #expect(
        errors.contains("the sheet of step \(step) of run `base` in the notebook is unreadable: "),
        "\(errors)")
    }
  }

  @Test func `points beyond what a run has done are told before it goes on`() throws {
    try Program.withRun { folder in
      let longer = try Program.run(["-c", "resume base steps=20"], in: folder)
      #expect(longer.status == 0 && !longer.errors.contains("warning"), "\(longer.errors)")
      // It is in a stretch of steps that the sums know nothing of.
      try edit("update metric set step = 300 where step = 20", in: folder)
      let resumed = try Program.run(["-c", "resume base steps=310"], in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      let warning = try #require(
        resumed.errors.range(
          of: "warning: the notebook has points of base up to step 300 that the run has not written"
        ),
        "\(resumed.errors)")
      let start = try #require(resumed.errors.range(of: "from step 20 to 310"), "\(resumed.errors)")
      #expect(warning.lowerBound < start.lowerBound)
      #expect(!resumed.errors.contains("not written down"), "\(resumed.errors)")
      // An ordinary run that goes on hears nothing of it.
      let again = try Program.run(["-c", "resume base steps=312"], in: folder)
      #expect(again.status == 0 && !again.errors.contains("warning"), "\(again.errors)")
    }
  }

  @Test func `points that cannot be read end a resume before it trains`() throws {
    try Program.withRun { folder in
      try edit("delete from metricBucket", in: folder)
      try edit("update metric set step = 9223372036854775807 where step = 4", in: folder)
      let errors = try refusal("resume base steps=8", in: folder)
      #expect(errors.contains("a row of `metric` that gansh never writes"), "\(errors)")
      #expect(!errors.contains("from step"), "\(errors)")
    }
  }

  @Test func `the way to mend a file is told of a file that is damaged only`() throws {
    try Program.withRun { folder in
      try edit("update run set stepsDone = 9007199254740993", in: folder)
      let errors = try refusal("show base", in: folder)
      #expect(errors.contains("`run.stepsDone` of row 1 that gansh never writes"), "\(errors)")
      #expect(!errors.contains(".recover"), "\(errors)")
      let path = URL(fileURLWithPath: folder + "/gansh.sqlite")
      let whole = try Data(contentsOf: path)
      var damaged = whole
      for index in 4096..<damaged.count { damaged[index] = 0xA5 }
      try damaged.write(to: path)
      #expect(try refusal("show base", in: folder).contains(".recover"))
    }
  }
}
