import Reports
import Terminal

extension Session {
  /// Shows rows as the session prefers them: aligned (cut to the terminal where there is one), or
  /// JSON.
  func show(_ table: Table) {
    if configuration.prefersJSON { return output.write(table.json) }
    let lines = table.lines(width: output.isLive ? output.width : nil)
    if let head = lines.first { output.line(output.styled(head, .bold)) }
    for line in lines.dropFirst() { output.line(line) }
  }
}
