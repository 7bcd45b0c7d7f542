import Foundation
import Shell
import Testing

@Suite struct ReferencePageTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("docs/reference")

  /// With GANSH_WRITE_REFERENCE=1 the pages are written instead.
  @Test func `the reference pages say what the commands say`() throws {
    let writes = ProcessInfo.processInfo.environment["GANSH_WRITE_REFERENCE"] != nil
    let pages = ReferencePage.all
    if writes {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
    }
    for page in pages {
      let file = Self.folder.appendingPathComponent(page.name)
      if writes { try page.text.write(to: file, atomically: true, encoding: .utf8) }
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(
        text == page.text, "docs/reference/\(page.name) is stale; see docs/internals/shell.md")
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(Set(files) == Set(pages.map(\.name)), "a page without a command, or the other way")
  }
}
