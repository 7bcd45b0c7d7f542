import Language
import Specification
import TensorGraph

/// Layers that read a result by its name.
extension LayerDefinition {
  static let add = join(
    "add", "adds an earlier result", "conv 4 stride=1 as skip; relu; conv 4 stride=1; add skip",
    { $0 + $1 })

  static let multiply = join(
    "multiply", "multiplies by an earlier result",
    "conv 4 stride=1 as gate; relu; conv 4 stride=1; multiply gate", { $0 * $1 })

  static let concat = LayerDefinition(
    LayerSignature(
      "concat", synonyms: ["concatenate", "cat"],
      summary: "an earlier result's channels after its own",
      discussion: "A vector beside an image becomes channels that are the same at every pixel.",
      arguments: [.result("skip")],
      example: .images(
        "dense 16x16x1; tanh",
        "conv 4 stride=1 as skip; relu; conv 4 stride=1; concat skip; flatten; dense 1"))
  ) { scope, x throws(Diagnostic) in
    let other = try scope.named()
    var tensor = other.tensor
    if tensor.shape.rank == 2, x.shape.rank > 2 {
      let ones = [Int](repeating: 1, count: x.shape.rank - 2)
      tensor = tensor.reshape(tensor.shape.dimensions + ones).broadcast(
        to: Shape(tensor.shape.dimensions + x.shape.dimensions.dropFirst(2)))
    }
    guard tensor.shape.rank == x.shape.rank,
      tensor.shape.dimensions.dropFirst(2) == x.shape.dimensions.dropFirst(2)
    else { throw scope.misfit(x, other) }
    return Tensor.concatenate([x, tensor], axis: 1)
  }

  static let from = LayerDefinition(
    LayerSignature(
      "from", summary: "goes on from an earlier result",
      discussion: "What stands before it is left; later layers read it by its name.",
      arguments: [.result("skip")],
      example: .images(
        "dense 16x16x1; tanh",
        "conv 4 as a; flatten; dense 1 as one; from a; globalpool; dense 1; add one"))
  ) { scope, _ throws(Diagnostic) in try scope.named().tensor }

  /// Gives the value under a name to whoever applies the network.
  static let output = LayerDefinition(
    LayerSignature(
      "output", summary: "gives what comes before it out under that name",
      discussion: """
        A network's last layer is an output without this. An `encoder` with the outputs `mean` and \
        `logvariance` is variational; `discriminator` may give `class`, the logits of its labels.
        """, arguments: [.result("class")],
      example: .statement(
        "A discriminator that tells the class as well.",
        """
        arch mine custom image=16x16x1 latent=8 classes=4 {
          generator(z, label) { concat label; dense 16x16x1; tanh }
          discriminator { conv 8; lrelu 0.2; flatten as features; dense 4; output class
                          from features; dense 1 } }
        """))
  ) { scope, x throws(Diagnostic) in
    try scope.application.setOutput(try scope.text("result"), x)
    return x
  }

  /// Miyato and Koyama 2018, arXiv:1802.05637, equation 4: the inner product of features `[N, F]` and the
  /// embedding y·E of a label, `[N, 1]`.
  static let project = LayerDefinition(
    LayerSignature(
      "project", synonyms: ["projection"], summary: "the inner product with a label's embedding",
      discussion: """
        Features h and a label y give hᵀ(y·E), which is added to the score (Miyato and Koyama 2018).
        """, arguments: [.result("label"), .weights], traits: [.contraction],
      example: .statement(
        "A projection discriminator.",
        """
        arch mine custom image=16x16x1 latent=8 classes=4 {
          generator(z, label) { concat label; dense 16x16x1; tanh }
          discriminator(image, label) { conv 8; relu; sumpool as features; dense 1 as score
                                        from features; project label; add score } }
        """))
  ) { scope, x throws(Diagnostic) in
    let (features, label) = (scope.flattened(x), scope.flattened(try scope.named().tensor))
    let weight = try scope.weight([label.shape[1], features.shape[1]])
    return (features * label.matmul(weight)).sum([1]).reshape([x.shape[0], 1])
  }

  private static func join(
    _ keyword: String, _ summary: String, _ example: String,
    _ combine: @escaping @Sendable (Tensor, Tensor) -> Tensor
  ) -> LayerDefinition {
    LayerDefinition(
      LayerSignature(
        keyword, summary: summary,
        discussion: "A vector beside an image has one value for each channel.",
        arguments: [.result("skip")],
        example: .images("dense 16x16x1; tanh", "\(example); flatten; dense 1"))
    ) { scope, x throws(Diagnostic) in
      let other = try scope.named()
      var tensor = other.tensor
      if tensor.shape.rank == 2, x.shape.rank > 2, tensor.shape[1] == x.shape[1] {
        tensor = tensor.reshape(
          tensor.shape.dimensions + [Int](repeating: 1, count: x.shape.rank - 2))
      } else if tensor.shape != x.shape {
        throw scope.misfit(x, other)
      }
      return combine(x, tensor)
    }
  }
}

extension LayerScope {
  /// That two results do not fit together, with both shapes and both places.
  fileprivate func misfit(_ x: Tensor, _ other: NetworkApplication.Wire) -> Diagnostic {
    let shape = described(other.tensor.example)
    let place = other.layer.map { "`\($0.head)`" } ?? "an input of the \(application.network.name)"
    var fault = Diagnostic(
      "\(layer.keyword) joins \(described(x.example)) with `\(other.name)`, which is \(shape)",
      help: [
        "`\(other.name)` is \(place); change one of the two, or put a `conv`, `upsample` or `avgpool` "
          + "between"
      ])
    fault.other = other.layer?.place.span.map { .init($0, "`\(other.name)` is \(shape)") }
    return fault
  }
}
