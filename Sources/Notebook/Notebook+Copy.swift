import Foundation
import GRDB

extension Notebook {
  /// Keeps a notebook as it is before its schema is brought up to date: beside it, as `NAME.v3.sqlite` of
  /// schema 3. A copy that is there already stays. A new, empty notebook has nothing to keep.
  ///
  /// - Parameter copied: told where it is, or why there is none: the notebook goes on without it.
  /// - Throws: where the notebook itself cannot be read.
  static func keepCopy(
    of pool: DatabasePool, at path: String, _ copied: (Result<String, any Error>) -> Void
  ) throws {
    let version = try pool.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
    guard version > 0 else { return }
    let files = FileManager.default
    let stem = path.hasSuffix(".sqlite") ? String(path.dropLast(".sqlite".count)) : path
    let copy = "\(stem).v\(version).sqlite"
    guard !files.fileExists(atPath: copy) else { return copied(.success(copy)) }
    let part = copy + ".part"
    do {
      try? files.removeItem(atPath: part)
      // All pages as they are, those in the WAL too; its own journal stays in the file.
      try pool.writeWithoutTransaction { db in
        try db.execute(sql: "VACUUM INTO ?", arguments: [part])
      }
      if let mode = try? files.attributesOfItem(atPath: path)[.posixPermissions] {
        try? files.setAttributes([.posixPermissions: mode], ofItemAtPath: part)
      }
      try files.moveItem(atPath: part, toPath: copy)
      copied(.success(copy))
    } catch {
      try? files.removeItem(atPath: part)
      copied(.failure(error))
    }
  }
}
