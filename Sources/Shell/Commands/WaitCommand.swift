import Language
import Notebook
import Terminal

/// `wait [RUN …]`.
struct WaitCommand: Command {
  static let synopsis = Synopsis(
    "wait", "stay with runs and sweeps of the background until they have ended",
    parameters: [
      Parameter(
        "run", .anyOf([.run, .sweep]), "a run of this shell or a sweep (all if left out)",
        isRequired: false,
        repeats: true)
    ],
    discussion: """
      Ctrl-C ends the waiting and leaves the runs alone. If one of them fails or diverges, so does \
      `wait`, and with it a script.
      """,
    examples: [
      Example(
        "Go on when both are done.",
        """
        run mine on ring steps=100 as one &
        run mine on ring steps=100 seed=2 as two &
        wait
        compare one two
        """, given: .declarations)
    ],
    searchTerms: ["join", "background", "finish"])

  private let names: [Word]

  init(parsing statement: Statement) throws(Diagnostic) {
    names = try Arguments(statement, of: Self.synopsis).words("run")
  }

  func run(in session: Session) throws {
    var jobs = session.atWork
    var sweeps = session.sweeps
    if !names.isEmpty {
      (jobs, sweeps) = ([], [])
      for name in names {
        if let sweep = try session.sweepBesidesRuns(named: name) {
          sweeps.append(try session.workers(of: sweep))
          continue
        }
        let run = try session.run(named: name)
        if let job = session.job(named: run.name) {
          jobs.append(job)
        } else if run.isAlive {
          throw Diagnostic(
            "run `\(run.name)` is at work in another process (\(run.process.pid))",
            at: name.span)
        }
      }
    }
    for sweep in sweeps { try session.attend(sweep, stops: false) }
    try session.wait(for: jobs)
  }
}
