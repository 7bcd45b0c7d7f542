import Foundation
import Language
import Notebook
import Terminal

/// `runs`.
struct RunsCommand: Command {
  static let synopsis = Synopsis(
    "runs", "list the runs of the notebook",
    discussion: """
      With the losses and the discriminator's answers as they were last. `--json` gives the same \
      to a program.
      """,
    examples: [Example("What has been tried so far.", "runs")],
    searchTerms: ["list", "ls", "experiments"])

  /// Metrics that have a column where any run has them.
  private static let columns = [
    "generator.loss", "discriminator.loss", "discriminator.real", "discriminator.fake",
  ]

  init(parsing statement: Statement) throws(Diagnostic) {
    _ = try Arguments(statement, of: Self.synopsis)
  }

  func run(in session: Session) throws {
    let notebook = try session.existingNotebook()
    let runs = try notebook?.runs() ?? []
    if runs.isEmpty && !session.configuration.prefersJSON {
      return session.output.line("no runs yet; `help run` tells how one is started")
    }
    let summaries = try notebook?.summaries(runs: runs.map(\.id)) ?? [:]
    let metrics = Self.columns.filter { name in
      summaries.values.contains { $0.contains { $0.name == name } }
    }
    var listing = Listing(["run", "status", "steps", "of", "seed", "started", "took"] + metrics)
    for run in runs {
      let values = metrics.map { name in
        Listing.Value.number(summaries[run.id]?.first { $0.name == name }?.last)
      }
      listing.append(
        [
          .text(run.name), .text(run.status.rawValue), .integer(run.stepsDone),
          .integer(run.stepsPlanned), .text(String(run.seed)), .text(shown(run.started)),
          .text(spoken(seconds: run.duration)),
        ] + values)
    }
    listing.show(in: session)
  }
}

extension RunRecord {
  /// Seconds from its start to its end, or to when it was last heard of.
  var duration: Double { (ended ?? heartbeat).timeIntervalSince(started) }
}
