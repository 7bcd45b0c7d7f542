import Digests
import Language
import Specification
import TerminalText

/// Chooses examples by their labels and names.
struct ExampleChooser {
  /// Labels of all that there are; nil: there are none.
  let labels: DatasetLabels?
  /// What an example is known by wherever it lies.
  let key: (_ example: Int) -> String
  /// Columns that tell examples apart and label nothing, for splitting by them.
  let identities: [LabelColumn]
  /// The chosen ones, by their numbers.
  private(set) var rows: [Int32]
  /// What a person should know.
  private(set) var notes: [String] = []
  /// What has split them.
  private var seeds: Set<UInt64> = []

  /// The most that a set may hold when the rare are repeated.
  static let mostRows = 50_000_000

  init(
    count: Int, labels: DatasetLabels?, identities: [LabelColumn], key: @escaping (Int) -> String
  ) {
    (self.labels, self.identities, self.key) = (labels, identities, key)
    rows = (0..<Int32(count)).map { $0 }
  }

  /// Chooses among what has been chosen.
  ///
  /// - Throws: `.label` for one that is not there, `.unusable` where nothing is left.
  mutating func choose(_ choice: ExampleChoice) throws(DatasetError) {
    if let condition = choice.condition { try choose(where: condition) }
    if let part = choice.part { try choose(part) }
    if let column = choice.balance { try balance(column) }
  }

  // MARK: Conditions

  private mutating func choose(where condition: ExampleCondition) throws(DatasetError) {
    let columns = labels?.columns ?? []
    let question: LabelQuestion
    do { question = try condition.question(among: labels?.descriptions ?? []) } catch {
      throw DatasetError(error)
    }
    var (kept, open): ([Int32], Int) = ([], 0)
    for row in rows {
      switch question.answer(for: Int(row), columns) {
      case true?: kept.append(row)
      case nil: open += 1
      case false?: break
      }
    }
    guard !kept.isEmpty else {
      throw .unusable(
        "none of \(counted(rows.count, "example")) is left where \(condition)"
          + (open > 0 ? "; of \(grouped(open)) a label is unknown" : ""))
    }
    if open > 0 {
      notes.append(
        "\(counted(open, "example is", "examples are")) left out, since a label is unknown that "
          + "`where \(condition)` asks about")
    }
    rows = kept
  }

  // MARK: Parts

  private mutating func choose(_ part: ExampleChoice.Part) throws(DatasetError) {
    let identity = try part.identity.map { name throws(DatasetError) in try column(name) }
    var sum = SHA256()
    var nameless = 0
    // Where each comes between nothing and everything.
    let places = rows.map { row in
      let shown = identity?.text(of: Int(row))
      if identity != nil && shown == nil { nameless += 1 }
      // Who is shown and what it is called are never the same text.
      let text = shown.map { "who \($0)" } ?? "what \(key(Int(row)))"
      sum.update("part 1\n\(part.seed)\n\(text)")
      return sum.finishNumber()
    }
    if nameless > 0, let name = part.identity {
      notes.append(
        "\(counted(nameless, "example has", "examples have")) no `\(name)` and "
          + "\(nameless == 1 ? "is" : "are") split by \(nameless == 1 ? "its name" : "their names")"
      )
    }
    let isSplitBefore = !seeds.insert(part.seed).inserted
    let isFirst: [Bool]
    switch part.size {
    case .share(let share): isFirst = places.map { Double($0) < share * 0x1p64 }
    case .count(let count, let each):
      isFirst = try first(
        count, by: places, each: each.map { name throws(DatasetError) in try column(name) })
    }
    let kept = zip(rows, isFirst).filter { $0.1 != part.isRest }.map(\.0)
    if isSplitBefore, case .share(let share) = part.size {
      notes.append(
        "`seed=\(part.seed)` has split these examples before, so that `split=\(printed(share))` takes "
          + "\(grouped(isFirst.count { $0 })) of \(grouped(rows.count)) for its first part; another seed takes the share of these"
      )
    }
    guard !kept.isEmpty else {
      let name = part.isRest ? "rest" : "first part"
      throw .unusable(
        "the \(name) of \(counted(rows.count, "example")) is empty by `split=\(part.size) "
          + "seed=\(part.seed)`; use another \(part.size.noun) or seed")
    }
    rows = kept
  }

  /// The so many that come first, whole groups of those that are at one place; of each class of a column, or of all.
  ///
  /// - Throws: `.unusable` where there are fewer.
  private func first(
    _ count: Int, by places: [UInt64], each column: LabelColumn?
  ) throws(DatasetError) -> [Bool] {
    var classes: [String: Set<UInt64>] = [:]
    let words = rows.map { row in column.map { $0.text(of: Int(row)) } ?? "" }
    for (word, place) in zip(words, places) {
      if let word { classes[word, default: []].insert(place) }
    }
    var limits: [String: UInt64] = [:]
    for (word, members) in classes.sorted(by: { $0.key < $1.key }) {
      guard members.count >= count else {
        let place = column.map { " where `\($0.description.name)` is \(word.quoted)" } ?? ""
        throw .unusable(
          "there are \(grouped(members.count)) to take \(grouped(count)) from\(place)")
      }
      limits[word] = members.sorted()[count - 1]
    }
    return zip(words, places).map { word, place in
      word.flatMap { limits[$0] }.map { place <= $0 } ?? false
    }
  }

  /// A column by its name, of labels or of what only tells examples apart.
  private func column(_ name: String) throws(DatasetError) -> LabelColumn {
    let columns = (labels?.columns ?? []) + identities
    guard let column = columns.first(where: { $0.description.name.isExactly(name) }) else {
      throw DatasetError(columns.map(\.description).missing(name))
    }
    return column
  }

  // MARK: Balance

  /// Repeats the examples of the rarer classes until each occurs as often as the most frequent: all as often as
  /// they go into it, and of the rest those once more whose hashes are first.
  private mutating func balance(_ name: String) throws(DatasetError) {
    let columns = labels?.columns ?? []
    guard let column = columns.first(where: { $0.description.name.isExactly(name) }) else {
      throw DatasetError(columns.map(\.description).missing(name))
    }
    if column.isNumber {
      throw .label(
        "`\(name)` is a number and has no classes that could be equally frequent",
        help: ["choose by it: `where \(word(name))>=…`"])
    }
    var classes: [String: [Int32]] = [:]
    for row in rows {
      if let word = column.text(of: Int(row)) { classes[word, default: []].append(row) }
    }
    let known = classes.values.reduce(0) { $0 + $1.count }
    guard let most = classes.values.map(\.count).max() else {
      throw .unusable("`\(name)` is known of none of \(counted(rows.count, "example"))")
    }
    if known < rows.count {
      let open = rows.count - known
      notes.append(
        "\(counted(open, "example is", "examples are")) left out, since their `\(name)` is unknown")
    }
    let (total, overflow) = most.multipliedReportingOverflow(by: classes.count)
    guard !overflow, total <= Self.mostRows else {
      throw .unusable(
        "\(counted(classes.count, "class", "classes")) of \(grouped(most)) examples each are too many; "
          + "leave some out with `where`")
    }
    var times: [Int32: Int] = [:]
    for members in classes.values {
      let (whole, more) = most.quotientAndRemainder(dividingBy: members.count)
      for row in members { times[row] = whole }
      guard more > 0 else { continue }
      var sum = SHA256()
      let ordered = members.map { row -> (UInt64, Int32) in
        sum.update("more 1\n\(key(Int(row)))")
        return (sum.finishNumber(), row)
      }.sorted { $0 < $1 }
      for (_, row) in ordered.prefix(more) { times[row] = whole + 1 }
    }
    rows = rows.flatMap { [Int32](repeating: $0, count: times[$0] ?? 0) }
  }
}

extension ExampleChoice.Part.Size {
  fileprivate var noun: String { if case .share = self { "share" } else { "count" } }
}

extension LabelQuestion {
  /// Whether it holds for an example; nil where that is not known.
  fileprivate func answer(for example: Int, _ columns: [LabelColumn]) -> Bool? {
    switch self {
    case .all(let parts):
      var isKnown = true
      for part in parts {
        switch part.answer(for: example, columns) {
        case false?: return false
        case nil: isKnown = false
        case true?: break
        }
      }
      return isKnown ? true : nil
    case .any(let parts):
      return LabelQuestion.all(parts.map { .not($0) }).answer(for: example, columns).map { !$0 }
    case .not(let inner): return inner.answer(for: example, columns).map { !$0 }
    case .isUnknown(let column): return columns[column].isUnknown(example)
    case .attribute(let column):
      guard case .boolean(let values) = columns[column].values, values[example] != 0 else {
        return nil
      }
      return values[example] > 0
    case .word(let column, let word):
      guard case .category(_, let indices) = columns[column].values, indices[example] >= 0 else {
        return nil
      }
      return Int(indices[example]) == word
    case .number(let column, let relation, let bound):
      guard let number = columns[column].number(example) else { return nil }
      return switch relation {
      case .less: number < bound
      case .lessOrEqual: number <= bound
      case .greater: number > bound
      case .greaterOrEqual: number >= bound
      default: number == bound
      }
    case .range(let column, let lower, let upper):
      return columns[column].number(example).map { (lower...max(lower, upper)).contains($0) }
    }
  }
}

extension LabelColumn {
  fileprivate func isUnknown(_ example: Int) -> Bool {
    switch values {
    case .boolean(let values): values[example] == 0
    case .category(_, let indices): indices[example] < 0
    case .number(let values): values[example].isNaN
    }
  }

  fileprivate func number(_ example: Int) -> Double? {
    guard case .number(let values) = values, !values[example].isNaN else { return nil }
    return values[example]
  }

  /// What stands there; nil where that is unknown.
  fileprivate func text(of example: Int) -> String? {
    guard !isUnknown(example) else { return nil }
    switch values {
    case .boolean(let values): return values[example] > 0 ? "yes" : "no"
    case .category(let words, let indices): return words[Int(indices[example])]
    case .number(let values): return printed(values[example])
    }
  }
}
