import Foundation
import Language
import Specification
import Testing

struct ScriptTests {
  @Test func `what the shipped experiments declare is understood`() throws {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appendingPathComponent("experiments")
    for case let url as URL in FileManager.default.enumerator(
      at: folder, includingPropertiesForKeys: nil) ?? .init()
    where url.pathExtension == "gansh" {
      let text = try String(contentsOf: url, encoding: .utf8)
      let declarations = try parse(SourceText(name: url.lastPathComponent, text: text))
        .filter { ["data", "arch", "recipe"].contains($0.verb.text) }
      var names: Set<String> = []
      for declaration in declarations {
        let words = "\(declaration)".split(whereSeparator: \.isWhitespace).map(String.init)
        // What stands on another declaration, or on a parameter, means nothing by itself.
        let isAlone =
          !words.contains { $0.contains("$") }
          && !zip(words, words.dropFirst()).contains { word, next in
            ["from", "like"].contains(word) && names.contains(next)
          }
        if isAlone { #expect(fault("\(declaration)", name: url.lastPathComponent) == nil) }
        if words.count > 1 { names.insert(words[1]) }
      }
    }
  }
}
