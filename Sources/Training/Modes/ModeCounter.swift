package import Compilation
package import Datasets
import Networks
package import Specification

/// A classifier's checkpoint with the run that wrote it, and which modes it tells apart.
package struct ModeClassifier: Sendable {
  package let specification: RunSpecification
  package let checkpoint: Checkpoint
  package let kinds: ModeKinds

  package init(_ specification: RunSpecification, checkpoint: Checkpoint, kinds: ModeKinds) {
    (self.specification, self.checkpoint, self.kinds) = (specification, checkpoint, kinds)
  }
}

/// Counts the modes of samples by a classifier.
///
/// It belongs to the thread that made it.
package final class ModeCounter {
  package let kinds: ModeKinds
  private let classifier: Classifier
  private let dataset: Dataset
  private var known: ModeCount?

  /// Images that are looked at together.
  private static let batch = 64

  /// - Throws: `TrainingError`, `NetworksError` or what the backend throws.
  package init(
    _ judge: ModeClassifier, of dataset: Dataset, backend: any Backend
  ) throws {
    kinds = judge.kinds
    classifier = try Classifier(
      judge.specification, checkpoint: judge.checkpoint, backend: backend,
      batch: Self.batch * judge.kinds.channels)
    self.dataset = dataset
  }

  /// Counts images.
  ///
  /// - Parameter images: `[count, channels, height, width]`, in -1…1.
  package func add(_ images: [Float], count: Int, to modes: inout ModeCount) {
    // Channels lie one after the other: each is an image of one channel.
    let scores = classifier.scores(of: images, count: count * kinds.channels)
    let width = scores.count / max(1, count)
    for image in 0..<count { modes.add(scores[image * width..<(image + 1) * width]) }
  }

  /// The modes of the data: of examples that lie evenly over them, as many as samples are told of.
  package var data: ModeCount {
    if let known { return known }
    var modes = ModeCount(kinds)
    let count = min(dataset.count ?? 0, kinds.sampleCount)
    for start in stride(from: 0, to: count, by: Self.batch) {
      let part = start..<min(start + Self.batch, count)
      let images = part.flatMap { dataset.values(of: dataset.place($0, of: count)) }
      add(images, count: part.count, to: &modes)
    }
    known = modes
    return modes
  }
}

extension Sampler {
  /// The modes of samples of a seed.
  ///
  /// - Parameter labels: what they are made with, where the model has labels.
  package func modes(
    by counter: ModeCounter, count: Int, seed: UInt64, labels: SampleLabels?
  ) -> ModeCount {
    var modes = ModeCount(counter.kinds)
    forEachBatch(count: count, seed: seed, labels: labels) { images, numbers in
      counter.add(images, count: numbers.count, to: &modes)
    }
    return modes
  }
}
