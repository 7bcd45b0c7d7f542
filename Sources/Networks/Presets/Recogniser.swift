import Language
import Specification
import TerminalText

extension Preset {
  /// A residual classifier of persons whose features tell whether two images show the same one.
  static let recogniser = Preset(
    "recogniser",
    summary: "a residual network whose features tell whether two faces are the same person's",
    discussion: """
      The body of `resnet` with `latent` (64) features and, as last layer, the cosines to a vector for each person of `classes=`, times 30; learned \
      with `margin=0.35` in the softmax (Wang et al. 2018, arXiv:1801.09414). `verify` compares persons that it \
      has not seen by the cosine of their features, and `identity=RUN` of `edit` and `repair` asks it who is who. Weights begin as PyTorch's; its recipe is \
      Adam with 1e-3 and (0.9, 0.999).
      """, options: ["width", "depth", "labels"], initialisation: .torch,
    recipe: recognition, example: "arch who like recogniser image=32x32x3 classes=100"
  ) { request throws(Diagnostic) in
    let image = try request.image(for: "recogniser")
    guard let labels = request.labels, labels.isOfClasses else {
      throw Diagnostic(
        "a recogniser needs to know how many persons it tells", help: ["say `classes=100`"])
    }
    let body = try residualBody(of: image, request, name: "recogniser")
    return ArchitectureSpecification(
      origin: "recogniser", example: request.example, latent: request.latent ?? 64,
      latentDistribution: .normal, labels: labels,
      networks: [
        NetworkSpecification(
          .classifier,
          layers: try layers(
            body + "\ndense \(request.latent ?? 64); cosine \(labels.count) scale=30"),
          initialisation: .torch)
      ])
  }

  private static var recognition: RecipeSpecification {
    var recipe = recipe(rate: 1e-3)
    recipe.margin = 0.35
    return recipe
  }
}
