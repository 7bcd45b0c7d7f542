import Specification
import TensorGraph

/// Corrections of both players' gradients ξ by what they make of each other, against going round in circles.
extension RemedyDefinition {
  /// Mescheder et al. 2017, arXiv:1705.10461, algorithm 2.
  static let consensusOptimisation = RemedyDefinition(
    signature: Signature(
      "consensus-optimisation", synonyms: ["consensus", "consensusoptimization", "conopt"],
      summary: "weight of half the squared length of both players' gradients, in both losses",
      discussion: """
        Both players pay γ·½‖ξ‖², where ξ is all gradients together (Mescheder et al. 2017; 10 there, 0.1 for small \
        networks): they are drawn to where both stand still. With `updates=simultaneous` it is the paper's. A step \
        costs about three times as much.
        """, argument: .init("a weight", in: 0...1e6, standard: 0.1), isOfDiscriminator: true),
    effect: .game { game, weight in
      let pull = game.transposedProduct
      return zip(game.gradients, pull).map { $0 + $1 * weight }
    })

  /// Balduzzi et al. 2018, arXiv:1802.05642, algorithm 1, without the choice of the sign.
  static let symplecticAdjustment = RemedyDefinition(
    signature: Signature(
      "symplectic-adjustment", synonyms: ["sga", "symplecticgradientadjustment"],
      summary: "weight of the rotating part of the game, by which gradients are turned inwards",
      discussion: """
        Gradients become ξ + λ·Aᵀξ, where A is the antisymmetric part of the derivative of ξ (Balduzzi et al. 2018; \
        λ = 1 there). With `updates=simultaneous` it is the paper's. A step costs about four times as much.
        """, argument: .init("a weight", in: 0...1e6, standard: 1), isOfDiscriminator: true),
    effect: .game { game, weight in
      zip(game.gradients, zip(game.transposedProduct, game.product)).map { gradient, products in
        gradient + (products.0 - products.1) * (weight * 0.5)
      }
    })
}

/// H is the derivative of all gradients ξ by all weights.
extension RemedyDefinition.Game {
  private var field: [Tensor] { gradients + otherGradients }
  private var point: [Tensor] { weights + otherWeights }

  /// Hᵀξ, the part of the own weights: the gradient of ½‖ξ‖².
  fileprivate var transposedProduct: [Tensor] {
    let half = field.map { $0.squared().sum() }.added * 0.5
    return half.graph.gradients(of: half, withRespectTo: weights)
  }

  /// Hξ, the part of the own weights: the derivative by u of ξ · ∇(ξ·u), in which u itself does not remain.
  fileprivate var product: [Tensor] {
    let directions = weights.map { $0.stopGradient() }
    let along = inner(gradients, directions)
    let graph = along.graph
    let slopes = graph.gradients(of: along, withRespectTo: point)
    let fixed = field.map { $0.stopGradient() }
    return graph.gradients(of: inner(slopes, fixed), withRespectTo: directions)
  }

  private func inner(_ first: [Tensor], _ second: [Tensor]) -> Tensor {
    zip(first, second).map { ($0 * $1).sum() }.added
  }
}
