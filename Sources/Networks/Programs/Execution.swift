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
      penalties.dueTogether.map {
        Execution(
          updatesDiscriminator: true, updatesGenerator: updatesGenerator, duePenalties: $0)
      }
    }
    return updates + (generatorSteps > 1 ? [.generator] : [])
  }

  private func duePenalties(after done: Int) -> [String] {
    penalties.filter { $0.interval > 1 && $0.isDue(after: done) }.map(\.keyword)
  }
}
