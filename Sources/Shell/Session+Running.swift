import Glibc
package import Language
import Notebook
import Reports
import Specification
import Terminal
import TerminalText

/// How a text of statements came out.
package enum Outcome: Sendable, Hashable {
  case succeeded, failed, interrupted

  /// What the program tells the one that started it: an interrupt as 128 and the number of SIGINT, a
  /// reader of its output that went away as 128 and that of SIGPIPE.
  package var exitStatus: Int32 {
    switch self {
    case .succeeded: 0
    case .failed: 1
    case .interrupted: Interrupts.isUnread ? 141 : 130
    }
  }
}

/// What becomes of the rest of a text when a statement of it fails.
enum Perseverance {
  /// A script: the whole is read before its first statement runs, and the first failure ends it.
  case stopsBeforeFaults
  /// What was typed at the prompt: it is run up to the first failure.
  case stopsAtFailure
  /// Everything that can be run is run.
  case keepsGoing
}

/// Ends the program at once. Nothing that is torn down at an ordinary exit may go while a run's thread
/// still computes; what was written is written, since nothing here is buffered.
package func leaveProgram(_ outcome: Outcome) -> Never { _exit(outcome.exitStatus) }

extension Session {
  /// A statement as it was typed, and the command it is, or what is wrong with it.
  private struct Entry {
    let text: String
    let command: Result<any Command, Diagnostic>
    let output: OutputRequest?
    /// Options under words that they had before.
    var earlierKeys: [String] = []
  }

  /// Runs the statements of a text.
  ///
  /// The whole text is read before its first statement runs; a fault anywhere in it means that
  /// nothing runs, unless the session keeps going. Errors are shown here.
  package func run(_ source: SourceText) -> Outcome {
    run(source, configuration.keepsGoing ? .keepsGoing : .stopsBeforeFaults)
  }

  /// Runs the statements of a text.
  func run(_ source: SourceText, _ perseverance: Perseverance) -> Outcome {
    giveDelayedNotes()
    var parameters = parameters
    let entries = entries(
      of: source, all: perseverance == .keepsGoing, with: &parameters)
    if perseverance == .stopsBeforeFaults, let fault = entries.compactMap(\.command.fault).first {
      show(fault, in: source)
      return .failed
    }
    do { try parameters.checkAsked(in: source.name) } catch {
      show(error, in: source)
      return .failed
    }
    var outcome = Outcome.succeeded
    for (index, entry) in entries.enumerated() {
      if isQuitting { break }
      if Interrupts.pendingCount > 0 { return .interrupted }
      switch run(entry, in: source) {
      case .succeeded: continue
      case .interrupted: return .interrupted
      case .failed:
        outcome = .failed
        if perseverance == .keepsGoing { continue }
        let rest = entries.count - index - 1
        if perseverance == .stopsAtFailure && rest > 0 { tellLeftOut(rest, "statement") }
        return .failed
      }
    }
    return Interrupts.mustEnd ? .interrupted : outcome
  }

  /// Does something whose `$name` stand for these values, and goes back to those of before.
  func with<Result>(_ inner: ScriptParameters, _ body: () throws -> Result) rethrows -> Result {
    let before = parameters
    parameters = inner
    defer { parameters = before }
    return try body()
  }

  /// Runs a file's statements as part of this session.
  ///
  /// - Parameter asked: values of parameters that the file must declare.
  /// - Throws: a `Diagnostic` where files include one another in a circle or too deep, or
  ///   `ShellError.reported` where a statement of the file failed.
  func include(_ source: SourceText, at place: Span, asked: [String: Term] = [:]) throws {
    guard includes.count < 32 || includes.contains(source.name) else {
      throw Diagnostic(
        "files include one another 32 deep, and no deeper is gone", at: place,
        help: ["include the innermost ones from fewer files"])
    }
    guard !includes.contains(source.name) else {
      let circle = (includes + [source.name]).map { "`\($0)`" }.joined(separator: " > ")
      throw Diagnostic("files include one another: \(circle)", at: place)
    }
    includes.append(source.name)
    defer { includes.removeLast() }
    switch with(parameters.handedOn(asked: asked), { run(source) }) {
    case .succeeded: return
    case .failed: throw ShellError.reported
    case .interrupted: throw ShellError.interrupted
    }
  }

  /// Says what was not run after something that failed.
  func tellLeftOut(_ count: Int, _ what: String) {
    errors.line(
      "note: the \(count == 1 ? what : "\(grouped(count)) \(what)s") after it \(count == 1 ? "was" : "were") not run"
    )
  }

  /// Longest statement that is run, in bytes; what is longer was not meant.
  private static let longestStatement = 1_000_000

  /// The statements of a text up to its first fault, or all that can be read of it.
  private func entries(
    of source: SourceText, all: Bool, with parameters: inout ScriptParameters
  ) -> [Entry] {
    guard source.text.utf8.count <= SourceText.longest else {
      return [Entry(text: "", command: .failure(source.tooLong), output: nil)]
    }
    let allowsAbbreviation = configuration.isInteractive && includes.isEmpty
    return readings(of: source, all: all, with: &parameters).map { reading in
      let text = source.text(of: reading.span)
      guard text.utf8.count <= Self.longestStatement else {
        let size = Readable.bytes(text.utf8.count)
        let fault = Diagnostic(
          "a statement of \(size) is too long",
          at: Span(reading.span.start, reading.span.start + 1),
          help: [
            "\(Readable.bytes(Self.longestStatement)) at most; a long text belongs in a file"
          ])
        return Entry(text: text.cut(to: 200), command: .failure(fault), output: nil)
      }
      switch reading.statement {
      case .failure(let fault):
        return Entry(text: text.trimmed, command: .failure(fault), output: nil)
      case .success(let statement):
        let command = Result { () throws(Diagnostic) in
          try Registry.read(statement, allowsAbbreviation: allowsAbbreviation)
        }.mapError { fault in
          var fault = fault
          let type = Registry.command(named: statement.verb.text)
          fault.help = (type?.help(for: statement, in: self) ?? []) + fault.help
          return fault
        }
        let keys =
          command.renewsOptions
          ? statement.options.map(\.key.text).filter { RunSpecification.renamedKeys[$0] != nil }
          : []
        return Entry(
          text: text, command: command, output: statement.output, earlierKeys: keys)
      }
    }
  }

  private func run(_ entry: Entry, in source: SourceText) -> Outcome {
    if configuration.echoes { echo(entry.text) }
    tellOfRenamed(entry.earlierKeys)
    let command: any Command
    switch entry.command {
    case .success(let read): command = read
    case .failure(let fault):
      show(fault, in: source)
      let cell = journal.open(entry.text)
      let rendered = fault.rendered(in: source, colour: false)
      note { try journal.close(cell, output: rendered + "\n", .failed) }
      return .failed
    }
    let synopsis = type(of: command).synopsis
    let cell = synopsis.isJournalled ? journal.open(entry.text) : nil
    if cell != nil && synopsis.answer == .messages { note { try journal.writeBegun() } }
    _ = output.takeRecord()
    lookForDeadRuns()
    let begun = ContinuousClock.now
    var outcome = answering(as: synopsis.answer, entry.output) {
      attempt({ try command.run(in: self) }, in: source)
    }
    if isUndelivered() && outcome == .succeeded { outcome = .failed }
    if configuration.isTimed { tell(timeSince: begun) }
    if let cell { note { try journal.close(cell, output: output.takeRecord(), outcome) } }
    // What was done is in no notebook that anybody can open; that was said.
    if cell != nil, opened?.displacement != nil, outcome == .succeeded { outcome = .failed }
    if command is QuitCommand == false { hasWarnedOfRuns = false }
    announce()
    return outcome
  }

  /// Says, once a session, how an option is written now.
  private func tellOfRenamed(_ keys: [String]) {
    for key in keys where toldKeys.insert(key).inserted {
      guard let now = RunSpecification.renamedKeys[key] else { continue }
      errors.line("note: `\(key)=` is written `\(now)=` now")
    }
  }

  /// The statement as it would look at the prompt.
  func echo(_ text: String) {
    let label = "In [\(journal.nextNumber)]:"
    let continuation = "\n" + "...:".indented(to: label.count) + " "
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    output.put(label + " " + lines.joined(separator: continuation) + "\n")
  }

  /// Does it with the output mode of the statement, if it has one, and shows what is long page by
  /// page where a person sits at a terminal.
  private func answering(
    as answer: Answer, _ request: OutputRequest?, _ body: () -> Outcome
  ) -> Outcome {
    let usual = configuration.outputMode
    if let request { configuration.outputMode = request.mode }
    hasShownRows = false
    let pages = configuration.pages && configuration.isInteractive && output.isLive
    if pages && answer != .messages { output.hold() }
    let outcome = body()
    let text = output.takeHeld()
    let isLong = Pager.isNeeded(for: text, width: output.width, height: output.height - 1)
    if !text.isEmpty && !(isLong && Pager.show(text)) { output.send(text) }
    if let request {
      // A `set` in an included file may have meant the rest of the session.
      if configuration.outputMode == request.mode { configuration.outputMode = usual }
      if outcome == .succeeded && !hasShownRows {
        errors.line("note: this lists nothing, so `| \(request.mode.rawValue)` changes nothing")
      }
    }
    return outcome
  }

  /// Whether something could not be printed, which is said: a script would take the empty file for
  /// the answer.
  private func isUndelivered() -> Bool {
    guard let reason = output.takeFailure() else { return false }
    report("the output cannot be written: \(reason)")
    return true
  }

  /// The outcome after all output is delivered; nothing can be printed afterwards.
  package func delivered(_ outcome: Outcome) -> Outcome {
    output.close()
    return isUndelivered() && outcome == .succeeded ? .failed : outcome
  }

  private func tell(timeSince begun: ContinuousClock.Instant) {
    let seconds = (ContinuousClock.now - begun) / .seconds(1)
    errors.line(errors.styled("took \(Readable.duration(seconds))", .dim))
  }

  private func attempt(_ body: () throws -> Void, in source: SourceText) -> Outcome {
    do {
      try body()
      return .succeeded
    } catch let fault as Diagnostic {
      show(fault, in: source)
    } catch ShellError.interrupted {
      return .interrupted
    } catch ShellError.reported {
      // Said where it happened.
    } catch {
      report("\(error)")
    }
    return .failed
  }

  private func show(_ fault: Diagnostic, in source: SourceText) {
    // Made safe where it is rendered.
    errors.put(.sequence(fault.rendered(in: source, colour: errors.hasColour) + "\n"))
  }

  /// A notebook that cannot be written is said once for each cell; the session goes on.
  private func note(_ body: () throws -> Void) {
    do { try body() } catch { report("\(error)") }
  }
}

extension Result where Failure == Diagnostic {
  fileprivate var fault: Diagnostic? {
    if case .failure(let fault) = self { return fault }
    return nil
  }
}

extension SourceText {
  /// What was typed at a place.
  func text(of span: Span) -> String {
    let bytes = text.utf8
    let start = min(max(span.start, 0), bytes.count)
    let end = min(max(span.end, start), bytes.count)
    let from = bytes.index(bytes.startIndex, offsetBy: start)
    return String(decoding: bytes[from..<bytes.index(from, offsetBy: end - start)], as: UTF8.self)
  }
}

extension Result<any Command, Diagnostic> {
  /// Whether earlier words of a run's options were read as those of today.
  fileprivate var renewsOptions: Bool {
    guard case .success(let command) = self else { return false }
    return type(of: command).takesOptionsOfRuns
  }
}
