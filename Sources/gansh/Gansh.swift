import ArgumentParser
import CPUBackend
import Foundation
import Language
import Shell
import Terminal

#if canImport(Glibc)
  import Glibc
#endif

/// The front door: what was asked for on the command line, and the choice of a backend.
@main
struct Gansh: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "gansh",
    abstract: "A laboratory notebook you type into, for generative adversarial networks.",
    usage: """
      gansh                          sit down at the notebook gansh.sqlite
      gansh quickstart.gansh         run a script
      gansh study.gansh steps=1k     the same with a parameter that it declares
      gansh -c "runs"                run one line
      gansh --json -c "runs"         the same for a program to read
      gansh --output box             a shell whose rows stand in a frame
      """,
    discussion: """
      Without a file and without -c it reads standard input; at a terminal it is a shell, where \
      `help` says what can be typed.

      The notebook is named by --notebook, else by the variable GANSH_NOTEBOOK, else it is \
      gansh.sqlite in the working directory. It is made when there is something to keep.

      A shell begins with the statements of ~/.config/gansh/startup.gansh, if there is one.

      Exit status: 0 all well, 1 a statement failed, 2 the command line is wrong, 130 interrupted, \
      141 nobody reads the output any more.
      """,
    version: version)

  @ArgumentParser.Option(
    name: [.customShort("c"), .customLong("command")],
    help: "Run these statements, then leave; several run one after the other.")
  var commands: [String] = []

  @ArgumentParser.Option(
    name: .customLong("notebook"), help: "The notebook, an SQLite file.")
  var notebookPath: String?

  @Flag(name: .customLong("keep-going"), help: "Run what follows a failed statement, too.")
  var keepsGoing = false

  @Flag(name: .customLong("echo"), help: "Print each statement before it runs.")
  var echoes = false

  @ArgumentParser.Option(
    name: .customLong("output"),
    help: "How rows are written: \(OutputMode.allCases.map(\.rawValue).joined(separator: ", ")).")
  var outputMode: String?

  @Flag(name: .customLong("json"), help: "The same as --output json.")
  var prefersJSON = false

  @Flag(
    name: .customLong("no-startup"),
    help: "Don't run startup.gansh of the configuration folder before the first prompt.")
  var skipsStartup = false

  @Flag(
    name: [.customLong("no-color"), .customLong("no-colour")],
    help: "No colours (the variable NO_COLOR does the same).")
  var forbidsColour = false

  @Argument(
    help: ArgumentHelp(
      "Scripts, run one after the other; - is standard input. NAME=VALUE gives a parameter of theirs.",
      valueName: "files"))
  var arguments: [String] = []

  /// What is not `name=value`; a file of such a name is written `./name=value`.
  private var files: [String] { arguments.filter { Self.parameter($0) == nil } }

  /// Values of parameters, by name.
  private var parameters: [(name: String, text: String)] { arguments.compactMap(Self.parameter) }

  private static func parameter(_ argument: String) -> (name: String, text: String)? {
    guard let sign = argument.firstIndex(of: "=") else { return nil }
    let name = String(argument[..<sign])
    guard ScriptParameters.isName(name) else { return nil }
    return (name, String(argument[argument.index(after: sign)...]))
  }

  mutating func validate() throws {
    if !commands.isEmpty && !files.isEmpty {
      throw ValidationError("either -c or files, not both")
    }
    if let parameter = parameters.first {
      if files.isEmpty {
        throw ValidationError("`\(parameter.name)=` is a parameter, and no script is named")
      }
      var seen: Set<String> = []
      for parameter in parameters where !seen.insert(parameter.name).inserted {
        throw ValidationError("`\(parameter.name)` is given twice")
      }
    }
    if let outputMode {
      if prefersJSON { throw ValidationError("either --output or --json, not both") }
      guard OutputMode(rawValue: outputMode) != nil else {
        let modes = OutputMode.allCases.map(\.rawValue)
        let help = suggestion(for: outputMode, in: modes, kind: "it can be")
        throw ValidationError(
          "there is no output mode `\(outputMode)`; " + help.joined(separator: "; "))
      }
    }
    if let kernels = environment(Self.kernelsVariable), ContractionMethod(rawValue: kernels) == nil
    {
      let known = ContractionMethod.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\(Self.kernelsVariable) is `\(kernels)`; it can be \(known)")
    }
  }

  func run() throws {
    let session = makeSession()
    let outcome = session.settle(perform(in: session))
    session.close()
    leaveProgram(session.delivered(outcome))
  }

  private func makeSession() -> Session {
    let policy = ColourPolicy(isForbidden: forbidsColour)
    let isInteractive =
      commands.isEmpty && files.isEmpty && StandardStream.input.isTerminal
      && StandardStream.output.isTerminal
    var configuration = Session.Configuration(
      notebookPath: notebookPath ?? environment("GANSH_NOTEBOOK") ?? "gansh.sqlite",
      build: "gansh \(Self.version)" + (BuildIdentifier.short.map { " (\($0))" } ?? ""))
    configuration.isInteractive = isInteractive
    configuration.outputMode =
      prefersJSON ? .json : outputMode.flatMap(OutputMode.init) ?? .plain
    if isInteractive && !skipsStartup {
      configuration.startupPath = StandardFolders.configuration.map { $0 + "/startup.gansh" }
    }
    configuration.keepsGoing = keepsGoing
    configuration.program = try? FileManager.default.destinationOfSymbolicLink(
      atPath: "/proc/self/exe")
    configuration.echoes = echoes
    return Session(
      configuration, output: Output(.output, policy: policy),
      errors: Output(.error, policy: policy),
      makeBackend: { CPUBackend(threads: $0, kernels: kernelRule) })
  }

  /// Names one way of doing contractions, to be taken where it exists; else the fastest is found once
  /// and kept.
  private static let kernelsVariable = "GANSH_KERNELS"

  private var kernelRule: KernelSelection.Rule {
    if let forced = environment(Self.kernelsVariable).flatMap(ContractionMethod.init) {
      return .forced(forced)
    }
    return .measured(
      cache: StandardFolders.cache.map { URL(filePath: $0).appending(path: "kernels.json") })
  }

  private func perform(in session: Session) -> Outcome {
    Interrupts.install()
    if !commands.isEmpty { return each(commands) { session.runCommandLine($0) } }
    if files.isEmpty { return session.converse() }
    let asked = Dictionary(
      parameters.map { ($0.name, Term(ofText: $0.text)) }, uniquingKeysWith: { $1 })
    return each(files) { file in
      file == "-"
        ? session.runStandardInput(with: asked) : session.runFile(at: file, with: asked)
    }
  }

  /// Runs one after the other, until one fails.
  private func each(_ texts: [String], run: (String) -> Outcome) -> Outcome {
    var outcome = Outcome.succeeded
    for text in texts {
      let result = run(text)
      if result != .succeeded { outcome = result }
      if result == .interrupted || (result == .failed && !keepsGoing) { break }
    }
    return outcome
  }

  /// As the parser would do it, but for the exit status of a wrong command line.
  static func main() {
    StandardStream.openAll()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      let isAnswer = exitCode(for: error).isSuccess
      let output = Output(isAnswer ? .output : .error, policy: ColourPolicy())
      output.write(fullMessage(for: error) + "\n")
      output.close()
      if isAnswer, let reason = output.takeFailure() {
        Output(.error, policy: ColourPolicy())
          .line("error: the output cannot be written: \(reason)")
        Glibc.exit(1)
      }
      Glibc.exit(isAnswer ? 0 : exitCode(for: error) == .validationFailure ? 2 : 1)
    }
  }
}
