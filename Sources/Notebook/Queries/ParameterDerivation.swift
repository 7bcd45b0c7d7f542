import GRDB

/// One entry of what a run was asked to be; a row of `parameter`.
package struct ParameterEntry: Sendable, Hashable {
  /// With its owner: `lr`, `data.modes`.
  package var key: String
  /// As it is typed.
  package var text: String
  /// The number that it is, or that stands after a keyword of it (`gp:10`); null where there is none.
  package var number: SQLValue
  package var kind: Kind
  /// The key of an entry that is told in place of this one where there is one.
  package var whole: String?

  package enum Kind: String, Sendable, Hashable {
    case setting, layer
    /// A part of another entry, for filters only.
    case detail
  }

  package init(key: String, text: String, number: SQLValue, kind: Kind, whole: String?) {
    (self.key, self.text, self.number, self.kind, self.whole) = (key, text, number, kind, whole)
  }

  /// The number where it is nothing else, else the text.
  var value: SQLValue {
    if case .null = number { return .text(text) }
    return text.contains(":") ? .text(text) : number
  }

  /// The same of a row of `parameter`, in SQL.
  static func value(of row: String) -> String {
    "CASE WHEN instr(\(row).text, ':') THEN \(row).text ELSE ifnull(\(row).number, \(row).text) END"
  }
}

/// How the entries of a run are made of its text, by whoever knows the language.
package struct ParameterDerivation: Sendable {
  /// Rows that were made under another number are made anew.
  package var number: Int
  /// The entries as a run began with them.
  package var entries: @Sendable (_ text: String) -> [ParameterEntry]
  /// The entries as the turns of dials have left them in the step after `done` steps.
  package var standing:
    @Sendable (_ text: String, _ turns: [DialTurn], _ done: Int) -> [ParameterEntry]
  /// The same with each value at the beginning and all turns told.
  package var told: @Sendable (_ text: String, _ turns: [DialTurn], _ done: Int) -> [ParameterEntry]
  /// Whether a turn of a dial changes an entry.
  package var touches: @Sendable (_ dial: String, _ key: String) -> Bool
  /// The dials of which a dial consists.
  package var parts: @Sendable (_ dial: String) -> [String]

  package init(
    number: Int, entries: @escaping @Sendable (String) -> [ParameterEntry],
    standing: @escaping @Sendable (String, [DialTurn], Int) -> [ParameterEntry],
    told: @escaping @Sendable (String, [DialTurn], Int) -> [ParameterEntry],
    touches: @escaping @Sendable (String, String) -> Bool,
    parts: @escaping @Sendable (String) -> [String]
  ) {
    (self.number, self.entries, self.standing, self.told) = (number, entries, standing, told)
    (self.touches, self.parts) = (touches, parts)
  }
}

/// What SQL may ask of a derivation, on every connection. Without one the answer is null.
enum ParameterFunctions {
  static func all(_ derivation: ParameterDerivation?) -> [DatabaseFunction] {
    [touches(derivation), standing(derivation), settings(derivation)]
  }

  /// `touches(dial, key)`: 1 where a turn of the dial changes the entry.
  private static func touches(_ derivation: ParameterDerivation?) -> DatabaseFunction {
    DatabaseFunction("touches", argumentCount: 2, pure: true) { arguments in
      guard let derivation, let dial = String.fromDatabaseValue(arguments[0]),
        let key = String.fromDatabaseValue(arguments[1])
      else { return 0 }
      return derivation.touches(dial, key)
    }
  }

  /// `parameterNow(text, done, turns, key, isNumeric)`: an entry as it stands now.
  private static func standing(_ derivation: ParameterDerivation?) -> DatabaseFunction {
    DatabaseFunction("parameterNow", argumentCount: 5, pure: true) { arguments in
      guard let key = String.fromDatabaseValue(arguments[3]),
        let entry = entries(derivation, arguments).first(where: { $0.key == key })
      else { return nil }
      let isNumeric = Bool.fromDatabaseValue(arguments[4]) ?? false
      return (isNumeric ? entry.number : entry.value).databaseValue
    }
  }

  /// `settings(text, done, turns)`: all entries as they stand now, a JSON array of keys and values, in
  /// which a number is one.
  private static func settings(_ derivation: ParameterDerivation?) -> DatabaseFunction {
    DatabaseFunction("settings", argumentCount: 3, pure: true) { arguments in
      let entries = entries(derivation, arguments).shown
      return "[" + entries.map { "[\(quoted($0.key)),\(json($0.value))]" }.joined(separator: ",")
        + "]"
    }
  }

  private static func entries(
    _ derivation: ParameterDerivation?, _ arguments: [DatabaseValue]
  ) -> [ParameterEntry] {
    guard let derivation, let text = String.fromDatabaseValue(arguments[0]) else { return [] }
    return derivation.standing(
      text, String.fromDatabaseValue(arguments[2]).map(DialTurn.read) ?? [],
      Int.fromDatabaseValue(arguments[1]) ?? 0)
  }

  private static func json(_ value: SQLValue) -> String {
    switch value {
    case .integer(let number): String(number)
    case .real(let number): "\(number)"
    case .text(let text): quoted(text)
    case .null, .blob: "null"
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted += "\\" }
      if scalar.value < 0x20 {
        quoted += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      } else {
        quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

extension [ParameterEntry] {
  /// Without those in whose place another one is told.
  var shown: [ParameterEntry] {
    let keys = Set(map(\.key))
    return filter { $0.whole.map { !keys.contains($0) } ?? true }
  }
}
