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
      It reads what the signals of the run said on its way (`signals=` of `run`): how different samples are, \
      what of the data they cover, the spectra of weights, whether the discriminator wins, how steady the game \
      is, whether samples are copies. Signals of two families in three checks in a row are a failure; losses \
      are not used. Of a run without signals the checkpoints are measured instead.

      Each number stands beside the one from which on it speaks of a failure; those come from runs that went \
      well. What to try is given as lines that can be run, the best first, with the reason, what a step costs \
      with it, and where it was published.
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
    let lines = try remedies(for: diagnosis, in: session)
    if session.configuration.prefersJSON {
      if file != nil { try showSheets(of: diagnosis, in: session) }
      return session.show(Self.table(diagnosis, lines))
    }
    for line in diagnosis.verdict { session.output.line(line) }
    if !diagnosis.numbers.isEmpty {
      session.output.line()
      session.show(Self.table(diagnosis))
      try showCurves(of: diagnosis, in: session)
    }
    try showSheets(of: diagnosis, in: session)
    guard !lines.isEmpty else { return }
    session.output.line()
    session.output.line("what to try, the best first:")
    for (line, remedy) in lines {
      session.output.line("  " + session.output.styled(line, .bold))
      session.output.line(
        "    \(remedy.reason); a step takes \(remedy.cost == 1 ? "as long" : "about \(Readable.number(remedy.cost)) times as long") "
          + "(\(remedy.source))")
    }
  }

  // MARK: Numbers

  private static func table(_ diagnosis: RunDiagnosis) -> Table {
    var table = Table(["signal", "now", "threshold", "family"])
    for (metric, value, threshold, isBelow) in diagnosis.numbers {
      let limit = "\(isBelow ? "below" : "above") \(Readable.number(threshold, digits: 3))"
      let family = diagnosis.evidence.first { $0.metric == metric.name }?.family.rawValue ?? ""
      table.append([
        .text(metric.name), Table.Cell(value, of: metric), .text(limit), .text(family),
      ])
    }
    return table
  }

  /// One row, for programs.
  private static func table(
    _ diagnosis: RunDiagnosis, _ lines: [(line: String, remedy: Remedy)]
  ) -> Table {
    var table = Table([
      "run", "failure", "since", "confidence", "families", "signals", "checks", "remedy",
    ])
    let signals = diagnosis.evidence.map { evidence in
      "\(evidence.metric)=\(printed(evidence.value))\(evidence.isBelow ? "<" : ">")"
        + printed(evidence.threshold)
    }
    table.append([
      .text(diagnosis.run.name), .text(diagnosis.failure?.rawValue ?? "none"),
      .integer(diagnosis.since), .number(diagnosis.alarm?.confidence),
      .integer(diagnosis.alarm?.families.count), .text(signals.joined(separator: " ")),
      .integer(diagnosis.ownChecks.count),
      .text(lines.first?.line),
    ])
    return table
  }

  /// The signals of one family that speak, in one plot over the checks.
  private func showCurves(of diagnosis: RunDiagnosis, in session: Session) throws {
    guard let first = diagnosis.numbers.first?.metric, diagnosis.checks.count > 1 else { return }
    let family = diagnosis.evidence.first { $0.metric == first.name }?.family
    let alike = diagnosis.numbers.map(\.metric).filter { metric in
      metric.unit == first.unit
        && diagnosis.evidence.contains { $0.metric == metric.name && $0.family == family }
    }
    let curves = alike.enumerated().map { number, metric in
      Curve(
        label: metric.label,
        points: diagnosis.checks.compactMap { check in
          check.values[metric.name].map { Curve.Point(x: Double(check.step), y: $0) }
        }, colour: number)
    }
    let marks = diagnosis.since.map {
      [Plot.Mark(x: Double($0), label: "fails since step \(grouped($0))", firstStep: $0)]
    }
    let plot = Plot(
      title: family?.rawValue ?? first.family, unit: first.unit, curves: curves, marks: marks ?? [])
    session.output.line()
    try session.show(
      Figure(plots: [plot], plotWidth: Double(session.output.width * 2), plotHeight: 200))
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
    let steps = pair.map { grouped($0.step) }.joined(separator: " and ")
    let words = "samples after step \(steps)"
    if let file {
      try session.write(picture.pngData(), to: file)
      if session.configuration.prefersJSON { return }
      return try session.tell(words, writtenTo: file)
    }
    guard diagnosis.failure != nil else { return }
    session.output.line()
    try session.show(picture, named: words, way: "diagnose \(run.name) to \(run.name).png")
  }

  // MARK: Remedies

  /// Lines that can be run, with what is behind them.
  private func remedies(
    for diagnosis: RunDiagnosis, in session: Session
  ) throws -> [(line: String, remedy: Remedy)] {
    let (run, notebook) = (diagnosis.run, try session.notebook())
    let step = try notebook.checkpoint(before: diagnosis)
    var taken = Set<String>()
    return try diagnosis.remedies(from: step).prefix(4).map { remedy in
      var (number, name) = (1, try notebook.freeName(.plain(run.name, then: "-cure")))
      while taken.contains(name) {
        number += 1
        name = try notebook.freeName(.plain(run.name, then: "-cure-\(number)"))
      }
      let line = remedy.line(
        for: run, at: step, in: diagnosis.specification, as: name)
      if !line.hasPrefix("tune") { taken.insert(name) }
      return (line, remedy)
    }
  }
}

extension Notebook {
  /// The step of the newest checkpoint from before a run failed; nil: there is none.
  func checkpoint(before diagnosis: RunDiagnosis) throws -> Int? {
    let since = diagnosis.since ?? diagnosis.run.stepsDone
    return try checkpoints(run: diagnosis.run.id).last { $0.isGood && $0.step < since }?.step
  }
}

extension RunDiagnosis {
  /// What is worth trying, the best first.
  ///
  /// - Parameter step: of the checkpoint that it is tried from; nil: from the beginning.
  func remedies(from step: Int?) -> [Remedy] {
    guard let failure else { return [] }
    return Remedy.proposed(for: failure, specification).filter {
      step != nil || !$0.changesNetworks
    }
  }
}

extension RunDiagnosis {
  /// What has happened, in plain words: how it stands, since when, how sure that is.
  var verdict: [String] {
    if isNotFinite {
      return [
        "\(run.name) diverged: \(run.message.isEmpty ? "a loss or gradient was not a finite number" : run.message)"
      ]
        + (alarm.map { ["before that, from step \(grouped($0.since)): \($0.failure.words)"] } ?? [])
    }
    var lines: [String] = []
    if let failure, let alarm {
      lines.append("\(run.name): \(failure.words), since step \(grouped(alarm.since))")
      lines.append(
        "  \(Int((alarm.confidence * 100).rounded()))% sure: signals of \(Self.listed(alarm.families.map(\.rawValue))) "
          + "say so, \(CollapseDetector.checks) checks in a row (\(alarm.failure.rawValue) at step \(grouped(alarm.step)))"
      )
    } else if let recovered {
      lines.append(
        "\(run.name) is healthy again since step \(grouped(recovered.step)); from step "
          + "\(grouped(recovered.alarm.since)) \(recovered.alarm.failure.words)")
    } else if let suspicion {
      lines.append(
        "\(run.name) may be failing since step \(grouped(suspicion)): signals of two families say so, "
          + "but not yet \(CollapseDetector.checks) checks in a row")
    } else if let last = ownChecks.last, let grace = tooEarly {
      lines.append(
        "it is too early to tell of \(run.name): its last check is of step \(grouped(last.step)), and nothing is "
          + "told before step \(grouped(grace))")
    } else if let last = ownChecks.last {
      let count = ownChecks.count
      let once = count == 1 ? "the one check" : "\(grouped(count)) checks"
      lines.append(
        "\(run.name) is healthy as far as \(once) up to step \(grouped(last.step)) can tell")
      if isAstray {
        lines.append("  but hardly a sample lies among the data: look at its samples")
      }
      if !evidence.isEmpty {
        lines.append(
          "  signals of one family alone speak of a failure, which has innocent reasons as well: "
            + Self.listed(Array(Set(evidence.map(\.family.rawValue))).sorted()))
      }
    } else {
      lines.append("nothing was measured of \(run.name)")
    }
    let layers = silentLayers.prefix(3).map {
      "\($0.layer) (\(Readable.number($0.share * 100, digits: 2))% of its first gradients)"
    }
    if !layers.isEmpty { lines.append("  layers whose gradients vanish: \(Self.listed(layers))") }
    if failure == .vanishing, silentLayers.isEmpty {
      lines.append("  `gradients=layers` of `run` says in which layer")
    }
    return lines
  }

  private static func listed(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }
}
