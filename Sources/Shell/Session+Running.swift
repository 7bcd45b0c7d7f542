package import Language
import Terminal

/// How a text of statements came out.
package enum Outcome: Sendable, Hashable {
  case succeeded, failed, interrupted

  /// What the program tells the one that started it.
  package var exitStatus: Int32 {
    switch self {
    case .succeeded: 0
    case .failed: 1
    case .interrupted: 130
    }
  }
}

extension Session {
  /// A statement that has been read.
  private struct Prepared {
    let statement: Statement
    let command: any Command
  }

  /// Runs the statements of a text.
  ///
  /// The whole text is read before its first statement runs; a fault anywhere in it means that
  /// nothing runs, unless the session keeps going. Errors are shown here.
  package func run(_ source: SourceText) -> Outcome {
    let parsed = parsePrefix(source)
    var prepared: [Result<Prepared, Diagnostic>] = parsed.statements.map(prepare)
    if let fault = parsed.fault { prepared.append(.failure(fault)) }

    if !configuration.keepsGoing, let fault = prepared.compactMap(\.fault).first {
      journalFault(fault, in: source)
      return .failed
    }
    var outcome = Outcome.succeeded
    for entry in prepared {
      if isQuitting || Interrupts.mustEnd { break }
      switch entry {
      case .failure(let fault):
        journalFault(fault, in: source)
        outcome = .failed
      case .success(let entry):
        let result = run(entry.command, entry.statement, in: source)
        if result == .interrupted { return .interrupted }
        if result == .failed { outcome = .failed }
        if result == .failed && !configuration.keepsGoing { return .failed }
      }
    }
    return Interrupts.mustEnd ? .interrupted : outcome
  }

  /// Runs a file's statements as part of this session.
  ///
  /// - Throws: a `Diagnostic` where files include one another in a circle, or
  ///   `ShellError.reported` where a statement of the file failed.
  func include(_ source: SourceText, at place: Span) throws {
    guard !includes.contains(source.name), includes.count < 32 else {
      let circle = (includes + [source.name]).map { "`\($0)`" }.joined(separator: " > ")
      throw Diagnostic("files include one another: \(circle)", at: place)
    }
    includes.append(source.name)
    defer { includes.removeLast() }
    switch run(source) {
    case .succeeded: return
    case .failed: throw ShellError.reported
    case .interrupted: throw ShellError.interrupted
    }
  }

  private func prepare(_ statement: Statement) -> Result<Prepared, Diagnostic> {
    do {
      let command = try Registry.read(
        statement, allowsAbbreviation: configuration.isInteractive && includes.isEmpty)
      return .success(Prepared(statement: statement, command: command))
    } catch { return .failure(error) }
  }

  private func run(
    _ command: any Command, _ statement: Statement, in source: SourceText
  ) -> Outcome {
    let text = source.text(of: statement.span)
    if configuration.echoes { echo(text) }
    let isJournalled = type(of: command).synopsis.isJournalled
    let cell = isJournalled ? journal.open(text) : nil
    _ = output.takeRecord()
    let outcome = attempt({ try command.run(in: self) }, in: source)
    if let cell { note { try journal.close(cell, output: output.takeRecord(), outcome) } }
    return outcome
  }

  /// The statement as it would look at the prompt.
  private func echo(_ text: String) {
    let label = "In [\(journal.nextNumber)]:"
    let continuation = "\n" + "...:".indented(to: label.count) + " "
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    output.put(label + " " + lines.joined(separator: continuation) + "\n")
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

  /// Shows a fault of the text itself and keeps it, so that the notebook tells what was tried.
  private func journalFault(_ fault: Diagnostic, in source: SourceText) {
    show(fault, in: source)
    guard configuration.isInteractive else { return }
    let cell = journal.open(source.text.trimmed)
    let rendered = fault.rendered(in: source, colour: false)
    note { try journal.close(cell, output: rendered + "\n", .failed) }
  }

  private func show(_ fault: Diagnostic, in source: SourceText) {
    errors.line(fault.rendered(in: source, colour: errors.hasColour))
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
