import Glibc

/// What was typed in earlier sessions: a file with one entry a line, newlines within an entry
/// written as `\n` and backslashes as `\\`, so that a block comes back whole.
///
/// Entries are appended as they are typed, so that several shells may share the file.
package struct History {
  private let path: String?

  /// Entries kept; the file is shortened when it holds twice as many.
  private static let limit = 10_000

  /// - Parameter path: the file; nil keeps nothing beyond the session.
  package init(path: String?) { self.path = path }

  /// How much of the file's end is read, in bytes.
  private static let longest = 8 << 20
  /// The longest entry that is kept, in bytes.
  private static let longestEntry = 1 << 16

  /// The entries, oldest first, each once; none where there is no ordinary file to be had.
  package func load() -> [String] {
    guard let path, let file = Self.open(path, O_RDONLY) else { return [] }
    defer { close(file.descriptor) }
    let size = Int(file.facts.st_size)
    let start = max(0, size - Self.longest)
    var bytes = [UInt8](repeating: 0, count: size - start)
    let count = pread(file.descriptor, &bytes, bytes.count, off_t(start))
    var lines = bytes.prefix(max(count, 0)).split(separator: UInt8(ascii: "\n"))
    // The first line of a part may be half of one.
    if start > 0 { lines = Array(lines.dropFirst()) }
    let entries = lines.filter { $0.count <= Self.longestEntry && !$0.contains(0) }
      .map { Self.decode(String(decoding: $0, as: UTF8.self)) }
    let kept = Self.withoutRepeats(entries).suffix(Self.limit)
    if entries.count > 2 * Self.limit { rewrite(with: kept, at: path, mode: file.facts.st_mode) }
    return Array(kept)
  }

  /// Opens a file that is an ordinary one: a pipe would be waited for, and a device never ends.
  private static func open(_ path: String, _ flags: Int32) -> (descriptor: Int32, facts: stat)? {
    let file = Glibc.open(path, flags | O_NONBLOCK | Int32(O_CLOEXEC), 0o600)
    guard file >= 0 else { return nil }
    var facts = stat()
    guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      close(file)
      return nil
    }
    return (file, facts)
  }

  /// Each entry once, where it was typed last.
  private static func withoutRepeats(_ entries: [String]) -> [String] {
    var seen = Set<String>()
    return entries.reversed().filter { seen.insert($0).inserted }.reversed()
  }

  /// Appends an entry; silently does nothing where that cannot be done.
  package func append(_ entry: String) {
    guard let path, !entry.isEmpty else { return }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      guard StandardFolders.create(String(path[..<slash])) else { return }
    }
    guard let file = Self.open(path, O_RDWR | O_APPEND | O_CREAT) else { return }
    defer { close(file.descriptor) }
    var line = Self.encode(entry) + "\n"
    guard line.utf8.count <= Self.longestEntry else { return }
    // An editor, or a full disk, may have left the last line without an end.
    var last: UInt8 = 0
    if file.facts.st_size > 0, pread(file.descriptor, &last, 1, file.facts.st_size - 1) == 1,
      last != UInt8(ascii: "\n")
    {
      line = "\n" + line
    }
    // One write a line: lines of several shells do not mix.
    let bytes = Array(line.utf8)
    _ = write(file.descriptor, bytes, bytes.count)
  }

  /// Shortens the file; where that cannot be done it stays as it is.
  private func rewrite(with entries: ArraySlice<String>, at path: String, mode: mode_t) {
    // What a link leads to is replaced, not the link.
    guard let resolved = realpath(path, nil) else { return }
    defer { free(resolved) }
    let path = String(cString: resolved)
    let fresh = path + ".new"
    let file = Glibc.open(
      fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | Int32(O_CLOEXEC), 0o600)
    guard file >= 0 else { return }
    fchmod(file, mode & 0o777)
    let text = entries.map { Self.encode($0) + "\n" }.joined()
    let isWritten = Output.write(text, to: file) == nil
    if close(file) == 0 && isWritten { rename(fresh, path) } else { unlink(fresh) }
  }

  package static func encode(_ entry: String) -> String {
    var line = ""
    for scalar in entry.unicodeScalars {
      switch scalar {
      case "\\": line += "\\\\"
      case "\n": line += "\\n"
      case "\r", "\0": line += " "
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }

  package static func decode(_ line: String) -> String {
    var entry = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in line.unicodeScalars {
      if isEscaped {
        entry.append(scalar == "n" ? "\n" : scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        entry.append(scalar)
      }
    }
    return String(entry)
  }
}
