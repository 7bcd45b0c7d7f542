import Language
import Reports
import Terminal

/// `set` and `set KEY VALUE`.
struct SetCommand: Command {
  static let synopsis = Synopsis(
    "set", "change how this session behaves, or list what can be changed",
    parameters: [
      Parameter(
        "setting", .choice(Setting.all.map(\.key)), "the name of a setting", isRequired: false),
      Parameter("value", .settingValue, "what it is to be", isRequired: false),
    ],
    discussion: """
      A setting holds until the end of the session. What is to hold in every session is written \
      into the file that each one begins with, `~/.config/gansh/startup.gansh` (`$XDG_CONFIG_HOME` \
      may name another folder than `~/.config`); `gansh --no-startup` passes it over.
      """,
    examples: [
      Example("What can be set, and how it stands.", "set"),
      Example("Rows in a drawn frame.", "set output box"),
      Example("How long each statement takes.", "set timing on"),
    ],
    searchTerms: ["settings", "option", "configure", "mode", "format", "timer", "preferences"],
    answer: .listing, isJournalled: false)

  private let key: Word?
  private let value: Word?

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    key = try arguments.word("setting")
    value = try arguments.word("value")
    guard let key else { return }
    let setting = try Self.setting(key)
    if let value, !setting.values.contains(value.text) {
      throw Diagnostic(
        "`\(setting.key)` cannot be `\(value.text)`", at: value.span,
        help: suggestion(for: value.text, in: setting.values, kind: "it can be"))
    }
  }

  func run(in session: Session) throws {
    guard let key, let value else {
      var table = Table(["setting", "value", "values", "what it is"])
      for setting in Setting.all where key == nil || setting.key == key?.text {
        table.append([
          .text(setting.key), .text(setting.value(session)),
          .text(setting.values.joined(separator: ", ")), .text(setting.summary),
        ])
      }
      return session.show(table)
    }
    let setting = try Self.setting(key)
    setting.change(session, value.text)
    session.output.line("\(setting.key) is \(setting.value(session))")
  }

  private static func setting(_ word: Word) throws(Diagnostic) -> Setting {
    if let setting = Setting.all.first(where: { $0.key == word.text }) { return setting }
    throw Diagnostic(
      "there is no setting `\(word.text)`", at: word.span,
      help: suggestion(for: word.text, in: Setting.all.map(\.key), kind: "settings"))
  }
}
