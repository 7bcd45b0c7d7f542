import Foundation

/// Where the checkpoints of one run are written, each under a name of its own; nothing is replaced.
///
/// Older ones are left to whoever listens: a file may only go when the newer one has been written
/// down, which is not known here.
struct CheckpointFolder {
  private let folder: URL
  /// The newest whole checkpoint.
  private(set) var latest: CheckpointFile?
  /// The next file, with its room on the disk.
  private var next: PreparedFile?
  /// Why the next file could not be made, where the disk is full: a run that went on would lose what it
  /// does from here.
  private(set) var shortage: TrainingError?
  /// Files that were made.
  private var count = 0

  /// - Parameters:
  ///   - file: the checkpoint that the run goes on from.
  ///   - bytes: about how long a checkpoint is.
  /// - Throws: `.unwritable` where the folder cannot be made, `.noSpace` where the disk has no room for
  ///   one checkpoint.
  init(_ folder: URL, continuing file: CheckpointFile?, bytes: Int) throws(TrainingError) {
    self.folder = folder
    latest = file
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch { throw .unwritable(file: folder.path, "the folder cannot be made") }
    prepare(bytes: bytes)
    if let shortage { throw shortage }
  }

  /// Writes the checkpoint of a step, into the room that was held for it.
  ///
  /// - Parameter isLast: no other is written after it.
  /// - Returns: also the file itself, whole and without its name.
  mutating func write(
    _ trainer: borrowing Trainer, isLast: Bool
  ) throws(TrainingError) -> (checkpoint: CheckpointFile, file: PreparedFile) {
    let url = url(step: trainer.step)
    guard let file = next.take() ?? makeFile(bytes: 0) else {
      throw TensorFile.failure(errno, of: url)
    }
    let checkpoint = try trainer.write(into: file, for: url)
    latest = checkpoint
    if !isLast { prepare(bytes: checkpoint.bytes) }
    return (checkpoint, file)
  }

  /// `step-00000500.safetensors`.
  private func url(step: Int) -> URL {
    let digits = String(step)
    let zeros = String(repeating: "0", count: max(0, 8 - digits.count))
    return folder.appendingPathComponent("step-\(zeros)\(digits).safetensors")
  }

  /// Takes the room of the next checkpoint, so that it can be written when the disk is full. A file that
  /// cannot be made for another reason is tried again when it is needed.
  private mutating func prepare(bytes: Int) {
    let bytes = bytes + 4096
    next = makeFile(bytes: bytes)
    if next == nil && (errno == ENOSPC || errno == EDQUOT) {
      shortage = .noSpace(path: folder.path, bytes: bytes)
    }
  }

  private mutating func makeFile(bytes: Int) -> PreparedFile? {
    count += 1
    let url = folder.appendingPathComponent("next-\(count).safetensors.part")
    return PreparedFile.make(at: url, bytes: bytes)
  }
}
