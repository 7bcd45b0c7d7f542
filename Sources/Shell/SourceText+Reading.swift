package import Language
import Reports
package import Terminal

extension SourceText {
  /// Longest text of statements that is read, in bytes.
  static let longest = 16_000_000

  /// A file's text under its path.
  ///
  /// - Parameter mayBePipe: whether a pipe or a device is read as well, as `gansh <(make script)` wants.
  /// - Throws: `TextFileError`, with what to do.
  package init(readingFileAt path: String, mayBePipe: Bool = true) throws(TextFileError) {
    let text = try TextFile.text(
      at: path, limit: Self.longest, kinds: mayBePipe ? .readable : .ordinary)
    self.init(name: path, text: Self.endingLines(text))
  }

  /// All of standard input.
  init(readingStandardInputAs name: String) throws(TextFileError) {
    let text = try TextFile.standardInput(limit: Self.longest)
    self.init(name: name, text: Self.endingLines(text))
  }

  /// That the text is longer than what is read.
  var tooLong: Diagnostic {
    Diagnostic(
      "a text of \(Readable.bytes(text.utf8.count)) is too long",
      help: ["\(Readable.bytes(Self.longest)) at most"])
  }
}
