import Digests
import Foundation
import GRDB
import Glibc

extension Notebook {
  /// Keeps a notebook as it is before its schema is brought up to date: beside it, as `NAME.v3.sqlite` of
  /// schema 3, or `NAME.v3-2.sqlite` where something else has that name. A new, empty notebook has nothing
  /// to keep.
  ///
  /// Nothing that is there already is replaced, removed or taken for the copy unread.
  ///
  /// - Parameter copied: told where it is, or why there is none: the notebook goes on without it.
  /// - Throws: where the notebook itself cannot be read.
  static func keepCopy(
    of pool: DatabasePool, at path: String, _ copied: (Result<String, any Error>) -> Void
  ) throws {
    let version = try pool.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
    guard version > 0 else { return }
    let stem = path.hasSuffix(".sqlite") ? String(path.dropLast(".sqlite".count)) : path
    do {
      let beginning = "\(stem).v\(version).sqlite.part-"
      removeRemains(beginning: beginning)
      let part = try unusedFile(beginning: beginning)
      defer { unlink(part) }
      // All pages as they are, those in the WAL too; its own journal stays in the file.
      try pool.writeWithoutTransaction { db in
        try db.execute(sql: "VACUUM INTO ?", arguments: [part])
      }
      if let mode = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] {
        try? FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: part)
      }
      copied(.success(try name(copy: part, stem: "\(stem).v\(version)")))
    } catch { copied(.failure(error)) }
  }

  /// Removes what killed processes left: files of six more letters, and nothing else of that name. The
  /// lock on making a notebook is held, so that nobody is at work on one.
  private static func removeRemains(beginning prefix: String) {
    let place = URL(fileURLWithPath: prefix)
    let folder = place.deletingLastPathComponent().path
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where name.hasPrefix(place.lastPathComponent)
      && name.utf8.count == place.lastPathComponent.utf8.count + 6
    {
      if isFile("\(folder)/\(name)") { unlink("\(folder)/\(name)") }
    }
  }

  private static func isFile(_ path: String) -> Bool {
    var facts = stat()
    return lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
  }

  /// A new, empty file; six letters that `mkstemp` chooses make its name unique.
  private static func unusedFile(beginning prefix: String) throws -> String {
    var template = Array((prefix + "XXXXXX").utf8CString)
    let file = mkstemp(&template)
    guard file >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    Glibc.close(file)
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Gives a finished copy its name, unless the same lies there already: a process that was killed after
  /// it had made its copy leaves one that the next need not make again.
  private static func name(copy part: String, stem: String) throws -> String {
    var digest: String?
    for number in 1...1000 {
      let copy = number == 1 ? "\(stem).sqlite" : "\(stem)-\(number).sqlite"
      // A link fails where there is anything, a link to nothing too.
      if link(part, copy) == 0 { return copy }
      let isThere = errno == EEXIST
      // Some file systems have no second names.
      if !isThere, access(copy, F_OK) != 0, Glibc.rename(part, copy) == 0 { return copy }
      guard isThere else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
      digest = digest ?? SHA256.digest(ofFile: part)
      if isFile(copy), let digest, SHA256.digest(ofFile: copy) == digest { return copy }
    }
    throw CocoaError(.fileWriteFileExists)
  }
}
