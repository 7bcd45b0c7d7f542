import Randomness
package import Specification
import TensorGraph

extension Network {
  /// Which of the two a network is: it decides the first word of its names and its random streams.
  package enum Role: String, Sendable, Hashable {
    case generator, discriminator

    /// The first stream of noise: each dropout layer has three.
    var firstNoise: UInt64 {
      Stream.layerNoise + (self == .generator ? 32_768 : 0)
    }
  }

  /// The layers as `Specification` names and sizes them, with what graphs need besides: the role of
  /// each parameter and the random streams of each layer.
  package init(_ role: Role, _ placed: [PlacedLayer]) {
    var (layers, dropouts) = ([Layer](), UInt64(0))
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

extension Network.Layer {
  /// The random numbers of an application.
  ///
  /// The first three applications have streams side by side, and the penalty's lie beyond those of all
  /// layers (a network has 1,000 at most), as checkpoints want it that were written when there were no
  /// others. The number of any other application is the high word.
  func noise(inApplication application: Int) -> RandomStream {
    let number = UInt64(application)
    let isBeside = application < 3 || application == Mode.penaltyApplication
    return RandomStream(
      isBeside ? noise + number : number << 32 | noise,
      for: "\(scope), application \(application)")
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
