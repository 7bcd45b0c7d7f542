import Language

/// Where a branch begins: the run that it was taken from, by its fingerprint, and the steps that were done of it.
///
/// It is part of what a branch's numbers depend on, so that neither goes on from the other's checkpoints, nor
/// from those of a run from the beginning.
package struct RunOrigin: Sendable, Hashable {
  package let step: Int
  /// The first digits of the parent's fingerprint.
  package let fingerprint: String

  /// Digits of a fingerprint that tell runs apart: 64 bits.
  private static let digits = 16

  /// - Parameter fingerprint: whole, or its first digits.
  package init(step: Int, fingerprint: String) {
    (self.step, self.fingerprint) = (step, String(fingerprint.prefix(Self.digits)))
  }

  init(parsing term: Term) throws(Diagnostic) {
    let parts = term.text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, let step = Int(parts[0]), Limits.steps.contains(step),
      parts[1].utf8.count == Self.digits, parts[1].allSatisfy(\.isHexDigit)
    else {
      throw Diagnostic(
        "`\(term.text)` is no place where a branch begins: a step, @ and \(Self.digits) digits of a "
          + "fingerprint are expected", at: term.span)
    }
    (self.step, fingerprint) = (step, String(parts[1]))
  }
}

extension RunOrigin: CustomStringConvertible {
  package var description: String { "\(step)@\(fingerprint)" }
}
