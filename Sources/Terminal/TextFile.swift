import Glibc

/// Why a file's text is not to be had.
package enum TextFileError: Error, Sendable, Hashable, CustomStringConvertible {
  case absent(String)
  case isFolder(String)
  /// A pipe or a device where only a file will do, or a socket.
  case notFile(String, kind: String)
  case unreadable(String, reason: String)
  case tooLong(String, limit: Int)
  case notText(String)
  /// Ctrl-C, or a request to end, came while it was waited for.
  case interrupted

  package var description: String {
    switch self {
    case .absent(let name): "there is no file \(name)"
    case .isFolder(let name): "\(name) is a folder, not a file of statements"
    case .notFile(let name, let kind):
      "\(name) is a \(kind), not a file, and is not read; write the statements to a file"
    case .unreadable(let name, let reason): "\(name) cannot be read: \(reason)"
    case .tooLong(let name, let limit):
      "\(name) is too long: \(limit / 1_000_000) MB of statements are read at most"
    case .notText(let name): "\(name) is no text in UTF-8"
    case .interrupted: "interrupted"
    }
  }
}

/// Files of text, read without trust: what never ends, never begins or is no text is refused.
package enum TextFile {
  /// What is read.
  package enum Kinds: Sendable {
    /// Files on a disk.
    case ordinary
    /// Pipes and devices as well.
    case readable
  }

  /// The text of a file.
  ///
  /// - Parameter limit: bytes that are read at most.
  package static func text(
    at path: String, limit: Int, kinds: Kinds
  ) throws(TextFileError) -> String {
    let name = "`\(path)`"
    // A pipe that nobody writes into must not hold us up here.
    let file = open(path, O_RDONLY | O_NONBLOCK | Int32(O_CLOEXEC))
    guard file >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw .absent(name) }
      // A socket.
      if errno == ENXIO { throw .notFile(name, kind: "socket") }
      throw .unreadable(name, reason: String(cString: strerror(errno)))
    }
    defer { close(file) }
    var facts = stat()
    fstat(file, &facts)
    switch facts.st_mode & S_IFMT {
    case S_IFDIR: throw .isFolder(name)
    case S_IFREG:
      if facts.st_size > limit { throw .tooLong(name, limit: limit) }
    case S_IFIFO: if kinds == .ordinary { throw .notFile(name, kind: "pipe") }
    default: if kinds == .ordinary { throw .notFile(name, kind: "device") }
    }
    return try text(of: file, name: name, limit: limit)
  }

  /// All of standard input.
  package static func standardInput(limit: Int) throws(TextFileError) -> String {
    try text(of: STDIN_FILENO, name: "standard input", limit: limit)
  }

  private static func text(
    of file: Int32, name: String, limit: Int
  ) throws(TextFileError) -> String {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      // Ctrl-C must be heard while nothing comes.
      var waits = [
        pollfd(fd: file, events: Int16(POLLIN), revents: 0),
        pollfd(fd: Interrupts.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      _ = poll(&waits, 2, -1)
      if Interrupts.pendingCount > 0 { throw .interrupted }
      guard waits[0].revents != 0 else {
        Interrupts.drain()
        continue
      }
      let count = read(file, &part, part.count)
      if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
      if count < 0 { throw .unreadable(name, reason: String(cString: strerror(errno))) }
      if count == 0 { break }
      bytes += part[..<count]
      if bytes.count > limit { throw .tooLong(name, limit: limit) }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText(name) }
    return text
  }
}
