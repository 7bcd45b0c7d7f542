import Foundation
import Glibc

/// Which file a path leads to.
struct FilePlace: Equatable {
  private let device: dev_t
  private let inode: ino_t

  /// - Returns: nil where there is none.
  init?(_ path: String) {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    (device, inode) = (facts.st_dev, facts.st_ino)
  }
}

extension Notebook {
  /// Why what is written does not come to where the notebook is looked for any more: its file was
  /// deleted, moved or replaced. Nil while all is well.
  package var displacement: NotebookError? {
    // Where it is read from a copy nothing is written.
    guard let place, readOnlyReason == nil else { return nil }
    guard let now = FilePlace(path) else { return .displaced(path: path, isGone: true) }
    return now == place ? nil : .displaced(path: path, isGone: false)
  }

  /// Makes a file that was moved away whole: SQLite leaves what waits in the WAL beside the old place.
  func closeDisplaced(isGone: Bool) throws(NotebookError) {
    try foldIn()
    guard isGone, FileHeader.fileSize(path + "-wal") == 0 else { return }
    for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
  }
}
