/// Which random numbers an op draws, and what for.
package struct RandomStream: Hashable, Sendable, CustomStringConvertible {
  /// The second and third words of the counter; see `Philox`.
  package let number: UInt64
  /// `block1.dropout, call 3`. It decides no number: ops that differ in it alone
  /// are two nodes, so that it can be seen that they draw the same.
  package let purpose: String

  package init(_ number: UInt64, for purpose: String) {
    (self.number, self.purpose) = (number, purpose)
  }

  package var description: String { purpose }
}

extension Graph {
  /// Two random ops that draw the same numbers; nil where each has numbers of its own.
  package var sharedStream: (RandomStream, RandomStream)? {
    var known: [UInt64: RandomStream] = [:]
    for node in nodes {
      guard case .random(_, let stream, _) = node.op else { continue }
      if let other = known.updateValue(stream, forKey: stream.number) { return (other, stream) }
    }
    return nil
  }
}
