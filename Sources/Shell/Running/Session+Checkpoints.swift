import Foundation
import Language
import Notebook
import Specification
import Terminal
import Training

extension Session {
  /// The notebook's own folder of checkpoints, made if there is none; says so where it is not the usual
  /// one.
  func takeRunsFolder() throws -> RunsFolder {
    let (folder, note) = try notebook().takeRunsFolder()
    if let note { errors.line("note: \(note)") }
    return folder
  }

  /// Sees whether a new run can have a name.
  ///
  /// - Throws: a `Diagnostic` where something lies in the folder that its checkpoints would go to.
  func checkFolder(ofNewRun name: Word, in folder: RunsFolder) throws {
    guard folder.takenNames.contains(name.text) else { return }
    throw Diagnostic(
      "the folder `\(folder.name)/\(name.text)` holds files that the notebook knows nothing of",
      at: name.span, help: ["move it away, or give another name"])
  }

  /// Takes the folder of a run's checkpoints for this process, made if there is none.
  ///
  /// - Throws: `ShellError.occupied` where another process has it, `NotebookError`.
  func takeFolder(ofRun name: String, in folder: RunsFolder) throws -> RunFolder {
    let own = try folder.makeFolder(ofRun: name)
    try take(own)
    return own
  }

  /// Takes the folder of a run's checkpoints for this process until it is unlocked or gone.
  ///
  /// - Throws: `ShellError.occupied` where another process has it.
  func take(_ folder: RunFolder) throws {
    guard folder.lock() else {
      throw ShellError.occupied(
        "another process is at work in `\(folder.path)`; wait until it has ended")
    }
  }

  /// Brings the rows of a run's checkpoints and the files in its folder together: after a kill or a
  /// power cut each may lack what the other has.
  ///
  /// - The newest whole file gets a row, if it has none, and so do older ones that the run keeps by its rule;
  ///   the others are removed.
  /// - Damaged files are set aside, and with those that are gone lose their row.
  /// - What the run has not written is left as it is.
  ///
  /// - Parameters:
  ///   - folder: the run's own, taken for this process; nil: it has none.
  ///   - warn: told what could not be gone on from.
  /// - Returns: the newest whole checkpoint, from which the run goes on.
  func reconcile(
    _ run: RunRecord, in folder: RunFolder?, of notebook: Notebook, warn: (String) -> Void
  ) throws -> WholeCheckpoint? {
    let specification = try run.specification()
    var places: [Int: CheckpointPlace] = [:]
    for row in try notebook.checkpoints(run: run.id) {
      places[row.step, default: CheckpointPlace(step: row.step)].row = row
    }
    for file in folder?.files ?? [] {
      places[file.step, default: CheckpointPlace(step: file.step)].file = file
    }
    folder?.removeHalfWritten()
    let kept = Set(
      try specification.retention.kept(
        of: Array(places.keys), origin: specification.origin?.step,
        suspicions: notebook.suspicions(run: run.id)
      ) {
        try notebook.bestCheckpoint(of: $0, run: run.id, among: places.keys.sorted())
      }.keys)

    var newest: WholeCheckpoint?
    for place in places.values.sorted(by: { $0.step > $1.step }) {
      if newest != nil {
        let older = try tidy(
          place, in: folder, of: specification, notebook, keeps: kept.contains(place.step),
          warn: warn)
        if let older { try adopt(older, of: run, in: notebook) }
        continue
      }
      do throws(TrainingError) {
        newest = try place.read(in: folder, of: specification, notebook)
      } catch {
        warn("\(error)")
        guard let row = place.row else { continue }
        if case .unreadable = error, let file = place.file { folder?.setAside(file.name) }
        try notebook.forget(checkpoint: row.id)
        try notebook.record(event: "damaged", run: run.id, step: row.step, message: "\(error)")
      }
    }
    if let newest, places[newest.step]?.row == nil { try adopt(newest, of: run, in: notebook) }
    return newest
  }

  private func adopt(
    _ checkpoint: WholeCheckpoint, of run: RunRecord, in notebook: Notebook
  ) throws {
    try notebook.record(
      checkpoint: checkpoint.path, run: run.id, step: checkpoint.step, digest: checkpoint.digest,
      bytes: checkpoint.bytes)
  }

  /// One that is older than the newest whole one. Its bytes are looked at when they are needed.
  ///
  /// - Parameter keeps: whether the run would keep it.
  /// - Returns: it, where it is to have a row.
  private func tidy(
    _ place: CheckpointPlace, in folder: RunFolder?, of specification: RunSpecification,
    _ notebook: Notebook, keeps: Bool, warn: (String) -> Void
  ) throws -> WholeCheckpoint? {
    guard let folder else { return nil }
    if let row = place.row {
      let name = CheckpointPlace.fileName(ofPath: row.path)
      guard place.file == nil, row.path == folder.path(of: name) else { return nil }
      if let kind = folder.strangeKind(of: name) {
        warn("\(row.path) is a \(kind), not a checkpoint, and is left alone")
      }
      try notebook.forget(checkpoint: row.id)
    } else if let file = place.file,
      let found = try? place.read(in: folder, of: specification, notebook), found.isCertain
    {
      if keeps { return found }
      folder.remove(file.name)
    }
    return nil
  }

  /// After a start: the rows and files of runs whose process was killed come to agree.
  func reconcile(interrupted names: [String], in notebook: Notebook, warn: (String) -> Void) {
    for name in names {
      do {
        guard let run = try notebook.run(named: name), !run.isAlive,
          let folder = try notebook.runsFolder()?.folder(ofRun: name), folder.lock()
        else { continue }
        _ = try reconcile(run, in: folder, of: notebook) { warn("\(name): \($0)") }
      } catch { warn("\(name): \(error)") }
    }
  }
}

/// What there is of the checkpoint of one step.
private struct CheckpointPlace {
  let step: Int
  var row: CheckpointRecord?
  var file: RunFolder.File?

  static func fileName(ofPath path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? ""
  }

  /// - Throws: `.unreadable`, `.foreign`.
  func read(
    in folder: RunFolder?, of specification: RunSpecification, _ notebook: Notebook
  ) throws(TrainingError) -> WholeCheckpoint {
    let path: String
    let url: URL
    if let file, let folder {
      (path, url) = (folder.path(of: file.name), folder.url.appendingPathComponent(file.name))
    } else {
      path = row?.path ?? ""
      do { url = try notebook.url(ofCheckpoint: path) } catch {
        throw .unreadable(file: path, "\(error)")
      }
    }
    if row?.isGood == false { throw .unreadable(file: path, "it was found damaged before") }
    let checkpoint = try Checkpoint(contentsOf: url, digest: row?.digest)
    var differences = checkpoint.differences(from: specification)
    if checkpoint.step != step {
      differences.append("step \(checkpoint.step) in the checkpoint, \(step) in its name")
    }
    guard differences.isEmpty else { throw Checkpoint.foreign(path, differences) }
    return WholeCheckpoint(
      step: step, path: path, url: url, digest: row?.digest ?? checkpoint.digest,
      bytes: checkpoint.bytes, kernels: checkpoint.kernels,
      isCertain: row != nil || checkpoint.origin != nil)
  }
}

/// A checkpoint whose file was read and found whole.
struct WholeCheckpoint {
  let step: Int
  /// As its row has it.
  let path: String
  let url: URL
  let digest: String
  let bytes: Int
  /// With which it was computed.
  let kernels: [String: String]
  /// Whether it is known to be the run's: a row names it, or it says so itself.
  let isCertain: Bool
}
