package import Compilation
import Foundation
package import Language
import Notebook
package import Terminal

/// One sitting at one notebook: what commands share.
///
/// Lives on the thread that made it. The notebook is opened by whoever first needs it, so that
/// `gansh -c quit` touches no file.
package final class Session {
  /// What the session was started with.
  package struct Configuration {
    /// The path of the notebook.
    package var notebookPath: String
    /// Whether a person sits at a terminal and types.
    package var isInteractive: Bool
    /// How rows are written where a statement does not say.
    package var outputMode: OutputMode
    /// Whether statements after a failed one are run.
    package var keepsGoing: Bool
    /// Whether each statement is printed before it runs.
    package var echoes: Bool
    /// Whether long answers go through the pager, at a terminal.
    package var pages = true
    /// Whether each statement is followed by the time that it took.
    package var isTimed = false
    /// Whether there are colours.
    package var colour = ColourChoice.automatic
    /// How the terminal takes pictures; nil: as it is found out.
    package var pictures: PictureProtocol?
    /// The file that is run before the first prompt; nil for none.
    package var startupPath: String?
    /// Where decoded data sets are kept; nil where there is no place for them.
    package var cacheFolder: String?
    /// Name and version of this build, for the notebook.
    package var build: String
    /// This program's own file, of which workers of a sweep are started; nil: none can be.
    package var program: String?

    package init(
      notebookPath: String, isInteractive: Bool = false, outputMode: OutputMode = .plain,
      keepsGoing: Bool = false, echoes: Bool = false,
      cacheFolder: String? = StandardFolders.cache, build: String
    ) {
      self.notebookPath = notebookPath
      self.isInteractive = isInteractive
      self.outputMode = outputMode
      self.keepsGoing = keepsGoing
      self.echoes = echoes
      self.cacheFolder = cacheFolder
      self.build = build
    }

    /// Whether rows are for a program: no words around them, one table for a statement.
    package var prefersJSON: Bool { outputMode.isForPrograms }
  }

  /// How the session was set up; `set` changes it.
  package internal(set) var configuration: Configuration
  /// What was asked for.
  package let output: Output
  /// What went wrong, and progress.
  package let errors: Output
  /// Makes the backend that computes, with this many threads (nil: as many as fit the machine).
  package let makeBackend: @Sendable (_ threads: Int?) throws -> any Backend

  /// Set by `quit`; nothing more is read then.
  var isQuitting = false
  /// What `$name` stands for in what is read next.
  var parameters = ScriptParameters()
  /// Files that are being included, outermost first.
  var includes: [String] = []
  /// Whether the statement under way has shown rows.
  var hasShownRows = false
  /// Whether TAB has asked, and a line is on the screen that nothing may be written into.
  var isCompleting = false
  private var delayedNotes: [String] = []
  /// Earlier words of options of which it was said how they are written now.
  var toldKeys: Set<String> = []
  /// The cells of this session.
  let journal: Journal
  /// Runs of this process, at work or ended since `announce` was last called.
  var jobs: [Job] = []
  /// Sweeps that this process has started workers for, as long as one of these is at work.
  var sweeps: [SweepWorkers] = []
  /// What they have to say.
  let notices = Notices()
  /// Whether the person was told, at the last line, that leaving stops runs.
  var hasWarnedOfRuns = false
  private(set) var opened: Notebook?
  /// Whether it was said where the notebook is kept as it was.
  private var hasToldCopy = false
  /// What the terminal was found to be, once something was to be drawn.
  private var foundScreen: PictureScreen?

  package init(
    _ configuration: Configuration, output: Output, errors: Output,
    makeBackend: @escaping @Sendable (_ threads: Int?) throws -> any Backend
  ) {
    self.configuration = configuration
    self.output = output
    self.errors = errors
    self.makeBackend = makeBackend
    journal = Journal(build: configuration.build)
  }

  /// The notebook, made if there is none.
  func notebook() throws -> Notebook {
    if let opened { return opened }
    let notebook = try Notebook.open(at: configuration.notebookPath, derivation: .language)
    opened = notebook
    tellCopy(of: notebook)
    try begin(in: notebook)
    take(up: notebook.interruptedRuns, in: notebook)
    return notebook
  }

  /// Finds out, before a statement, whose process has gone since the last one.
  func lookForDeadRuns() {
    if let opened { tellCopy(of: opened) }
    // What is wrong with the notebook is said by the statement, which needs it more.
    if let opened, let names = try? opened.interruptDeadRuns() { take(up: names, in: opened) }
  }

  /// Says which runs were interrupted, and brings the rows and files of their checkpoints together.
  private func take(up names: [String], in notebook: Notebook) {
    for name in names { note("run `\(name)` was interrupted; `resume \(name)` goes on with it") }
    reconcile(interrupted: names, in: notebook) { note($0) }
  }

  /// Says where a notebook of an older schema is kept as it was, or why it is not.
  private func tellCopy(of notebook: Notebook) {
    guard !hasToldCopy, let copy = notebook.copyBefore else { return }
    hasToldCopy = true
    switch copy {
    case .success(let path):
      note("the notebook was brought up to date; as it was, it is kept in `\(path)`")
    case .failure(let failure):
      note("the notebook was brought up to date, and no copy was kept: \(failure)")
    }
  }

  /// A notebook that takes nothing is still one to read in.
  private func begin(in notebook: Notebook) throws {
    if let reason = notebook.readOnlyReason {
      errors.line(
        "note: the notebook `\(notebook.path)` can only be read, \(reason); nothing is written "
          + "down")
      return
    }
    try journal.begin(in: notebook, threads: ProcessInfo.processInfo.activeProcessorCount)
  }

  /// The terminal as pictures see it, asked when this is first called; nil off a terminal.
  func pictureScreen() -> PictureScreen? {
    guard output.isLive, configuration.pictures != PictureProtocol.none else { return nil }
    if foundScreen == nil {
      foundScreen = PictureScreen.found(keepsKeys: configuration.isInteractive)
    }
    guard var screen = foundScreen else { return nil }
    if let chosen = configuration.pictures { screen.takes = chosen }
    if !output.hasColour { screen.colours = .none }
    screen.measure()
    return screen
  }

  /// Says something, or keeps it until the line that is being completed has been typed.
  private func note(_ text: String) {
    if isCompleting { delayedNotes.append(text) } else { errors.line("note: \(text)") }
  }

  /// Says what there was to say while a line was being typed.
  func giveDelayedNotes() {
    for text in delayedNotes { errors.line("note: \(text)") }
    delayedNotes = []
  }

  /// The notebook if it has been made, now or earlier.
  func existingNotebook() throws -> Notebook? {
    if opened == nil && !Notebook.exists(at: configuration.notebookPath) { return nil }
    return try notebook()
  }

  /// The end of the session: cells that wait are written, if there is a notebook to hold them.
  package func close() {
    do {
      if journal.hasWaiting { _ = try existingNotebook() }
      if let reason = try journal.end() {
        errors.line("note: what was typed is not all written down: \(reason)")
      }
    } catch { report("\(error)") }
    if let opened { tellCopy(of: opened) }
    do {
      // The last one out leaves a single file behind.
      try opened?.close()
    } catch { report("\(error)") }
  }

  /// Shows an error that has no place in a text.
  package func report(_ message: String) {
    errors.line("\(errors.styled("error:", .alarm)) \(message)")
  }
}
