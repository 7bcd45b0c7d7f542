import Foundation
import TerminalText

/// What a column of a table is: yes or no, numbers, or words.
///
/// What nearly all of its fields are decides; the few that are something else are unknown, and noted.
/// Where they are too many for that, the column is words, and the note names the line that made it so.
struct LabelReading {
  /// Nil where the column labels nothing.
  let values: LabelColumn.Values?
  /// What a person should know.
  let notes: [String]

  /// A field of each example, blank where it has no row, and the line of it.
  struct Field {
    let text: String
    let line: Int
  }

  /// A column of more different words names examples and does not label them.
  static let mostWords = 1000
  /// One in so many may be something else.
  private static let tolerance = 20

  private static let unknown: Set<String> = [
    "", "nan", "na", "n/a", "#n/a", "null", "-", "\u{2013}", "\u{2014}",
  ]
  private static let affirmative: Set<String> = ["1", "1.0", "yes", "true"]
  private static let negative: Set<String> = ["0", "0.0", "no", "false"]
  private static let minusOne: Set<String> = ["-1", "-1.0", "\u{2212}1"]

  private struct Value {
    var count: Int
    var line: Int
    var number: WrittenNumber?
    var flag: Int8?
  }

  /// - Parameters:
  ///   - title: what the column is called in notes.
  ///   - isOfClasses: whether whole numbers are classes, by the column's name.
  ///   - prefersDecimalComma: what `1,000` is where nothing in the column tells.
  init(
    _ fields: [Field], title: String, isOfClasses: Bool = false, prefersDecimalComma: Bool
  ) {
    var values: [ExactName: Value] = [:]
    let texts = fields.map { ExactName(Self.trimmed($0.text)) }
    for (text, field) in zip(texts, fields) where !Self.unknown.contains(text.text.lowercased()) {
      if var known = values[text] {
        (known.count, known.line) = (known.count + 1, min(known.line, field.line))
        values[text] = known
      } else {
        values[text] = Value(
          count: 1, line: field.line, number: WrittenNumber(text.text),
          flag: Self.flag(text.text.lowercased()))
      }
    }
    func total(_ holds: (Value) -> Bool) -> Int {
      values.values.reduce(0) { $0 + (holds($1) ? $1.count : 0) }
    }
    let known = values.values.reduce(0) { $0 + $1.count }
    guard known > 0 else {
      (self.values, notes) = (nil, ["\(title) labels nothing: all of it is unknown"])
      return
    }
    let numbers = total { $0.number != nil }
    // `1`, `0` and `-1` in one column are numbers.
    let lower = Set(values.keys.map { $0.text.lowercased() })
    let isThreefold =
      !lower.isDisjoint(with: Self.minusOne) && !lower.isDisjoint(with: ["0", "0.0"])
    let flags = isThreefold ? 0 : total { $0.flag != nil }

    func strangers(_ what: String, _ isOne: (Value) -> Bool) -> [String] {
      let others = values.filter { !isOne($0.value) }
      guard let first = others.min(by: { $0.value.line < $1.value.line }) else { return [] }
      let count = others.reduce(0) { $0 + $1.value.count }
      return [
        "\(title): \(counted(count, "field is", "fields are")) no \(what) and "
          + "\(count == 1 ? "counts" : "count") as unknown, the first on line "
          + "\(first.value.line): \(first.key.text.quoted)"
      ]
    }
    let bar = known - known / Self.tolerance
    if flags >= bar && flags >= numbers {
      self.values = .boolean(texts.map { values[$0]?.flag ?? 0 })
      notes = strangers("yes or no") { $0.flag != nil }
      return
    }
    if isOfClasses, let classes = Self.classes(texts) {
      (self.values, notes) = (classes, [])
      return
    }
    if numbers >= bar {
      let style = NumberStyle(
        values.map { ($0.key.text, $0.value.number, $0.value.count, $0.value.line) },
        prefersDecimalComma: prefersDecimalComma)
      self.values = .number(
        texts.map { text in values[text]?.number.map { style.value($0, text.text) } ?? .nan })
      notes = strangers("number") { $0.number != nil } + style.notes.map { "\(title): \($0)" }
      return
    }

    var notes: [String] = []
    let (nearly, isOne): (String, (Value) -> Bool) =
      flags >= numbers
      ? ("neither yes nor no", { $0.flag != nil }) : ("no number", { $0.number != nil })
    if max(flags, numbers) * 2 >= known,
      let odd = values.filter({ !isOne($0.value) }).min(by: { $0.value.line < $1.value.line })
    {
      notes.append(
        "\(title) is read as words, since line \(odd.value.line) holds \(odd.key.text.quoted), "
          + "which is \(nearly)")
    }
    if values.count == known {
      notes.append("\(title) labels nothing: each of its words occurs once")
      (self.values, self.notes) = (nil, notes)
    } else if values.count > Self.mostWords {
      notes.append(
        "\(title) labels nothing: it has more than \(counted(Self.mostWords, "different word"))")
      (self.values, self.notes) = (nil, notes)
    } else {
      let words = values.keys.sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
      let places = Dictionary(uniqueKeysWithValues: zip(words, Int32(0)...))
      self.values = .category(words: words.map(\.text), indices: texts.map { places[$0] ?? -1 })
      self.notes = notes
    }
  }

  /// Classes that are numbered, in the order of their numbers; nil where a field is anything else.
  private static func classes(_ texts: [ExactName]) -> LabelColumn.Values? {
    let known = Set(texts.filter { !unknown.contains($0.text.lowercased()) })
    let numbers = known.compactMap { name -> (name: ExactName, number: Int)? in
      name.text.utf8.allSatisfy({ (48...57).contains($0) })
        ? Int(name.text).map { (name, $0) } : nil
    }
    guard numbers.count == known.count, numbers.count <= mostWords else { return nil }
    let words = numbers.sorted { ($0.number, $0.name.text) < ($1.number, $1.name.text) }.map(\.name)
    let places = Dictionary(uniqueKeysWithValues: zip(words, Int32(0)...))
    return .category(words: words.map(\.text), indices: texts.map { places[$0] ?? -1 })
  }

  /// The fields as words, however many there are.
  static func words(_ fields: [Field]) -> LabelColumn.Values {
    var places: [ExactName: Int32] = [:]
    var words: [String] = []
    let indices = fields.map { field -> Int32 in
      let text = ExactName(trimmed(field.text))
      if unknown.contains(text.text.lowercased()) { return -1 }
      if let place = places[text] { return place }
      places[text] = Int32(words.count)
      words.append(text.text)
      return Int32(words.count - 1)
    }
    return .category(words: words, indices: indices)
  }

  private static func flag(_ text: String) -> Int8? {
    if affirmative.contains(text) { return 1 }
    return negative.contains(text) || minusOne.contains(text) ? -1 : nil
  }

  private static func trimmed(_ text: String) -> String {
    guard let first = text.utf8.first, let last = text.utf8.last else { return text }
    // Looking at two bytes spares most fields the rest.
    let isTight = (0x21..<0x80).contains(first) && (0x21..<0x80).contains(last)
    return isTight ? text : text.trimmingCharacters(in: .whitespaces)
  }
}

/// Whether a column has a decimal comma, by those of its numbers that can be read in one way only.
private struct NumberStyle {
  private let isComma: Bool
  private let readsGroupAsDecimals: Bool
  /// Said where nothing in the column tells.
  let notes: [String]

  init(
    _ numbers: [(text: String, number: WrittenNumber?, count: Int, line: Int)],
    prefersDecimalComma: Bool
  ) {
    var (points, commas) = (0, 0)
    var open: (text: String, number: WrittenNumber, line: Int)?
    for (text, number, count, line) in numbers {
      guard let number else { continue }
      if number.comma == nil { points += count }
      if number.point == nil { commas += count }
      if number.isAmbiguous, text.contains(","), line < open?.line ?? .max {
        open = (text, number, line)
      }
    }
    isComma = commas > points
    readsGroupAsDecimals = isComma || (points == 0 && prefersDecimalComma)
    if let open, points == commas {
      let value = readsGroupAsDecimals ? open.number.comma : open.number.point
      notes = [
        "\(open.text.quoted) on line \(open.line) is read as \(Self.written(value ?? .nan)), with "
          + (readsGroupAsDecimals ? "a decimal comma" : "a comma between thousands")
      ]
    } else {
      notes = []
    }
  }

  private static func written(_ value: Double) -> String {
    Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }

  func value(_ number: WrittenNumber, _ text: String) -> Double {
    let isDecimalComma = text.contains(",") && number.isAmbiguous ? readsGroupAsDecimals : isComma
    let (first, second) =
      isDecimalComma ? (number.comma, number.point) : (number.point, number.comma)
    return first ?? second ?? .nan
  }
}
