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
      for declaration in declarations {
        #expect(fault("\(declaration)", name: url.lastPathComponent) == nil)
      }
    }
  }
}
