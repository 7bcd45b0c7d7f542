/// What cells can be chosen and ordered by.
package enum CellQuantity: String, SQLQuantity, CaseIterable {
  /// Its number in its session.
  case number
  /// Number of the sitting in which it was typed.
  case session
  case text, output, status, started
  /// Seconds.
  case took

  package static let table = "cell"

  package var value: SQLFragment {
    switch self {
    case .text: SQLFragment("cell.source")
    case .took: SQLFragment("cell.duration")
    case .number, .session, .output, .status, .started: SQLFragment("cell.\(rawValue)")
    }
  }
}
