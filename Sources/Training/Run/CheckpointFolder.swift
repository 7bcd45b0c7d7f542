import Foundation

/// The checkpoints of one run: written in turn, the older ones removed.
///
/// The last three stay. A file is only removed after a newer one is whole, so that there is always one
/// to go on from.
struct CheckpointFolder {
  static let kept = 3

  private let folder: URL
  private(set) var files: [CheckpointFile]

  /// - Parameters:
  ///   - file: the checkpoint that the run goes on from; older ones in the folder are kept track of
  ///     too, and what a killed run left half written is removed.
  /// - Throws: `.unwritable` where the folder cannot be made.
  init(_ folder: URL, continuing file: CheckpointFile?) throws(TrainingError) {
    self.folder = folder
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch { throw .unwritable(file: folder.path, "the folder cannot be made") }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix("step-") && name.hasSuffix(".safetensors.part") {
      try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
    files = []
    guard let file else { return }
    for name in names where name.hasPrefix("step-") && name.hasSuffix(".safetensors") {
      guard let step = Int(name.dropFirst(5).dropLast(12)), step < file.step else { continue }
      files.append(
        CheckpointFile(
          step: step, url: folder.appendingPathComponent(name), digest: "", bytes: 0))
    }
    files.sort { $0.step < $1.step }
    files.append(file)
  }

  /// The newest whole checkpoint.
  var latest: CheckpointFile? { files.last }

  /// `step-00000500.safetensors`.
  func url(step: Int) -> URL {
    let digits = String(step)
    let zeros = String(repeating: "0", count: max(0, 8 - digits.count))
    return folder.appendingPathComponent("step-\(zeros)\(digits).safetensors")
  }

  /// Notes a file that is whole; returns those that were removed for it.
  mutating func add(_ file: CheckpointFile) -> [CheckpointFile] {
    files.removeAll { $0.url == file.url }
    files.append(file)
    let extra = files.prefix(max(0, files.count - Self.kept))
    files.removeFirst(extra.count)
    for old in extra { try? FileManager.default.removeItem(at: old.url) }
    return Array(extra)
  }
}
