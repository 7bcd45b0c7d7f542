package import TensorGraph

/// A program that computes something with a run's networks and trains nothing.
package struct Evaluation: Sendable {
  /// The name of its program.
  package let name: String
  package let kind: Kind
  /// Whether it reads the averages of weights.
  package let isOfAverage: Bool
  /// What its program gives.
  package var output: String {
    switch kind {
    case .predictions, .judgements: Plan.scores
    case .samples, .reconstructions, .restorations: Plan.images
    case .features: Plan.features
    case .distances: PerceptualDistance.distances
    }
  }

  let build:
    @Sendable (_ count: Int, _ states: inout StateValues) -> [(name: String, tensor: Tensor)]

  package enum Kind: Sendable, Hashable {
    /// Images of latents: `Plan.latents` `[N, latent]` to `Plan.images` `[N, …]`; of labels too, in the
    /// column `drawnLabel`, where the plan's samplers take them.
    case samples
    /// What is made of data: `Plan.images` `[N, …]` of the column `image`.
    case reconstructions
    /// What is made of damaged images: `Plan.images` `[N, …]` of the columns `damaged` and `hole`.
    case restorations
    /// Scores of classes, `Plan.scores` `[N, classes]`, of the column `image`.
    case predictions
    /// The discriminators' scores, `Plan.scores` `[N]`, of the column `image` and, where they are given
    /// labels, of the column `label`. Examples that are judged together have their score in common.
    case judgements
    /// What a classifier's last layer with weights is given, or the code of an encoder: `Plan.features` `[N, width]` of
    /// the column `image`.
    case features
    /// How far apart two images look to a classifier or an encoder, `PerceptualDistance.distances` `[N]` of its two inputs.
    case distances
  }

  package init(
    _ name: String, _ kind: Kind, isOfAverage: Bool = false,
    build:
      @escaping @Sendable (
        _ count: Int, _ states: inout StateValues
      ) -> [(name: String, tensor: Tensor)]
  ) {
    (self.name, self.kind, self.isOfAverage, self.build) = (name, kind, isOfAverage, build)
  }

  /// - Parameter count: examples that it computes at once.
  package func program(count: Int) throws(NetworksError) -> NetworkProgram {
    var states = StateValues(graph: Graph())
    let outputs = build(count, &states)
    return try NetworkProgram(name: name, graph: states.graph, outputs: outputs, updates: [])
  }
}

extension Plan {
  /// Inputs and outputs of evaluations.
  package static let latents = "latents"
  package static let images = "images"
  package static let scores = "scores"
  package static let features = "features"

  /// How an evaluation of a kind is best done: with averaged weights, where they are kept and wanted.
  package func evaluation(_ kind: Evaluation.Kind, average: Bool = true) -> Evaluation? {
    let all = evaluations.filter { $0.kind == kind }
    return all.first { $0.isOfAverage == average } ?? all.first
  }
}

extension Tensor {
  /// `[N, …]` as `[N, width]`.
  var flattened: Tensor { reshape([shape[0], shape.count / shape[0]]) }
}
