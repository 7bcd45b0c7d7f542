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

  /// The entries, oldest first, each once; none where the file is not to be had.
  package func load() -> [String] {
    guard let path, let file = fopen(path, "re") else { return [] }
    defer { fclose(file) }
    var entries: [String] = []
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, file) > 0 {
      guard let line else { break }
      var text = String(cString: line)
      if text.hasSuffix("\n") { text.removeLast() }
      if !text.isEmpty { entries.append(Self.decode(text)) }
    }
    if entries.count > 2 * Self.limit {
      rewrite(with: Self.withoutRepeats(entries).suffix(Self.limit), at: path)
    }
    return Self.withoutRepeats(entries).suffix(Self.limit)
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
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | Int32(O_CLOEXEC), 0o600)
    guard file >= 0 else { return }
    defer { close(file) }
    // One write a line: lines of several shells do not mix.
    let bytes = Array((Self.encode(entry) + "\n").utf8)
    _ = write(file, bytes, bytes.count)
  }

  private func rewrite(with entries: ArraySlice<String>, at path: String) {
    let fresh = path + ".new"
    guard let file = fopen(fresh, "we") else { return }
    for entry in entries { fputs(Self.encode(entry) + "\n", file) }
    if fclose(file) == 0 { rename(fresh, path) }
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
