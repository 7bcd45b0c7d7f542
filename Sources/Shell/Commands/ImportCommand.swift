import Digests
import Foundation
import Language
import MetricDescriptions
import Metrics
import Notebook
import Reports
import Terminal
import TerminalText
import Training

/// `import answers.json`: what people have answered on a page of trials.
struct ImportCommand: Command {
  static let synopsis = Synopsis(
    "import", "take in what people have answered on a page of pictures",
    parameters: [
      Parameter("file", .path, "a file of answers (.json), or a folder of such files")
    ],
    options: [
      OptionSynopsis(
        "rater", .text, "another name for the rater, who may have taken one that was taken",
        initial: "the one in the file", example: "\(setting)\nimport answers.json rater=bob")
    ],
    discussion: """
      `evaluate RUN metrics=\(TrialRequest.keyword) to page.html` writes a page; who has gone through it saves a file of answers. \
      What its pictures are only the notebook knows that made it. The answers are kept there, and with them, of all raters of the \
      page: \(HumanJudgement.metrics.map { "`\($0.name)`" }.joined(separator: ", ")), as metrics of the checkpoint's step. Intervals \
      are of 95% (Wilson), answers taken for independent; a row for each rater shows how far they differ, and the agreement is \
      Fleiss' kappa. A file that was taken in before changes nothing; one that goes on with a session takes the place of the earlier one.
      """,
    examples: [Example("Of one rater.", "\(setting)\nimport answers.json")],
    searchTerms: ["human", "people", "raters", "answers", "hype", "turing", "survey"],
    answer: .listing)

  private static let setting = """
    \(EvaluateCommand.measuresSetting)
    evaluate made metrics=human trials=4 to page.html
    !printf '{"gansh":"human answers","version":1,"rater":"ann","begun":"1",%s,"answers":[%s]}' \
    "$(grep -o '"page":"[0-9a-f]*"' page.html)" '{"trial":0,"answer":"real","milliseconds":900}' > answers.json
    """

  private let file: Word
  private let rater: String?

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    file = try arguments.requiredWord("file")
    rater = try arguments.option("rater")?.asWord(for: "rater").text
  }

  func run(in session: Session) throws {
    let notebook = try session.notebook()
    var pages: [(page: ArtifactRecord, isNew: Bool)] = []
    for path in try paths(session) {
      let (page, isNew) = try keep(contentsOf: path, in: notebook)
      if let place = pages.firstIndex(where: { $0.page == page }) {
        pages[place].isNew = pages[place].isNew || isNew
      } else {
        pages.append((page, isNew))
      }
    }
    for (page, isNew) in pages { try tell(page, keeping: isNew, in: session) }
  }

  // MARK: Files

  private func paths(_ session: Session) throws -> [String] {
    let path = session.path(file)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw Diagnostic(
        "there is no file `\(file.text)`", at: file.span, help: suggestion(forFileAt: file.text))
    }
    guard isFolder.boolValue else { return [path] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let found = names.filter { $0.lowercased().hasSuffix(".json") }.sorted()
    guard !found.isEmpty else {
      throw Diagnostic("`\(file.text)` has no files of answers (.json)", at: file.span)
    }
    guard rater == nil || found.count == 1 else {
      throw Diagnostic("`rater` names one, and there are \(found.count) files", at: file.span)
    }
    return found.map { path + "/" + $0 }
  }

  /// Letters of a rater's name, at most.
  private static let longestName = 80
  /// Bytes of a file of answers, at most; two thousand take less than half a megabyte.
  private static let limit = 8 << 20

  /// Keeps a file of answers, where it is of a page of this notebook and not there yet.
  ///
  /// - Returns: the page, and whether it was not there.
  private func keep(
    contentsOf path: String, in notebook: Notebook
  ) throws -> (page: ArtifactRecord, isNew: Bool) {
    let file = SafeText.oneLine(URL(filePath: path).lastPathComponent)
    func refuse(_ fact: String, _ help: [String] = []) -> Diagnostic {
      Diagnostic("\(file) is no file of answers: \(fact)", at: self.file.span, help: help)
    }
    let place = URL(filePath: path).resolvingSymlinksInPath()
    let values = try? place.resourceValues(forKeys: [.isRegularFileKey, .fileSizeKey])
    guard values?.isRegularFile == true, let size = values?.fileSize else {
      throw refuse("it is no file")
    }
    guard size <= Self.limit else { throw refuse("it has \(Readable.bytes(size))") }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw refuse("it cannot be read")
    }
    let answers: TrialAnswers
    do { answers = try JSONDecoder().decode(TrialAnswers.self, from: data) } catch {
      throw refuse(
        Self.reason(error),
        ["the page saves them at its end: `Save answers`, or the text to be copied"])
    }
    guard
      let page = try notebook.artifacts(kind: .trials).last(where: { $0.digest == answers.page })
    else {
      throw Diagnostic(
        "\(file) has answers for a page that this notebook has not made", at: self.file.span,
        help: ["open the one that made it: `gansh --notebook FILE`"])
    }
    let key = try Self.key(of: page, in: notebook)
    if let fault = answers.fault(beside: key) { throw refuse(fault) }
    let name = SafeText.oneLine(rater ?? answers.rater).trimmed
    let rater = name.isEmpty ? "a rater" : String(name.prefix(Self.longestName))
    let digest = SHA256.digest(of: data)
    let earlier = try Self.raters(of: page, in: notebook).raters
    let known = try notebook.artifacts(run: page.run, kind: .answers)
    guard !known.contains(where: { $0.digest == page.digest && $0.checkpoint == digest }) else {
      return (page, false)
    }
    if earlier.contains(where: { $0.name == rater && $0.answers.begun != answers.begun }) {
      throw Diagnostic(
        "rater `\(SafeText.oneLine(rater))` has answered this page before", at: self.file.span,
        help: ["someone else of that name: `import \(word(self.file.text)) rater=NAME`"])
    }
    var artifact = Artifact(.answers, step: page.step, count: answers.answers.count)
    (artifact.digest, artifact.path, artifact.options) = (answers.page, path, rater)
    artifact.checkpoint = digest
    try notebook.record(artifact, run: page.run, content: data)
    return (page, true)
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "it has no `\(key.stringValue)`"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "its `\(context.codingPath.last?.stringValue ?? "whole")` is of another kind"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      context.debugDescription
    default: "it is no JSON"
    }
  }

  private static func key(of page: ArtifactRecord, in notebook: Notebook) throws -> TrialKey {
    guard let content = try notebook.content(ofArtifact: page.id),
      TrialKey.number(of: content) == page.digest,
      let key = try? JSONDecoder().decode(TrialKey.self, from: content)
    else {
      throw ShellError.failed("what the pictures of the page are cannot be read in the notebook")
    }
    return key
  }

  /// A rater of a page, with the last file of the session.
  private struct Rater {
    let name: String
    let answers: TrialAnswers
  }

  /// - Returns: the raters of a page, and how many files are not what was kept.
  private static func raters(
    of page: ArtifactRecord, in notebook: Notebook
  ) throws -> (raters: [Rater], unreadable: Int) {
    var raters: [Rater] = []
    var unreadable = 0
    for row in try notebook.artifacts(run: page.run, kind: .answers) where row.digest == page.digest
    {
      guard let content = try notebook.content(ofArtifact: row.id),
        let answers = try? JSONDecoder().decode(TrialAnswers.self, from: content)
      else {
        unreadable += 1
        continue
      }
      let rater = Rater(name: row.options, answers: answers)
      if let place = raters.firstIndex(where: { $0.name == rater.name }) {
        // Of one session what goes on furthest, in whichever order files come.
        if answers.answers.count >= raters[place].answers.answers.count { raters[place] = rater }
      } else {
        raters.append(rater)
      }
    }
    return (raters, unreadable)
  }

  // MARK: What came of it

  /// Shows what all raters of a page have said.
  ///
  /// - Parameter isNew: whether it is to be kept as metrics: some of it was not there before.
  private func tell(_ page: ArtifactRecord, keeping isNew: Bool, in session: Session) throws {
    let notebook = try session.notebook()
    let run = try notebook.run(page.run)
    let key = try Self.key(of: page, in: notebook)
    let (all, unreadable) = try Self.raters(of: page, in: notebook)
    let raters = all.filter { $0.answers.fault(beside: key) == nil }
    let lost = unreadable + all.count - raters.count
    if lost > 0 {
      session.errors.line(
        "note: \(grouped(lost)) \(lost == 1 ? "file" : "files") of answers cannot be read in the notebook"
      )
    }
    let judgement = HumanJudgement(raters.map(\.answers), beside: key)
    let shares = judgement.shares(isOfPairs: key.isOfPairs)
    let kappa = judgement.kappa
    let readings =
      shares.map { MetricReading($0.metric, $0.share.value, error: $0.share.standardError) }
      + (kappa.map { [MetricReading(HumanJudgement.agreement, $0)] } ?? [])
    if isNew {
      try notebook.record(
        Evaluation(
          step: page.step, protocolWord: key.conditions.word, conditions: key.conditions.json,
          seconds: 0, readings: readings.map(key.conditions.named)), of: run)
    }
    var table = Table(["measure", "value", "95% from", "to", "answers", "kept as"])
    for (metric, share) in shares {
      table.append([
        .text(metric.label), .percent(share.value), .percent(share.interval.lowerBound),
        .percent(share.interval.upperBound), .integer(share.count),
        .text(MeasuredName.joined(metric.name, key.conditions.word)),
      ])
    }
    if let kappa {
      table.append([
        .text(HumanJudgement.agreement.label), .number(kappa), .none, .none,
        .integer(raters.reduce(0) { $0 + $1.answers.answers.count }),
        .text(MeasuredName.joined(HumanJudgement.agreement.name, key.conditions.word)),
      ])
    }
    session.errors.line(
      "\(run.name) after step \(grouped(page.step)), \(grouped(raters.count)) "
        + "\(raters.count == 1 ? "rater" : "raters"):")
    if raters.count > 1 {
      for (number, rater) in raters.enumerated() {
        let own = HumanJudgement([rater.answers], beside: key).shares(isOfPairs: key.isOfPairs)
        let share = own.first.map { Table.Cell.percent($0.share.value).shown } ?? ""
        session.errors.line(
          "  \(number + 1). \(SafeText.oneLine(rater.name)): \(share) of \(grouped(rater.answers.answers.count))"
        )
      }
    }
    session.show(table)
  }
}
