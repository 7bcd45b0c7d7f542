import Language

/// What stands after the name in a declaration; it parses to the same data set. What examples are chosen from
/// is called `base` there, and declared by `statements(named:)`.
extension DatasetSpecification: CustomStringConvertible {
  package var description: String {
    switch source {
    case .examples, .joined:
      String(statement(named: "x", from: bases.map { _ in "base" }).dropFirst("data x ".count))
    case .read(let source):
      (["\(source)"] + (preprocessing.map { ["\($0)"] } ?? []) + block).joined(separator: " ")
    }
  }

  /// The block that says which labels there have to be, where that is said.
  var block: [String] { labels.isEmpty ? [] : [labels.block] }
}
