import Language
import Specification
import TensorGraph
import TerminalText

extension RecipeSpecification {
  /// What an optimiser moves of some networks, and how fast: all that is trained, but for layers that keep their weights.
  ///
  /// - Throws: where nothing of a network would be left to train.
  func moved(of networks: [Network]) throws(NetworksError) -> [Parameter] {
    var moved: [Parameter] = []
    for network in networks {
      let own = frozen.filter { $0.network == network.name }
      var rates: [String: Double] = [:]
      // Of several that name a layer, the one of the fewest layers.
      for freezing in own.reversed() {
        for name in network.parameters(ofFirst: freezing.layers) { rates[name] = freezing.rate }
      }
      let rest = network.trained.map { parameter in
        var parameter = parameter
        parameter.rate = rates[parameter.name] ?? 1
        return parameter
      }.filter { $0.rate > 0 }
      let count = own.last { $0.rate == 0 }?.layers ?? 0
      guard !rest.isEmpty else {
        throw .architecture(
          "`freeze=\(network.name):\(count)` leaves nothing of the \(network.name) to train: it has "
            + "\(network.weightedLayers) layers with weights")
      }
      moved += rest
    }
    return moved
  }

  /// - Throws: where layers of a network are to keep their weights that the model does not have.
  func checkFrozen(among networks: [Network]) throws(NetworksError) {
    for freezing in frozen where !networks.contains(where: { $0.name == freezing.network }) {
      let meant = nearest(to: freezing.network, in: networks.map(\.name))
      throw .architecture(
        "`freeze=\(freezing)`: there is no network `\(freezing.network)`; the model has "
          + networks.map(\.name).joined(separator: ", ")
          + (meant.map { "; did you mean `\($0)`?" } ?? ""))
    }
  }
}

extension Network {
  /// Names of the parameters of the first layers that multiply by weights, and of what stands between and right after them.
  fileprivate func parameters(ofFirst count: Int) -> Set<String> {
    guard count > 0 else { return [] }
    var (names, passed) = (Set<String>(), 0)
    for layer in layers {
      if layer.multipliesByWeights { passed += 1 }
      guard passed <= count else { break }
      names.formUnion(layer.parameters.map(\.name))
    }
    return names
  }

  fileprivate var weightedLayers: Int { layers.count(where: \.multipliesByWeights) }
}

extension ResolvedLayer {
  fileprivate var multipliesByWeights: Bool {
    (try? LayerDefinition.named(layer.keyword).signature.traits.contains(.contraction)) ?? false
  }
}
