import Datasets
import Foundation
import Glibc
import Language
import Notebook
import Specification
import Terminal

/// A file that somebody asked a picture, a table or a page to be written to.
///
/// An earlier output is replaced as a whole or stays as it was, with its permissions; a link is written
/// through. What is plainly something else stays: a notebook, a checkpoint, an example of a data set, a
/// file of another format, the notebook's own folder of checkpoints. A pipe that somebody reads, or a
/// terminal, is written to.
struct OutputFile {
  /// As it was typed, with `~` made the home.
  let path: String
  /// What the path means once links are followed.
  let target: String
  /// Whether a file that is there is an earlier output of this kind; nil: its beginning and its ending say so.
  var isEarlier: ((_ path: String) -> Bool)?
  private let place: Span

  /// - Throws: a `Diagnostic` where links go in a circle.
  init(_ word: Word) throws(Diagnostic) {
    path = StandardFolders.expandingHome(word.text)
    place = word.span
    var target = path
    var links = 0
    while let next = Self.destination(ofLink: target), !Self.isOpenDescriptor(target) {
      links += 1
      guard links <= 40 else {
        throw Diagnostic("cannot write `\(path)`", at: place, help: ["it is a link to itself"])
      }
      let folder = target.lastIndex(of: "/").map { target[...$0] } ?? ""
      target = next.hasPrefix("/") ? next : folder + next
    }
    self.target = target
  }

  init(ofFolder word: Word) throws(Diagnostic) {
    var text = word.text
    while text.count > 1, text.hasSuffix("/") { text.removeLast() }
    try self.init(Word(text, at: word.span))
  }

  /// Writes all of what `body` gives, or leaves what was there.
  ///
  /// - Parameters:
  ///   - datasets: data sets whose examples are not to be written over, by name.
  ///   - folder: the notebook's own, in which runs keep their checkpoints.
  /// - Throws: a `Diagnostic` at the path; `ShellError.interrupted`; what `body` throws.
  func write(
    sparing datasets: [String: DatasetSpecification], _ folder: RunsFolder?,
    _ body: (Sink) throws -> Void
  ) throws {
    guard let facts = try check(sparing: datasets, folder) else {
      return try replace(permissions: nil, body)
    }
    if facts.st_mode & S_IFMT == S_IFREG, !Self.isOpenDescriptor(target) {
      try replace(permissions: facts, body)
    } else {
      try pour(intoPipe: facts.st_mode & S_IFMT == S_IFIFO, body)
    }
  }

  /// What is there; nil: nothing is.
  ///
  /// - Throws: as `write`, where it can be told before anything is written.
  @discardableResult func check(
    sparing datasets: [String: DatasetSpecification], _ folder: RunsFolder?
  ) throws -> stat? {
    var facts = stat()
    try check(against: folder)
    guard stat(target, &facts) == 0 else {
      guard errno == ENOENT else { throw refusal(Self.words(for: errno)) }
      try check(against: datasets, isThere: false)
      try checkParent()
      return nil
    }
    switch facts.st_mode & S_IFMT {
    case S_IFDIR: throw refusal("it is a folder; name a file in it")
    case S_IFREG where !Self.isOpenDescriptor(target):
      guard access(target, W_OK) == 0 else {
        throw refusal(errno == EROFS ? Self.words(for: errno) : "it is read-only")
      }
      try checkContents(size: Int(facts.st_size))
      try check(against: datasets, isThere: true)
    case S_IFREG, S_IFIFO, S_IFCHR: break
    case S_IFBLK: throw refusal("it is a disk")
    default: throw refusal("it is neither a file nor a pipe")
    }
    return facts
  }

  /// - Throws: where nothing new can be made beside the target.
  func checkParent() throws(Diagnostic) {
    let parent = target.lastIndex(of: "/").map { String(target[...$0]) } ?? "."
    guard access(parent, W_OK | X_OK) != 0 else { return }
    throw refusal(errno == ENOENT ? missingFolder : Self.words(for: errno))
  }

  /// Whether it is a pipe, a terminal or another stream, and no file.
  var isStream: Bool {
    var facts = stat()
    guard stat(target, &facts) == 0 else { return false }
    let isKept = [S_IFREG, S_IFDIR].contains(facts.st_mode & S_IFMT)
    return Self.isOpenDescriptor(target) || !isKept
  }

  // MARK: What stays

  /// Beginnings of files, and the endings of names that go with them.
  private static let signatures: [(bytes: [UInt8], endings: Set<String>, what: String)] = [
    ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], ["png", "apng"], "a PNG picture"),
    (Array("SQLite format 3\0".utf8), [], "an SQLite data base, perhaps a notebook"),
    ([0xFF, 0xD8, 0xFF], [], "a JPEG picture"), (Array("GIF8".utf8), [], "a GIF picture"),
    (Array("PK\u{3}\u{4}".utf8), ["npz"], "a zip archive"), ([0x1F, 0x8B], [], "gzip's"),
    (Array("RIFF".utf8), [], "WebP or another RIFF file"), (Array("%PDF".utf8), [], "a PDF"),
  ]

  /// - Throws: where the notebook keeps its checkpoints there.
  func check(against folder: RunsFolder?) throws(Diagnostic) {
    guard let folder, isInside(folder.url.path) else { return }
    throw refusal("`\(folder.name)` is the notebook's own, for checkpoints; choose another folder")
  }

  private var ending: String {
    let name = path.split(separator: "/").last ?? ""
    return name.lastIndex(of: ".").map { name[$0...].dropFirst().lowercased() } ?? ""
  }

  private func checkContents(size: Int) throws(Diagnostic) {
    guard size > 0, let file = FileHandle(forReadingAtPath: target) else { return }
    defer { try? file.close() }
    if let isEarlier {
      if isEarlier(target) { return }
      throw refusal("it is nothing that was written so before; choose another name")
    }
    let head = [UInt8]((try? file.read(upToCount: 512)) ?? Data())
    for (bytes, endings, what) in Self.signatures where head.starts(with: bytes) {
      if endings.contains(ending) { return }
      throw refusal("it is \(what); choose another name")
    }
    // A checkpoint begins with the length of its header, eight bytes, and `{`.
    if head.count > 8, head[8] == UInt8(ascii: "{"), head[4..<8].allSatisfy({ $0 == 0 }) {
      throw refusal("it is a checkpoint; choose another name")
    }
    let text = head.drop { $0 <= 0x20 || [0xEF, 0xBB, 0xBF].contains($0) }
    let isMarkup = text.first == UInt8(ascii: "<")
    let fits =
      switch ending {
      case "png", "apng", "npz": false
      case "svg", "html": isMarkup
      case "json": [UInt8(ascii: "["), UInt8(ascii: "{")].contains(text.first)
      case "jsonl", "ndjson": text.isEmpty || text.first == UInt8(ascii: "{")
      default: !isMarkup && !head.contains(0)
      }
    guard fits else {
      throw refusal("it is no `.\(ending)` but a file of another kind; choose another name")
    }
  }

  func check(
    against datasets: [String: DatasetSpecification], isThere: Bool
  ) throws(Diagnostic) {
    let own = Self.resolved(target)
    for (name, dataset) in datasets.sorted(by: { $0.key < $1.key }) {
      let source = dataset.source
      for path in [source.path, source.labelsFile].compactMap(\.self) {
        let theirs = Self.resolved(StandardFolders.expandingHome(path))
        let isInside = own.hasPrefix(theirs.hasSuffix("/") ? theirs : theirs + "/")
        let isPart = isInside && isPart(of: source, isThere: isThere)
        guard isPart || isThere && own == theirs else { continue }
        let fact =
          isThere
          ? "it belongs to the data set `\(name)`"
          : "in `\(path)` it would become an example of the data set `\(name)`"
        throw Diagnostic(
          "cannot write `\(self.path)`", at: place,
          help: [
            "\(fact); choose another \(isInside ? "folder" : "name")",
            "`delete data \(name)` takes the declaration back, if no run was made of it",
          ])
      }
    }
  }

  /// Whether it lies in a folder or below it.
  private func isInside(_ folder: String) -> Bool {
    Self.resolved(target).hasPrefix(Self.resolved(folder) + "/")
  }

  /// Whether a file in the source's folder is one of its own, or would be.
  private func isPart(of source: DatasetSource, isThere: Bool) -> Bool {
    let isPicture = ["png", "apng"].contains(ending)
    return switch source.files {
    case .pictures: isPicture
    case .picturesAndTables, nil: isPicture || isThere
    case .packed: false
    }
  }

  /// A path without links, as far as there is anything.
  static func resolved(_ path: String) -> String {
    if let found = realpath(path, nil) {
      defer { free(found) }
      return String(cString: found)
    }
    let url = URL(fileURLWithPath: path)
    guard url.path != "/" else { return "/" }
    let folder = resolved(url.deletingLastPathComponent().path)
    return (folder == "/" ? "" : folder) + "/" + url.lastPathComponent
  }

  func refusal(_ reason: String) -> Diagnostic {
    Diagnostic("cannot write `\(path)`", at: place, help: [reason])
  }

  private static func destination(ofLink path: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: path)
  }

  /// Whether a path names something that this process has open, like `/dev/stdout`.
  static func isOpenDescriptor(_ path: String) -> Bool {
    ["/dev/stdout", "/dev/stderr"].contains(path)
      || ["/dev/fd/", "/proc/self/fd/"].contains { path.hasPrefix($0) }
  }
}

extension DatasetSource {
  /// Which files in its folder are its own; nil: nobody knows, for a source of another release.
  var files: SourceSignature.Files? {
    switch self {
    case .read(let source):
      [SourceSignature].all.named(source.keyword).map { $0.images?.files ?? .packed }
    case .examples(let base, _): base.source.files
    case .joined: .packed
    }
  }
}

extension Session {
  /// Writes an output that was asked for.
  ///
  /// - Throws: a `Diagnostic` at the path.
  ///
  /// - Parameter isEarlier: whether what is there is an earlier output of this kind; nil: see `OutputFile`.
  func write(_ data: Data, to word: Word, replacing isEarlier: ((String) -> Bool)? = nil) throws {
    var file = try OutputFile(word)
    file.isEarlier = isEarlier
    try file.write(sparing: try declaredDatasets(), try ownFolder()) { try $0.write(data) }
  }

  /// Checks that an output can be written, before the work is done of which it comes.
  ///
  /// - Throws: as `write`.
  func checkWritable(_ word: Word, replacing isEarlier: ((String) -> Bool)? = nil) throws {
    var file = try OutputFile(word)
    file.isEarlier = isEarlier
    try file.check(sparing: try declaredDatasets(), try ownFolder())
  }

  /// As `checkWritable`, of a new folder.
  func checkFolderWritable(_ word: Word) throws {
    try OutputFile(ofFolder: word).checkFolder(sparing: try declaredDatasets(), try ownFolder())
  }

  /// Writes an output that was asked for, part by part.
  ///
  /// - Throws: a `Diagnostic` at the path; what `body` throws, and then nothing is written.
  func write(to word: Word, _ body: (OutputFile.Sink) throws -> Void) throws {
    try OutputFile(word).write(sparing: try declaredDatasets(), try ownFolder(), body)
  }

  /// Writes files into a new folder that was asked for, all or none; see `OutputFile.makeFolder`.
  func writeFolder(to word: Word, _ body: (OutputFile.Folder) throws -> Void) throws {
    try OutputFile(ofFolder: word).makeFolder(
      sparing: try declaredDatasets(), try ownFolder(), body)
  }

  private func declaredDatasets() throws -> [String: DatasetSpecification] {
    var datasets: [String: DatasetSpecification] = [:]
    for row in try existingNotebook()?.declarations(.dataset) ?? [] {
      if let dataset: DatasetSpecification = try? row.value() { datasets[row.name] = dataset }
    }
    return datasets
  }

  /// The notebook's own folder of checkpoints, if there is one; one that cannot be entered nobody writes
  /// into.
  private func ownFolder() throws -> RunsFolder? {
    do { return try existingNotebook()?.runsFolder() } catch NotebookError.forbidden { return nil }
  }

  /// Says what was written: beside the output itself where that goes to a stream.
  func tell(_ text: String, writtenTo word: Word) throws {
    let line = "\(path(word)): \(text)"
    if try OutputFile(word).isStream { errors.line(line) } else { output.line(line) }
  }
}
