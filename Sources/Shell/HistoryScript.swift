import Digests
import Foundation
import Language
import Notebook

/// Cells as a script: what went well as it was typed, what did not as a comment.
///
/// What an `include` brought in, or a `cure` or a run's alarm began, is left to it; what a `rerun` repeated stands there itself. A parameter that
/// was declared before the first cell is declared at the top.
struct HistoryScript {
  /// What such a script begins with, by which an earlier one is known; the digest of the rest follows.
  private static let heading = "# Made by `history` of gansh; SHA-256 of what follows: "
  /// What it began with before there was a digest.
  private static let earlierHeading = "# Made by `history` of gansh\n"

  /// Where a file is from.
  enum Origin {
    case made, edited, foreign
    /// Made by a program that noted no digest: whether it was changed since cannot be told.
    case earlier
  }

  /// Whether a file is such a script, as it was made.
  static func origin(of file: Data) -> Origin {
    if file.starts(with: earlierHeading.utf8) { return .earlier }
    guard file.starts(with: heading.utf8) else { return .foreign }
    guard let end = file.firstIndex(of: 0x0A) else { return .edited }
    let digest = String(
      decoding: file[file.startIndex..<end].dropFirst(heading.utf8.count), as: UTF8.self)
    return digest == self.digest(of: Data(file[(end + 1)...])) ? .made : .edited
  }

  private static func digest(of rest: Data) -> String {
    var digest = SHA256()
    rest.withUnsafeBytes { digest.update($0) }
    return digest.finish()
  }

  let text: String
  /// Statements in it, comments aside.
  let count: Int

  /// - Parameters:
  ///   - cells: in their order.
  ///   - earlier: of the same session before them, for the parameters that they declare.
  ///   - known: parameters that hold now.
  init(_ cells: [CellRecord], after earlier: [CellRecord], known: ScriptParameters) {
    var lines: [String] = []
    var count = 0
    let repeated = Set(cells.filter { Self.verb(of: $0) == "rerun" }.map(\.number))
    let own = Set(cells.map(\.number)).subtracting(repeated)
    var declared = ScriptParameters()
    var missing: [String] = []
    for cell in cells {
      if let outer = cell.outer, own.contains(outer) { continue }
      if repeated.contains(cell.number) { continue }
      let source = cell.source.split(separator: "\n", omittingEmptySubsequences: false)
      guard cell.status == .ok else {
        lines.append("# \(cell.status.rawValue):")
        lines += source.map { "# " + $0 }
        continue
      }
      count += 1
      lines += source.map(String.init)
      for name in references(in: cell.source)
      where declared.values[name] == nil && !missing.contains(name) {
        missing.append(name)
      }
      Self.declare(cell, in: &declared)
    }
    var before = known
    for cell in earlier where cell.status == .ok { Self.declare(cell, in: &before) }
    let declarations = missing.compactMap { name in
      before.values[name].map { "param \(name)=\($0.typed)" }
    }
    let rest = (declarations + lines).map { $0 + "\n" }.joined()
    text = Self.heading + Self.digest(of: Data(rest.utf8)) + "\n" + rest
    self.count = count + declarations.count
  }

  private static func verb(of cell: CellRecord) -> String {
    cell.source.split { $0.isWhitespace }.first.map(String.init) ?? ""
  }

  private static func declare(_ cell: CellRecord, in parameters: inout ScriptParameters) {
    guard verb(of: cell) == "param" else { return }
    let source = SourceText(name: "cell", text: cell.source)
    _ = readings(of: source, all: false, with: &parameters)
  }
}
