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
  /// Images that are looked at together.
  private static let batch = 64

  /// - Parameters:
  ///   - digest: of the checkpoint's file.
  ///   - scoresClasses: whether scores of classes are wanted, where it tells some.
  /// - Throws: `TrainingError.noFeatures` of a model with neither a classifier nor an encoder, or of points;
  ///   `NetworksError` or what the backend throws.
  package init(
    _ specification: RunSpecification, checkpoint: Checkpoint, digest: String,
    scoresClasses: Bool = false, backend: any Backend
  ) throws {
    let plan = try Plan(
      architecture: specification.architecture, recipe: specification.recipe)
    guard let features = plan.evaluation(.features),
      case .image(let image) = specification.architecture.example
    else { throw TrainingError.noFeatures }
    if scoresClasses, case .classes? = plan.labels {
      classes = plan.evaluation(.predictions)
    } else {
      classes = nil
    }
    let programs = [features] + (classes.map { [$0] } ?? [])
    let sources = try programs.map { ProgramSource(try $0.program(count: Self.batch)) }
    machine = try backend.makeMachine(
      running: sources, options: MachineOptions(kernels: checkpoint.kernels))
    try machine.load(machine.states, from: checkpoint.tensors)
    width = sources[0].outputs[0].tensor.shape[1]
    (self.image, self.digest, self.features) = (image, digest, features)
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
