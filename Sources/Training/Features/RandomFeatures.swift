package import Compilation
import Digests
import Language
import Metrics
import Networks
import Randomness
package import Specification
import TensorGraph

/// Features of images by a convolutional network with random weights: what is alike to it looks alike in the
/// large and in the small, and it has learned no kind of image.
///
/// Its weights are a function of the images' shape alone, so that numbers of all runs on one size can be compared.
package final class RandomFeatures: FeatureExtractor {
  /// Numbers of an image.
  package static let width = 64
  package let image: ImageShape
  package let name = FeatureNetwork.random.rawValue
  package let resizing = "none"
  package var width: Int { Self.width }
  /// Images that are looked at together.
  private static let batch = 32
  private static let seed: UInt64 = 20_150_101

  private let machine: any Machine
  private let evaluation: Evaluation
  private let distances: Evaluation?

  /// - Parameter tellsDistances: whether it tells how far apart images look.
  /// - Throws: what the backend throws.
  package init(of image: ImageShape, tellsDistances: Bool = false, backend: any Backend) throws {
    self.image = image
    var layers = ""
    var (side, channels) = (max(image.height, image.width), 16)
    // Three halvings and what it takes to come to 8; smaller images are halved to 2 and no further.
    var halvings = 0
    while side > 2 && (halvings < 3 || side > 8) {
      layers += "conv \(channels) kernel=3 stride=2; lrelu 0.2; "
      (side, channels, halvings) = ((side + 1) / 2, min(2 * channels, 64), halvings + 1)
    }
    let specification = NetworkSpecification(
      .classifier,
      layers: try NetworkSpecification.layers(
        typed: layers + "flatten; dense \(Self.width)", Signatures.all.layers),
      initialisation: .heNormal)
    let shape = [image.channels, image.height, image.width]
    let network = try Network(specification, inputs: [(wire: Model.Wire.image, shape: shape)])
    evaluation = Evaluation("features", .predictions) { count, states in
      let images = states.graph.input(BatchColumn.image.input, Shape([count] + shape))
      return [(Plan.scores, network.apply(to: images, mode: .inference, in: &states))]
    }
    distances = tellsDistances ? Evaluation.distances(by: network) : nil
    machine = try backend.makeMachine(
      running: try ([evaluation] + (distances.map { [$0] } ?? [])).map {
        ProgramSource(try $0.program(count: Self.batch))
      })
    for parameter in network.parameters {
      machine.setState(parameter.name, network.initialValues(of: parameter, seed: Self.seed))
    }
  }

  /// Of the weights' values, in the order of their names.
  package var digest: String {
    var sum = SHA256()
    for state in machine.states {
      sum.update("\(state.name) \(state.shape)\n")
      machine.state(state.name).withUnsafeBytes { sum.update($0) }
    }
    return sum.finish()
  }

  package func distances(from ones: [Float], to others: [Float], count: Int) -> [Double]? {
    distances.map { machine.distances(by: $0, ones, others, count: count, atOnce: Self.batch) }
  }

  package func outputs(of images: [Float], count: Int) -> FeatureOutputs {
    let count = whole(images, count: count)
    let given =
      images.count == count * image.valueCount
      ? images : Array(images.prefix(count * image.valueCount))
    return FeatureOutputs(
      features: FeatureMatrix(
        machine.examples(
          count, by: evaluation, [(BatchColumn.image.input, given)], atOnce: Self.batch),
        count: count))
  }
}

extension Machine {
  /// How far apart images look, pair by pair.
  func distances(
    by evaluation: Evaluation, _ ones: [Float], _ others: [Float], count: Int, atOnce batch: Int
  ) -> [Double] {
    examples(
      count, by: evaluation,
      [(PerceptualDistance.one, ones), (PerceptualDistance.other, others)], atOnce: batch
    ).map(Double.init)
  }
}
