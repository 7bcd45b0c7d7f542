package import Compilation
import Networks
import Specification
import TensorGraph

/// A network that was trained on photographs, and whose weights are published.
package struct PretrainedNetwork: Sendable {
  /// As typed.
  package let name: String
  /// The file of its weights.
  package let weights: PublishedWeights
  /// The height and width of the images that it takes.
  let side: Int
  /// What images look like to it, by the way in which they are resized.
  let scale: @Sendable (ImageResizing) -> (offsets: [Float], factors: [Float])
  /// Tensors that a file may have beside those of the layers, and that nothing is made of.
  var idle: [String] = []
  /// Builds it on images `[count, 3, side, side]`.
  let build: @Sendable (inout FeatureGraph, Tensor) -> Results

  /// Features `[count, width]`, and what else comes with them.
  struct Results {
    let features: Tensor
    var logits: Tensor?
  }

  static let images = "images"
  static let features = "features"
  static let logits = "logits"
  static let program = "features"
  static let distanceProgram = "distances"

  /// What it computes of so many images.
  ///
  /// - Parameter stages: whether the means of its results on the way are outputs as well.
  package func source(count: Int, stages: Bool = false) -> ProgramSource {
    let (graph, results) = built(count)
    var outputs = [ProgramSource.Named(Self.features, results.features)]
    if let logits = results.logits { outputs.append(.init(Self.logits, logits)) }
    if stages { outputs += graph.stages.map { .init($0.name, $0.tensor.mean([2, 3])) } }
    return ProgramSource(name: Self.program, graph: graph.graph, outputs: outputs)
  }

  /// How far apart so many pairs of images look to it: batches of both, one after the other, to `PerceptualDistance.distances`.
  func distanceSource(count: Int) -> ProgramSource {
    let (graph, _) = built(2 * count)
    return ProgramSource(
      name: Self.distanceProgram, graph: graph.graph,
      outputs: [
        .init(PerceptualDistance.distances, PerceptualDistance.value(graph.looks))
      ])
  }

  /// Whether it has stages by which images are told to look alike.
  var hasStages: Bool { !built(1).graph.looks.isEmpty }

  /// The layers whose weights are read.
  var layers: [FeatureLayer] { built(1).graph.layers }

  /// The tensors that a file of its weights has, with their shapes, in the order of the layers.
  package var tensors: [(name: String, shape: [Int])] { layers.flatMap(\.tensors) }

  private func built(_ count: Int) -> (graph: FeatureGraph, results: Results) {
    var graph = FeatureGraph()
    let images = graph.graph.input(Self.images, Shape([count, 3, side, side]))
    let results = build(&graph, images)
    return (graph, results)
  }

  /// Looks whether a file has exactly the tensors of the network.
  ///
  /// - Throws: `WeightsError.unreadable` with the first that is missing, too many, or of another shape.
  package func check(_ file: NetworkWeights) throws(WeightsError) {
    func refuse(_ fact: String) -> WeightsError {
      .unreadable(file: file.name, "\(fact); it is of another network than \(name)")
    }
    let (layers, tensors) = (layers, tensors)
    for (tensor, shape) in tensors {
      guard let found = file.shapes[tensor] else { throw refuse("it has no \(tensor)") }
      guard found == shape else { throw refuse("its \(tensor) is \(found), wanted \(shape)") }
    }
    let known = Set(tensors.map(\.name) + layers.flatMap(\.idleTensors) + idle)
    if let foreign = file.shapes.keys.sorted().first(where: { !known.contains($0) }) {
      throw refuse("its \(foreign) is none of the network's")
    }
  }
}
