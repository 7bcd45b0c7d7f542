/// What a label column is called, and what can stand in it.
package struct LabelDescription: Sendable, Hashable {
  /// As it is typed: `Smiling`, `race`, or `class` where a data set has nothing but classes.
  package let name: String
  package let kind: Kind

  package enum Kind: Sendable, Hashable {
    /// It holds for an example or does not.
    case attribute
    /// One of some words, in this order.
    case words([String])
    case number
  }

  package init(_ name: String, _ kind: Kind) { (self.name, self.kind) = (name, kind) }

  /// What the classes of a data set that has nothing else are called.
  package static let classes = "class"

  /// Numbers that it takes in a label vector: one, of words one for each.
  package var width: Int {
    if case .words(let words) = kind { words.count } else { 1 }
  }

  /// Letter by letter: what differs in the form of its Unicode is something else.
  package static func == (one: LabelDescription, other: LabelDescription) -> Bool {
    guard one.name.isExactly(other.name) else { return false }
    switch (one.kind, other.kind) {
    case (.attribute, .attribute), (.number, .number): return true
    case (.words(let some), .words(let others)):
      return some.count == others.count && zip(some, others).allSatisfy { $0.isExactly($1) }
    case (.attribute, _), (.number, _), (.words, _): return false
    }
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension LabelDescription.Kind: CustomStringConvertible {
  /// `yes or no`, `a number`, `one of 3 words`.
  package var description: String {
    switch self {
    case .attribute: "yes or no"
    case .words(let words): words.count == 1 ? "one word" : "one of \(words.count) words"
    case .number: "a number"
    }
  }
}

extension String {
  /// Whether it has the same bytes: Swift holds `é` in one piece and in two for equal.
  package func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
