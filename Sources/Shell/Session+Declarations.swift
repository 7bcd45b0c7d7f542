import Foundation
import Language
import Notebook
import Reports
import Terminal

extension Statement {
  /// Whether nothing follows the verb.
  var isBare: Bool { operands.isEmpty && options.isEmpty && block == nil && !isBackground }
}

extension Session {
  /// Journals what a name means from now on.
  func declare(
    _ kind: DeclarationKind, _ name: Word, text: String, _ value: some Encodable
  ) throws {
    let notebook = try notebook()
    let json = try Self.json(of: value)
    _ = try notebook.declare(
      kind, name: name.text, text: text, json: json, session: journal.sessionRow)
  }

  /// Lists the declarations of a kind, newest last.
  func listDeclarations(_ kind: DeclarationKind, _ verb: String) throws {
    let rows = try existingNotebook()?.declarations(kind) ?? []
    if rows.isEmpty && !configuration.prefersJSON {
      return output.line("none yet; `help \(verb)` tells how one is declared")
    }
    var table = Table(["name", "declared", "statement"])
    for row in rows { table.append([.text(row.name), .date(row.declared), .text(row.text)]) }
    show(table)
  }

  /// A specification as the notebook keeps it: the same for the same value.
  static func json(of value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

extension DeclarationRecord {
  /// The specification that was declared.
  ///
  /// - Throws: `ShellError.failed` where the notebook holds something else.
  func value<Value: Decodable>() throws(ShellError) -> Value {
    do { return try JSONDecoder().decode(Value.self, from: Data(json.utf8)) } catch {
      throw .failed("\(kind.rawValue) `\(name)` in the notebook cannot be read; declare it again")
    }
  }
}
