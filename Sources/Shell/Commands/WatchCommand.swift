import Language
import Notebook
import Terminal

/// `watch [RUN] [full]`.
struct WatchCommand: Command {
  static let synopsis = Synopsis(
    "watch", "look at a run while it is at work, here or in another process",
    parameters: [
      Parameter(
        "run", .anyOf([.run, .sweep]), "a run or a sweep; else the newest run at work",
        isRequired: false),
      Parameter(
        "form", .choice(["full"]), "`full` for the whole screen; else one line", isRequired: false),
    ],
    discussion: """
      A line with steps, rate, time left, and the metrics that listings show; `full` adds curves, \
      the newest sheet and what happened. It stays until the run has ended; `q` or Ctrl-C leaves \
      earlier, and the run goes on. Of a sweep the line tells how many runs are done and how long the rest takes.

      Everything comes from the notebook, where it is within half a second. Off a terminal a plain \
      line is printed now and then.
      """,
    examples: [
      Example("A run, one line.", "watch base", given: .runs),
      Example("The whole screen.", "watch base full", given: .runs),
    ],
    searchTerms: ["follow", "tail", "live", "monitor", "progress", "top"])

  private let name: Word?
  private let isFull: Bool
  private let place: Span

  /// Seconds between looks.
  private static let interval = 0.25

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    place = statement.verb.span
    let word = try arguments.word("run")
    if let form = arguments.term("form") {
      _ = try form.choice(from: ["full"], for: "the form")
      (name, isFull) = (word, true)
    } else {
      isFull = word?.text == "full"
      name = isFull ? nil : word
    }
  }

  func run(in session: Session) throws {
    let notebook = try session.notebook()
    if let name, let sweep = try session.sweepBesidesRuns(named: name) {
      return try watch(sweep, in: session)
    }
    var view = try RunView(of: chosenRun(in: session), in: notebook)
    Interrupts.install()
    let before = Interrupts.pendingCount
    // The end of a run of this shell is told here and not once more as a notice.
    let job = session.job(named: view.run.name).flatMap { $0.beWatched() ? $0 : nil }
    do { try stay(with: &view, before, in: session) } catch {
      job?.leaveAlone()
      throw error
    }
    if view.isOver, let ending = job?.wait(upTo: 5) {
      session.output.write(ending.text + "\n")
    } else {
      job?.leaveAlone()
      session.output.line(view.isOver ? view.ending : "\(view.run.name): \(view.line)")
    }
    // A script that is interrupted ends; a person only leaves.
    if Interrupts.pendingCount > before && !session.configuration.isInteractive {
      throw ShellError.interrupted
    }
  }

  private func watch(_ sweep: SweepRecord, in session: Session) throws {
    do { try session.attend(try session.workers(of: sweep), stops: false) } catch ShellError
      .interrupted
    {
      if !session.configuration.isInteractive { throw ShellError.interrupted }
      session.output.line("\(sweep.name)  \(try session.standing(of: sweep).line)")
    }
  }

  private func chosenRun(in session: Session) throws -> RunRecord {
    if let name { return try session.run(named: name) }
    guard let run = try session.notebook().runs().last(where: \.isAlive) else {
      throw Diagnostic(
        "no run is at work", at: place, help: ["`watch RUN` shows how one stands that has ended"])
    }
    return run
  }

  /// Until the run has ended or somebody leaves.
  private func stay(with view: inout RunView, _ before: Int, in session: Session) throws {
    guard isFull, FullScreen.isPossible(), session.output.isLive else {
      return try showLine(of: &view, before, in: session)
    }
    // The terminal is asked what it shows before the screen is taken.
    let screen = WatchScreen(session, view)
    try FullScreen.take { try screen.stay(looking: Self.interval) }
    try view.look()
  }

  private func showLine(of view: inout RunView, _ before: Int, in session: Session) throws {
    let takesKeys = session.errors.isLive && StandardStream.input.isTerminal
    var line = ProgressLine(on: session.errors)
    defer { line.erase() }
    func wait() -> Bool {
      let event = FullScreen.next(
        waitingUpTo: Self.interval, interrupts: before, takesKeys: takesKeys)
      return event != .interrupted && event != .key("q")
    }
    func follow(_ view: inout RunView) throws {
      repeat {
        try view.look()
        if view.isOver { return }
        line.update { "\(view.run.name)  \(view.line)" }
      } while wait()
    }
    if takesKeys {
      try Keyboard.withSingleKeys { try follow(&view) }
    } else {
      try follow(&view)
    }
  }
}
