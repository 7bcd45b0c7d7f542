/// What is known about each example: attributes that hold or do not, the class it is in, numbers.
package struct DatasetLabels: Sendable, Hashable {
  /// In the order of the source; each is as long as there are examples.
  package let columns: [LabelColumn]
  /// Number of labelled examples.
  package let count: Int
  /// What can be asked of an example and answered with yes or no: attributes by their names, classes
  /// by theirs, and the words of a table's column as `column=word`. Numbers are not among them.
  package let names: [String]
  /// The column of each name, and the word in it.
  private let questions: [(column: Int, word: Int32)]

  /// Columns of the same length.
  package init(_ columns: [LabelColumn]) {
    precondition(Set(columns.map(\.count)).count <= 1, "columns are of one length")
    self.columns = columns
    count = columns.first?.count ?? 0
    var names: [String] = []
    var questions: [(column: Int, word: Int32)] = []
    for (index, column) in columns.enumerated() {
      switch column.values {
      case .boolean:
        names.append(column.name)
        questions.append((index, 0))
      case .category(let words, _):
        names += words.map { column.name.isEmpty ? $0 : "\(column.name)=\($0)" }
        questions += words.indices.map { (index, Int32($0)) }
      case .number: break
      }
    }
    self.names = names
    self.questions = questions
  }

  /// Attributes: `rows` holds, example by example, one value per name: 1, −1 or 0 for unknown.
  package init(attributes names: [String], rows: [Int8]) {
    precondition(names.isEmpty ? rows.isEmpty : rows.count % names.count == 0)
    self.init(
      names.enumerated().map { index, name in
        let values = stride(from: index, to: rows.count, by: names.count).map { rows[$0] }
        return LabelColumn(name: name, values: .boolean(values))
      })
  }

  /// Classes: `indices` holds one index into `names` per example.
  package init(classes names: [String], indices: [Int32]) {
    self.init([LabelColumn(name: "", values: .category(words: names, indices: indices))])
  }

  /// Whether each example has at most one of the names.
  package var exclusive: Bool {
    guard columns.count == 1, case .category = columns[0].values else { return false }
    return true
  }

  /// The column that a name of `names` asks about, and the word in it.
  func question(_ label: Int) -> (column: Int, word: Int32) { questions[label] }

  /// 1 where the label holds for the example, −1 where it does not, 0 where that is unknown.
  package func value(of label: Int, for example: Int) -> Int8 {
    let question = questions[label]
    switch columns[question.column].values {
    case .boolean(let values): return values[example]
    case .category(_, let indices):
      let word = indices[example]
      return word < 0 ? 0 : word == question.word ? 1 : -1
    case .number: return 0
    }
  }

  /// The class of an example; nil for anything but classes, and where it is unknown.
  package func classIndex(for example: Int) -> Int? {
    guard exclusive, case .category(_, let indices) = columns[0].values else { return nil }
    return indices[example] < 0 ? nil : Int(indices[example])
  }

  /// The examples for which a label holds.
  package func examples(with label: String) -> [Int] {
    guard let index = names.firstIndex(of: label) else { return [] }
    return (0..<count).filter { value(of: index, for: $0) == 1 }
  }

  /// The labels without some examples; `kept` says which stay, in order.
  func restricted(to kept: [Int]) -> DatasetLabels {
    DatasetLabels(columns.map { $0.restricted(to: kept) })
  }

  package static func == (one: DatasetLabels, other: DatasetLabels) -> Bool {
    one.columns == other.columns
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(columns) }
}
