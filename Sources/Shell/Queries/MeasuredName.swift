import Language
import MetricDescriptions

/// Names of measures that samples were evaluated by: the measure's and the word of the protocol, `fid.random-5k-1f3a`.
///
/// Values of two protocols are two metrics, so that nothing ranks one beside the other. What is typed without the
/// protocol means the one that there is.
enum MeasuredName {
  static func joined(_ measure: String, _ protocolWord: String) -> String {
    "\(measure).\(protocolWord)"
  }

  /// The measure of a name; nil of one without a protocol.
  static func measure(of name: String) -> Substring? {
    name.firstIndex(of: ".").map { name[..<$0] }
  }
}

extension [MetricDescription] {
  /// What a metric was measured by, as its description says at its end.
  private static func words(_ meaning: String) -> String {
    meaning.ranges(of: "; measured by ").last.map { ": \(meaning[$0.upperBound...])" } ?? ""
  }

  /// A name as the notebook has it: of a measure that was typed without its protocol, with it.
  ///
  /// - Throws: a `Diagnostic` where samples were measured so by several protocols.
  func measured(_ word: Word) throws(Diagnostic) -> Word {
    guard !contains(where: { $0.name == word.text }) else { return word }
    let meant = filter { MeasuredName.measure(of: $0.name) == word.text[...] }
    guard let first = meant.first else { return word }
    guard meant.count == 1 else {
      throw Diagnostic(
        "`\(word.text)` was measured by \(meant.count) protocols, whose values cannot be compared",
        at: word.span,
        help: ["name one:"] + meant.map { "  `\($0.name)`" + Self.words($0.meaning) })
    }
    return Word(first.name, at: word.span)
  }
}
