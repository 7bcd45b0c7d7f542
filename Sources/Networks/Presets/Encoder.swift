import Language
import Specification
import TerminalText

extension Preset {
  /// A regressor of latents, from which `project` can begin.
  static let encoder = Preset(
    "encoder",
    summary: "a small convolutional network that tells of which latent an image was made",
    discussion: """
      The layers of `classifier` with `width` (32) channels and no dropout, and an output for each number of \
      the latent, `z1` to `zN`, learned with the mean squared error; the recipe is Adam with 1e-3 and (0.9, 0.999). What it learns from is what a \
      generator makes, with the latents as labels: `data made generated run=base latents=yes`. It is the \
      fast start of `project … encoder=RUN` (Zhu et al. 2016, arXiv:1609.03552, section 3.2).
      """, options: ["width", "activation"], initialisation: .torch,
    recipe: recipe(rate: 1e-3), example: "arch back like encoder image=32x32x3 latent=64"
  ) { request throws(Diagnostic) in
    let image = try request.image(for: "encoder")
    let latent = request.latent ?? 100
    guard Limits.attributes.contains(latent) else {
      throw Diagnostic(
        "latent is at most \(Limits.attributes.upperBound) of what an encoder tells, not \(grouped(latent))"
      )
    }
    return try telling(
      .numbers(ArchitectureSpecification.latentNames(count: latent).map { NumberLabel($0) }),
      of: image,
      width: request.width ?? 32, activation(of: request), request, origin: "encoder")
  }
}

extension ArchitectureSpecification {
  /// What the numbers of a latent are called where they are labels: `z1`, `z2`.
  package static func latentNames(count: Int) -> [String] { (1..<count + 1).map { "z\($0)" } }
}
