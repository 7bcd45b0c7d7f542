import Foundation
package import Specification
import TensorGraph

/// Adam as PyTorch computes it: m ← β₁m + (1-β₁)g, v ← β₂v + (1-β₂)g²,
/// θ ← θ - (α / (1-β₁ᵗ)) · m / (√v / √(1-β₂ᵗ) + ε).
///
/// Everything but m, v, g and θ is a scalar input of the program, computed on the host in double
/// precision, so that every dial can be turned at the next step.
///
/// - Source: Kingma and Ba 2015, arXiv:1412.6980.
struct Adam {
  /// The network whose parameters are updated: `generator`, `discriminator`.
  let network: String

  /// Replaces parameters and their moments.
  func update(
    _ parameters: [(name: String, tensor: Tensor)], gradients: [Tensor],
    in states: inout StateValues
  ) {
    let graph = states.graph
    func dial(_ dial: AdamDial) -> Tensor { graph.input(dial.input(of: network), .scalar) }
    for ((name, parameter), gradient) in zip(parameters, gradients) {
      let (first, second) = Self.moments(of: name)
      let m =
        states.value(first, parameter.shape) * dial(.beta1) + gradient * dial(.beta1Complement)
      let v =
        states.value(second, parameter.shape) * dial(.beta2)
        + gradient.squared() * dial(.beta2Complement)
      let denominator = v.sqrt() * dial(.secondCorrection) + dial(.epsilon)
      states.replace(first, by: m)
      states.replace(second, by: v)
      states.replace(name, by: parameter - m / denominator * dial(.stepSize))
    }
  }

  /// The states that hold a parameter's moments.
  static func moments(of parameter: String) -> (first: String, second: String) {
    ("optimiser.\(parameter).first_moment", "optimiser.\(parameter).second_moment")
  }
}

/// The scalar inputs of Adam.
enum AdamDial: String, CaseIterable {
  /// α / (1-β₁ᵗ).
  case stepSize = "step_size"
  case beta1
  case beta1Complement = "beta1_complement"
  case beta2
  case beta2Complement = "beta2_complement"
  /// 1 / √(1-β₂ᵗ).
  case secondCorrection = "second_correction"
  case epsilon

  func input(of network: String) -> String { "\(network).adam.\(rawValue)" }
}

extension AdamSpecification {
  /// The program inputs that stand for these dials at the `update`-th update (from 1) of a network.
  package func inputs(of network: String, update: Int) -> [(name: String, value: Float)] {
    let count = Double(update)
    return AdamDial.allCases.map { dial in
      let value =
        switch dial {
        case .stepSize: learningRate / (1 - pow(beta1, count))
        case .beta1: beta1
        case .beta1Complement: 1 - beta1
        case .beta2: beta2
        case .beta2Complement: 1 - beta2
        case .secondCorrection: 1 / (1 - pow(beta2, count)).squareRoot()
        case .epsilon: epsilon
        }
      return (name: dial.input(of: network), value: Float(value))
    }
  }
}
