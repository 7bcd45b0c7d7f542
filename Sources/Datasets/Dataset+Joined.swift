import Digests
import Language
import Specification
import TerminalText

extension Dataset {
  /// The examples of several data sets, one set after the other, each example as often as its set weighs.
  ///
  /// Labels are those that all sets have: columns of one name and kind, of words all that occur.
  ///
  /// - Parameter parts: the sets that are open.
  /// - Throws: `.unusable` where examples differ in shape.
  init(
    joining parts: [Dataset], _ joined: JoinedExamples, as specification: DatasetSpecification
  ) throws(DatasetError) {
    guard let first = parts.first else { throw .unusable("nothing is joined") }
    if let other = parts.first(where: { $0.exampleShape != first.exampleShape }) {
      throw .unusable(
        "examples of \(first.exampleShape) and of \(other.exampleShape) make no data set")
    }
    let times = joined.times
    // Which set each example is of, and its number there.
    var places: [(set: Int32, example: Int32)] = []
    var pixels: [ExamplePixels] = []
    for (number, part) in parts.enumerated() {
      guard case .pixels(let own) = part.content else {
        throw .unusable("points are not joined")
      }
      pixels.append(own)
      for _ in 0..<times[number] {
        places += (0..<Int32(own.count)).map { (Int32(number), $0) }
      }
    }
    let labels = DatasetLabels.joining(parts.map(\.labels), times: times)
    var notes = parts.flatMap(\.notes)
    if labels == nil, parts.allSatisfy({ $0.labels != nil }) {
      notes.append("the joined sets have no label in common, and this one has none")
    }
    let text = zip(parts, times).map { "\($0.digest.examples) \($1)" }.joined(separator: "\n")
    let naming: @Sendable (Int) -> String = { [places] example in
      let place = places[example]
      return parts[Int(place.set)].name(of: Int(place.example)) ?? ""
    }
    self.init(
      specification: specification, exampleShape: first.exampleShape, labels: labels,
      skipped: parts.flatMap(\.skipped),
      sizes: parts.map(\.sizes).reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) },
      traits: parts.map(\.traits).reduce(into: ImageTraits()) { $0.add($1) },
      leftOut: parts.flatMap(\.leftOut), notes: notes,
      digest: ContentDigest(
        examples: SHA256.digest(of: "joined 1\n\(text)"), labels: labels),
      content: .pixels(ExamplePixels(joining: pixels, times: times)), naming: naming)
  }

  /// Some of the examples of a set that was joined.
  ///
  /// - Throws: as `ExampleChooser`.
  func choosing(
    _ specification: DatasetSpecification, _ interrupted: @escaping @Sendable () -> Bool
  ) throws(DatasetError) -> Dataset {
    guard case .pixels(let pixels) = content else { throw .unusable("points are not images") }
    // The same name may stand in several sets.
    var occurrences: [String: Int] = [:]
    let keys = (0..<pixels.count).map { example in
      let name = name(of: example) ?? ""
      let number = occurrences[name, default: 0]
      occurrences[name] = number + 1
      return number == 0 ? name : "\(name) \(number)"
    }
    var chooser = ExampleChooser(
      count: pixels.count, labels: labels, identities: [], key: { keys[$0] })
    for choice in specification.choices { try chooser.choose(choice) }
    let rows = chooser.rows
    let labels = labels?.restricted(to: rows.map { Int($0) })
    guard
      let digest = ContentDigest(
        choosing: rows, from: nil, digest, labels: labels, interrupted: interrupted)
    else { throw .interrupted }
    return Dataset(
      specification: specification, exampleShape: exampleShape, labels: labels, skipped: skipped,
      sizes: [:], traits: ImageTraits(), leftOut: [], notes: notes + chooser.notes, digest: digest,
      content: .pixels(pixels.choosing(rows)), naming: { self.name(of: Int(rows[$0])) ?? "" })
  }
}

extension DatasetLabels {
  /// Columns that all of some labels have, one after the other, each so many times; nil: there are none.
  static func joining(
    _ all: [DatasetLabels?], times: [Int]
  ) -> DatasetLabels? {
    let known = Self.namingClasses(in: all.map { $0?.columns ?? [] })
    var columns: [LabelColumn] = []
    for column in known.first ?? [] {
      let own = known.compactMap { columns in
        columns.first { $0.description.name.isExactly(column.description.name) }
      }
      if own.count == known.count, let joined = LabelColumn(joining: own, times: times) {
        columns.append(joined)
      }
    }
    return columns.isEmpty ? nil : DatasetLabels(columns)
  }

  /// Samples of a generator of classes have the column `class`, whatever its data call it. Where every set has exactly one column of
  /// words, and all words of `class` occur in the column of the other sets, `class` takes the name of that column.
  private static func namingClasses(in sets: [[LabelColumn]]) -> [[LabelColumn]] {
    let columns = sets.map { $0.filter { $0.words != nil } }
    let named = columns.flatMap(\.self).filter { $0.description.name != LabelDescription.classes }
    let words = Set(named.flatMap { $0.words ?? [] }.map { ExactName($0) })
    guard let first = named.first, columns.allSatisfy({ $0.count == 1 }),
      named.allSatisfy({ $0.name.isExactly(first.name) }),
      columns.allSatisfy({ ($0[0].words ?? []).allSatisfy { words.contains(ExactName($0)) } })
    else { return sets }
    return sets.map { columns in
      columns.map { column in
        column.words == nil
          ? column
          : LabelColumn(name: first.name, values: column.values, isOfContent: column.isOfContent)
      }
    }
  }
}

extension LabelColumn {
  /// Those that stand in it; nil of what is no word.
  fileprivate var words: [String]? {
    if case .category(let words, _) = values { words } else { nil }
  }

  /// - Returns: nil where they are of different kinds.
  fileprivate init?(joining columns: [LabelColumn], times: [Int]) {
    guard let first = columns.first else { return nil }
    func repeated<Value>(_ values: [[Value]]) -> [Value] {
      zip(values, times).flatMap { values, times in
        (0..<times).flatMap { _ in values }
      }
    }
    let values: Values
    switch first.values {
    case .boolean:
      let all = columns.compactMap { if case .boolean(let own) = $0.values { own } else { nil } }
      guard all.count == columns.count else { return nil }
      values = .boolean(repeated(all))
    case .number:
      let all = columns.compactMap { if case .number(let own) = $0.values { own } else { nil } }
      guard all.count == columns.count else { return nil }
      values = .number(repeated(all))
    case .category:
      var (words, places): ([String], [ExactName: Int32]) = ([], [:])
      var all: [[Int32]] = []
      for column in columns {
        guard case .category(let own, let indices) = column.values else { return nil }
        let moved = own.map { word in
          let name = ExactName(word)
          if let place = places[name] { return place }
          places[name] = Int32(words.count)
          words.append(word)
          return Int32(words.count - 1)
        }
        all.append(indices.map { $0 < 0 ? -1 : moved[Int($0)] })
      }
      values = .category(words: words, indices: repeated(all))
    }
    self.init(name: first.name, values: values)
  }
}
