import Foundation
import Notebook

/// A notebook with a few bytes changed, opened and read as the shell does.
///
/// The input is a list of changes to a sound notebook, so that the fuzzer need not carry the file:
/// its first two bytes are where the file is cut (0: nowhere), in sixteenths of a page; then each four
/// bytes are a place (24 bits) and what is written there.
final class NotebookTarget: FuzzTarget {
  static let name = "notebook"
  private let scratch: Scratch
  private let sound: [UInt8]

  init() throws {
    scratch = try Scratch()
    sound = try Self.make(scratch.path + "/sound.sqlite")
  }

  /// A notebook with a session, declarations, two runs, metrics, a sheet, notes and tags.
  private static func make(_ path: String) throws -> [UInt8] {
    let process = ProcessIdentity(pid: 5_000_000, start: "boot/1")
    let notebook = try Notebook.open(at: path)
    let session = try notebook.begin(
      SessionStart(build: "fuzz", threads: 2, directory: "/", process: process))
    _ = try notebook.beginCell(session: session.id, source: "run mine on ring as base")
    _ = try notebook.declare(
      .dataset, name: "ring", text: "data ring ring", session: session.id)
    for name in ["base", "other"] {
      let run = try notebook.begin(
        RunStart(
          name: name, text: "run mine on ring as \(name)", seed: 7,
          stepsPlanned: 1000, build: "fuzz", threads: 2, kernels: "reference", host: "here",
          process: process))
      let writer = notebook.metricWriter(for: run)
      for step in 1...300 {
        try writer.log([("loss", 1 / Double(step)), ("score", step == 9 ? .nan : 2)], step: step)
      }
      try writer.close()
      try notebook.record(
        Artifact(.sheet, step: 100, count: 1, seed: 7), run: run.id, content: Data([0x89, 0x50]))
      try notebook.record(
        checkpoint: "file.runs/\(name)", run: run.id, step: 100, digest: "00", bytes: 9)
      try notebook.record(event: "alarm", run: run.id, step: 5, message: "collapsed")
      try notebook.note("a remark", run: run.id)
      try notebook.tag("keep", run: run.id)
    }
    try notebook.close()
    return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  func read(_ bytes: [UInt8]) {
    guard bytes.count >= 2 else { return }
    var file = sound
    for start in stride(from: 2, to: bytes.count - 3, by: 4) {
      let place = Int(bytes[start]) << 16 | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
      file[place % file.count] = bytes[start + 3]
    }
    let cut = (Int(bytes[0]) << 8 | Int(bytes[1])) * 256
    if cut > 0, cut < file.count { file.removeSubrange(cut...) }
    for suffix in ["-wal", "-shm"] { unlink("\(scratch.path)/file.sqlite\(suffix)") }
    let path = scratch.write(file, "file.sqlite")
    do throws(NotebookError) {
      let notebook = try Notebook.open(at: path)
      // One table may be damaged and the others sound.
      attempt { () throws(NotebookError) in try readRuns(of: notebook) }
      attempt { () throws(NotebookError) in _ = try notebook.cells() }
      attempt { () throws(NotebookError) in _ = try notebook.sessions() }
      attempt { () throws(NotebookError) in _ = try notebook.declarations(.dataset) }
      attempt { () throws(NotebookError) in _ = try notebook.compare(["base", "other"]) }
      attempt { () throws(NotebookError) in _ = try notebook.query("select * from metric limit 9") }
      attempt { () throws(NotebookError) in _ = try notebook.integrityProblems() }
      try notebook.close()
    } catch { expect(!error.description.isEmpty, "a fault has words") }
  }

  private func attempt(_ body: () throws(NotebookError) -> Void) {
    do throws(NotebookError) { try body() } catch {
      expect(!error.description.isEmpty, "a fault has words")
    }
  }

  private func readRuns(of notebook: Notebook) throws(NotebookError) {
    _ = try notebook.summaries()
    for run in try notebook.runs().prefix(4) {
      attempt { () throws(NotebookError) in _ = try notebook.details(ofRun: run.name) }
      attempt { () throws(NotebookError) in _ = try notebook.sampleSheets(run: run.id) }
      attempt { () throws(NotebookError) in _ = try notebook.artifacts(run: run.id) }
      attempt { () throws(NotebookError) in _ = try notebook.latestGoodCheckpoint(run: run.id) }
      for summary in try notebook.summaries(run: run.id).prefix(4) {
        attempt { () throws(NotebookError) in
          _ = try notebook.series(run: run.id, metric: summary.name)
          _ = try notebook.series(run: run.id, metric: summary.name, limit: 20)
        }
      }
    }
  }
}
