/// One thing that is known about each example.
package struct LabelColumn: Sendable, Hashable {
  /// `Smiling`, `age`; empty where a set has nothing but classes.
  package let name: String
  package let values: Values
  /// Whether it is a part of what the data are known by. One that came later to a source whose examples are drawn says nothing that the
  /// declaration does not, and would make other data of those of earlier runs.
  package let isOfContent: Bool

  package enum Values: Sendable, Hashable {
    /// 1 where it holds, −1 where it does not, 0 where that is unknown.
    case boolean([Int8])
    /// One of some words each, by its index; −1 where that is unknown.
    case category(words: [String], indices: [Int32])
    /// A number each; not a number where that is unknown.
    case number([Double])
  }

  package init(name: String, values: Values, isOfContent: Bool = true) {
    self.name = name
    self.values = values
    self.isOfContent = isOfContent
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
    return LabelColumn(name: name, values: restricted, isOfContent: isOfContent)
  }
}
