import Language
import Specification
import Terminal
import TerminalText

/// A page on which people judge samples: `evaluate RUN metrics=human trials=100 exposure=500 to page.html`.
struct TrialRequest {
  /// How many there are.
  let count: Int
  /// Milliseconds for which a picture is shown; nil: until it is answered.
  let exposure: Int?
  let file: Word

  /// What stands after `metrics=` for it.
  static let keyword = "human"
  /// Options that say something of it alone.
  static let keys = ["trials", "exposure"]
  static let usualCount = 100

  /// - Returns: nil where measures are asked for.
  /// - Throws: at measures beside it, at a file that is no page, at options that say nothing without it.
  init?(_ list: Term, _ arguments: Arguments) throws(Diagnostic) {
    let words = list.elements.map(\.source)
    guard words.contains(Self.keyword) else {
      if let option = arguments.options.first(where: { Self.keys.contains($0.key.text) }) {
        throw Diagnostic(
          "`\(option.key.text)` is about people's judgement", at: option.span,
          help: ["ask for it: `metrics=\(Self.keyword)`"])
      }
      return nil
    }
    guard words.count == 1 else {
      throw Diagnostic(
        "people's judgement is asked for on a page, and measures are told at once", at: list.span,
        help: ["ask for one after the other: `metrics=\(Self.keyword) to page.html`"])
    }
    guard let file = try arguments.word("file") else {
      throw Diagnostic(
        "people judge on a page, and it is not said where to write it", at: list.span,
        help: ["`evaluate … metrics=\(Self.keyword) to page.html`"])
    }
    guard ["html", "htm"].contains(file.fileEnding) else {
      throw Diagnostic(
        "the page is an HTML file, not `\(file.text)`", at: file.span,
        help: ["let the name end in .html"])
    }
    if let place = arguments.term("each")?.span {
      throw Diagnostic("a page is of one checkpoint, and `every checkpoint` are all", at: place)
    }
    if let option = arguments.options.first(where: {
      ["features", "examples", "samples"].contains($0.key.text)
    }) {
      throw Diagnostic(
        "`\(option.key.text)` is about measures, and people judge", at: option.span,
        help: ["`trials=` says how many pictures they are shown"])
    }
    count = try arguments.integer("trials", in: 2...2000) ?? Self.usualCount
    exposure = try arguments.integer("exposure", in: 16...60_000)
    self.file = file
  }
}
