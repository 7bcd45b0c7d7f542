import Language
import Notebook
import Terminal

/// `stop RUN …`.
struct StopCommand: Command {
  static let synopsis = Synopsis(
    "stop", "end a run or the runs of a sweep at their step, saved",
    parameters: [
      Parameter(
        "run", .anyOf([.run, .sweep]), "a run that is at work, or a sweep", repeats: true)
    ],
    discussion: """
      `resume` goes on with it later, in this shell or another one, as if it had never been stopped. It \
      may be a run of another process on the same notebook. Of a sweep all runs at work are stopped, and no more are \
      begun until `resume`.
      """,
    examples: [
      Example(
        "Enough of it.",
        """
        run mine on ring steps=1M as long &
        stop long
        """, given: .declarations)
    ],
    searchTerms: ["end", "kill", "cancel", "interrupt", "halt"])

  private let names: [Word]

  init(parsing statement: Statement) throws(Diagnostic) {
    names = try Arguments(statement, of: Self.synopsis).words("run")
  }

  func run(in session: Session) throws {
    var (runs, sweeps): ([RunRecord], [SweepRecord]) = ([], [])
    for name in names {
      if let sweep = try session.sweepBesidesRuns(named: name) {
        sweeps.append(sweep)
      } else {
        runs.append(try session.runAtWork(name, to: "stop"))
      }
    }
    for sweep in sweeps { try session.stop(sweep) }
    let requests = try runs.map { try session.ask(.stop, of: $0) }
    for (run, request) in zip(runs, requests) { try session.awaitEnd(of: run, askedBy: request) }
  }
}
