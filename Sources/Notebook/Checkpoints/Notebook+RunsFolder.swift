package import Foundation
import GRDB

/// Which folder of checkpoints is a notebook's own.
///
/// The notebook has a number, and keeps the name that its file had and the name of its folder; the folder
/// has a mark with the number and the file's name. They belong together where both agree, and where both
/// were renamed or moved or copied together. A copy of the notebook alone has no folder: the files that its
/// rows name are the original's, and are read at most.
extension Notebook {
  /// What the notebook says about itself.
  private struct Identity {
    var id: String
    /// The file's name when the folder was taken; nil: none was yet.
    var file: String?
    var folder: String?

    init(_ db: Database) throws {
      guard let row = try Row.fetchOne(db, sql: "SELECT * FROM notebook LIMIT 1") else {
        throw UnexpectedValue(place: "notebook")
      }
      let field = Fields(row, of: "notebook")
      (id, file) = (try field("id"), try field.optional("file"))
      folder = try field.optional("folder")
    }
  }

  private var fileName: String { URL(fileURLWithPath: path).lastPathComponent }
  /// `lab.runs` of `lab.sqlite`.
  private var usualFolder: String { Self.folderName(for: fileName) }

  private static func folderName(for file: String) -> String {
    URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent + ".runs"
  }

  /// The notebook's own folder of checkpoints; nil where it has none yet.
  ///
  /// - Throws: `NotebookError.forbidden` where it, or what may be it, cannot be opened.
  package func runsFolder() throws(NotebookError) -> RunsFolder? {
    guard let home = OpenFolder(folder.path) else { return nil }
    return try read { db in try self.own(Identity(db), in: home, db) }
  }

  /// The notebook's own folder of checkpoints, made and marked if it has none yet.
  ///
  /// - Returns: also a sentence where it is not the usual one, since that is somebody else's.
  package func takeRunsFolder() throws(NotebookError) -> (folder: RunsFolder, note: String?) {
    guard let home = OpenFolder(folder.path) else {
      throw .noSuchFolder(path: path, folder: folder.path)
    }
    let settled = try read { db -> RunsFolder? in
      let identity = try Identity(db)
      guard identity.file == self.fileName, let own = try self.own(identity, in: home, db) else {
        return nil
      }
      return self.isMarked(own.name, FolderMark(id: identity.id, file: self.fileName), in: home)
        ? own : nil
    }
    if let settled { return (settled, nil) }
    return try write { db in
      let identity = try Identity(db)
      if let own = try self.own(identity, in: home, db) {
        try self.settle(own.name, identity, in: home, db)
        return (own, nil)
      }
      return try self.makeFolder(identity, in: home, db)
    }
  }

  /// Takes over the folder of a notebook that was renamed, and brings its rows' paths up to date.
  func followRenaming() throws {
    guard let home = OpenFolder(folder.path) else { return }
    do throws(NotebookError) {
      let renamed = try read { db -> Bool in
        let identity = try Identity(db)
        return try identity.file != nil && identity.file != self.fileName
          && self.own(identity, in: home, db) != nil
      }
      guard renamed else { return }
      try writeAtOnce { db in
        let identity = try Identity(db)
        guard let own = try self.own(identity, in: home, db) else { return }
        try self.settle(own.name, identity, in: home, db)
      }
    } catch {
      // The next one to open the notebook does it.
      switch error {
      case .diskFull, .busy, .forbidden: return
      default: throw error
      }
    }
  }

  // MARK: Whose is it

  private func own(
    _ identity: Identity, in home: OpenFolder, _ db: Database
  ) throws -> RunsFolder? {
    var candidates = [usualFolder]
    if let known = identity.folder { candidates.append(known) }
    if identity.file == fileName { candidates.reverse() }
    if identity.file == nil { candidates += try foldersOfRows(db) }
    for name in candidates where CheckpointPath.isRunsFolder(name) {
      guard let folder = home.folder(name, followsLink: true) else {
        if NotebookError.isRefusal(errno) {
          throw NotebookError.forbidden(folder: name, reason: NotebookError.words(for: errno))
        }
        continue
      }
      if let mark = FolderMark(of: folder) {
        let isFree = mark.file == fileName || home.entry(mark.file) == nil
        if mark.id == identity.id && isFree { return RunsFolder(name, folder) }
      } else if try foldersOfRows(db).contains(name), !hasOwner(name, in: home) {
        // From before folders were marked, or the mark was taken away.
        return RunsFolder(name, folder)
      }
    }
    return nil
  }

  /// Folders in which checkpoints of rows lie.
  private func foldersOfRows(_ db: Database) throws -> [String] {
    try String.fetchAll(
      db,
      sql: """
        SELECT DISTINCT substr(path, 1, instr(path, '/') - 1) FROM checkpoint
        WHERE instr(path, '/') > 1 LIMIT 100
        """)
  }

  /// Whether another file beside this one would call the folder its own.
  private func hasOwner(_ name: String, in home: OpenFolder) -> Bool {
    name != usualFolder
      && home.names().contains {
        $0 != fileName && Self.folderName(for: $0) == name && $0 != name
          && home.entry($0)?.isPlainFile == true
      }
  }

  private func isMarked(_ name: String, _ mark: FolderMark, in home: OpenFolder) -> Bool {
    home.folder(name, followsLink: true).flatMap(FolderMark.init(of:)) == mark
  }

  // MARK: Taking it

  private func settle(
    _ name: String, _ identity: Identity, in home: OpenFolder, _ db: Database
  ) throws {
    let mark = FolderMark(id: identity.id, file: fileName)
    if !isMarked(name, mark, in: home) {
      guard let folder = home.folder(name, followsLink: true), mark.write(in: folder) else {
        throw NotebookError.folderNotMade(path: "\(home.path)/\(name)", in: name, code: errno)
      }
    }
    if let old = identity.folder, old != name {
      try db.execute(
        sql: """
          UPDATE checkpoint SET path = ?1 || substr(path, length(?2) + 1)
          WHERE substr(path, 1, length(?2) + 1) = ?2 || '/'
          """,
        arguments: [name, old])
    }
    try db.execute(
      sql: "UPDATE notebook SET file = ?, folder = ?", arguments: [fileName, name])
  }

  private func makeFolder(
    _ identity: Identity, in home: OpenFolder, _ db: Database
  ) throws -> (folder: RunsFolder, note: String?) {
    var identity = identity
    if identity.file != nil && identity.file != fileName {
      // A copy becomes a notebook of its own.
      identity.id = UUID().uuidString
      try db.execute(sql: "UPDATE notebook SET id = ?", arguments: [identity.id])
    }
    // What an earlier folder of the notebook held is gone; its name is nobody's.
    identity.folder = nil
    let stem = String(usualFolder.dropLast(5))
    for number in 1...1000 {
      let name = number == 1 ? usualFolder : "\(stem)-\(number).runs"
      guard home.entry(name) == nil || home.folder(name, followsLink: true)?.names().isEmpty == true
      else { continue }
      guard home.makeFolder(name), let folder = home.folder(name, followsLink: true) else {
        throw NotebookError.folderNotMade(
          path: "\(home.path)/\(name)", in: home.path, code: errno)
      }
      try settle(name, identity, in: home, db)
      return (
        RunsFolder(name, folder),
        number == 1
          ? nil
          : "checkpoints go into `\(name)`: `\(usualFolder)` holds files that this notebook knows "
            + "nothing of, which are left as they are"
      )
    }
    throw NotebookError.unsafePath(usualFolder, reason: "it and a thousand others are taken")
  }

  // MARK: Reading

  /// Where a checkpoint's file is to be read.
  package func url(ofCheckpoint path: String) throws(CheckpointRefusal) -> URL {
    guard let place = CheckpointPath(path) else { throw .elsewhere }
    var inner = OpenFolder(folder.path)
    var way = ""
    for (name, followsLink) in [(place.folder, true), (place.run, false)] {
      way += way.isEmpty ? name : "/\(name)"
      inner = inner?.folder(name, followsLink: followsLink)
      if inner == nil { throw .closed(folder: way, code: errno) }
    }
    guard let inner, let entry = inner.entry(place.file) else { throw .missing }
    guard entry.isPlainFile else { throw .notFile(entry.kind) }
    return URL(fileURLWithPath: inner.path).appendingPathComponent(place.file)
  }
}
