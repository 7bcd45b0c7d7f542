import Language
import Specification
import TerminalText

extension Preset {
  /// A plain convolutional classifier.
  static let classifier = Preset(
    "classifier", summary: "a small convolutional classifier of classes or attributes",
    discussion: """
      A 3x3 convolution of `width` (16) channels, then 4x4 convolutions that halve the image and double the \
      channels until it is 8x8 or smaller, each with batch normalisation and ReLU; 8·`width` units with \
      dropout 0.5; one output for each class, or for each attribute, which is told by itself and learned \
      from the examples in which it is known. Weights begin as PyTorch's; its recipe is Adam with 1e-3 and \
      (0.9, 0.999).
      """, options: ["width", "labels", "dropout", "activation"], initialisation: .torch,
    recipe: recipe(rate: 1e-3), example: "arch net like classifier image=32x32x1 classes=10"
  ) { request throws(Diagnostic) in
    let image = try request.image(for: "classifier")
    let labels = try request.labels(toldBy: "a classifier")
    let rate = try request.variants["dropout"]?.number(in: 0...1.0.nextDown, for: "dropout") ?? 0.5
    return try telling(
      labels, of: image, width: request.width ?? 16,
      "\(activation(of: request)); dropout \(printed(rate))", request, origin: "classifier")
  }

  static func activation(of request: Request) throws(Diagnostic) -> String {
    try request.variants["activation"]?.choice(from: Variants.activations, for: "activation")
      ?? "relu"
  }

  /// A plain convolutional network that tells labels.
  ///
  /// - Parameter end: what comes after its hidden dense layer.
  static func telling(
    _ labels: LabelShape, of image: ImageShape, width: Int, _ end: String, _ request: Request,
    origin: String
  ) throws(Diagnostic) -> ArchitectureSpecification {
    try checkWidth(width, largest: 8)
    let activation = try activation(of: request)
    let blocks = (1..<halvings(of: image, to: 8) + 1).map { index in
      "conv \(width << min(index, 3)) kernel=4 stride=2; batchnorm; \(activation)"
    }
    return ArchitectureSpecification(
      origin: origin, example: request.example, latent: request.latent ?? 1,
      latentDistribution: .normal, labels: labels,
      networks: [
        NetworkSpecification(
          .classifier,
          layers: try layers(
            """
            conv \(width) kernel=3 stride=1; batchnorm; \(activation)
            \(blocks.joined(separator: "\n"))
            dense \(8 * width); \(end); dense \(labels.count)
            """), initialisation: .torch)
      ])
  }

  static func recipe(rate: Double) -> RecipeSpecification {
    let optimiser = OptimiserSpecification(learningRate: rate, beta1: 0.9, beta2: 0.999)
    return RecipeSpecification(generatorOptimiser: optimiser, discriminatorOptimiser: optimiser)
  }

  /// How often an image is halved until no side is longer than `end`.
  static func halvings(of image: ImageShape, to end: Int) -> Int {
    var (side, count) = (max(image.height, image.width), 0)
    while side > end { (side, count) = ((side + 1) / 2, count + 1) }
    return count
  }
}
