package import Datasets
package import Specification

extension Dataset {
  /// The labels that a run's model reads, as numbers of every example: the columns that its text names or, of a
  /// run of a program that named none, those of their shape.
  ///
  /// - Throws: `TrainingError.labels` or `DatasetError.label` where the data have no such labels.
  package func labelVectors(
    for labels: LabelShape, of specification: RunSpecification
  ) throws -> LabelVectors {
    let named = specification.dataset.labels
    return try named.isEmpty ? labelVectors(for: labels) : labelVectors(LabelLayout(named))
  }

  /// The labels that a model reads, as numbers of every example.
  ///
  /// - Throws: `TrainingError.labels` where the data have no such labels, `DatasetError.label` where there
  ///   is one of that name that is something else.
  package func labelVectors(for labels: LabelShape) throws -> LabelVectors {
    try labelVectors(LabelLayout(try columns(for: labels)))
  }

  private func columns(for wanted: LabelShape) throws(TrainingError) -> [LabelDescription] {
    let descriptions = labels?.descriptions ?? []
    switch wanted {
    case .attributes(let names):
      return names.map { name in
        descriptions.first { $0.name.isExactly(name) } ?? LabelDescription(name, .attribute)
      }
    case .numbers:
      return wanted.names.map { name in
        descriptions.first { $0.name.isExactly(name) } ?? LabelDescription(name, .number)
      }
    case .classes(let count):
      let classes = descriptions.filter { if case .words = $0.kind { true } else { false } }
      guard
        let known = classes.first(where: { $0.name == LabelDescription.classes }) ?? classes.first
      else {
        throw .labels("the model is of \(count) classes, but the data say no class of an example")
      }
      guard let found = classes.first(where: { $0.width == count }) else {
        throw .labels(
          "the model is of \(count) classes, but the data have \(known.width); declare it with "
            + "classes=\(known.width)")
      }
      return [found]
    }
  }
}
