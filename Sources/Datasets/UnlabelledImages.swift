import TerminalText

/// Images that a source has no label for. Which of them are examples is known once they are decoded.
struct UnlabelledImages: Sendable {
  /// By their numbers in the source.
  let images: [Int]
  /// Said after the number of them: `image has no row in ages.csv`, `images have …`.
  let one: String
  let many: String

  /// Of those that are examples; nil where there are none.
  func note(besides skipped: some Sequence<Int>, name: (Int) -> String) -> String? {
    let skipped = Set(skipped)
    let examples = images.filter { !skipped.contains($0) }
    guard let first = examples.first else { return nil }
    return "\(counted(examples.count, one, many)), the first: \(name(first).quoted)"
  }
}
