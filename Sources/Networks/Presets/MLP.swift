import Language
import Specification

extension Preset {
  /// PyTorch's initial weights and batch normalisation (momentum .1, eps 1e-5), latents N(0, I).
  static let mlp = Preset(
    "mlp", summary: "dense layers only, for points and small images",
    discussion: """
      For images a generator of `width` (256), 2·`width` and 4·`width` hidden units (linear, LeakyReLU 0.2, \
      batch normalisation) and tanh, and a discriminator of 2·`width` and `width`; for points two hidden \
      layers of `width` (128) in both. Weights begin as PyTorch's.
      """, initialisation: .torch, example: "arch net like mlp image=16x16x1 width=32"
  ) { request throws(Diagnostic) in
    switch request.example {
    case .point(let dimensions): try points(request, dimensions)
    case .image(let image): try images(request, image)
    }
  }

  private static func images(
    _ request: Request, _ image: ImageShape
  ) throws(Diagnostic) -> ArchitectureSpecification {
    let width = request.width ?? 256
    try checkWidth(width, largest: 4)
    let shape = request.example.dimensions
    guard shape.product(atMost: Limits.maximumValues) != nil else {
      throw Diagnostic("an image of \(image) is not possible")
    }
    let hidden = [width, 2 * width, 4 * width]
      .map { "dense \($0); lrelu 0.2; batchnorm" }.joined(separator: "; ")
    return try request.pair(
      "mlp", .torch, latent: 100,
      generator: layers("\(hidden); dense \(shape.volume); tanh; reshape \(image)"),
      discriminator: layers(
        "flatten; dense \(2 * width); lrelu 0.2; dense \(width); lrelu 0.2; dense 1"))
  }

  private static func points(
    _ request: Request, _ dimensions: Int
  ) throws(Diagnostic) -> ArchitectureSpecification {
    let width = request.width ?? 128
    try checkWidth(width, largest: 1)
    let hidden = "dense \(width); lrelu 0.2; dense \(width); lrelu 0.2"
    guard dimensions >= 1 else {
      throw Diagnostic("points have from 1 to 64 dimensions, not \(dimensions)")
    }
    return try request.pair(
      "mlp", .torch, latent: 2,
      generator: layers("\(hidden); dense \(dimensions)"),
      discriminator: layers("\(hidden); dense 1"))
  }
}
