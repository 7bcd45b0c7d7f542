import Glibc

/// The editor of whoever sits at the terminal, for entries that are long.
package enum ExternalEditor {
  /// What came of it.
  package enum Outcome: Sendable, Hashable {
    case changed(String)
    case unchanged
    /// Why there is no other text.
    case failed(String)
  }

  /// The command: VISUAL, else EDITOR, else `vi`.
  package static var command: String {
    environment("VISUAL") ?? environment("EDITOR") ?? "vi"
  }

  /// Lets a text be edited in a file that is removed afterwards.
  package static func edit(_ text: String) -> Outcome {
    let folder = environment("TMPDIR") ?? "/tmp"
    let suffix = ".gansh"
    var path = Array("\(folder)/entry-XXXXXX\(suffix)".utf8CString)
    let file = mkstemps(&path, Int32(suffix.utf8.count))
    guard file >= 0,
      let name = String(validating: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    else {
      return .failed("no file can be made in `\(folder)`: \(String(cString: strerror(errno)))")
    }
    defer { unlink(name) }
    let bytes = Array((text + "\n").utf8)
    let written = write(file, bytes, bytes.count)
    close(file)
    guard written == bytes.count else { return .failed("`\(name)` cannot be written") }
    switch ChildProcess.run(command + " \"$1\"", arguments: [name]) {
    case .exited(0): break
    case .exited(let status):
      return .failed("the editor `\(command)` ended with exit status \(status)")
    case .signalled(let number):
      return .failed("the editor `\(command)` was ended by signal \(number)")
    case .failed(let reason): return .failed("the editor cannot be started: \(reason)")
    }
    guard var edited = contents(of: name) else {
      return .failed("what the editor left is no text in UTF-8")
    }
    while edited.last?.isWhitespace == true { edited.removeLast() }
    return edited == text ? .unchanged : .changed(edited)
  }

  private static func contents(of path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 14)
    while case let count = fread(&part, 1, part.count, file), count > 0 {
      bytes += part[..<count]
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
