import Language
import Notebook
import Specification
import Terminal

/// `rename RUN to NAME`.
struct RenameCommand: Command {
  static let synopsis = Synopsis(
    "rename", "give a run another name, and the folder of its checkpoints too",
    parameters: [
      Parameter("run", .run, "a run"),
      Parameter("name", .newName, "its new name", after: "to"),
    ],
    discussion: """
      What was printed before, and notes, keep the old name; the run's events say that it was renamed. \
      A run that is running keeps its name until it has ended.
      """,
    examples: [Example("A better name.", "rename base to first-try", given: .runs)],
    searchTerms: ["move", "name", "mv"])

  private let run: Word
  private let name: Word

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    run = try arguments.requiredWord("run")
    name = try arguments.requiredWord("name")
    _ = try arguments.term("name")?.declaredName()
  }

  func run(in session: Session) throws {
    let record = try session.run(named: run)
    let notebook = try session.notebook()
    if record.name == name.text {
      return session.output.line("\(record.name) is called that already")
    }
    guard !record.isAlive else {
      throw Diagnostic(
        "run `\(record.name)` is running", at: run.span,
        help: ["stop it first: `stop \(record.name)`"])
    }
    if try notebook.run(named: name.text) != nil {
      throw Diagnostic("a run named `\(name.text)` exists", at: name.span)
    }
    let folder = try notebook.runsFolder()
    if let folder, folder.takenNames.contains(name.text) {
      throw Diagnostic(
        "there is a folder `\(folder.name)/\(name.text)` already", at: name.span,
        help: ["move it away, or choose another name"])
    }
    // A `resume` of another process that has begun keeps the name.
    let own = try folder?.folder(ofRun: record.name)
    if let own { try session.take(own) }
    defer { own?.unlock() }
    do { try rename(record, in: notebook, folder) } catch {
      // What was moved before the notebook refused goes back.
      if try notebook.run(named: name.text) == nil {
        try folder?.rename(name.text, to: record.name)
      }
      throw error
    }
    session.output.line("\(record.name) is \(name.text) now")
  }

  private func rename(
    _ record: RunRecord, in notebook: Notebook, _ folder: RunsFolder?
  ) throws {
    try notebook.rename(
      run: record.name, to: name.text,
      paths: { path in
        // Files elsewhere stay where they are.
        guard let folder else { return path }
        let old = "\(folder.name)/\(record.name)/"
        guard path.hasPrefix(old) else { return path }
        return "\(folder.name)/\(name.text)/\(path.dropFirst(old.count))"
      },
      move: { try folder?.rename(record.name, to: name.text) })
  }
}
