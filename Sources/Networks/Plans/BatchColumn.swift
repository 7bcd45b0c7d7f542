/// What a batch holds of each example, as programs read it.
package enum BatchColumn: String, Sendable, Hashable, CaseIterable, Comparable {
  /// `[N, …]`, in -1…1.
  case image
  /// `[N, classes]`, or `[N, k]` of attributes.
  case label
  /// `[N, k]`: 1 where the label is known, else 0.
  case known
  /// `[N, k]`: labels of other examples, drawn from the data, for what is generated.
  case drawnLabel = "drawn_label"

  /// `[N, …]`: images with the damage that is to be repaired, in -1…1 and beyond.
  case damaged
  /// `[N, 1, height, width]`: 1 where nothing is left of the image, else 0.
  case hole

  /// Whether it is of the examples of the batch.
  package var isOfBatch: Bool { self != .drawnLabel }

  /// The name of the programs' input.
  package var input: String { self == .image ? "real" : rawValue }

  package static func < (one: BatchColumn, other: BatchColumn) -> Bool {
    one.rawValue < other.rawValue
  }
}
