import GRDB

/// Looks up what stands in a run's canonical text (`data …`, `arch …`, `recipe …` and `run …`, each
/// beginning a line) without parsing it, fast enough to be asked of every run of a notebook.
///
/// A key is that of an option (`lr`), perhaps with its statement (`recipe.lr`; without it the
/// statements are asked from the last to the first), or one of three that have no option of their
/// own: `source` (of the data), `preset` (of the architecture) and `width`, the units or channels of the
/// narrowest layer, the last one of each network aside.
package enum StatementText {
  /// What stands under a key, as it is printed; nil where nothing does.
  package static func value(of key: String, in text: String) -> String? {
    var text = text
    return text.withUTF8 { bytes in
      let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
      let (verb, name) = parts.count == 2 ? (parts[0], parts[1]) : (nil, key)
      switch name {
      case "source": return word(2, of: "data", in: bytes)
      case "preset":
        return word(2, of: "arch", in: bytes) == "like"
          ? word(3, of: "arch", in: bytes) : word(2, of: "arch", in: bytes)
      case "width" where verb == nil || verb == "arch":
        return narrowestLayer(in: bytes).map(String.init)
      default: break
      }
      let verbs = verb.map { [$0] } ?? ["run", "recipe", "arch", "data"]
      for verb in verbs {
        if let line = line(verb, in: bytes), let value = option(name, in: line) { return value }
      }
      return nil
    }
  }

  /// A number as it is printed, or the one after the colon of `gp:10`.
  package static func number(in value: String) -> Double? {
    if let number = Double(value) { return number.isFinite ? number : nil }
    guard let colon = value.firstIndex(of: ":") else { return nil }
    return Double(value[value.index(after: colon)...]).flatMap { $0.isFinite ? $0 : nil }
  }

  private typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

  /// The line that a verb begins.
  private static func line(_ verb: String, in bytes: UnsafeBufferPointer<UInt8>) -> Bytes? {
    let verb = Array(verb.utf8) + [UInt8(ascii: " ")]
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: newline) ?? bytes.count
      if bytes[start..<end].starts(with: verb) { return bytes[start..<end] }
      start = end + 1
    }
    return nil
  }

  /// A word of the line that a verb begins; the verb is 0, the name that is declared 1.
  private static func word(
    _ index: Int, of verb: String, in bytes: UnsafeBufferPointer<UInt8>
  ) -> String? {
    guard let line = line(verb, in: bytes) else { return nil }
    let words = line.split(separator: space)
    return words.count > index ? String(decoding: words[index], as: UTF8.self) : nil
  }

  /// The value of `key=` in a line; quotes keep blanks together.
  private static func option(_ key: String, in line: Bytes) -> String? {
    let wanted = Array(key.utf8) + [UInt8(ascii: "=")]
    var index = line.startIndex
    while index < line.endIndex {
      if line[index] == space {
        index += 1
        continue
      }
      let isWanted = line[index...].starts(with: wanted)
      let start = isWanted ? index + wanted.count : index
      var isQuoted = false
      while index < line.endIndex, isQuoted || line[index] != space {
        if line[index] == backslash && isQuoted {
          index += 1
        } else if line[index] == quote {
          isQuoted.toggle()
        }
        index += 1
      }
      let end = min(index, line.endIndex)
      if isWanted { return String(decoding: line[start..<end], as: UTF8.self) }
    }
    return nil
  }

  /// Of `conv 64`, `deconv 64` and `dense 64` (`dense 4x4x512`): the smallest number of channels or
  /// units, the last such layer of each network aside.
  private static func narrowestLayer(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var (narrowest, last): (Int?, Int?) = (nil, nil)
    var isInside = false
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: newline) ?? bytes.count
      defer { start = end + 1 }
      let line = bytes[start..<end]
      if line.starts(with: "arch ".utf8) { isInside = true }
      guard isInside else { continue }
      if line.starts(with: "}".utf8) { break }
      let words = line.split(separator: space, maxSplits: 2)
      guard let name = words.first else { continue }
      if name.elementsEqual("discriminator".utf8) { last = nil }
      guard words.count > 1, weighty.contains(where: { name.elementsEqual($0.utf8) }),
        let channels = words[1].split(separator: UInt8(ascii: "x")).last,
        let count = Int(String(decoding: channels, as: UTF8.self))
      else { continue }
      if let last { narrowest = min(narrowest ?? last, last) }
      last = count
    }
    return narrowest
  }

  private static let weighty = ["dense", "conv", "deconv"]
  private static let newline = UInt8(ascii: "\n")
  private static let space = UInt8(ascii: " ")
  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")
}

extension StatementText {
  /// What a query may call, on every connection: `parameter(text, key)` and `numericParameter(text, key)`,
  /// an entry as the run began with it; with `done` and `turns` after the key, as it stands now;
  /// `settings(text, planned, done, turns)`, all entries as they stand now, a JSON object.
  static let functions =
    [2, 4].flatMap { count in
      [
        function("parameter", count) { value in
          number(in: value).flatMap { Double(value) == $0 ? $0.databaseValue : nil }
            ?? value.databaseValue
        },
        function("numericParameter", count) { number(in: $0)?.databaseValue ?? .null },
      ]
    } + [settingsFunction]

  private static func function(
    _ name: String, _ count: Int, _ convert: @escaping @Sendable (String) -> DatabaseValue
  ) -> DatabaseFunction {
    DatabaseFunction(name, argumentCount: count, pure: true) { arguments in
      guard let text = String.fromDatabaseValue(arguments[0]),
        let key = String.fromDatabaseValue(arguments[1])
      else { return nil }
      var value = value(of: key, in: text)
      if count == 4, let turns = String.fromDatabaseValue(arguments[3]) {
        value = RunSettings.value(
          of: key, in: text, turnedBy: DialTurn.read(turns),
          after: Int.fromDatabaseValue(arguments[2]) ?? 0)
      }
      return value.map(convert)
    }
  }

  private static let settingsFunction = DatabaseFunction(
    "settings", argumentCount: 4, pure: true
  ) { arguments in
    guard let text = String.fromDatabaseValue(arguments[0]) else { return nil }
    let turns = String.fromDatabaseValue(arguments[3]).map(DialTurn.read) ?? []
    let settings = RunSettings(
      of: text, planned: Int.fromDatabaseValue(arguments[1]), turnedBy: turns)
    return settings.json(after: Int.fromDatabaseValue(arguments[2]) ?? 0)
  }
}
