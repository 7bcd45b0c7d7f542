import Datasets
import Language
import Networks
import Shell
import Specification

/// A text: parsed, its fault shown, its statements printed and parsed again, and read as commands and
/// declarations.
final class LanguageTarget: FuzzTarget {
  static let name = "language"

  init() {}

  func read(_ bytes: [UInt8]) {
    let source = SourceText(name: "fuzz", text: String(decoding: bytes, as: UTF8.self))
    _ = isIncomplete(source.text)
    let parsed = parsePrefix(source)
    if let fault = parsed.fault { show(fault, in: source) }
    readOn(behind: parsed, in: source)
    for statement in parsed.statements {
      let printed = statement.description
      do {
        let again = try parse(SourceText(name: "printed", text: printed))
        expect(
          again.count == 1 && again[0].description == printed && again[0].bare == statement.bare,
          "printed, it is another statement: \(printed)")
      } catch { fatalError("printed, it cannot be parsed: \(printed): \(error.message)") }
      declare(statement, in: source)
      do {
        _ = try Registry.read(statement, allowsAbbreviation: false)
      } catch { show(error, in: source) }
    }
  }

  /// Reading that goes on behind faults finds first what reading that does not finds, and places in
  /// order.
  private func readOn(behind parsed: ParsedText, in source: SourceText) {
    let (all, first) = (readings(of: source, all: true), readings(of: source, all: false))
    let statements = all.prefix { (try? $0.statement.get()) != nil }
    expect(
      statements.map { try? $0.statement.get() } == parsed.statements,
      "reading on, what stands before the first fault is something else")
    expect(
      (all.count == statements.count) == (parsed.fault == nil), "a fault is one reading's alone")
    expect(first.count <= all.count, "reading on, less is found")
    let size = source.text.utf8.count
    var end = 0
    for reading in all {
      expect(
        end <= reading.span.start && reading.span.start <= reading.span.end
          && reading.span.end <= size, "readings overlap")
      end = reading.span.end
      if case .failure(let fault) = reading.statement { show(fault, in: source) }
    }
  }

  private func show(_ fault: Diagnostic, in source: SourceText) {
    for colour in [false, true] {
      let shown = fault.rendered(in: source, colour: colour)
      expect(!shown.isEmpty, "a fault has words")
      if !colour {
        expect(
          shown.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 32 && $0.value != 127 },
          "a fault drives the terminal")
      }
    }
  }

  /// A declaration that is read prints as one that is read as the same.
  private func declare(_ statement: Statement, in source: SourceText) {
    do throws(Diagnostic) {
      switch statement.verb.text {
      case "data":
        let value = try DatasetSpecification(parsing: statement, .all)
        let again = try DatasetSpecification(parsing: only("data x \(value)"), .all)
        expect(again == value, "printed, it is another data set: \(value)")
      case "arch":
        let value = try ArchitectureSpecification(parsing: statement, .all)
        let again = try ArchitectureSpecification(parsing: only("arch x \(value)"), .all)
        expect(again == value, "printed, it is another architecture: \(value)")
        expect(try Model(value).trainingBytes(batch: 64) >= 0, "memory below nothing")
      case "recipe":
        let value = try RecipeSpecification(
          parsing: statement.options, .all, base: RecipeSpecification())
        let again = try RecipeSpecification(
          parsing: only("recipe x \(value)").options, .all, base: RecipeSpecification())
        expect(again == value, "printed, it is another recipe: \(value)")
      default: break
      }
    } catch { show(error, in: source) }
  }

  private func only(_ text: String) throws(Diagnostic) -> Statement {
    let statements = try parse(SourceText(name: "printed", text: text))
    expect(statements.count == 1, "printed, it is \(statements.count) statements: \(text)")
    return statements[0]
  }
}

// MARK: Without places

extension Statement {
  fileprivate var bare: Statement {
    Statement(
      verb: verb.bare, operands: operands.map(\.bare), options: options.map(\.bare),
      block: block?.bare, isBackground: isBackground, span: nowhere,
      rest: ["sql", "!", "help"].contains(verb.text) ? rest : "")
  }
}

private let nowhere = Span(0, 0)

extension Word { fileprivate var bare: Word { Word(text, at: nowhere) } }
extension Option { fileprivate var bare: Option { Option(key: key.bare, value: value.bare) } }
extension Term { fileprivate var bare: Term { Term(value.bare, at: nowhere, source: "") } }

extension Value {
  fileprivate var bare: Value {
    switch self {
    case .list(let terms): .list(terms.map(\.bare))
    case .tagged(let tag, let term): .tagged(tag.bare, term.bare)
    default: self
    }
  }
}

extension Block {
  fileprivate var bare: Block { Block(items: items.map(\.bare), span: nowhere) }
}

extension Block.Item {
  fileprivate var bare: Block.Item {
    Block.Item(
      name: name.bare, operands: operands.map(\.bare), options: options.map(\.bare),
      block: block?.bare, span: nowhere)
  }
}
