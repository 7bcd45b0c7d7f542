import Foundation
import Testing

/// docs/internals/from-a-line-to-a-row.md names declarations and files that there are.
@Suite struct WayOfALineTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test func `every name that the page gives is declared in the file that it gives`() throws {
    let page = try text("docs/internals/from-a-line-to-a-row.md")
    let rows = page.matches(of: /\| `(\w+)` \| `(Sources\/[^`]+)` \|/).map { ($0.1, $0.2) }
    #expect(rows.count > 25)
    let further = page.matches(of: /`(\w+)` \(`(Sources\/[^`]+)`\)/).map { ($0.1, $0.2) }
    #expect(further.count == 2)
    for (name, file) in rows + further {
      let source = try text(String(file))
      #expect(
        source.contains(try Regex("(struct|class|enum|protocol) \(name)\\b")), "\(name) in \(file)")
    }
    #expect(page.contains("`\(Self.self)`"), "the page names this test")
  }
}
