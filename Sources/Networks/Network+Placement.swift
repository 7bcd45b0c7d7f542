import Randomness
package import Specification

extension Network {
  /// Which of the two a network is: it decides the first word of its names and its random streams.
  package enum Role: String, Sendable, Hashable {
    case generator, discriminator

    /// The first stream of noise: each dropout layer has three, one for each application.
    var firstNoise: UInt32 {
      Stream.layerNoise + (self == .generator ? 32_768 : 0)
    }
  }

  /// The layers as `Specification` names and sizes them, with what graphs need besides: the role of
  /// each parameter and the random streams of each layer.
  package init(_ role: Role, _ placed: [PlacedLayer]) {
    var (layers, dropouts) = ([Layer](), UInt32(0))
    for layer in placed {
      let noise = role.firstNoise + 3 * dropouts
      layers.append(Layer(scope: layer.scope, kind: layer.layer.kind, noise: noise))
      if case .dropout = layer.layer.kind { dropouts += 1 }
    }
    self.init(
      name: role.rawValue, parameters: placed.flatMap(\.described), layers: layers,
      output: placed.last?.output ?? [])
  }
}

extension PlacedLayer {
  /// The parameters with their roles.
  fileprivate var described: [Parameter] {
    parameters.map { parameter in
      let role: Parameter.Role
      switch (layer.kind, parameter.name.split(separator: ".").last) {
      case (_, "running_mean"): role = .runningMean
      case (_, "running_var"): role = .runningVariance
      case (.batchNormalisation, "weight"), (.layerNormalisation, "weight"): role = .scale
      case (.batchNormalisation, _), (.layerNormalisation, _): role = .shift
      case (_, "bias"): role = .bias(fanIn: fanIn)
      default: role = .weight
      }
      return Parameter(name: parameter.name, shape: parameter.shape, role: role)
    }
  }

  /// Terms of each output of a contraction.
  private var fanIn: Int {
    parameters.first.map { $0.shape.dropFirst().reduce(1, *) } ?? 1
  }
}
