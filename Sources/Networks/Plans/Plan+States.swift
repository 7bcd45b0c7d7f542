import Specification

/// What a plan keeps from one step to the next: what a checkpoint holds.
extension Plan {
  /// The weights and statistics of each network, and tensors that belong to none.
  package var kept: [(owner: String, parameters: [Parameter])] {
    networks.map { ($0.network.name, $0.network.parameters) }
      + tensors.map { ($0.parameter.name, [$0.parameter]) }
  }

  /// The averages of networks, each with the state that it is the average of.
  package var averages: [(name: String, of: Parameter)] {
    networks.filter(\.isAveraged).flatMap(\.network.parameters).map {
      (Average.name(of: $0.name), $0)
    }
  }
}

extension Phase {
  /// What is kept of each weight that it moves beside its gradients, by name, each with the weight.
  package var keptOfWeights: [(name: String, of: Parameter)] {
    updated.flatMap { parameter in states(of: parameter).map { ($0, parameter) } }
  }

  /// Names of the scalars that its passes keep.
  package var keptScalars: [String] { scalars }

  /// The optimiser's keyword.
  package var optimiserKeyword: String { optimiser.definition.signature.keyword }
}
