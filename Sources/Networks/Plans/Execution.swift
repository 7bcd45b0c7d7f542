/// What one execution of a training program updates; a program is compiled for each that occurs.
package struct Execution: Sendable, Hashable {
  /// The phases that take part, in order.
  package let updates: [Update]
  /// The name of its program: `step` for one of all phases, else their names; with the terms that are due
  /// at intervals, `step+r1`.
  package let program: String

  package struct Update: Sendable, Hashable {
    /// The phase's name.
    package let phase: String
    /// Terms with an interval above 1 that are due, in the phase's order; the others always are.
    package let dueTerms: [String]

    package init(_ phase: String, dueTerms: [String] = []) {
      (self.phase, self.dueTerms) = (phase, dueTerms)
    }
  }

  /// - Parameter isWhole: whether all phases of the plan take part.
  init(_ updates: [Update], isWhole: Bool) {
    self.updates = updates
    let name = isWhole ? Plan.step : updates.map(\.phase).joined(separator: "-")
    program = ([name] + updates.flatMap(\.dueTerms)).joined(separator: "+")
  }

  /// The phase whose executions the counter of random numbers counts.
  package var leader: String { updates.first?.phase ?? "" }

  package func has(_ phase: String) -> Bool { updates.contains { $0.phase == phase } }
}
