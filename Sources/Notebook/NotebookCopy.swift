import Foundation

/// A copy of a notebook that cannot be read as it lies: nothing may be written beside it, where SQLite
/// would keep what it knows of a WAL, or its schema is an older one. Gone with the value.
final class NotebookCopy: Sendable {
  let path: String
  private let folder: URL

  /// - Throws: where there is no room for it.
  init(of original: String) throws {
    let files = FileManager.default
    folder = files.temporaryDirectory.appendingPathComponent("gansh-reading-\(UUID().uuidString)")
    try files.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.appendingPathComponent("copy.sqlite").path
    do {
      for suffix in ["", "-wal"] where files.fileExists(atPath: original + suffix) {
        try files.copyItem(atPath: original + suffix, toPath: path + suffix)
        // The copy has the original's permissions.
        try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path + suffix)
      }
    } catch {
      try? files.removeItem(at: folder)
      throw error
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }
}
