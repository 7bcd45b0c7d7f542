import Language
import Notebook
import Terminal
import TerminalText

/// `pause RUN …`.
struct PauseCommand: Command {
  static let synopsis = Synopsis(
    "pause", "let a run wait after its step, saved",
    parameters: [Parameter("run", .run, "a run that is at work", repeats: true)],
    discussion: """
      It keeps its memory and leaves the processor to others; `resume` lets it go on as if nothing had \
      been. It may be a run of another process on the same notebook.
      """,
    examples: [
      Example(
        "Wait, and go on.",
        """
        run mine on ring steps=2k as one &
        pause one
        resume one
        wait one
        """, given: .declarations)
    ],
    searchTerms: ["suspend", "hold", "wait"])

  private let names: [Word]

  init(parsing statement: Statement) throws(Diagnostic) {
    names = try Arguments(statement, of: Self.synopsis).words("run")
  }

  func run(in session: Session) throws {
    let runs = try names.map { try session.runAtWork($0, to: "pause") }
    for run in runs {
      let request = try session.ask(.pause, of: run)
      guard let job = session.job(named: run.name) else {
        try session.awaitHearing(of: request, by: run, to: "wait")
        session.output.line("\(run.name) was asked to wait (process \(run.process.pid))")
        continue
      }
      guard session.waitUntil(within: 60, { job.isPaused || job.ending != nil }) else {
        session.output.line("\(run.name) will wait at the end of its step")
        continue
      }
      guard job.ending == nil else { continue }
      session.output.line(
        "\(run.name) waits after step \(grouped(job.progress.step)), saved; "
          + "`resume \(run.name)` goes on")
    }
  }
}
