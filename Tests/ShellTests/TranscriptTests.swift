import Foundation
import TestSupport
import Testing

/// Sessions written down in Markdown (fixtures, the guide, the README) are what the program says.
@Suite struct TranscriptTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let files: [String] = {
    let folders = ["Tests/Fixtures/transcripts", "docs/guide"]
    let pages = folders.flatMap { folder in
      let path = root.appendingPathComponent(folder).path
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      return names.filter { $0.hasSuffix(".md") }.sorted().map { folder + "/" + $0 }
    }
    return ["README.md"] + pages
  }()

  @Test(arguments: files)
  func `the program says what is written`(file: String) throws {
    let page = Self.root.appendingPathComponent(file)
    guard let markdown = try? String(contentsOf: page, encoding: .utf8) else { return }
    let transcript = Transcript(markdown: markdown)
    if transcript.exchanges.isEmpty { return }
    try Program.withFolder { folder in
      let result = try Program.run(
        ["--echo", "--keep-going"], in: folder, input: transcript.script, mergesErrors: true)
      let answers = Transcript(markdown: "```gansh\n" + result.output + "```").exchanges
      #expect(
        answers.map(\.input) == transcript.exchanges.map(\.input), "\(file)\n\(result.output)")
      for (answer, wanted) in zip(answers, transcript.exchanges) {
        let expected = trimmed(wanted.output)
        let got = trimmed(withoutProgress(answer.output, beside: expected))
        #expect(
          Transcript.matches(got[...], expected[...]),
          """
          \(file), after `\(wanted.input)`
          wanted:
          \(expected.joined(separator: "\n"))
          came:
          \(got.joined(separator: "\n"))
          """)
      }
    }
  }

  /// A run on a busy machine says every few seconds how far it is.
  private func withoutProgress(_ lines: [String], beside expected: [String]) -> [String] {
    let progress = /step [\d,]+\/[\d,]+ .*/
    if expected.contains(where: { $0.wholeMatch(of: progress) != nil }) { return lines }
    return lines.filter { $0.wholeMatch(of: progress) == nil }
  }

  /// Empty lines at the end belong to the page, not to the answer.
  private func trimmed(_ lines: [String]) -> [String] {
    var lines = lines
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  @Test(
    arguments: [
      ("a\nb", "a\nb", true), ("a\nb", "a", false), ("a\nx\ny\nb", "a\n...\nb", true),
      ("step 12 of 30", "step ... of 30", true), ("step 12", "step ... of 30", false),
      ("", "...", true), ("a", "...\nb", false), ("ab", "a...b", true), ("a", "a...a", false),
    ] as [(String, String, Bool)])
  func `three dots stand for any text`(actual: String, expected: String, matches: Bool) {
    let (lines, pattern) = (actual.split(separator: "\n"), expected.split(separator: "\n"))
    #expect(
      Transcript.matches(lines.map(String.init)[...], pattern.map(String.init)[...]) == matches)
  }
}
