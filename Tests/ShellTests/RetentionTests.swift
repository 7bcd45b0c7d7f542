import Foundation
import Notebook
import TestSupport
import Testing

/// Which checkpoints of a run lie in its folder, and what is said of them.
@Suite struct RetentionTests {
  private static let declarations = """
    data ring ring modes=8
    arch mine like mlp points=2 width=4

    """

  /// Steps of a run's checkpoints, by the files and by the rows.
  private func steps(of run: String, in folder: String) throws -> (files: [Int], rows: [Int]) {
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/gansh.runs/\(run)")
    let notebook = try Notebook.open(at: folder + "/gansh.sqlite")
    let row = try #require(try notebook.run(named: run))
    return (
      files.compactMap { Int($0.filter(\.isNumber)) }.sorted(),
      try notebook.checkpoints(run: row.id).map(\.step)
    )
  }

  @Test func `ten spread over the run and the last three stay, and show says which`() throws {
    try Program.withFolder { folder in
      let result = try Program.run(
        [], in: folder,
        input: Self.declarations
          + "run mine on ring steps=400 batch=4 checkpoint-every=10 as base\nshow base")
      #expect(result.status == 0, "\(result.errors)")
      let kept = try steps(of: "base", in: folder)
      #expect(kept.files == kept.rows && kept.rows.count == 13, "\(kept)")
      #expect(kept.rows.suffix(3) == [380, 390, 400] && (kept.rows.first ?? 400) < 100, "\(kept)")
      #expect(result.output.contains("step-00000400.safetensors, "))
      #expect(result.output.contains(", kept by last:3\n"))
      #expect(result.output.components(separatedBy: ", kept by spread:10\n").count == 11)
      #expect(result.output.contains(" keep=last:3+spread:10 signals=3% as base"))
    }
  }

  @Test func `what is asked for stays, by the metric as it was at each checkpoint`() throws {
    try Program.withFolder { folder in
      let line =
        "run mine on ring steps=100 batch=4 checkpoint-every=10 sample-every=10 "
        + "keep=last:2,every:40,best:high_quality as base"
      let result = try Program.run([], in: folder, input: Self.declarations + line + "\nshow base")
      #expect(result.status == 0, "\(result.errors)")
      let notebook = try Notebook.open(at: folder + "/gansh.sqlite")
      let run = try #require(try notebook.run(named: "base"))
      let values = try notebook.series(run: run.id, metric: "high_quality").points
      let most = try #require(values.map(\.value).max())
      let best = try #require(values.first { $0.value == most }?.step)
      let kept = try steps(of: "base", in: folder)
      #expect(Set(kept.rows) == [40, 80, 90, 100, best] && kept.files == kept.rows, "\(kept)")
      #expect(result.output.contains("keep=last:2+every:40+best:high_quality signals=3% as base"))
      #expect(result.output.contains("kept by every:40"))
      #expect(result.output.contains("best:high_quality\n"), "\(result.output)")
      try notebook.close()
      // It goes on as its record says.
      let longer = try Program.run(["-c", "resume base steps=120"], in: folder)
      #expect(longer.status == 0, "\(longer.errors)")
      let rows = try steps(of: "base", in: folder).rows
      #expect(Set(rows).isSuperset(of: [40, 80, 110, 120]) && rows.count <= 5, "\(rows)")
    }
  }

  @Test(
    arguments: [
      ("best:generator_loss", "neither end of `generator_loss` is best", "modes, high_quality"),
      ("best:modse", "no run has a metric `modse`", "did you mean `modes`?"),
      ("lst:3", "`lst` says of no checkpoint that it stays", "did you mean `last`?"),
    ])
  func `what cannot be kept is refused before the run begins`(
    keep: String, fact: String, help: String
  ) throws {
    try Program.withFolder { folder in
      let result = try Program.run(
        [], in: folder, input: Self.declarations + "run mine on ring keep=last:3+\(keep) as base")
      #expect(result.status == 1)
      #expect(result.errors.contains(fact) && result.errors.contains(help), "\(result.errors)")
      #expect(result.errors.contains("^^^"))
      #expect(try Program.run(["-c", "runs"], in: folder).output.contains("no runs yet"))
    }
  }
}
