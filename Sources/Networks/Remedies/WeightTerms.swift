import Specification
import TensorGraph

/// Penalties of weights, as changes of their gradients.
extension RemedyDefinition {
  /// Salimans et al. 2016, arXiv:1606.03498, section 3.3.
  static let historicalAveraging = RemedyDefinition(
    signature: Signature(
      "historical-averaging", synonyms: ["histavg", "historicalaverage", "historicalaverages"],
      summary: "weight of each weight's squared distance from its mean over the training so far",
      discussion: """
        Both players pay ‖θ - 1/t Σ θ_i‖² (Salimans et al. 2016, section 3.3): it damps going round in circles.
        """, argument: .init("a weight", in: 0...1e6, standard: 0.1)),
    effect: .weights(
      WeightCorrection(
        states: ["mean"], dials: { [("share", 1 / Double($0))] },
        correct: { weight in
          let before = weight.states[0]
          let mean = before + (weight.weight - before) * weight.dial("share")
          let pull = (weight.weight - mean) * (weight.strength * 2)
          return (weight.gradient + pull, [mean])
        })))

  /// Brock et al. 2019, arXiv:1809.11096, equation 3, on weights as matrices of their first axis.
  static let orthogonalWeights = RemedyDefinition(
    signature: Signature(
      "orthogonal-weights",
      synonyms: ["ortho", "orthogonal", "orthogonalregularisation", "orthoreg"],
      summary: "weight of a penalty on the generator's rows that are not orthogonal",
      discussion: """
        The generator pays ½·‖W·Wᵀ∘(1 - I)‖² for each weight of two or more axes, W having a row for each place of the first \
        (Brock et al. 2019, equation 3; 1e-4 there): samples of truncated latents stay whole.
        """, argument: .init("a weight", in: 0...1e6, standard: 1e-4), isOfDiscriminator: true),
    effect: .weights(
      WeightCorrection(isOfGenerators: true) { weight in
        let shape = weight.weight.shape
        guard shape.rank > 1, shape[0] > 1 else { return (weight.gradient, []) }
        let rows = weight.weight.reshape([shape[0], shape.count / shape[0]])
        let products = rows.matmul(rows, transposeRight: true)
        let apart = products * (1 - weight.weight.graph.identity(shape[0]))
        let pull = apart.matmul(rows).reshape(shape.dimensions) * (weight.strength * 2)
        return (weight.gradient + pull, [])
      }))
}

extension Graph {
  /// `[count, count]`: ones so far apart in a row that they come to stand on the diagonal.
  fileprivate func identity(_ count: Int) -> Tensor {
    constant(1, Shape([count])).pad(low: [0], high: [0], interior: [count]).reshape([count, count])
  }
}
