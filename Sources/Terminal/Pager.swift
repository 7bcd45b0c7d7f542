import Glibc

/// Shows a text that is longer than the terminal, page by page.
package enum Pager {
  /// The command: the variable PAGER, else `less` with a prompt that says how to leave it (its own is
  /// a colon, into which the next statement is typed); nil where PAGER is set to nothing.
  package static var command: String? {
    guard let value = getenv("PAGER") else {
      return "less -FIRX '-Ps?e(end) .q leaves, space goes on, / searches '"
    }
    return value.pointee == 0 ? nil : String(cString: value)
  }

  /// Whether a text has more lines than a terminal of that size shows beside a prompt.
  package static func isNeeded(for text: String, width: Int, height: Int) -> Bool {
    var rows = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      rows += 1 + max(0, line.utf8.count < width ? 0 : line.count - 1) / max(width, 1)
      if rows > height { return true }
    }
    return false
  }

  /// Shows the text through the pager.
  ///
  /// - Returns: false where there is none, and so nothing was shown.
  package static func show(_ text: String) -> Bool {
    guard let command else { return false }
    switch ChildProcess.run(command, input: text) {
    // 126 and 127 are the shell's words for a command that cannot be run or found.
    case .exited(126), .exited(127), .failed: return false
    case .exited, .signalled: return true
    }
  }
}
