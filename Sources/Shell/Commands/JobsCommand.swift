import Foundation
import Language
import MetricDescriptions
import Notebook
import Reports
import Terminal
import TerminalText

/// `jobs`.
struct JobsCommand: Command {
  static let synopsis = Synopsis(
    "jobs", "list the runs and sweeps at work in this shell",
    discussion: """
      Runs that other processes work on are in `runs`, with the status `running`; `stop`, `pause` and \
      `tune` reach them too.
      """,
    examples: [
      Example(
        "What is under way.",
        """
        run mine on ring steps=200 as one &
        jobs
        """, given: .declarations)
    ],
    searchTerms: ["background", "processes", "ps"], answer: .listing, isJournalled: false)

  init(parsing statement: Statement) throws(Diagnostic) {
    _ = try Arguments(statement, of: Self.synopsis)
  }

  func run(in session: Session) throws {
    let jobs = session.atWork
    let sweeps = session.sweeps.filter { $0.count > 0 }
    if jobs.isEmpty && sweeps.isEmpty && !session.configuration.prefersJSON {
      session.output.line(
        "nothing is at work here; a `run …` with an `&` at its end trains in the background")
      let others =
        try session.existingNotebook()?.runs(
          matching: RowQuery(
            .any(["running", "paused"].map { .compare(.column(.status), .equal, .text($0)) }))
        ).count { $0.isAlive } ?? 0
      if others > 0 {
        session.output.line(
          "\(others == 1 ? "a run is" : "\(grouped(others)) runs are") at work in other shells: "
            + "`runs where status in running,paused` lists \(others == 1 ? "it" : "them")")
      }
      return
    }
    let standings = jobs.map { (job: $0, progress: $0.progress) }
    var metrics: [MetricDescription] = []
    for metric in standings.flatMap(\.progress.metrics.listed)
    where !metrics.contains(where: { $0.name == metric.name }) {
      metrics.append(metric)
    }
    var table = Table(
      ["run", "status", "step", "of", "steps/s", "left"] + metrics.map(\.label))
    for (job, progress) in standings {
      table.append(
        [
          .text(job.name), .text(job.standing), .integer(progress.step), .integer(progress.steps),
          progress.rate.map { .number($0) } ?? .none,
          progress.remaining.map { .duration($0) } ?? .none,
        ] + metrics.map { Table.Cell(progress.value(of: $0.name), of: $0) })
    }
    for workers in sweeps {
      let standing = try session.standing(of: workers.sweep)
      let (done, all) = standing.steps
      table.append([
        .text(workers.sweep.name),
        .text("\(standing.done.count) of \(counted(standing.trials.count, "run"))"),
        .integer(done), .integer(all), .number(standing.speed),
        standing.remaining.map { .duration($0) } ?? .none,
      ])
      for run in standing.atWork {
        table.append([
          .text(run.name), .text(run.status.rawValue), .integer(run.stepsDone),
          .integer(run.stepsPlanned),
        ])
      }
    }
    session.show(table)
  }
}
