import Foundation
import Images
import Language
import MetricDescriptions
import Metrics
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `diagnose RUN [to FILE]`.
struct DiagnoseCommand: Command {
  static let synopsis = Synopsis(
    "diagnose", "say whether a run fails, since when, why, and what to try",
    parameters: [
      Parameter("run", .run, "a run, at work or ended"),
      Parameter(
        "file", .path, "a PNG file for its sheets from before and after", after: "to",
        isRequired: false),
    ],
    discussion: """
      It reads the signals that the run has measured on its way (`signals=` of `run`): how different samples are, \
      what of the data they cover, the spectra of weights, whether the discriminator wins, how steady the game \
      is, whether samples are copies. A run fails where signals of two families, or of memorisation, are past their \
      thresholds in three checks in a row and it does not learn any more, until none has been in three; losses are not used. Of a run without signals the checkpoints \
      are measured instead.

      Each number stands beside its threshold, which comes from runs that went well. Then come the signals as \
      curves, the sheet from before and the latest, and lines to try, the best first, with the reason, what a step \
      costs with it, and where it was published. A line begins at the newest checkpoint from before the failure, \
      where there is none, or no check found the run well, at its first step, with the dials as they stood when it failed.
      """,
    examples: [
      Example("What is wrong with a run.", "diagnose base", given: .runs),
      Example("With its sheets, from before and now.", "diagnose base to both.png", given: .runs),
    ],
    searchTerms: ["collapse", "alarm", "why", "failure", "wrong", "help", "remedy"],
    answer: .listing)

  private let name: Word
  private let file: Word?

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    name = try arguments.requiredWord("run")
    file = try arguments.word("file")
    if let file, file.fileEnding != "png" {
      throw Diagnostic(
        "sheets are written as a PNG file, not as `\(file.text)`", at: file.span,
        help: ["let the name end in .png"])
    }
  }

  func run(in session: Session) throws {
    let run = try session.run(named: name)
    let diagnosis = try session.diagnosis(of: run, namedBy: name)
    let start = try session.notebook().start(of: diagnosis)
    let lines = try remedies(for: diagnosis, from: start, in: session)
    if session.configuration.prefersJSON {
      if file != nil { try showSheets(of: diagnosis, in: session) }
      return session.show(Self.table(diagnosis, lines))
    }
    for line in diagnosis.verdict { session.output.line(line) }
    if diagnosis.failure == nil, let modes = try modes(of: diagnosis, in: session), !modes.areEnough
    {
      session.output.line("  but its samples reach only \(modes.words)")
    }
    if !diagnosis.evidence.isEmpty {
      session.output.line()
      session.show(Self.table(diagnosis))
    }
    try showCurves(of: diagnosis, in: session)
    try showSheets(of: diagnosis, in: session)
    guard !lines.isEmpty else { return }
    session.output.line()
    session.output.line("what to try, the best first\(Self.caution(diagnosis, start)):")
    for (line, remedy) in lines {
      session.output.line("  " + session.output.styled(line, .bold))
      let cost =
        remedy.cost == 1
        ? "as long" : "about \(Readable.number(remedy.cost, digits: 2)) times as long"
      let source = remedy.source.isEmpty ? "" : " (\(remedy.source))"
      let words = "\(remedy.reason); a step takes \(cost)\(source)"
      for part in session.output.wrapped(words, indent: 4) { session.output.line(part) }
    }
  }

  /// What cannot be counted any more is said, and the diagnosis stands without it.
  private func modes(of diagnosis: RunDiagnosis, in session: Session) throws -> ReachedModes? {
    do { return try session.reachedModes(of: diagnosis, namedBy: name) } catch let error
      as Diagnostic
    {
      session.errors.line("note: modes are not counted: \(error.message)")
      return nil
    }
  }

  /// Where no check has found the state well that lines begin with.
  private static func caution(_ diagnosis: RunDiagnosis, _ start: Int?) -> String {
    guard let start, start > 0, !diagnosis.wasWell else { return "" }
    return " (it is not known to have been well at step \(grouped(start)))"
  }

  // MARK: Numbers

  private static func table(_ diagnosis: RunDiagnosis) -> Table {
    var table = Table(["signal", "now", "threshold", "family"])
    for signal in diagnosis.evidence {
      let metric = RunHandle.metrics.named(signal.metric)
      table.append([
        .text(metric.name), Table.Cell(signal.value, of: metric), .text(signal.limit),
        .text(signal.family.rawValue),
      ])
    }
    return table
  }

  /// One row, for programs.
  private static func table(
    _ diagnosis: RunDiagnosis, _ lines: [(line: String, remedy: Remedy)]
  ) -> Table {
    var table = Table([
      "run", "failure", "since", "alarm", "alarms", "confidence", "families", "signals", "checks",
      "remedy",
    ])
    let signals = diagnosis.evidence.map { evidence in
      "\(evidence.metric)=\(printed(evidence.value))\(evidence.isBelow ? "<" : ">")"
        + printed(evidence.threshold)
    }
    table.append([
      .text(diagnosis.run.name), .text(diagnosis.failure?.rawValue ?? "none"),
      .integer(diagnosis.since), .integer(diagnosis.alarms.last?.step),
      .integer(diagnosis.alarms.count),
      .number(diagnosis.alarm == nil ? nil : diagnosis.score?.confidence),
      .integer(diagnosis.alarm?.families.count), .text(signals.joined(separator: " ")),
      .integer(diagnosis.ownChecks.count),
      .text(lines.first?.line),
    ])
    return table
  }

  /// The signals that are past their thresholds over the checks: of each of the first families those of one unit.
  private func showCurves(of diagnosis: RunDiagnosis, in session: Session) throws {
    let evidence =
      diagnosis.evidence.isEmpty ? diagnosis.alarm?.evidence ?? [] : diagnosis.evidence
    guard !evidence.isEmpty, diagnosis.checks.count > 1 else { return }
    let marks = diagnosis.since.map {
      [Plot.Mark(x: Double($0), label: "fails since step \(grouped($0))", firstStep: $0)]
    }
    let plots = evidence.families.prefix(CollapseDetector.families).map { family in
      let metrics = evidence.filter { $0.family == family }.map {
        RunHandle.metrics.named($0.metric)
      }
      let alike = metrics.filter { $0.unit == metrics[0].unit }
      let curves = alike.enumerated().map { number, metric in
        Curve(
          label: metric.label,
          points: diagnosis.checks.compactMap { check in
            check.values[metric.name].map { Curve.Point(x: Double(check.step), y: $0) }
          }, colour: number)
      }
      return Plot(
        title: family.rawValue, unit: metrics[0].unit, curves: curves, marks: marks ?? [])
    }
    session.output.line()
    try session.show(
      Figure(plots: plots, plotWidth: Double(session.output.width * 2), plotHeight: 160))
  }

  // MARK: Sheets

  /// The sheet from before the failure and the latest one.
  private func showSheets(of diagnosis: RunDiagnosis, in session: Session) throws {
    let (run, notebook) = (diagnosis.run, try session.notebook())
    var pair: [ArtifactRecord] = []
    if let since = diagnosis.since,
      let before = try notebook.sampleSheet(run: run.id, atStep: max(0, since - 1))
    {
      pair.append(before)
    }
    if let last = try notebook.sampleSheet(run: run.id), last.id != pair.last?.id {
      pair.append(last)
    }
    let pages = try pair.compactMap { try notebook.picture(of: $0, ofRun: run) }
    guard pages.count == pair.count, !pages.isEmpty else {
      if let file {
        throw Diagnostic("run `\(run.name)` has kept no samples yet", at: file.span)
      }
      return
    }
    let picture = SampleSheet(columns: pages.count, gap: 4).compose(pages)
    let words = Self.words(of: pair.map(\.step), diagnosis)
    if let file {
      try session.write(picture.pngData(), to: file)
      if session.configuration.prefersJSON { return }
      return try session.tell(words, writtenTo: file)
    }
    guard diagnosis.failure != nil else { return }
    session.output.line()
    try session.show(picture, named: words, way: "diagnose \(run.name) to \(run.name).png")
  }

  /// What a sheet shows; as the one from before the failure only what a check found well.
  private static func words(of steps: [Int], _ diagnosis: RunDiagnosis) -> String {
    let places = steps.map { "after step \(grouped($0))" }
    guard places.count == 2 else { return "samples \(places[0])" }
    return diagnosis.wasWell
      ? "samples \(places[0]), before the failure, and \(places[1])"
      : "samples \(places[0]), not known to be well, and \(places[1])"
  }

  // MARK: Remedies

  /// Lines that can be run, with what is behind them.
  private func remedies(
    for diagnosis: RunDiagnosis, from start: Int?, in session: Session
  ) throws -> [(line: String, remedy: Remedy)] {
    let (run, notebook) = (diagnosis.run, try session.notebook())
    guard let start else { return [] }
    var taken = Set<String>()
    return try diagnosis.remedies(from: start).prefix(4).map { remedy in
      var (number, name) = (1, try notebook.freeName(.plain(run.name, then: "-cure")))
      while taken.contains(name) {
        number += 1
        name = try notebook.freeName(.plain(run.name, then: "-cure-\(number)"))
      }
      let line = remedy.line(of: diagnosis, at: start, as: name)
      if !line.hasPrefix("tune") { taken.insert(name) }
      return (line, remedy)
    }
  }
}

extension Notebook {
  /// The step from which another way is gone: of the newest checkpoint from before a run failed; where there is none,
  /// or the run was never well, that of its first, a branch's own, or 0.
  ///
  /// - Returns: nil of a branch that has no checkpoint of its first step.
  func start(of diagnosis: RunDiagnosis) throws -> Int? {
    let since = diagnosis.since ?? diagnosis.run.stepsDone
    let steps = try checkpoints(run: diagnosis.run.id).filter(\.isGood).map(\.step)
    if diagnosis.alarm?.isFromFirst != true, let before = steps.last(where: { $0 < since }) {
      return before
    }
    let first = diagnosis.specification.begun
    return first == 0 || steps.contains(first) ? first : nil
  }
}

extension RunDiagnosis {
  /// What is worth trying, the best first, with the dials as they stood at the failure.
  ///
  /// - Parameter start: the step that it is tried from.
  func remedies(from start: Int) -> [Remedy] {
    guard let failure = failure ?? suspected else { return [] }
    var failing = specification
    failing.recipe = recipe
    let since = since ?? .max
    let turns = madeTurns(after: start).filter { $0.step < since }
    return (turns.isEmpty ? [] : [Remedy.leavingOut(turns)]) + asTurned(since)
      + Remedy.proposed(for: failure, failing)
  }

  /// With the dials as they were turned after it had failed, which may have come too late for what was lost.
  private func asTurned(_ since: Int) -> [Remedy] {
    let late = turns.filter { $0.step >= since }
    guard !late.isEmpty else { return [] }
    let before = specification.recipe.tuned(by: turns.filter { $0.step < since }, after: since)
    let now = specification.recipe.tuned(by: turns, after: .max)
    let keys = Set(late.map { $0.dial.optionKey })
    let change = now.options(inPlaceOf: before).filter { option in
      keys.contains { RunParameters.touches(String(option.prefix { $0 != "=" }), $0) }
    }
    return change.isEmpty ? [] : [Remedy.asTurned(change.joined(separator: " "))]
  }
}
