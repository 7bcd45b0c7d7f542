import Language

/// The first layers of a network that keep their weights while the others are trained: `discriminator:3`.
///
/// - Source: Mo et al. 2020, arXiv:2002.10964 (FreezeD).
package struct Freezing: Sendable, Hashable {
  /// The network's name.
  package let network: String
  /// Layers with weights, from the first on; what normalises what the last of them gives is frozen with it.
  package let layers: Int

  package init(_ network: String, layers: Int) { (self.network, self.layers) = (network, layers) }

  package static let range = 1...1000
}

extension Freezing: CustomStringConvertible {
  package var description: String { "\(network):\(layers)" }

  /// Reads `discriminator:3`, `discriminator:3+generator:1`; `no`.
  static func list(_ term: Term) throws(Diagnostic) -> [Freezing] {
    if term.text == "no" { return [] }
    if case .list = term.value {
      throw Diagnostic(
        "several networks are joined with `+`, not with commas", at: term.span,
        help: ["write `\(term.source.replacing(",", with: "+"))`"])
    }
    var all: [Freezing] = []
    for part in term.joined {
      guard let layers = part.argument.flatMap({ Int($0) }), range.contains(layers) else {
        throw Diagnostic(
          "freeze is a network and how many of its first layers, not `\(part.keyword)"
            + "\(part.argument.map { ":\($0)" } ?? "")`", at: part.span,
          help: ["write it like `freeze=discriminator:3`"])
      }
      guard !all.contains(where: { $0.network == part.keyword }) else {
        throw Diagnostic("`\(part.keyword)` is given twice", at: part.span)
      }
      all.append(Freezing(part.keyword, layers: layers))
    }
    return all.sorted { $0.network < $1.network }
  }
}
