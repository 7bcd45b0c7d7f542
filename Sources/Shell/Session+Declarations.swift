import Foundation
import Language
import Notebook
import Reports
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
    _ kind: DeclarationKind, _ name: String, text: String, _ value: some Encodable
  ) throws {
    let notebook = try notebook()
    let json = try Self.json(of: value)
    _ = try notebook.declare(
      kind, name: name, text: text, json: json, session: journal.sessionRow)
  }

  /// What the names of a kind mean now.
  func declared<Value: Decodable>(_ kind: DeclarationKind) throws -> [String: Value] {
    let rows = try existingNotebook()?.declarations(kind) ?? []
    var values: [String: Value] = [:]
    for row in rows { values[row.name] = try row.value() }
    return values
  }

  /// Reads what may build on others of its kind: first with those that the statement names, which are
  /// found at once however many there are, then, for what may have been meant, with all.
  func reading<Value: Decodable, Result>(
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
      throw .failed(
        "\(kind.spoken) `\(name)` in the notebook, `json` of row \(id) of `declaration`, cannot be "
          + "read: \(fault(ofJSON: error)); declare it again")
    }
  }
}

/// What is wrong with JSON that another program has changed: the entry and the fact.
func fault(ofJSON error: any Error) -> String {
  func place(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
    let keys = context.codingPath + (key.map { [$0] } ?? [])
    return keys.isEmpty ? "the whole" : "`\(keys.map(\.stringValue).joined(separator: "."))`"
  }
  return switch error {
  case DecodingError.keyNotFound(let key, let context): "\(place(context, key)) is missing"
  case DecodingError.valueNotFound(_, let context): "\(place(context)) has no value"
  case DecodingError.typeMismatch(_, let context): "\(place(context)) is of another kind"
  case DecodingError.dataCorrupted(let context):
    context.codingPath.isEmpty ? "it is no JSON" : "\(place(context)) has a value that cannot be"
  default: "\(error)"
  }
}
