/// One thing that is known about each example.
package struct LabelColumn: Sendable, Hashable {
  /// `Smiling`, `age`; empty where a set has nothing but classes.
  package let name: String
  package let values: Values

  package enum Values: Sendable, Hashable {
    /// 1 where it holds, −1 where it does not, 0 where that is unknown.
    case boolean([Int8])
    /// One of some words each, by its index; −1 where that is unknown.
    case category(words: [String], indices: [Int32])
    /// A number each; not a number where that is unknown.
    case number([Double])
  }

  package init(name: String, values: Values) {
    self.name = name
    self.values = values
  }

  /// Number of labelled examples.
  package var count: Int {
    switch values {
    case .boolean(let values): values.count
    case .category(_, let indices): indices.count
    case .number(let values): values.count
    }
  }

  package var isBoolean: Bool {
    if case .boolean = values { true } else { false }
  }

  package var isNumber: Bool {
    if case .number = values { true } else { false }
  }

  /// The column for some of the examples, in the order given.
  func restricted(to kept: [Int]) -> LabelColumn {
    let restricted: Values =
      switch values {
      case .boolean(let values): .boolean(kept.map { values[$0] })
      case .category(let words, let indices):
        .category(words: words, indices: kept.map { indices[$0] })
      case .number(let values): .number(kept.map { values[$0] })
      }
    return LabelColumn(name: name, values: restricted)
  }
}
