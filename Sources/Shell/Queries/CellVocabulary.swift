import Notebook

extension Vocabulary<CellQuantity> {
  /// What is known of cells.
  static var cells: Self {
    Vocabulary(
      rows: "cells",
      fields: [
        Field("text", "source", as: .text, .text, "what was typed"),
        Field("output", as: .output, .text, "what was printed"),
        Field(
          "status", as: .status, .choice(CellStatus.allCases.map(\.rawValue)), "how it ended"),
        Field("number", as: .number, .integer, "its number, as in `In [7]`"),
        Field("session", as: .session, .integer, "the sitting in which it was typed"),
        Field("started", as: .started, .date, "when it was typed"),
        Field("took", "duration", as: .took, .duration, "how long it took"),
      ])
  }
}
