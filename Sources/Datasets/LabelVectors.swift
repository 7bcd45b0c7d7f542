import Language
import Randomness
package import Specification

/// The labels of a data set's examples as numbers, by the columns of a layout.
///
/// A batch of them is `[count, width]`; beside it goes a mask of that shape, 1 where the value is known and 0
/// where it is missing, which then is 0 in the batch. No pixel is read for it.
package struct LabelVectors: Sendable {
  package let layout: LabelLayout
  /// Examples that have a vector each.
  package let count: Int
  private var columns: [Column]
  /// The examples whose labels are all known; nil: all are, or none.
  private let whole: [Int32]?

  /// A column of the layout among those of the data set.
  fileprivate struct Column: Sendable {
    let offset: Int
    let width: Int
    let values: LabelColumn.Values
    /// The word that is asked for, where the column is a question about words.
    let word: Int32?
    /// What an example counts by its answer; empty: 1 of each.
    var weights: [Float] = []
  }

  /// - Throws: `.label` where a column of the layout is not there as it says.
  init(_ layout: LabelLayout, of labels: DatasetLabels?) throws(DatasetError) {
    let descriptions = labels?.descriptions ?? []
    var columns: [Column] = []
    for (description, offset) in zip(layout.columns, layout.offsets) {
      guard let labels, let found = labels.column(description) else {
        if let same = descriptions.first(where: { $0.name.isExactly(description.name) }) {
          throw .label(
            "the label `\(same.name)` is another: \(description.difference(from: same))", help: [])
        }
        throw DatasetError(descriptions.missing(description.name))
      }
      columns.append(
        Column(
          offset: offset, width: description.width, values: found.values, word: found.word))
    }
    self.layout = layout
    self.columns = columns
    count = labels?.count ?? 0
    let whole = (0..<count).filter { example in columns.allSatisfy { $0.isKnown(example) } }
    self.whole = whole.isEmpty || whole.count == count ? nil : whole.map { Int32($0) }
  }

  /// Examples of which some label is unknown.
  package var incomplete: Int { whole.map { count - $0.count } ?? 0 }

  /// Writes the labels of some examples, `[examples, width]`.
  ///
  /// - Parameters:
  ///   - examples: by their numbers in the data set.
  ///   - values: the labels; 0 where one is missing; nil where nobody asks.
  ///   - known: 1 where a label is known (of labels that are balanced its weight), else 0; nil where nobody asks.
  package func fill(
    _ values: UnsafeMutableBufferPointer<Float>?,
    known: UnsafeMutableBufferPointer<Float>? = nil, of examples: some Collection<Int32>
  ) {
    let size = examples.count * layout.width
    precondition(values.map { $0.count >= size } ?? true, "labels do not fit")
    precondition(known.map { $0.count >= size } ?? true, "a mask does not fit")
    var start = 0
    for example in examples {
      for column in columns {
        column.write(Int(example), to: values, known, at: start + column.offset)
      }
      start += layout.width
    }
  }

  /// The labels of one example, and where they are known.
  package func vector(of example: Int) -> (values: [Float], known: [Float]) {
    var values = [Float](repeating: 0, count: layout.width)
    var known = values
    values.withUnsafeMutableBufferPointer { values in
      known.withUnsafeMutableBufferPointer { fill(values, known: $0, of: [Int32(example)]) }
    }
    return (values, known)
  }

  /// Examples whose labels are given to what a generator makes: drawn from those whose labels are all known,
  /// or from all where there are none such; with repetition, each as likely as another.
  ///
  /// A function of (seed, counter) and of nothing else; one more changes none before it.
  package func draw(count: Int, seed: UInt64, counter: UInt32) -> [Int32] {
    guard self.count > 0 else { return [] }
    let numbers = Philox(seed: seed, stream: Randomness.Stream.drawnLabel, step: counter)
    let choices = UInt64(whole?.count ?? self.count)
    return (0..<count).map { index in
      let place = Int((UInt64(numbers.word(index)) * choices) >> 32)
      return whole?[place] ?? Int32(place)
    }
  }

  /// Lets each answer count `known / (answers · examples of it)` in the mask, so that in a mean by the mask all answers weigh alike: as
  /// `class_weight="balanced"` of scikit-learn and `weight=` of PyTorch's `CrossEntropyLoss`. Numbers keep their 1.
  package mutating func balance() {
    for index in columns.indices { columns[index].balance(of: count) }
  }

  /// - Throws: `.unusedLabel` for the first class that no example is of, and for an attribute that holds for
  ///   none or for all of which it is known: nothing about it can be learned.
  package func checkOccurrence() throws(DatasetError) {
    for (column, description) in zip(columns, layout.columns) {
      if let reason = column.absence(description) {
        throw .unusedLabel(description.name, reason)
      }
    }
  }
}

extension LabelVectors.Column {
  /// Which answer an example has: the place of its class, or whether an attribute holds; nil: it is unknown, or a number.
  private func answer(_ example: Int) -> Int? {
    switch values {
    case .boolean(let values): values[example] == 0 ? nil : values[example] > 0 ? 1 : 0
    case .category(_, let indices):
      indices[example] < 0
        ? nil : word.map { indices[example] == $0 ? 1 : 0 } ?? Int(indices[example])
    case .number: nil
    }
  }

  fileprivate mutating func balance(of examples: Int) {
    var counts = [Int](repeating: 0, count: max(2, width))
    for example in 0..<examples {
      if let answer = answer(example) { counts[answer] += 1 }
    }
    let (known, answers) = (counts.reduce(0, +), counts.count { $0 > 0 })
    guard known > 0 else { return }
    weights = counts.map { $0 == 0 ? 0 : Float(known) / Float(answers * $0) }
  }

  fileprivate func isKnown(_ example: Int) -> Bool {
    switch values {
    case .boolean(let values): values[example] != 0
    case .category(_, let indices): indices[example] >= 0
    case .number(let values): !values[example].isNaN
    }
  }

  fileprivate func write(
    _ example: Int, to target: UnsafeMutableBufferPointer<Float>?,
    _ known: UnsafeMutableBufferPointer<Float>?, at start: Int
  ) {
    let isKnown = isKnown(example)
    if let known {
      let weight = weights.isEmpty ? 1 : answer(example).map { weights[$0] } ?? 1
      for place in start..<start + width { known[place] = isKnown ? weight : 0 }
    }
    guard let target else { return }
    for place in start..<start + width { target[place] = 0 }
    guard isKnown else { return }
    switch values {
    case .boolean(let values): target[start] = values[example] > 0 ? 1 : 0
    case .category(_, let indices):
      if let word {
        target[start] = indices[example] == word ? 1 : 0
      } else {
        target[start + Int(indices[example])] = 1
      }
    case .number(let values): target[start] = Float(values[example])
    }
  }

  /// Why nothing can be learned about the column; nil: something can.
  fileprivate func absence(_ description: LabelDescription) -> String? {
    switch values {
    case .number(let values): return values.allSatisfy(\.isNaN) ? "it is known of no example" : nil
    case .boolean(let values):
      return Self.absence(yes: values.contains { $0 > 0 }, no: values.contains { $0 < 0 })
    case .category(let words, let indices):
      let found = Set(indices)
      if let word {
        return Self.absence(
          yes: found.contains(word), no: found.contains { $0 >= 0 && $0 != word })
      }
      return words.indices.first { !found.contains(Int32($0)) }
        .map { "no example is of the class \(words[$0].quoted)" }
    }
  }

  private static func absence(yes: Bool, no: Bool) -> String? {
    switch (yes, no) {
    case (true, true): nil
    case (true, false): "it holds for every example of which it is known"
    case (false, true): "it holds for no example"
    case (false, false): "it is known of no example"
    }
  }
}

extension DatasetLabels {
  /// What its columns are called and what stands in them.
  package var descriptions: [LabelDescription] { columns.map(\.description) }

  /// What stands in the column of a description, and the word in it where the description is a question
  /// about one.
  fileprivate func column(
    _ wanted: LabelDescription
  ) -> (values: LabelColumn.Values, word: Int32?)? {
    if let column = columns.first(where: { $0.description == wanted }) {
      return (column.values, nil)
    }
    switch wanted.kind {
    case .number, .attribute:
      guard let index = names.firstIndex(where: { $0.isExactly(wanted.name) }) else { return nil }
      let question = question(index)
      let column = columns[question.column]
      guard column.isBoolean else { return (column.values, question.word) }
      // What holds or does not is a number, too, where one is asked for.
      return wanted.kind == .number ? (column.values, nil) : nil
    case .words(let words):
      // Classes are the same by their words, whatever their order and the column's name.
      if let same = columns.first(where: { $0.description.name.isExactly(wanted.name) }) {
        return same.values(as: words).map { ($0, nil) }
      }
      let others = columns.compactMap { column in
        column.isNumber || column.isBoolean ? nil : column.values(as: words)
      }
      return others.count == 1 ? (others[0], nil) : nil
    }
  }
}

extension LabelColumn {
  /// Its values by the places of words; nil where one is none of these.
  fileprivate func values(as words: [String]) -> Values? {
    let places = Dictionary(
      zip(words.map(ExactName.init), Int32(0)...), uniquingKeysWith: { first, _ in first })
    func category(_ texts: [String?]) -> Values? {
      var indices: [Int32] = []
      for text in texts {
        guard let text else {
          indices.append(-1)
          continue
        }
        guard let place = places[ExactName(text)] else { return nil }
        indices.append(place)
      }
      return .category(words: words, indices: indices)
    }
    switch values {
    case .category(let own, let indices):
      let moved = own.map { places[ExactName($0)] }
      guard indices.allSatisfy({ $0 < 0 || moved[Int($0)] != nil }) else { return nil }
      return .category(words: words, indices: indices.map { $0 < 0 ? -1 : moved[Int($0)] ?? -1 })
    case .number(let numbers):
      return category(numbers.map { $0.isNaN ? nil : Int(exactly: $0).map(String.init) ?? "\($0)" })
    case .boolean(let flags):
      // A -1 that was read as no is not told from a 0.
      if places[ExactName("-1")] != nil { return nil }
      return category(flags.map { $0 == 0 ? nil : $0 > 0 ? "1" : "0" })
    }
  }
}

extension LabelColumn {
  package var description: LabelDescription {
    let name = name.isEmpty ? LabelDescription.classes : name
    return switch values {
    case .boolean: LabelDescription(name, .attribute)
    case .category(let words, _): LabelDescription(name, .words(words))
    case .number: LabelDescription(name, .number)
    }
  }
}

extension Dataset {
  /// The labels of a layout's columns as numbers.
  ///
  /// - Throws: `.label` where there is no such column.
  package func labelVectors(_ layout: LabelLayout) throws(DatasetError) -> LabelVectors {
    try LabelVectors(layout, of: labels)
  }
}

extension DatasetError {
  /// What is wrong with what was typed about labels.
  init(_ fault: Diagnostic) { self = .label(fault.message, help: fault.help) }
}
