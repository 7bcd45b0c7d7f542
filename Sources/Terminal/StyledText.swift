import TerminalText

/// Words with their styles, and sequences that drive the terminal, apart from one another: so that
/// what comes from a file's name or a note can never be taken for one of ours.
///
/// A literal makes one; what is put into it with `\( )` is text, unless it is a styled text itself.
package struct StyledText: Sendable, Hashable, ExpressibleByStringInterpolation {
  enum Piece: Sendable, Hashable {
    case text(String, Style?)
    /// The program's own, which goes to the terminal as it is.
    case sequence(String)
  }

  private(set) var pieces: [Piece]

  package init(_ text: String, _ style: Style? = nil) { pieces = [.text(text, style)] }

  package init(stringLiteral text: String) { self.init(text) }

  package init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

  private init(pieces: [Piece]) { self.pieces = pieces }

  /// What the program itself has made for the terminal: movements, pictures, text made safe.
  package static func sequence(_ sequence: String) -> StyledText {
    StyledText(pieces: [.sequence(sequence)])
  }

  package static func + (left: StyledText, right: StyledText) -> StyledText {
    StyledText(pieces: left.pieces + right.pieces)
  }

  package static func + (left: StyledText, right: String) -> StyledText {
    left + StyledText(right)
  }

  package static func + (left: String, right: StyledText) -> StyledText {
    StyledText(left) + right
  }

  package static func += (left: inout StyledText, right: StyledText) {
    left.pieces += right.pieces
  }

  /// The words alone, as they were given.
  package var plain: String {
    pieces.map { if case .text(let text, _) = $0 { text } else { "" } }.joined()
  }

  /// The whole as a prompt of readline, which counts columns and must be told what takes none.
  var forReadline: String {
    pieces.map { piece in
      switch piece {
      case .text(let text, let style?):
        "\u{1}\(style.opening)\u{2}\(SafeText.oneLine(text))\u{1}\(Style.closing)\u{2}"
      case .text(let text, nil): SafeText.oneLine(text)
      case .sequence(let sequence): "\u{1}\(sequence)\u{2}"
      }
    }.joined()
  }

  /// The whole for a stream; `safe` makes text fit for it.
  func rendered(colour: Bool, safe: (String) -> String) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text, let style?) where colour: style.wrap(safe(text))
      case .text(let text, _): safe(text)
      case .sequence(let sequence): sequence
      }
    }.joined()
  }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var pieces: [Piece] = []

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ literal: String) {
      if !literal.isEmpty { pieces.append(.text(literal, nil)) }
    }

    package mutating func appendInterpolation(_ value: some Any) {
      pieces.append(.text("\(value)", nil))
    }

    package mutating func appendInterpolation(_ text: StyledText) { pieces += text.pieces }
  }
}

extension DefaultStringInterpolation {
  /// A styled text is no part of a plain one; the build, to which warnings are errors, says so.
  @available(*, deprecated, message: "make the whole a StyledText")
  package mutating func appendInterpolation(_ text: StyledText) {}
}

extension [StyledText] {
  package func joined() -> StyledText { reduce(into: "") { $0 += $1 } }
}
