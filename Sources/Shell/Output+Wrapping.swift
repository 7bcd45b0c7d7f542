import Terminal

extension Output {
  /// A paragraph as lines no longer than the terminal, and not much longer than reads well; one line where there is none.
  ///
  /// - Parameter indent: blanks before each.
  func wrapped(_ paragraph: some StringProtocol, indent: Int = 0) -> [String] {
    let blanks = String(repeating: " ", count: indent)
    guard isLive else { return [blanks + paragraph] }
    let limit = max(min(width, 96) - indent, 20)
    var lines = [""]
    for word in paragraph.split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + 1 + word.count <= limit {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.map { blanks + $0 }
  }
}
