import Language

/// Where a run begins that does not begin by itself: with a checkpoint of another run, or with a file of weights.
///
/// It is part of what the run's numbers depend on, so that neither goes on from the other's checkpoints, nor
/// from those of a run from the beginning.
package struct RunOrigin: Sendable, Hashable {
  /// Steps that were done; of weights of a file none.
  package let step: Int
  package let source: Source

  package enum Source: Sendable, Hashable {
    /// The run that it was taken from, by the first digits of its fingerprint.
    case run(fingerprint: String)
    /// A file by its SHA-256, and where it was, as typed.
    case weights(digest: String, path: String)
  }

  /// Digits of a fingerprint that tell runs apart: 64 bits.
  private static let digits = 16
  private static let digestDigits = 64
  /// What stands before the digest of a file of weights.
  private static let weights = "weights"

  /// - Parameter fingerprint: whole, or its first digits.
  package init(step: Int, fingerprint: String) {
    self.step = step
    source = .run(fingerprint: String(fingerprint.prefix(Self.digits)))
  }

  /// - Parameters:
  ///   - digest: the SHA-256 of a file.
  ///   - path: as it was typed.
  package init(weights digest: String, path: String) {
    (step, source) = (0, .weights(digest: digest, path: path))
  }

  /// - Parameter path: where weights were.
  init(parsing term: Term, path: Term?) throws(Diagnostic) {
    let parts = term.text.split(separator: "@", omittingEmptySubsequences: false)
    func isHexadecimal(_ count: Int) -> Bool {
      parts[1].utf8.count == count && parts[1].allSatisfy(\.isHexDigit)
    }
    if parts.count == 2, parts[0] == Self.weights, isHexadecimal(Self.digestDigits) {
      self.init(weights: String(parts[1]), path: path?.text ?? "")
      return
    }
    guard parts.count == 2, let step = Int(parts[0]), Limits.plannedSteps.contains(step),
      isHexadecimal(Self.digits)
    else {
      throw Diagnostic(
        "`\(term.text)` is no place where a branch begins: a step, @ and \(Self.digits) digits of a "
          + "fingerprint are expected", at: term.span)
    }
    self.init(step: step, fingerprint: String(parts[1]))
  }

  /// Where its weights were; nil: they were another run's.
  package var path: String? { if case .weights(_, let path) = source { path } else { nil } }
}

/// What its numbers depend on, and no place.
extension RunOrigin: CustomStringConvertible {
  package var description: String {
    switch source {
    case .run(let fingerprint): "\(step)@\(fingerprint)"
    case .weights(let digest, _): "\(Self.weights)@\(digest)"
    }
  }
}
