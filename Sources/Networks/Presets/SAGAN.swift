import Language
import Specification

extension Preset {
  /// Zhang et al. 2019, arXiv:1805.08318: self-attention in both networks, spectral normalisation in both, two
  /// learning rates.
  static let sagan = Preset(
    "sagan", summary: "residual networks with self-attention, for square images of 16 to 256",
    discussion: """
      Zhang et al. 2019: the networks of `sngan` with the weights of both divided by their largest singular \
      values and an attention layer in each at 32x32 (at half the side of smaller images). Its recipe is \
      hinge with one update of each, Adam with 1e-4 for the generator, 4e-4 for the discriminator, \
      (0, 0.9).

      With `labels=` or `classes=` the label is read as in `sngan`.
      """, options: ["width", "labels", "condition"], initialisation: .glorotUniform,
    recipe: residualRecipe(
      objective: Objective("hinge"), rate: 1e-4, discriminatorRate: 4e-4, critic: 1),
    example: "arch net like sagan image=32x32x3 width=16"
  ) { request throws(Diagnostic) in
    let stages = try ResidualStages(request.image(for: "sagan"), for: "sagan")
    let widths = try ResidualWidths(request, stages)
    // After so many doublings the side is 32, or half of the image's.
    let place = (1..<stages.doublings).last { stages.start << $0 <= 32 } ?? 1
    let side = stages.name(place)
    let block = "block as \(side)-attention { attention }"
    func inserted(_ blocks: String, before name: String) -> String {
      blocks.replacing("residual as \(name) {", with: "\(block)\nresidual as \(name) {")
    }
    let labelled = try ConditionalParts(request)
    return try request.residualPair(
      "sagan",
      generator: inserted(
        widths.generator(stages, norm: labelled.norm), before: stages.name(place + 1)),
      discriminator: inserted(
        widths.discriminator(stages, features: "relu; sumpool", labelled), before: side),
      transforms: ("spectral", "spectral"), labelled)
  }
}
