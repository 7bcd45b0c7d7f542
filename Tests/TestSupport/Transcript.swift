/// A session written down in Markdown: what was typed and what came out, with `...` for any text.
///
/// Fenced blocks marked `gansh` hold lines as the prompt shows them (`In [1]: …`, continued by
/// `   ...: …`) with the answers below; all such blocks of a file are one session.
package struct Transcript: Sendable {
  /// One statement and the answer that is expected.
  package struct Exchange: Sendable {
    package var input: String
    package var output: [String]
  }

  package private(set) var exchanges: [Exchange] = []

  package init(markdown: String) {
    var isInside = false
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isInside = line == "```gansh"
      } else if isInside {
        take(String(line))
      }
    }
  }

  private mutating func take(_ line: String) {
    if line.hasPrefix("In ["), let end = line.firstIndex(of: ":") {
      exchanges.append(Exchange(input: String(line[end...].dropFirst(2)), output: []))
    } else if let mark = Self.continuation(of: line), !exchanges.isEmpty {
      exchanges[exchanges.count - 1].input += "\n" + mark
    } else if !exchanges.isEmpty {
      exchanges[exchanges.count - 1].output.append(line)
    }
  }

  private static func continuation(of line: String) -> String? {
    let text = line.drop { $0 == " " }
    guard line.hasPrefix(" "), text.hasPrefix("...:") else { return nil }
    return String(text.dropFirst(text.hasPrefix("...: ") ? 5 : 4))
  }

  /// What is to be typed, all of it.
  package var script: String { exchanges.map { $0.input + "\n" }.joined() }

  /// Whether lines are as expected: `...` alone in a line is any number of lines, within a line any
  /// text.
  package static func matches(_ actual: ArraySlice<String>, _ expected: ArraySlice<String>) -> Bool
  {
    guard let first = expected.first else { return actual.isEmpty }
    let rest = expected.dropFirst()
    if first == "..." {
      return actual.indices.contains { matches(actual[$0...], rest) } || rest.isEmpty
    }
    guard let line = actual.first, matches(line: line, first) else { return false }
    return matches(actual.dropFirst(), rest)
  }

  private static func matches(line: String, _ pattern: String) -> Bool {
    let parts = pattern.trimmedRight.split(separator: "...", omittingEmptySubsequences: false)
    var rest = Substring(line.trimmedRight)
    guard let first = parts.first, rest.hasPrefix(first) else { return false }
    rest = rest.dropFirst(first.count)
    if parts.count == 1 { return rest.isEmpty }
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(parts[parts.count - 1])
  }
}

extension String {
  fileprivate var trimmedRight: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
