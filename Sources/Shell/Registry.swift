package import Language
import Specification

/// All commands. A new one is a file in Commands/ and a row here.
package enum Registry {
  /// In the order in which a researcher meets them.
  package static let commands: [any Command.Type] = [
    DataCommand.self,
    ArchCommand.self,
    RecipeCommand.self,
    RunCommand.self,
    SweepCommand.self,
    WorkCommand.self,
    JobsCommand.self,
    TuneCommand.self,
    PauseCommand.self,
    ResumeCommand.self,
    StopCommand.self,
    WaitCommand.self,
    ReplayCommand.self,
    BranchCommand.self,
    ProfileCommand.self,
    RunsCommand.self,
    ShowCommand.self,
    BestCommand.self,
    CompareCommand.self,
    ExpectCommand.self,
    DiagnoseCommand.self,
    CureCommand.self,
    DiffCommand.self,
    SamplesCommand.self,
    EvaluateCommand.self,
    AugmentCommand.self,
    PredictCommand.self,
    VerifyCommand.self,
    StudyCommand.self,
    RepairCommand.self,
    AttributesCommand.self,
    EditCommand.self,
    ProjectCommand.self,
    InterpolateCommand.self,
    ImportCommand.self,
    FilmstripCommand.self,
    AnimateCommand.self,
    PlotCommand.self,
    WatchCommand.self,
    ExportCommand.self,
    NoteCommand.self,
    TagCommand.self,
    RenameCommand.self,
    DeleteCommand.self,
    HistoryCommand.self,
    RerunCommand.self,
    SQLCommand.self,
    HelpCommand.self,
    IncludeCommand.self,
    ParamCommand.self,
    SetCommand.self,
    ShellCommand.self,
    QuitCommand.self,
  ]

  /// The command of a name.
  package static func command(named name: String) -> (any Command.Type)? {
    commands.first { $0.synopsis.name == name }
  }

  /// Names of all commands.
  package static var verbs: [String] { commands.map { $0.synopsis.name } }

  /// Reads a statement as the command that its verb names.
  ///
  /// - Parameter allowsAbbreviation: whether a verb may be shortened where only one begins so;
  ///   at the prompt it may.
  package static func read(
    _ statement: Statement, allowsAbbreviation: Bool
  ) throws(Diagnostic) -> any Command {
    let verb = statement.verb.text
    if let command = command(named: verb) { return try command.read(statement) }
    let begun = commands.filter { $0.synopsis.name.hasPrefix(verb) }
    if allowsAbbreviation, let only = begun.first {
      if begun.count == 1 { return try only.read(statement) }
      let names = begun.map { "`\($0.synopsis.name)`" }.joined(separator: " or ")
      throw Diagnostic("`\(verb)` may be \(names)", at: statement.verb.span)
    }
    throw Diagnostic(
      "there is no command `\(verb)`", at: statement.verb.span, help: help(for: verb))
  }

  /// What others have a command for and is done otherwise here.
  private static let otherwise = [
    "align":
      "no model here finds faces; `data mine folder path=PHOTOS landmarks=FILE` aligns them by the places of their eyes"
  ]

  private static func help(for verb: String) -> [String] {
    if let way = otherwise[verb] { return [way] }
    if let meant = nearest(to: verb, in: verbs) { return ["did you mean `\(meant)`?"] }
    let related = commands.map { $0.synopsis }.filter { $0.searchTerms.contains(verb) }
    if let related = related.first { return ["`\(related.name)` may be what you want"] }
    return ["`help` lists the commands"]
  }
}

extension Command {
  /// Whether options of a run stand in its statements.
  static var takesOptionsOfRuns: Bool {
    ["run", "sweep", "resume", "tune"].contains(synopsis.name)
  }

  /// - Throws: also where rows are asked for in some format and there are none.
  fileprivate static func read(_ statement: Statement) throws(Diagnostic) -> any Command {
    if let request = statement.output, synopsis.answer != .listing {
      throw Diagnostic(
        "`\(synopsis.name)` lists nothing that could be written as \(request.mode.rawValue)",
        at: request.span, help: ["leave `| \(request.mode.rawValue)` out"])
    }
    return try Self(parsing: takesOptionsOfRuns ? statement.renewed : statement)
  }
}
