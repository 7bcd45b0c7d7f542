import Datasets
import Foundation
import Language
import Networks
import Notebook
import Reports
import Specification
import Terminal

extension Statement {
  /// Whether nothing follows the verb.
  var isBare: Bool { operands.isEmpty && options.isEmpty && block == nil && !isBackground }

  /// Whether a declaration builds on another one of the notebook.
  func isLike(anythingBut presets: [String]) -> Bool {
    let model = operands.dropFirst().first { $0.text != "like" }
    let isLike = operands.dropFirst().first?.text == "like"
    guard let model else { return false }
    return (isLike || !presets.isEmpty) && !presets.contains(model.text)
  }

  /// - Throws: at an `&`, for what is done at once.
  func expectForeground() throws(Diagnostic) {
    guard isBackground else { return }
    let place = Span(max(span.start, span.end - 1), span.end)
    throw Diagnostic(
      "`\(verb.text)` is done at once and cannot go to the background", at: place,
      help: ["leave the `&` out"])
  }
}

extension Session {
  /// Journals what a name means from now on.
  func declare(
    _ kind: DeclarationKind, _ name: String, text: String
  ) throws {
    _ = try notebook().declare(kind, name: name, text: text, session: journal.sessionRow)
  }

  /// What the names of a kind mean now, of those that this program can read.
  private func declared<Value: StoredSpecification>(
    _ kind: DeclarationKind
  ) throws -> [String: Value] {
    let rows = try existingNotebook()?.declarations(kind) ?? []
    var values: [String: Value] = [:]
    for row in rows { values[row.name] = try? row.value() }
    return values
  }

  /// Reads what may build on others of its kind: first with those that the statement names, which are
  /// found at once however many there are, then, for what may have been meant, with all.
  func reading<Value: StoredSpecification, Result>(
    _ kind: DeclarationKind, in statement: Statement,
    _ body: (_ known: [String: Value]) throws(Diagnostic) -> Result
  ) throws -> Result {
    var named: [String: Value] = [:]
    for term in statement.operands.dropFirst() {
      guard let row = try existingNotebook()?.declaration(kind, named: term.text) else { continue }
      named[row.name] = try row.value()
    }
    do { return try body(named) } catch { return try body(declared(kind)) }
  }

  /// Lists the declarations of a kind, newest last.
  func listDeclarations(_ kind: DeclarationKind, _ verb: String) throws {
    let rows = try existingNotebook()?.declarations(kind) ?? []
    if rows.isEmpty && !configuration.prefersJSON {
      return output.line("none yet; `help \(verb)` tells how one is declared")
    }
    var table = Table(["name", "declared", "statement"])
    for row in rows {
      // What a data set is made of is declared before it, and stands under its own name.
      let text = kind == .dataset ? row.text.lastLine : row.text
      table.append([.text(row.name), .date(row.declared), .text(text)])
    }
    show(table)
  }
}

extension DeclarationRecord {
  /// The architecture that was declared, of layers that this program has and that fit together.
  ///
  /// - Throws: `ShellError.failed` as `value` does, and where they do not.
  func architecture() throws(ShellError) -> ArchitectureSpecification {
    let architecture: ArchitectureSpecification = try value()
    do { try Signatures.all.check(architecture) } catch { throw unreadable(error) }
    return architecture
  }

  /// The data set that was declared, of a source that this program has.
  ///
  /// - Throws: `ShellError.failed` as `value` does, and where it has none.
  func dataset() throws(ShellError) -> DatasetSpecification {
    let dataset: DatasetSpecification = try value()
    do { try dataset.checkKnown(.all) } catch { throw unreadable(error) }
    return dataset
  }

  /// The specification that was declared.
  ///
  /// - Throws: `ShellError.failed` where the notebook holds something else, or what a newer program knows.
  func value<Value: StoredSpecification>() throws(ShellError) -> Value {
    do { return try Value(stored: text) } catch { throw unreadable(error) }
  }

  private func unreadable(_ fault: Diagnostic) -> ShellError {
    .failed(
      "\(kind.spoken) `\(name)` in the notebook, `text` of row \(id) of `declaration`, cannot be "
        + "read: \(fault.message); declare it again, or use a gansh that knows it")
  }
}

extension String {
  /// Of the text of a data set its own statement, after those that declare what it is made of.
  var lastLine: String { split(separator: "\n").last.map(String.init) ?? self }
}
