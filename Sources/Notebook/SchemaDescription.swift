/// One table of the notebook in words, for those who write SQL.
package struct TableDescription: Sendable, Hashable {
  package var name: String
  package var summary: String
  package var columns: [Column]

  package struct Column: Sendable, Hashable {
    package var name: String
    package var summary: String
  }

  fileprivate init(
    _ name: String, _ summary: String, _ columns: KeyValuePairs<String, String>
  ) {
    self.name = name
    self.summary = summary
    self.columns = columns.map { Column(name: $0.key, summary: $0.value) }
  }
}

extension Notebook {
  /// Every table and column in words. Dates are UTC text (`2026-01-31 12:00:00.000`); 64-bit
  /// seeds are stored as the signed integer of the same bits.
  package static let schemaDescription: [TableDescription] =
    [notebookTable, sessionTable, cellTable, declarationTable, runTable, parameterTable]
    + metricTables
    + productTables + remarkTables + sweepTables + evaluationTables + latentTables + views

  private static let notebookTable = TableDescription(
    "notebook", "What the notebook knows about itself: one row.",
    [
      "id": "A number of its own; the mark in its folder of checkpoints has it too.",
      "file": "The name of its file; null until there is a checkpoint.",
      "folder": "The folder of its checkpoints, beside it; null until there is one.",
    ])

  private static let sessionTable = TableDescription(
    "session", "One gansh process at work in the notebook.",
    [
      "id": "Its number.", "host": "Name of the machine.", "cpu": "The processor's model.",
      "build": "Version of gansh and how it was built.", "threads": "Threads that compute.",
      "directory": "Working directory.", "gitCommit": "Commit checked out there.",
      "gitDirty": "1 if tracked files differed from it.",
      "gitDiffDigest": "SHA-256 of `git diff HEAD`.", "pid": "Process number.",
      "processStart": "Boot and tick in which the process started.",
      "started": "When it began.", "ended": "When it ended; null while it lasts or if killed.",
    ])

  private static let cellTable = TableDescription(
    "cell", "One typed statement and what it printed.",
    [
      "id": "Its number in the notebook.", "session": "Where it was typed.",
      "number": "Its number in the session, as in `In [7]`.", "source": "What was typed.",
      "output": "What was printed.", "started": "When.", "duration": "Seconds it took.",
      "status": "`running`, `ok`, `error` or `interrupted`.",
      "outer": "Number of the cell that it was part of; null if it was typed itself.",
    ])

  private static let declarationTable = TableDescription(
    "declaration",
    "A data set, architecture or recipe; the newest row of a name is what the name means.",
    [
      "id": "Its number.", "kind": "`dataset`, `architecture` or `recipe`.", "name": "Its name.",
      "text": "The canonical statement.", "session": "Where it was declared.",
      "declared": "When.",
    ])

  private static let runTable = TableDescription(
    "run", "One training run.",
    [
      "id": "Its number.", "name": "Its name, unique.", "session": "Where it was started.",
      "architecture": "The declaration it uses.", "dataset": "The declaration it uses.",
      "recipe": "The declaration it uses.", "text": "The whole specification, canonical.",
      "seed": "Where all its randomness starts.",
      "status": "`running`, `finished`, `stopped`, `diverged`, `interrupted` or `failed`.",
      "stepsPlanned": "Generator updates wanted.", "stepsDone": "Generator updates done.",
      "started": "When it began.", "ended": "When it ended; null while it runs.",
      "heartbeat": "When its process was last heard of.", "pid": "Process that works on it.",
      "processStart": "Boot and tick in which that process started.",
      "host": "Machine it ran on.", "build": "Version of gansh.",
      "threads": "Threads that computed.", "kernels": "Backend and kernels that computed.",
      "gitCommit": "Commit checked out in the working directory.",
      "gitDirty": "1 if tracked files differed from it.",
      "gitDiffDigest": "SHA-256 of `git diff HEAD`.", "message": "Why it ended.",
      "dataDigest": "SHA-256 of the prepared examples; null in older rows: unknown.",
      "labelsDigest": "SHA-256 of their labels; null where there are none.",
      "dataCount": "Number of examples; null for points.",
      "resumed": "When it last went on; null if it never did.",
      "worked": "Seconds at work before that.",
      "kind": "What is trained: `adversarial`, `bidirectional`, `classifier` or `autoencoder`.",
      "parent": "The run that it repeats; null for a run of its own.",
      "parentStep": "Steps of that one that were taken over.",
      "derivation": "By which its rows of `parameter` were made.",
    ])

  private static let parameterTable = TableDescription(
    "parameter", "Every entry of every run's specification as the run began, made of its text.",
    [
      "run": "Whose it is.",
      "key": "With its owner: `lr`, `data.modes`, `generator.3.conv.channels`.",
      "position": "Its place among the run's.",
      "kind": "`setting`, `layer` or `detail` of another.",
      "whole": "The key that says the same of both networks, where this is about one of them.",
      "text": "As it is typed.",
      "number": "The number that it is, or of `gp:10` the 10; else null.",
    ])

  private static let metricTables = [
    TableDescription(
      "metricName", "Names of metrics, and what each is, as the program that logged it said.",
      [
        "id": "What points refer to.", "name": "The name by which it is typed.",
        "label": "Its name at a curve and over a column; null: nobody has said what it is.",
        "family": "The plot that it shares with others of the family.",
        "unit": "Empty for pure numbers.",
        "direction": "`highest` or `lowest`, whichever is better; null: neither is.",
        "format": "`real`, `count`, or `percent` for a share from 0 to 1.",
        "meaning": "A sentence about it.", "listed": "1 if listings show it unasked.",
      ]),
    TableDescription(
      "metric", "Every logged value, clustered by run, name and step.",
      [
        "run": "Whose it is.", "name": "Row of `metricName`.", "step": "Steps done.",
        "value": "The value; null if it is not finite.",
        "kind": "0 finite, 1 NaN, 2 +infinity, 3 -infinity.",
        "time": "Milliseconds that the run had been at work.",
      ]),
    TableDescription(
      "metricBucket",
      "Stretches of 256 steps summed up, where they have points enough; curves of long runs use it.",
      [
        "run": "Whose it is.", "name": "Row of `metricName`.", "bucket": "step / 256.",
        "sum": "Sum of the finite values.",
      ], isSum: true),
    TableDescription(
      "metricSummary", "Each metric of each run in one row, right after every write.",
      [
        "run": "Whose it is.", "name": "Row of `metricName`.",
        "mean": "Mean of the finite values.",
      ], isSum: true),
  ]

  private static let productTables = [
    TableDescription(
      "artifact", "What runs made: sheets of samples, sets of samples, strips, files.",
      [
        "id": "Its number, by which `samples` and `compare samples` know a set.",
        "run": "Whose it is.",
        "kind": "`sheet` (on the way, one of a step), `samples`, `strip`, `animation`.",
        "step": "Steps done; of several steps the last.", "count": "Samples on it or in it.",
        "seed": "What its latents were drawn with.",
        "labels": "The labels that were asked for; null where none were.",
        "truncation": "How far latents were truncated; null: not at all.",
        "average": "1 if the averaged weights made it; null: not known.",
        "options": "What else it was made with, as it is typed.",
        "checkpoint": "SHA-256 of the checkpoint; null where it was made during the training.",
        "digest": "SHA-256 of the samples, whatever file they are in.",
        "path": "Where it was written; null: only here, or on the terminal.",
        "width": "Pixels of the picture kept here.", "height": "Pixels.",
        "threads": "Threads that computed it.",
        "kernels": "Kernels that computed it, where there was a choice; JSON.",
        "build": "Version of gansh.", "session": "Where it was asked for.", "made": "When.",
        "content": "The picture kept here, as PNG; null where none is.",
      ]),
    TableDescription(
      "checkpoint", "Files of weights from which a run can go on.",
      [
        "id": "Its number.", "run": "Whose it is.", "step": "Steps done.",
        "path": "The file, relative to the notebook's folder.", "digest": "SHA-256 of it.",
        "bytes": "Its size.", "good": "0 if its numbers or its file are damaged.",
        "made": "When.",
      ]),
  ]

  private static let remarkTables = [
    TableDescription(
      "tweak", "Turns of dials while a run was under way, journalled before they took effect.",
      [
        "id": "Its number.", "run": "Whose it is.", "dial": "The key, as it is typed.",
        "setting": "Where it was turned to, as it is typed.",
        "step": "Steps done when it took effect, one less than in `tweaks`; null while it waits.",
        "session": "Where it was asked for.", "asked": "When.",
      ]),
    TableDescription(
      "request", "What was asked of a run, by whichever shell.",
      [
        "id": "Its number.", "run": "Whose it is.", "kind": "`stop`, `pause` or `proceed`.",
        "session": "Where it was asked for.", "asked": "When.",
        "taken": "When its process heard of it; null until then.",
      ]),
    TableDescription(
      "event", "What happened, in order: interruptions, alarms, divergences.",
      [
        "id": "Its number.", "run": "Whose it is; null for the notebook's own.",
        "step": "Steps done.", "kind": "One word.", "message": "A sentence.",
        "json": "Details for programs.", "time": "When.",
      ]),
    TableDescription(
      "note", "Remarks about runs.",
      ["id": "Its number.", "run": "Whose it is.", "text": "The remark.", "time": "When."]),
    TableDescription(
      "tag", "Words by which runs are grouped.", ["run": "Whose it is.", "name": "The word."]),
  ]

  private static let sweepTables = [
    TableDescription(
      "sweep", "Many runs that one statement asks for.",
      [
        "id": "Its number.", "name": "Its name, unique.",
        "text": "The statement, with what parameters stood for.",
        "session": "Where it was typed.", "made": "When.",
        "jobs": "Processes that were asked for last.", "threads": "Threads of each of its runs.",
        "metric": "By which the better ones go on; null where all go on to the end.",
        "direction": "Which end of it is better.", "factor": "One in so many goes on.",
        "stopped": "When somebody asked that no more of it is begun; null if it may be.",
      ]),
    TableDescription(
      "trial", "A run that a sweep asks for, which may not have begun.",
      [
        "id": "Its number.", "sweep": "Whose it is.", "number": "Its number in the sweep.",
        "configuration": "The number of what it has in common with runs of other seeds.",
        "seed": "What its random numbers are drawn with.",
        "name": "What its run is called at first.", "settings": "What was chosen, as typed.",
        "statement": "The statement that runs it.",
        "fingerprint": "SHA-256 of the specification without lengths and places.",
        "steps": "Steps that it is to do now.", "goal": "Steps that it may do in all.",
        "state": "`waiting`, `taken` by a process, or `done` as far as it goes now.",
        "host": "Machine of the process that has taken it.", "pid": "That process.",
        "processStart": "Boot and tick in which that process started.",
        "taken": "When it was taken last.", "takings": "How often it was taken.",
        "failure": "Why it could not begin.", "run": "Its run; null before it has begun.",
      ]),
  ]

  private static let evaluationTables = [
    TableDescription(
      "evaluation", "What was measured of samples of a checkpoint.",
      [
        "id": "Its number.", "run": "Whose it is.", "step": "Steps done.",
        "protocol": "The word of what it was measured by, which its metrics' names have.",
        "conditions": "All that it was measured by, as JSON.", "made": "When.",
        "seconds": "How long it took.",
      ]),
    TableDescription(
      "measure", "A value of an evaluation.",
      [
        "evaluation": "Whose it is.", "name": "The metric's name.",
        "value": "The value; null if not finite.", "kind": "Its kind, as in `metric`.",
        "error": "What it may be off by; null if not known.",
      ]),
  ]

  private static let latentTables = [
    TableDescription(
      "direction", "A direction in the latents of a generator along which something changes.",
      [
        "id": "Its number.", "run": "Whose generator.", "step": "Steps done.",
        "name": "Of the attribute or of the component.", "method": "How it was found.",
        "conditions": "All that it was found by, as JSON.",
        "accuracy": "The share of other samples that it tells rightly; null if not told.",
        "made": "When.", "vector": "Single precision, little end first; of length 1.",
      ]),
    TableDescription(
      "latent", "A latent vector that has a name.",
      [
        "id": "Its number.", "run": "Whose generator.", "step": "Steps done.",
        "name": "What it is called.", "origin": "What it was found for.",
        "labels": "What the generator was given beside it; null: nothing.",
        "loss": "What was left of the search's loss.", "made": "When.",
        "vector": "Single precision, little end first.",
      ]),
  ]

  private static let views = [
    TableDescription(
      "evaluations", "Every value of every evaluation, with names: a view of `measure`.",
      [
        "run": "The run's name.", "step": "Steps done.", "measure": "The metric's name.",
        "value": "The value; null if not finite.", "error": "What it may be off by.",
        "protocol": "The word of what it was measured by.",
        "conditions": "All that it was measured by, as JSON.", "made": "When.",
      ]),
    TableDescription(
      "trials", "The runs that sweeps ask for, with names: a view of `trial`.",
      [
        "sweep": "The sweep's name.", "number": "Its number in the sweep.",
        "configuration": "The number of what it has in common with runs of other seeds.",
        "seed": "What its random numbers are drawn with.", "settings": "What was chosen.",
        "state": "`waiting`, `taken` or `done`.", "run": "The name of its run, once it has begun.",
        "status": "The run's status, or why it could not begin.",
      ]),
    TableDescription(
      "metrics", "Every logged value with names instead of ids: a view of `metric`.",
      [
        "run": "The run's name.", "name": "The metric's name.", "step": "Steps done.",
        "value": "The value, infinities too; null if it is NaN.",
        "time": "Seconds that the run had been at work.",
      ]),
    TableDescription(
      "sampleSheet", "Sheets of samples as they were kept before: a view of `artifact`.",
      [
        "id": "Its number.", "run": "Whose it is.", "step": "Steps done.",
        "png": "The picture.", "latentSeed": "What its latents were drawn with.",
        "width": "Pixels.", "height": "Pixels.", "count": "Samples on it.", "made": "When.",
      ]),
    TableDescription(
      "parameters",
      "Every entry of every run's specification, dials as they stand now: a view that only gansh knows.",
      [
        "run": "The run's name.",
        "key": "The key with its owner: `lr`, `data.seed`, `generator.3.conv.channels`.",
        "value": "What it is now: a number where it is one, else text.",
      ]),
    TableDescription(
      "tweaks", "Turns of dials with names and steps as listings have them: a view of `tweak`.",
      [
        "run": "The run's name.", "dial": "The key, as it is typed.",
        "setting": "Where it was turned to, as it is typed.",
        "step": "The first step under it; null while it waits.", "asked": "When.",
      ]),
  ]
}

extension TableDescription {
  /// A table that sums points up, with the columns that all such tables have.
  fileprivate init(
    _ name: String, _ summary: String, _ columns: KeyValuePairs<String, String>, isSum: Bool
  ) {
    self.init(name, summary, columns)
    let common: KeyValuePairs = [
      "count": "Points.", "finite": "Points whose value is finite.",
      "firstStep": "Step of the first point.", "first": "Its value; null if not finite.",
      "firstKind": "Its kind, as in `metric`.", "lastStep": "Step of the last point.",
      "last": "Its value; null if not finite.", "lastKind": "Its kind, as in `metric`.",
      "minimum": "The smallest finite value.", "minimumStep": "The first step that has it.",
      "maximum": "The largest finite value.", "maximumStep": "The first step that has it.",
    ]
    self.columns += common.map { Column(name: $0.key, summary: $0.value) }
  }
}
