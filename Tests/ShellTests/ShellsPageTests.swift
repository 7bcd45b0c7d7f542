import Foundation
import Testing

/// docs/shells.md names tests that there are.
@Suite struct ShellsPageTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test func `every test that the page names exists`() throws {
    let page = try String(
      contentsOf: Self.root.appendingPathComponent("docs/shells.md"), encoding: .utf8)
    let start = try #require(page.range(of: "## What holds gansh's cells"))
    let end = try #require(page.range(of: "## Times"))
    let named = page[start.upperBound..<end.lowerBound].matches(of: /`([^`]+)`/).map { $0.1 }
    #expect(named.count > 30)
    let files = FileManager.default.enumerator(
      at: Self.root.appendingPathComponent("Tests"), includingPropertiesForKeys: nil)
    var tests = ""
    for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
      tests += try String(contentsOf: file, encoding: .utf8)
    }
    for name in named { #expect(tests.contains("func `\(name)`("), "\(name)") }
  }
}
