package import MetricDescriptions
package import Specification

extension Plan {
  /// What is executed in the next step, in order: the updates of each phase, the first of them together
  /// with the last of the phase before.
  ///
  /// - Parameters:
  ///   - counters: as they stand before the step.
  ///   - dials: the recipe as its dials stand.
  package func executions(
    after counters: TrainingCounters, dials: RecipeSpecification
  ) -> [Execution] {
    var done = counters.updates
    let counts = phases.map { phase in
      counters.step % phase.interval == 0 ? phase.updates.count(dials) : 0
    }
    return arranged(counts).map { members in
      let updates = members.map { index in
        let phase = phases[index]
        let before = done[phase.name, default: 0]
        done[phase.name] = before + 1
        return Execution.Update(phase.name, dueTerms: phase.dueTerms(after: before))
      }
      return execution(updates)
    }
  }

  /// Batches of the data that an update takes, where its dials stay as they are.
  package func batches(of recipe: RecipeSpecification) -> Int {
    executions(after: TrainingCounters(of: self), dials: recipe)
      .count { columns(of: $0).contains(where: \.isOfBatch) }
  }

  /// What a step measured, in the order in which it is shown, and the program that says it: the one in which
  /// most phases took part, for what it has.
  ///
  /// - Parameter executions: the step's.
  package func measuring(
    _ executions: [Execution]
  ) -> [(metric: MetricDescription, program: String)] {
    // Of several that are alike, the first.
    let joint = executions.reversed().max { $0.updates.count < $1.updates.count }
    return measured.compactMap { metric in
      guard let phase = phases.first(where: { $0.measured.contains(metric) }) else { return nil }
      let execution =
        joint.flatMap { $0.has(phase.name) ? $0 : nil } ?? executions.last { $0.has(phase.name) }
      return execution.map { (metric, $0.program) }
    }
  }

  /// Everything that can be executed in a run, whatever its dials are turned to; what updates most first.
  package var possibleExecutions: [Execution] {
    var sets: [[Int]] = []
    for counts in possibleCounts(of: phases[...]) {
      for members in arranged(counts) where !sets.contains(members) { sets.append(members) }
    }
    sets.sort { $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count > $1.count }
    return sets.flatMap { members in
      members.reduce([[Execution.Update]()]) { heads, index in
        let phase = phases[index]
        let due = namesDueTogether(phase.terms.map { ($0.name, $0.interval) })
        return heads.flatMap { head in
          due.map { head + [Execution.Update(phase.name, dueTerms: $0)] }
        }
      }
    }.map(execution)
  }

  private func execution(_ updates: [Execution.Update]) -> Execution {
    Execution(updates, isWhole: updates.count == phases.count)
  }

  /// Which phases are updated together where each is so often: as few executions as keep the order.
  private func arranged(_ counts: [Int]) -> [[Int]] {
    var executions: [[Int]] = []
    for (phase, count) in counts.enumerated() where count > 0 {
      if executions.isEmpty { executions.append([]) }
      executions[executions.count - 1].append(phase)
      executions += [[Int]](repeating: [phase], count: count - 1)
    }
    return executions
  }

  /// Counts of updates that lead to every execution there can be.
  private func possibleCounts(of phases: ArraySlice<Phase>) -> [[Int]] {
    guard let phase = phases.first else { return [[]] }
    var own: [Int]
    switch phase.updates {
    case .fixed(let count): own = [max(0, count)]
    case .dial: own = [1, 2]
    }
    if phase.interval > 1 { own.append(0) }
    let rest = possibleCounts(of: phases.dropFirst())
    return own.flatMap { count in rest.map { [count] + $0 } }
  }
}
