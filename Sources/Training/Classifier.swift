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
  /// Whether scores are means of those of each image and of its mirror image.
  private let flips: Bool

  /// - Parameters:
  ///   - batch: examples that are looked at together.
  ///   - average: whether the averaged weights are used, where the run keeps them.
  ///   - flips: whether scores are means of those of each image and of its mirror image.
  /// - Throws: `TrainingError`, `NetworksError` or what the backend throws.
  package init(
    _ specification: RunSpecification, checkpoint: Checkpoint, backend: any Backend,
    batch: Int = 64, average: Bool = true, flips: Bool = false
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
    self.flips = flips
  }

  /// How well it tells the labels of these data.
  ///
  /// - Parameter damage: what the examples are spoilt by before it sees them; nil: by nothing.
  /// - Throws: `TrainingError` or `DatasetError` where the data have no such labels.
  package func score(
    on dataset: Dataset, damagedBy damage: DamageMaker? = nil
  ) throws -> ClassifierScore {
    guard dataset.exampleShape == specification.architecture.example else {
      throw TrainingError.example(
        architecture: "\(specification.architecture.example)", dataset: "\(dataset.exampleShape)")
    }
    let vectors = try dataset.labelVectors(for: labels, of: specification)
    var score = ClassifierScore(vectors.layout, of: labels, isRanked: true)
    forEachPrediction(on: dataset, damagedBy: damage) { score.count($1, of: $0, vectors) }
    return score
  }

  /// Gives the scores of every example, in order.
  ///
  /// - Parameter limit: the first so many; nil: all.
  package func forEachPrediction(
    on dataset: Dataset, upTo limit: Int? = nil, damagedBy damage: DamageMaker? = nil,
    _ body: (_ example: Int, _ scores: [Float]) throws -> Void
  ) rethrows {
    try dataset.forEachPrediction(
      atOnce: batch, upTo: limit, damagedBy: damage, by: { scores(of: $0, count: $1) }, body)
  }

  /// What it says of examples, `[count, width]`.
  package func scores(of values: [Float], count: Int) -> [Float] {
    func scores(_ values: [Float]) -> [Float] {
      machine.examples(
        count, by: evaluation, [(BatchColumn.image.input, values)], atOnce: batch)
    }
    guard flips, case .image(let shape) = specification.architecture.example else {
      return scores(values)
    }
    return zip(scores(values), scores(values.mirrored(width: shape.width))).map { ($0 + $1) / 2 }
  }
}

extension ClassifierScore {
  /// Counts an example of a data set.
  mutating func count(_ scores: [Float], of example: Int, _ labels: LabelVectors) {
    let (values, known) = labels.vector(of: example)
    count(scores, values, known: known)
  }
}

extension Dataset {
  /// Gives the scores of every example, in order.
  ///
  /// - Parameters:
  ///   - limit: the first so many; nil: all.
  ///   - damage: what the examples are spoilt by before they are told; nil: by nothing.
  ///   - tell: makes scores of examples and their number, `[count, width]`.
  func forEachPrediction(
    atOnce batch: Int, upTo limit: Int? = nil, damagedBy damage: DamageMaker? = nil,
    by tell: (_ values: [Float], _ count: Int) -> [Float],
    _ body: (_ example: Int, _ scores: [Float]) throws -> Void
  ) rethrows {
    let count = Swift.min(count ?? 0, limit ?? .max)
    for start in stride(from: 0, to: count, by: batch) {
      let numbers = start..<min(start + batch, count)
      let images = numbers.flatMap { number in
        let values = values(of: number)
        return damage?.spoilt(values, step: UInt32(truncatingIfNeeded: number)).damaged ?? values
      }
      let scores = tell(images, numbers.count)
      let width = scores.count / numbers.count
      for (place, number) in numbers.enumerated() {
        try body(number, Array(scores[place * width..<(place + 1) * width]))
      }
    }
  }
}

extension [Float] {
  /// Images of rows of so many values, each row from its end.
  fileprivate func mirrored(width: Int) -> [Float] {
    var result = self
    for row in stride(from: 0, to: count, by: width) {
      result[row..<row + width].reverse()
    }
    return result
  }
}
