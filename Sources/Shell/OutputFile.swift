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
  private let target: String
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

  /// Writes all of it, or leaves what was there.
  ///
  /// - Parameters:
  ///   - datasets: data sets whose examples are not to be written over, by name.
  ///   - folder: the notebook's own, in which runs keep their checkpoints.
  /// - Throws: a `Diagnostic` at the path; `ShellError.interrupted`.
  func write(
    _ data: Data, sparing datasets: [String: DatasetSpecification], _ folder: RunsFolder?
  ) throws {
    var facts = stat()
    if let folder, isInside(folder.url.path) {
      throw refusal(
        "`\(folder.name)` is the notebook's own, for checkpoints; choose another folder")
    }
    guard stat(target, &facts) == 0 else {
      guard errno == ENOENT else { throw refusal(Self.words(for: errno)) }
      try check(against: datasets, isThere: false)
      return try replace(with: data, permissions: nil)
    }
    switch facts.st_mode & S_IFMT {
    case S_IFDIR: throw refusal("it is a folder; name a file in it")
    case S_IFREG where !Self.isOpenDescriptor(target):
      guard access(target, W_OK) == 0 else { throw refusal("it is read-only") }
      try checkContents(size: Int(facts.st_size))
      try check(against: datasets, isThere: true)
      try replace(with: data, permissions: facts)
    case S_IFREG, S_IFIFO, S_IFCHR: try pour(data, intoPipe: facts.st_mode & S_IFMT == S_IFIFO)
    case S_IFBLK: throw refusal("it is a disk")
    default: throw refusal("it is neither a file nor a pipe")
    }
  }

  /// Whether it is a pipe, a terminal or another stream, and no file.
  var isStream: Bool {
    var facts = stat()
    guard stat(target, &facts) == 0 else { return false }
    return Self.isOpenDescriptor(target) || facts.st_mode & S_IFMT != S_IFREG
  }

  // MARK: What stays

  /// Beginnings of files, and the endings of names that go with them.
  private static let signatures: [(bytes: [UInt8], endings: Set<String>, what: String)] = [
    ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], ["png", "apng"], "a PNG picture"),
    (Array("SQLite format 3\0".utf8), [], "an SQLite data base, perhaps a notebook"),
    ([0xFF, 0xD8, 0xFF], [], "a JPEG picture"), (Array("GIF8".utf8), [], "a GIF picture"),
    (Array("PK\u{3}\u{4}".utf8), [], "a zip archive"), ([0x1F, 0x8B], [], "gzip's"),
    (Array("RIFF".utf8), [], "WebP or another RIFF file"), (Array("%PDF".utf8), [], "a PDF"),
  ]

  private var ending: String {
    let name = path.split(separator: "/").last ?? ""
    return name.lastIndex(of: ".").map { name[$0...].dropFirst().lowercased() } ?? ""
  }

  private func checkContents(size: Int) throws(Diagnostic) {
    guard size > 0, let file = FileHandle(forReadingAtPath: target) else { return }
    defer { try? file.close() }
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
      case "png", "apng": false
      case "svg", "html": isMarkup
      case "json": [UInt8(ascii: "["), UInt8(ascii: "{")].contains(text.first)
      case "jsonl", "ndjson": text.isEmpty || text.first == UInt8(ascii: "{")
      default: !isMarkup && !head.contains(0)
      }
    guard fits else {
      throw refusal("it is no `.\(ending)` but a file of another kind; choose another name")
    }
  }

  private func check(
    against datasets: [String: DatasetSpecification], isThere: Bool
  ) throws(Diagnostic) {
    let own = Self.resolved(target)
    for (name, dataset) in datasets.sorted(by: { $0.key < $1.key }) {
      for path in dataset.source.paths {
        let theirs = Self.resolved(StandardFolders.expandingHome(path))
        let isInside = own.hasPrefix(theirs.hasSuffix("/") ? theirs : theirs + "/")
        let isPart = isInside && isPart(of: dataset.source, isThere: isThere)
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
    return switch source {
    case .folder: isPicture
    // Beside its images are tables.
    case .celeba: isPicture || isThere
    case .mnist, .cifar10, .idx, .ring, .grid, .portraits: false
    }
  }

  /// A path without links, as far as there is anything.
  private static func resolved(_ path: String) -> String {
    if let found = realpath(path, nil) {
      defer { free(found) }
      return String(cString: found)
    }
    let url = URL(fileURLWithPath: path)
    guard url.path != "/" else { return "/" }
    let folder = resolved(url.deletingLastPathComponent().path)
    return (folder == "/" ? "" : folder) + "/" + url.lastPathComponent
  }

  // MARK: Writing

  /// Writes a new file beside the target and lets it take its place.
  private func replace(with data: Data, permissions: stat?) throws {
    let temporary = target + ".\(getpid()).part"
    let descriptor = open(
      temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions == nil ? 0o666 : 0o600)
    guard descriptor >= 0 else {
      let reason = errno
      // A folder that takes no new file may hold one that can be written.
      if permissions != nil && (reason == EACCES || reason == EPERM) {
        return try pour(data, intoPipe: false)
      }
      throw refusal(reason == ENOENT ? missingFolder : Self.words(for: reason))
    }
    do {
      try Self.write(data, to: descriptor)
      if let permissions {
        // The owner can only be kept by whoever may give files away.
        _ = fchown(descriptor, permissions.st_uid, permissions.st_gid)
        guard fchmod(descriptor, permissions.st_mode & 0o7777) == 0 else { throw Failure(errno) }
      }
      guard fsync(descriptor) == 0 else { throw Failure(errno) }
      guard close(descriptor) == 0, rename(temporary, target) == 0 else { throw Failure(errno) }
    } catch let failure as Failure {
      close(descriptor)
      unlink(temporary)
      throw refusal(Self.words(for: failure.code))
    }
  }

  /// Seconds for which a pipe waits for its reader.
  private static let readerTime = 2.0

  /// Writes to what is open already or keeps nothing.
  private func pour(_ data: Data, intoPipe isPipe: Bool) throws {
    let isOpen = Self.isOpenDescriptor(target)
    let flags = O_WRONLY | O_CLOEXEC | (isOpen ? O_APPEND : O_TRUNC) | (isPipe ? O_NONBLOCK : 0)
    let deadline = monotonicSeconds() + Self.readerTime
    var descriptor = open(target, flags)
    while descriptor < 0 && isPipe && errno == ENXIO && monotonicSeconds() < deadline {
      if Interrupts.pendingCount > 0 { throw ShellError.interrupted }
      usleep(10_000)
      descriptor = open(target, flags)
    }
    guard descriptor >= 0 else {
      if errno == EINTR { throw ShellError.interrupted }
      guard isPipe && errno == ENXIO else { throw refusal(Self.words(for: errno)) }
      throw refusal("it is a pipe that nobody reads; begin to read it first, or name a file")
    }
    defer { close(descriptor) }
    if isPipe { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK) }
    do { try Self.write(data, to: descriptor) } catch {
      throw refusal(Self.words(for: error.code))
    }
  }

  private struct Failure: Error {
    let code: Int32
    init(_ code: Int32) { self.code = code }
  }

  private static func write(_ data: Data, to descriptor: Int32) throws(Failure) {
    var offset = 0
    while offset < data.count {
      let written = data.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
      }
      if written > 0 {
        offset += written
      } else if written == 0 || (errno != EINTR && errno != EAGAIN) {
        throw Failure(errno)
      } else if Interrupts.pendingCount > 0 {
        throw Failure(EINTR)
      }
    }
  }

  // MARK: Words

  private func refusal(_ reason: String) -> Diagnostic {
    Diagnostic("cannot write `\(path)`", at: place, help: [reason])
  }

  private var missingFolder: String {
    let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
    return "there is no folder `\(folder)`; make it first"
  }

  private static func words(for code: Int32) -> String {
    switch code {
    case ENOSPC, EDQUOT: "no space is left on the disk; free some"
    case EACCES, EPERM: "it, or its folder, may not be written"
    case EROFS: "the disk can only be read"
    case EPIPE: "nobody reads it any more"
    case EINTR: "it was interrupted"
    default: String(cString: strerror(code))
    }
  }

  private static func destination(ofLink path: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: path)
  }

  /// Whether a path names something that this process has open, like `/dev/stdout`.
  private static func isOpenDescriptor(_ path: String) -> Bool {
    ["/dev/stdout", "/dev/stderr"].contains(path)
      || ["/dev/fd/", "/proc/self/fd/"].contains { path.hasPrefix($0) }
  }
}

extension DatasetSource {
  /// Files and folders that its examples and labels are in.
  fileprivate var paths: [String] {
    switch self {
    case .celeba(let path, _), .mnist(let path, _), .cifar10(let path, _): [path]
    case .folder(let path, let labels), .idx(let path, let labels):
      if case .file(let table) = labels { [path, table] } else { [path] }
    case .ring, .grid, .portraits: []
    }
  }
}

extension Session {
  /// Writes an output that was asked for.
  ///
  /// - Throws: a `Diagnostic` at the path.
  func write(_ data: Data, to word: Word) throws {
    let file = try OutputFile(word)
    var datasets: [String: DatasetSpecification] = [:]
    for row in try existingNotebook()?.declarations(.dataset) ?? [] {
      if let dataset: DatasetSpecification = try? row.value() { datasets[row.name] = dataset }
    }
    try file.write(data, sparing: datasets, try ownFolder())
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
