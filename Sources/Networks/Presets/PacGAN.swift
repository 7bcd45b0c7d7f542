import Language
import Specification

extension Preset {
  /// Lin et al. 2018, arXiv:1712.04086; the networks of section 4.1 as their programs have them.
  static let pacGAN = Preset(
    "pacgan", summary: "a discriminator that judges several examples at once, `pack=` of them",
    discussion: """
      Lin et al. 2018. Points by the networks of their mixtures: a generator of four hidden layers of `width` (400) \
      with batch normalisation and ReLU, a discriminator of three maxout layers of half as many units in five \
      pieces, latents N(0, I) of 2, weights N(0, 0.02); Adam with 1e-4 and (0.8, 0.999), both networks updated at \
      once, batches of 100 packs. With `pack=1` it is the GAN that the paper compares with. Images by the networks \
      of `dcgan` with its recipe. `pack` is 2 where nothing is said; every pack has examples of its own, so that a \
      batch is 100·`pack`.
      """, options: Set(["width"]).union(Variants.keys),
    initialisation: .normal(deviation: 0.02),
    pointRecipe: {
      let adam = OptimiserSpecification(learningRate: 1e-4, beta1: 0.8, beta2: 0.999)
      return RecipeSpecification(
        generatorOptimiser: adam, discriminatorOptimiser: adam, batch: 100, updates: .simultaneous)
    }(),
    batchesArePacks: true, example: "arch net like pacgan points=2 pack=2"
  ) { request throws(Diagnostic) in
    var architecture: ArchitectureSpecification
    if let points = request.points {
      let width = request.width ?? 400
      try checkWidth(width, largest: 5)
      let hidden = [String](
        repeating: "dense \(width) bias=no; batchnorm momentum=torch:0.05; relu", count: 4)
      let judging = [String](
        repeating: "dense \(5 * max(1, width / 2)); maxout 5", count: 3)
      architecture = try request.pair(
        "pacgan", .normal(deviation: 0.02), latent: 2,
        generator: layers((hidden + ["dense \(points)"]).joined(separator: "; ")),
        discriminator: layers((judging + ["dense 1"]).joined(separator: "; ")))
    } else {
      architecture = try request.dcgan("pacgan")
    }
    architecture.pack = 2
    return architecture
  }
}
