import Foundation
package import Language
import Notebook
import Terminal

extension Session {
  /// Talks with the person at the terminal until `quit` or Ctrl-D; where there is none, runs
  /// standard input as a script.
  ///
  /// - Returns: after a conversation, success: errors were dealt with by the person in it.
  package func converse() -> Outcome {
    guard configuration.isInteractive else { return runStandardInput() }
    greet()
    runStartup()
    let editor = LineEditor(
      isInteractive: configuration.isInteractive,
      history: History(path: StandardFolders.state.map { $0 + "/history" }), notices: notices,
      show: { [unowned self] in self.errors.put($0 + "\n") },
      announce: { [unowned self] in self.announce() },
      completer: { [unowned self] line, word in self.complete(line, word: word) })
    while !isQuitting && !Interrupts.mustEnd {
      let entry = editor.read(
        prompt: { output.styled(nextLabel + ":", .green) + " " },
        continuation: output.styled("...:".indented(to: nextLabel.count + 1), .green) + " ",
        isComplete: { !isIncomplete($0) })
      let label = nextLabel
      guard case .text(let text) = entry else {
        output.put("\n")
        if !Interrupts.mustEnd && !mayLeave() { continue }
        break
      }
      if text.trimmed.isEmpty { continue }
      if run(SourceText(name: label, text: text), .stopsAtFailure) == .failed {
        let dropped = editor.dropPasted()
        if dropped > 0 { tellLeftOut(dropped, "line") }
      }
      Interrupts.take()
    }
    return Interrupts.mustEnd ? .interrupted : .succeeded
  }

  /// What the next statement is numbered as.
  private var nextLabel: String { "In [\(journal.nextNumber)]" }

  /// Runs the statements given with `-c`.
  package func runCommandLine(_ text: String) -> Outcome {
    run(SourceText(name: "<command>", text: text))
  }

  /// Runs a script.
  ///
  /// - Parameter asked: values of its parameters by name; it must declare each of them.
  package func runFile(at path: String, with asked: [String: Term] = [:]) -> Outcome {
    do {
      let source = try SourceText(readingFileAt: path)
      includes.append(path)
      defer { includes.removeLast() }
      return with(ScriptParameters(asked: asked)) { run(source) }
    } catch TextFileError.interrupted {
      return .interrupted
    } catch {
      let meant = suggestion(forFileAt: path).map { "; \($0)" }.joined()
      report("\(error)\(meant)")
      return .failed
    }
  }

  /// Reads standard input to its end and runs it as a script.
  package func runStandardInput(with asked: [String: Term] = [:]) -> Outcome {
    do {
      let source = try SourceText(readingStandardInputAs: "<stdin>")
      return with(ScriptParameters(asked: asked)) { run(source) }
    } catch TextFileError.interrupted {
      return .interrupted
    } catch {
      report("\(error)")
      return .failed
    }
  }

  /// Runs the file that every conversation begins with. What is wrong in it is said, and the
  /// conversation begins nevertheless.
  private func runStartup() {
    guard let path = configuration.startupPath, FileManager.default.fileExists(atPath: path) else {
      return
    }
    do {
      let source = try SourceText(readingFileAt: path, mayBePipe: false)
      includes.append(path)
      defer { includes.removeLast() }
      _ = run(source, .keepsGoing)
    } catch { report("\(error)") }
    Interrupts.take()
  }

  private func greet() {
    let path = configuration.notebookPath
    let isThere = Notebook.exists(at: path)
    let notebook = isThere ? "notebook \(path)" : "a new notebook, \(path)"
    output.put("\(output.styled("gansh", .bold)) · \(notebook) · `help` says what can be typed\n")
  }
}
