package import Specification

extension StepPrograms {
  /// Every scalar input of an execution's program.
  ///
  /// - Parameters:
  ///   - dials: the recipe as its dials stand.
  ///   - generatorUpdate, discriminatorUpdate: the numbers (from 1) of the updates that it makes.
  package func inputs(
    of execution: Execution, dials: RecipeSpecification, generatorUpdate: Int,
    discriminatorUpdate: Int
  ) -> [(name: String, value: Float)] {
    var inputs: [(name: String, value: Float)] = []
    if execution.updatesGenerator {
      inputs += optimisers.generator.inputs(
        dials.generatorOptimiser, of: generator.name, update: generatorUpdate)
      if let average = dials.generatorAverage {
        inputs.append((name: Average.input, value: Float(1 - average)))
      }
    }
    guard execution.updatesDiscriminator else { return inputs }
    inputs += optimisers.discriminator.inputs(
      dials.discriminatorOptimiser, of: discriminator.name, update: discriminatorUpdate)
    if objective.signature.options.contains("smooth") {
      inputs.append((name: Self.smoothing, value: Float(1 - dials.realLabel)))
    }
    for penalty in dials.penalties where execution.includes(penalty) {
      let weight = penalty.weight * Double(penalty.interval)
      inputs.append((name: penalty.input, value: Float(weight)))
    }
    return inputs
  }

  /// Whether an execution's program reads a batch of real examples.
  package func readsRealExamples(_ execution: Execution) -> Bool {
    execution.updatesDiscriminator || objective.pairsRealExamples
  }
}

extension Execution {
  /// Whether a penalty is part of the discriminator's loss.
  func includes(_ penalty: PenaltySpecification) -> Bool {
    penalty.interval == 1 || duePenalties.contains(penalty.keyword)
  }
}
