/// An adversarial objective, by its keyword; `Signatures.objectives` says which there are.
package struct Objective: Sendable, Hashable {
  package let keyword: String

  package init(_ keyword: String) { self.keyword = keyword }

  /// What is played for where nothing else is said.
  package static let nonSaturating = Objective("nonsaturating")
}
