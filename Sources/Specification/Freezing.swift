import Language

/// The first layers of a network that keep their weights while the others are trained, `discriminator:3`, or move more slowly,
/// `discriminator:3:0.1`.
///
/// - Source: Mo et al. 2020, arXiv:2002.10964 (FreezeD).
package struct Freezing: Sendable, Hashable {
  /// The network's name.
  package let network: String
  /// Layers with weights, from the first on; what normalises what the last of them gives goes with it.
  package let layers: Int
  /// What the optimiser's steps are multiplied by; 0: the weights stay.
  package let rate: Double

  package init(_ network: String, layers: Int, rate: Double = 0) {
    (self.network, self.layers, self.rate) = (network, layers, rate)
  }

  package static let range = 1...1000
}

extension Freezing: CustomStringConvertible {
  package var description: String {
    "\(network):\(layers)" + (rate == 0 ? "" : ":\(printed(rate))")
  }

  /// Reads `discriminator:3`, `discriminator:1+discriminator:3:0.1+generator:1`; `no`.
  static func list(_ term: Term) throws(Diagnostic) -> [Freezing] {
    if term.text == "no" { return [] }
    var all: [Freezing] = []
    for part in try term.joined(calling: "several networks") {
      let numbers = (part.argument ?? "").split(separator: ":", omittingEmptySubsequences: false)
      let rate = numbers.count > 1 ? Double(numbers[1]) : 0
      guard let layers = numbers.first.flatMap({ Int($0) }), range.contains(layers), let rate,
        (0..<1).contains(rate), numbers.count <= 2
      else {
        throw Diagnostic(
          "freeze is a network, how many of its first layers and, below 1, how fast they move, not "
            + "`\(part.keyword)\(part.argument.map { ":\($0)" } ?? "")`", at: part.span,
          help: ["write it like `freeze=discriminator:3` or `freeze=discriminator:3:0.1`"])
      }
      all.append(Freezing(part.keyword, layers: layers, rate: rate))
    }
    all.sort { ($0.network, $0.layers) < ($1.network, $1.layers) }
    for (one, next) in zip(all, all.dropFirst())
    where one.network == next.network && (one.layers == next.layers || one.rate >= next.rate) {
      throw Diagnostic(
        "`\(one)` and `\(next)` contradict each other", at: term.span,
        help: [
          "of one network more layers move faster: `\(one.network):1+\(one.network):3:0.1`"
        ])
    }
    return all
  }
}
