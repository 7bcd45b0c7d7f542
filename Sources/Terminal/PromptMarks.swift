/// Lines that were copied from a screen, with the prompts that stood before them.
package enum PromptMarks {
  /// The statements of a copied text.
  ///
  /// Prompts (`In [3]: `, `   ...: `, `gansh> `) go; where any line has one, lines that have none
  /// are what the program answered, and go as well.
  package static func removed(from text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let stripped = lines.map(rest)
    guard stripped.contains(where: { $0 != nil }) else { return text }
    if lines.count == 1 { return stripped[0].map(String.init) ?? text }
    return stripped.compactMap(\.self).joined(separator: "\n")
  }

  /// What follows the prompts of a line; nil where it has none.
  private static func rest(_ line: Substring) -> Substring? {
    var found: Substring?
    var line = line
    while let rest = afterPrompt(line) {
      found = rest
      line = rest
    }
    return found
  }

  private static func afterPrompt(_ line: Substring) -> Substring? {
    let text = line.drop { $0 == " " || $0 == "\t" }
    if text.hasPrefix("In [") {
      let number = text.dropFirst(4).prefix { $0.isASCII && $0.isNumber }
      guard !number.isEmpty else { return nil }
      return after("]:", text[number.endIndex...])
    }
    return after("...:", text) ?? after("gansh>", text)
  }

  private static func after(_ mark: String, _ text: Substring) -> Substring? {
    guard text.hasPrefix(mark) else { return nil }
    let rest = text.dropFirst(mark.count)
    if rest.isEmpty { return rest }
    return rest.first == " " ? rest.dropFirst() : nil
  }
}
