import Glibc

/// Why a checkpoint that a row names is not read.
package enum CheckpointRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// Its path is none of a checkpoint, and may lead anywhere.
  case elsewhere
  /// There is no file.
  case missing
  /// Something else than a file has its name.
  case notFile(EntryKind)
  /// A folder on the way cannot be opened; `code` is the system's.
  case closed(folder: String, code: Int32)

  package var description: String {
    switch self {
    case .elsewhere:
      "its path in the notebook is none of a checkpoint in a `.runs` folder beside the notebook"
    case .missing: "the file is not there"
    case .notFile(let kind): "it is a \(kind), not a file"
    case .closed(let folder, ENOENT): "there is no folder `\(folder)`"
    case .closed(let folder, ELOOP), .closed(let folder, ENOTDIR):
      "`\(folder)` is a link or no folder"
    case .closed(let folder, let code): "`\(folder)`: \(NotebookError.words(for: code))"
    }
  }
}
