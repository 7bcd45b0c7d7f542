extension DatasetSource {
  /// Where the files are; nil for what has none.
  package var path: String? {
    switch self {
    case .read(let source): source.path
    case .examples(let base, _): base.source.path
    case .joined: nil
    }
  }

  /// The file of the labels, where they are in one of their own.
  package var labelsFile: String? {
    switch self {
    case .read(let source): source.labelsFile
    case .examples(let base, _): base.source.labelsFile
    case .joined: nil
    }
  }

  /// The files beside the images that are read: of labels, and of where eyes are.
  package var tables: [String] {
    switch self {
    case .read(let source): source.tables
    case .examples(let base, _): base.source.tables
    case .joined: []
    }
  }

  /// The same whatever its files are called.
  var placeless: DatasetSource {
    switch self {
    case .joined(let joined):
      return .joined(
        JoinedExamples(
          joined.sets.map { $0.with($0.source.placeless) }, weights: joined.weights))
    case .read, .examples: break
    }
    let moved = moved(to: "data") ?? self
    return moved.labelled(by: "labels") ?? moved
  }

  /// The same files in another place; nil for what has no files. A table of labels that lay below the
  /// old place is looked for below the new one.
  package func moved(to path: String) -> DatasetSource? {
    switch self {
    case .read(let source): source.moved(to: path).map { .read($0) }
    case .examples(let base, let choice):
      base.source.moved(to: path).map { .examples(of: base.with($0), choice) }
    // Each has a place of its own.
    case .joined: nil
    }
  }

  /// The same examples with their labels in another file; nil where the labels are in none.
  package func labelled(by file: String) -> DatasetSource? {
    switch self {
    case .read(let source): source.labelled(by: file).map { .read($0) }
    case .examples(let base, let choice):
      base.source.labelled(by: file).map { .examples(of: base.with($0), choice) }
    case .joined: nil
    }
  }
}

extension DatasetSpecification {
  fileprivate func with(_ source: DatasetSource) -> DatasetSpecification {
    DatasetSpecification(source: source, preprocessing: preprocessing, labels: labels)
  }
}

extension DatasetSpecification {
  /// Whether the examples are the same, in the same order, wherever they lie and whichever of their labels are
  /// taken.
  package func isSame(as other: DatasetSpecification) -> Bool {
    func alone(_ dataset: DatasetSpecification) -> DatasetSpecification {
      DatasetSpecification(
        source: dataset.source.placeless, preprocessing: dataset.preprocessing)
    }
    return alone(self) == alone(other)
  }
}
