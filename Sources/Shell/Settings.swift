import Language
import Terminal

/// What `set` can change for the rest of the session. A new one is a row here.
package struct Setting: Sendable {
  package let key: String
  package let summary: String
  /// What it can be.
  package let values: [String]
  let value: @Sendable (Session) -> String
  let change: @Sendable (Session, String) -> Void

  package static let all = [
    Setting(
      key: "output", summary: "how rows are written", values: OutputMode.allCases.map(\.rawValue),
      value: { $0.configuration.outputMode.rawValue },
      change: { session, word in
        session.configuration.outputMode = OutputMode(rawValue: word) ?? .plain
      }),
    toggle("pager", "whether long answers are shown page by page", \.pages),
    toggle("timing", "whether each statement is followed by the time it took", \.isTimed),
    toggle("echo", "whether each statement is printed before it runs", \.echoes),
    Setting(
      key: "pictures",
      summary: "how the terminal takes pictures; auto: `GANSH_PICTURES`, else what it answers",
      values: ["auto"] + PictureProtocol.allCases.map(\.rawValue),
      value: { $0.configuration.pictures?.rawValue ?? "auto" },
      change: { $0.configuration.pictures = PictureProtocol(rawValue: $1) }),
    Setting(
      key: "colour", summary: "whether there are colours; auto: where they are wanted",
      values: ColourChoice.allCases.map(\.rawValue),
      value: { $0.configuration.colour.rawValue },
      change: { session, word in
        session.configuration.colour = ColourChoice(rawValue: word) ?? .automatic
        session.chooseColours()
      }),
  ]

  private static func toggle(
    _ key: String, _ summary: String,
    _ path: any WritableKeyPath<Session.Configuration, Bool> & Sendable
  ) -> Setting {
    Setting(
      key: key, summary: summary, values: ["on", "off"],
      value: { $0.configuration[keyPath: path] ? "on" : "off" },
      change: { $0.configuration[keyPath: path] = $1 == "on" })
  }
}

/// When there are colours.
package enum ColourChoice: String, Sendable, Hashable, CaseIterable {
  case on, off
  /// As `ColourPolicy` finds.
  case automatic = "auto"
}

extension Session {
  /// Gives both outputs colours, or takes them away.
  func chooseColours() {
    for output in [output, errors] {
      switch configuration.colour {
      case .on: output.hasColour = true
      case .off: output.hasColour = false
      case .automatic: output.hasColour = output.wantsColour
      }
    }
  }
}
