/// An adversarial objective, by its keyword; `Signatures.objectives` says which there are.
package struct Objective: Sendable, Hashable, Codable {
  package let keyword: String

  package init(_ keyword: String) { self.keyword = keyword }

  /// What is played for where nothing else is said.
  package static let nonSaturating = Objective("nonsaturating")

  package init(from decoder: any Decoder) throws {
    keyword = try decoder.singleValueContainer().decode(String.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(keyword)
  }
}
