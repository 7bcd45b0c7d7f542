import Glibc

/// One of the three streams a program starts with, asked one by one: a shell may send one of them
/// to a file and leave the others on the terminal.
package enum StandardStream: Int32, Sendable {
  case input = 0
  case output = 1
  case error = 2

  /// Puts something in the place of streams that the program was started without: the next file that
  /// is opened would else be one of them, and be written into. Writing to what was closed still fails.
  package static func openAll() {
    for number in 0...2 where fcntl(Int32(number), F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
  }

  /// Whether a person sits at the other end.
  package var isTerminal: Bool { isatty(rawValue) == 1 }

  /// Columns of the terminal at the other end; `COLUMNS` or 80 where there is none.
  package var width: Int {
    if let size, size.ws_col > 0 { return Int(size.ws_col) }
    if let columns = environment("COLUMNS").flatMap(Int.init), columns > 0 { return columns }
    return 80
  }

  /// Lines of the terminal at the other end; `LINES` or 24 where there is none.
  package var height: Int {
    if let size, size.ws_row > 0 { return Int(size.ws_row) }
    if let lines = environment("LINES").flatMap(Int.init), lines > 0 { return lines }
    return 24
  }

  /// Pixels of the terminal at the other end; nil where it does not tell them.
  package var pixels: (width: Int, height: Int)? {
    guard let size, size.ws_xpixel > 0, size.ws_ypixel > 0 else { return nil }
    return (Int(size.ws_xpixel), Int(size.ws_ypixel))
  }

  private var size: winsize? {
    var size = winsize()
    return ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
  }
}

/// A variable of the environment; nil when it is unset or empty.
package func environment(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}
