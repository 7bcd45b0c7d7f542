import Foundation
import Language
import Notebook
import Specification
import TerminalText
import Training

/// What an event keeps of where a branch was taken from.
struct BranchRecord: Codable, Hashable {
  static let kind = "branched"

  /// The parent's name then.
  let run: String
  let step: Int
  /// The SHA-256 of its checkpoint; empty where it begins anew, at step 0.
  let digest: String
  /// Whether its signals go on from those of the run; nil in branches of earlier releases, where they are taken to.
  let continuesSignals: Bool?
  /// Whether the run repeats the one that was taken from there; nil in those of earlier releases.
  let isRepetition: Bool?

  init(run: String, step: Int, digest: String, continuesSignals: Bool?, isRepetition: Bool = false)
  {
    (self.run, self.step, self.digest) = (run, step, digest)
    (self.continuesSignals, self.isRepetition) = (continuesSignals, isRepetition ? true : nil)
  }

  /// The same, as a run has it that repeats the branch.
  var repeated: BranchRecord {
    BranchRecord(
      run: run, step: step, digest: digest, continuesSignals: continuesSignals, isRepetition: true)
  }

  /// Whether the branch took nothing but what the run was to be.
  var beginsAnew: Bool { step == 0 && digest.isEmpty }

  /// As an event has it; nil where it is something else.
  init?(_ event: EventRecord) {
    guard let json = event.json,
      let record = try? JSONDecoder().decode(Self.self, from: Data(json.utf8))
    else { return nil }
    self = record
  }

  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // Texts and numbers always encode.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}

extension Notebook {
  /// Where a branch was taken from; nil for other runs.
  func branchRecord(of run: RunRecord) throws -> BranchRecord? {
    try events(run: run.id, kind: BranchRecord.kind).lazy.compactMap { BranchRecord($0) }.first
  }
}

extension Session {
  /// What a branch begins with when it has to begin once more: its own first checkpoint, else the one that it
  /// was taken from, with whichever run has the same bytes: the parent, or a repetition of it.
  ///
  /// - Returns: nil where none of them is left.
  func beginning(
    ofBranch run: RunRecord, _ specification: RunSpecification, at origin: RunOrigin
  ) throws -> (checkpoint: Checkpoint, specification: RunSpecification)? {
    let notebook = try notebook()
    var rows = try notebook.checkpoints(run: run.id).filter { $0.step == origin.step && $0.isGood }
    if let record = try notebook.branchRecord(of: run) {
      rows += try notebook.checkpoints(withDigest: record.digest)
    }
    if let parent = run.parent {
      rows += try notebook.checkpoints(run: parent.run).filter {
        $0.step == origin.step && $0.isGood
      }
    }
    for row in rows {
      let owner = try notebook.run(row.run)
      // One that cannot be read is as good as none.
      guard let source = owner.id == run.id ? specification : try? owner.specification(),
        let checkpoint = try? row.read(in: notebook),
        checkpoint.step == origin.step, checkpoint.differences(from: source).isEmpty,
        source.fingerprint == specification.fingerprint
          || RunOrigin(step: origin.step, fingerprint: source.fingerprint) == origin
      else { continue }
      return (checkpoint, source)
    }
    return nil
  }

  /// What is said where a branch cannot begin once more.
  func lostBeginning(of run: RunRecord, at origin: RunOrigin) throws -> ShellError {
    let notebook = try notebook()
    let record = try notebook.branchRecord(of: run)
    let parent = try run.parent.map { try notebook.run($0.run) }
    let name = parent?.name ?? record?.run
    let from = name.map { "of \($0)" } ?? "of the run that it was taken from"
    let way =
      if let parent, parent.stepsDone >= origin.step {
        "; `replay \(parent.name)` computes it again, and where it keeps that step (`show` tells) it is found"
      } else {
        ""
      }
    return .failed(
      "\(run.name) was branched off at step \(grouped(origin.step)), and of that step no checkpoint is left, "
        + "neither its own nor that \(from)\(way)")
  }
}
