package import Language

/// The classifier that a run's modes are counted by: a run, and which of its checkpoints.
package struct ClassifierReference: Sendable, Hashable {
  /// The classifier's run, as it was called when this was written.
  package let run: String
  /// The first digits of the checkpoint's SHA-256; nil: whichever is the newest.
  package let digest: String?

  /// Digits of a SHA-256 that tell checkpoints apart: 64 bits.
  private static let digits = 16

  /// - Parameter digest: whole, or its first digits.
  package init(run: String, digest: String? = nil) {
    (self.run, self.digest) = (run, digest.map { String($0.prefix(Self.digits)) })
  }

  /// Takes `judge`, and what was recorded of it: `judge@0123456789abcdef`.
  ///
  /// - Throws: at what names no run.
  package init(parsing term: Term) throws(Diagnostic) {
    let parts = term.text.split(separator: "@", omittingEmptySubsequences: false)
    // Names begin so.
    let isName = parts[0].first.map { $0.isLetter || $0 == "_" } ?? false
    switch parts.count {
    case 1 where isName: self.init(run: String(parts[0]))
    case 2
    where isName && parts[1].utf8.count == Self.digits && parts[1].allSatisfy(\.isHexDigit):
      self.init(run: String(parts[0]), digest: String(parts[1]))
    default:
      throw term.mismatch(
        "classifier", "the name of a classifier's run, or `no`", help: ["like `classifier=judge`"])
    }
  }
}

extension ClassifierReference: CustomStringConvertible {
  package var description: String { digest.map { "\(run)@\($0)" } ?? run }
}
