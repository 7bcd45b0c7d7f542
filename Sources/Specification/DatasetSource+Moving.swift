extension DatasetSource {
  /// Where the files are; nil for what has none.
  package var path: String? {
    switch self {
    case .celeba(let path, _), .folder(let path, _), .idx(let path, _), .mnist(let path, _),
      .cifar10(let path, _):
      path
    case .examples(let base, _): base.source.path
    case .ring, .grid, .portraits: nil
    }
  }

  /// The file of the labels, where they are in one of their own.
  package var labelsFile: String? {
    switch self {
    case .folder(_, .file(let file)), .idx(_, .file(let file)): file
    case .examples(let base, _): base.source.labelsFile
    case .folder, .idx, .celeba, .mnist, .cifar10, .ring, .grid, .portraits: nil
    }
  }

  /// The same whatever its files are called.
  var placeless: DatasetSource {
    let moved = moved(to: "data") ?? self
    return moved.labelled(by: "labels") ?? moved
  }

  /// The same files in another place; nil for what has no files. A table of labels that lay below the
  /// old place is looked for below the new one.
  package func moved(to path: String) -> DatasetSource? {
    switch self {
    case .celeba(_, let split): .celeba(path: path, split: split)
    case .folder(let old, let labels):
      .folder(path: path, labels: labels.moved(from: old, to: path))
    case .idx(let old, let labels): .idx(path: path, labels: labels.moved(from: old, to: path))
    case .mnist(_, let split): .mnist(path: path, split: split)
    case .cifar10(_, let split): .cifar10(path: path, split: split)
    case .examples(let base, let choice):
      base.source.moved(to: path).map { .examples(of: base.with($0), choice) }
    case .ring, .grid, .portraits: nil
    }
  }

  /// The same examples with their labels in another file; nil where the labels are in none.
  package func labelled(by file: String) -> DatasetSource? {
    switch self {
    case .folder(let path, .file): .folder(path: path, labels: .file(file))
    case .idx(let path, .file): .idx(path: path, labels: .file(file))
    case .examples(let base, let choice):
      base.source.labelled(by: file).map { .examples(of: base.with($0), choice) }
    case .folder, .idx, .celeba, .mnist, .cifar10, .ring, .grid, .portraits: nil
    }
  }
}

extension DatasetSpecification {
  fileprivate func with(_ source: DatasetSource) -> DatasetSpecification {
    DatasetSpecification(source: source, preprocessing: preprocessing, labels: labels)
  }
}

extension LabelSource {
  fileprivate func moved(from old: String, to new: String) -> LabelSource {
    let folder = old.hasSuffix("/") ? old : old + "/"
    guard case .file(let file) = self, file.hasPrefix(folder) else { return self }
    return .file((new.hasSuffix("/") ? new : new + "/") + file.dropFirst(folder.count))
  }
}
