package import Specification

/// What one execution of a training program updates; a program is compiled for each that occurs.
package struct Execution: Sendable, Hashable {
  package let updatesDiscriminator: Bool
  package let updatesGenerator: Bool
  /// Penalties with an interval above 1 that are due, in the recipe's order; the others always are.
  package let duePenalties: [String]

  package init(
    updatesDiscriminator: Bool, updatesGenerator: Bool, duePenalties: [String] = []
  ) {
    self.updatesDiscriminator = updatesDiscriminator
    self.updatesGenerator = updatesGenerator
    self.duePenalties = duePenalties
  }

  /// An update of both networks with no penalty that comes at intervals.
  package static let step = Execution(updatesDiscriminator: true, updatesGenerator: true)
  package static let discriminator = Execution(
    updatesDiscriminator: true, updatesGenerator: false)
  package static let generator = Execution(updatesDiscriminator: false, updatesGenerator: true)

  /// The name of its program: `step`, `discriminator`, `generator`, `step+r1`.
  package var program: String {
    let name =
      !updatesGenerator ? "discriminator" : updatesDiscriminator ? "step" : "generator"
    return ([name] + duePenalties).joined(separator: "+")
  }
}

extension RecipeSpecification {
  /// What is executed in a step, in order: the discriminator's updates, the last of them with one of
  /// the generator, then further ones of the generator.
  ///
  /// - Parameter done: updates of the discriminator before the step.
  package func executions(after done: Int) -> [Execution] {
    let count = max(1, discriminatorSteps)
    let updates = (0..<count).map { index in
      Execution(
        updatesDiscriminator: true, updatesGenerator: index == count - 1,
        duePenalties: duePenalties(after: done + index))
    }
    return updates + [Execution](repeating: .generator, count: max(0, generatorSteps - 1))
  }

  /// Everything that can be executed in a run of this recipe, whatever its dials are turned to.
  var possibleExecutions: [Execution] {
    let updates = [true, false].flatMap { updatesGenerator in
      dueSets.map {
        Execution(
          updatesDiscriminator: true, updatesGenerator: updatesGenerator, duePenalties: $0)
      }
    }
    return updates + (generatorSteps > 1 ? [.generator] : [])
  }

  /// Penalties at intervals that are due together, none first.
  ///
  /// Some are due without the others at their least common multiple, unless the interval of another
  /// divides that.
  private var dueSets: [[String]] {
    let lazy = penalties.filter { $0.interval > 1 }
    return (0..<1 << lazy.count).compactMap { members in
      let isMember = { (index: Int) in members >> index & 1 == 1 }
      let due = lazy.indices.filter(isMember)
      let multiple = due.reduce(1) { leastCommonMultiple($0, lazy[$1].interval) }
      let isJoined = lazy.indices.contains {
        !isMember($0) && multiple % lazy[$0].interval == 0
      }
      return isJoined ? nil : due.map { lazy[$0].keyword }
    }
  }

  private func duePenalties(after done: Int) -> [String] {
    penalties.filter { $0.interval > 1 && $0.isDue(after: done) }.map(\.keyword)
  }
}

/// The largest number there is where it would be larger: then a program too many is compiled.
private func leastCommonMultiple(_ a: Int, _ b: Int) -> Int {
  var (large, small) = (a, b)
  while small != 0 { (large, small) = (small, large % small) }
  let (product, overflow) = (a / large).multipliedReportingOverflow(by: b)
  return overflow ? .max : product
}
