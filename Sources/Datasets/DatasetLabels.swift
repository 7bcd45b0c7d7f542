/// What is known about each example: attributes that hold or do not, or the one class it is in.
package struct DatasetLabels: Sendable, Hashable {
  /// The attributes or classes, in the order of the source.
  package let names: [String]
  /// Whether each example has exactly one of the names.
  package let exclusive: Bool
  private let storage: Storage

  private enum Storage: Sendable, Hashable {
    /// One row of −1, 1 or 0 (unknown) per example.
    case rows([Int8])
    /// One index per example.
    case classes([Int32])
  }

  /// Attributes: `rows` holds, example by example, one value per name: 1, −1 or 0 for unknown.
  package init(attributes names: [String], rows: [Int8]) {
    precondition(names.isEmpty ? rows.isEmpty : rows.count % names.count == 0)
    self.names = names
    exclusive = false
    storage = .rows(rows)
  }

  /// Classes: `indices` holds one index into `names` per example.
  package init(classes names: [String], indices: [Int32]) {
    self.names = names
    exclusive = true
    storage = .classes(indices)
  }

  /// Number of labelled examples.
  package var count: Int {
    switch storage {
    case .rows(let rows): names.isEmpty ? 0 : rows.count / names.count
    case .classes(let indices): indices.count
    }
  }

  /// 1 where the label holds for the example, −1 where it does not, 0 where that is unknown.
  package func value(of label: Int, for example: Int) -> Int8 {
    switch storage {
    case .rows(let rows): rows[example * names.count + label]
    case .classes(let indices): Int(indices[example]) == label ? 1 : -1
    }
  }

  /// The class of an example; nil for attributes.
  package func classIndex(for example: Int) -> Int? {
    guard case .classes(let indices) = storage else { return nil }
    return Int(indices[example])
  }

  /// The examples for which a label holds.
  package func examples(with label: String) -> [Int] {
    guard let index = names.firstIndex(of: label) else { return [] }
    return (0..<count).filter { value(of: index, for: $0) == 1 }
  }

  /// The labels without some examples; `kept` says which stay, in order.
  func restricted(to kept: [Int]) -> DatasetLabels {
    switch storage {
    case .rows(let rows):
      let width = names.count
      return DatasetLabels(
        attributes: names, rows: kept.flatMap { rows[$0 * width..<($0 + 1) * width] })
    case .classes(let indices):
      return DatasetLabels(classes: names, indices: kept.map { indices[$0] })
    }
  }
}
