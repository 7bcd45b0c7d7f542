package import Specification
import TensorGraph

/// The exponential moving average of the generator: a ← a + (1 - decay)·(θ - a) after each of its
/// updates; running statistics are copied.
///
/// - Source: Yazıcı et al. 2019, arXiv:1806.04498.
package enum Average {
  /// The scalar input 1 - decay.
  package static let input = "generator.average_complement"

  /// The state that holds a state's average.
  package static func name(of state: String) -> String { "average.\(state)" }

  static func update(_ parameters: [Parameter], in states: inout StateValues) {
    let share = states.graph.input(input, .scalar)
    for parameter in parameters {
      let value = states.value(parameter.name, Shape(parameter.shape))
      let name = name(of: parameter.name)
      guard parameter.role.isTrained else {
        states.replace(name, by: value)
        continue
      }
      let average = states.value(name, value.shape)
      states.replace(name, by: average + (value - average) * share)
    }
  }
}

extension RecipeSpecification {
  /// Every scalar input of a training program, for the `generatorUpdate`-th update of the generator
  /// and the `discriminatorUpdate`-th of the discriminator (both from 1).
  package func dials(
    generatorUpdate: Int, discriminatorUpdate: Int
  ) -> [(name: String, value: Float)] {
    var dials = generatorOptimiser.inputs(of: "generator", update: generatorUpdate)
    dials += discriminatorDials(update: discriminatorUpdate)
    if let generatorAverage {
      dials.append((name: Average.input, value: Float(1 - generatorAverage)))
    }
    return dials
  }

  /// The scalar inputs of a program that updates the discriminator alone.
  package func discriminatorDials(update: Int) -> [(name: String, value: Float)] {
    var dials = discriminatorOptimiser.inputs(of: "discriminator", update: update)
    dials.append((name: StepPrograms.smoothing, value: Float(1 - realLabel)))
    if let penalty {
      dials.append((name: GradientPenalty.weightInput, value: Float(penalty.weight)))
    }
    return dials
  }
}
