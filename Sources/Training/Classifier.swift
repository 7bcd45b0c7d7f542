package import Compilation
package import Datasets
import Networks
package import Repair
package import Specification

/// What a checkpoint's classifier tells of examples.
package struct Classifier: ~Copyable {
  private let machine: any Machine
  private let evaluation: Evaluation
  private let labels: LabelShape
  private let specification: RunSpecification
  private let batch: Int

  /// - Parameters:
  ///   - batch: examples that are looked at together.
  ///   - average: whether the averaged weights are used, where the run keeps them.
  /// - Throws: `TrainingError`, `NetworksError` or what the backend throws.
  package init(
    _ specification: RunSpecification, checkpoint: Checkpoint, backend: any Backend,
    batch: Int = 64, average: Bool = true
  ) throws {
    let plan = try Plan(
      architecture: specification.architecture, recipe: specification.recipe)
    guard let evaluation = plan.evaluation(.predictions, average: average),
      let labels = plan.labels
    else { throw TrainingError.noClassifier }
    let source = try evaluation.program(count: max(1, batch))
    let machine = try backend.makeMachine(
      running: [ProgramSource(source)], options: MachineOptions(kernels: checkpoint.kernels))
    try machine.load(machine.states, from: checkpoint.tensors)
    (self.machine, self.evaluation, self.labels) = (machine, evaluation, labels)
    (self.specification, self.batch) = (specification, max(1, batch))
  }

  /// How well it tells the labels of these data.
  ///
  /// - Parameter damage: what the examples are spoilt by before it sees them; nil: by nothing.
  /// - Throws: `TrainingError` or `DatasetError` where the data have no such labels.
  package func score(
    on dataset: Dataset, damagedBy damage: DamageMaker? = nil
  ) throws -> ClassifierScore {
    let vectors = try dataset.labelVectors(for: labels, of: specification)
    var score = ClassifierScore(vectors.layout)
    machine.forEachPrediction(by: evaluation, on: dataset, atOnce: batch, damagedBy: damage) {
      score.count($1, of: $0, vectors)
    }
    return score
  }

  /// What it says of examples, `[count, width]`.
  package func scores(of values: [Float], count: Int) -> [Float] {
    machine.examples(
      count, by: evaluation, [(BatchColumn.image.input, values)], atOnce: batch)
  }
}

extension ClassifierScore {
  /// Counts an example of a data set.
  mutating func count(_ scores: [Float], of example: Int, _ labels: LabelVectors) {
    let (values, known) = labels.vector(of: example)
    count(scores, values, known: known)
  }
}

extension Machine {
  /// Gives the scores of every example, in order.
  func forEachPrediction(
    by classifier: Evaluation, on dataset: Dataset, atOnce batch: Int,
    damagedBy damage: DamageMaker? = nil,
    _ body: (_ example: Int, _ scores: [Float]) -> Void
  ) {
    guard let count = dataset.count else { return }
    for start in stride(from: 0, to: count, by: batch) {
      let numbers = start..<min(start + batch, count)
      let images = numbers.flatMap { number in
        let values = dataset.values(of: number)
        return damage?.spoilt(values, step: UInt32(truncatingIfNeeded: number)).damaged ?? values
      }
      let scores = examples(
        numbers.count, by: classifier, [(BatchColumn.image.input, images)], atOnce: batch)
      let width = scores.count / numbers.count
      for (place, number) in numbers.enumerated() {
        body(number, Array(scores[place * width..<(place + 1) * width]))
      }
    }
  }
}
