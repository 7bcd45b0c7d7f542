package import Compilation
import Metrics
import Networks
package import Specification
import TensorGraph

/// Features of images by a network that gansh has trained: what the last layer with weights of a classifier is given, or
/// the code of an encoder.
package final class RunFeatures: FeatureExtractor {
  package let image: ImageShape
  /// Whichever run it is: which is told by the digest.
  package let name = "own"
  /// Of the checkpoint's file.
  package let digest: String
  package let resizing = "none"
  package let width: Int

  private let machine: any Machine
  private let features: Evaluation
  /// What gives scores of classes; nil where it tells none, or they are not wanted.
  private let classes: Evaluation?
  /// What tells how far apart images look; nil where it has one layer, or that is not wanted.
  private let distances: Evaluation?
  /// The labels that the classifier tells, and what tells them; nil of an encoder.
  private let teller: (labels: LabelShape, evaluation: Evaluation)?
  /// Images that are looked at together.
  private static let batch = 64

  /// - Parameters:
  ///   - digest: of the checkpoint's file.
  ///   - wishes: what it is to tell beside features.
  /// - Throws: `TrainingError.noFeatures` of a model with neither a classifier nor an encoder, or of points;
  ///   `NetworksError` or what the backend throws.
  package init(
    _ specification: RunSpecification, checkpoint: Checkpoint, digest: String,
    telling wishes: FeatureWishes = [], backend: any Backend
  ) throws {
    let plan = try Plan(
      architecture: specification.architecture, recipe: specification.recipe)
    guard let features = plan.evaluation(.features),
      case .image(let image) = specification.architecture.example
    else { throw TrainingError.noFeatures }
    let predictions = wishes.contains(.scores) ? plan.evaluation(.predictions) : nil
    if case .classes? = plan.labels { classes = predictions } else { classes = nil }
    teller = plan.labels.flatMap { labels in predictions.map { (labels, $0) } }
    distances = wishes.contains(.distances) ? plan.evaluation(.distances) : nil
    let programs = [features] + [predictions, distances].compactMap(\.self)
    let sources = try programs.map { ProgramSource(try $0.program(count: Self.batch)) }
    machine = try backend.makeMachine(
      running: sources, options: MachineOptions(kernels: checkpoint.kernels))
    try machine.load(machine.states, from: checkpoint.tensors)
    width = sources[0].outputs[0].tensor.shape[1]
    (self.image, self.digest, self.features) = (image, digest, features)
  }

  package func distances(from ones: [Float], to others: [Float], count: Int) -> [Double]? {
    distances.map { machine.distances(by: $0, ones, others, count: count, atOnce: Self.batch) }
  }

  /// What its classifier says of images: scores `[count, width]` and what they are of; nil of an encoder, or where scores were
  /// not wanted.
  func told(of images: [Float], count: Int) -> (labels: LabelShape, scores: [Float])? {
    teller.map { labels, evaluation in
      (
        labels,
        machine.examples(
          count, by: evaluation, [(BatchColumn.image.input, images)], atOnce: Self.batch)
      )
    }
  }

  package func outputs(of images: [Float], count: Int) -> FeatureOutputs {
    let count = whole(images, count: count)
    let given = Array(images.prefix(count * image.valueCount))
    func rows(_ evaluation: Evaluation) -> FeatureMatrix {
      FeatureMatrix(
        machine.examples(
          count, by: evaluation, [(BatchColumn.image.input, given)], atOnce: Self.batch),
        count: count)
    }
    return FeatureOutputs(features: rows(features), logits: classes.map(rows))
  }
}
