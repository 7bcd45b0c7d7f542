import TerminalText

/// A name as the bytes it is made of. Swift holds `é` in one piece and in two for equal; as names of
/// files and words of tables they are two.
struct ExactName: Hashable {
  let text: String

  init(_ text: some StringProtocol) { self.text = String(text) }

  static func == (one: ExactName, other: ExactName) -> Bool {
    one.text.utf8.elementsEqual(other.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension String {
  /// The name in a sentence: between backticks, in one line, and cut where it is long.
  var quoted: String {
    var shown = ""
    for scalar in unicodeScalars.prefix(Self.longestQuoted) {
      switch scalar {
      case "\n": shown += "\\n"
      case "\r": shown += "\\r"
      case "\t": shown += "\\t"
      default:
        if scalar.properties.generalCategory == .control {
          shown += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          shown.unicodeScalars.append(scalar)
        }
      }
    }
    let isCut = unicodeScalars.dropFirst(Self.longestQuoted).first != nil
    return isCut ? "`\(shown)…`" : "`\(shown)`"
  }

  private static let longestQuoted = 80
}
