import Randomness
import Specification

extension Plan {
  /// Values that every state of the training programs begins with, by name: weights by each network's
  /// scheme, the optimisers' states zero, running means 0 and variances 1, averages equal to weights.
  ///
  /// Weights are a function of the seed and the parameter alone, so that another scheme for one network
  /// changes nothing in the other.
  ///
  /// - Parameters:
  ///   - body: called once for each state.
  package func initialStates(
    seed: UInt64, _ body: (_ name: String, _ values: [Float]) throws -> Void
  ) rethrows {
    try initialStates(seed: seed, taking: { _ in nil }, body)
  }

  /// The same of a run that takes states over from another one.
  ///
  /// - Parameters:
  ///   - taken: what a state begins with instead; nil: nothing is known of it. An average that is not taken
  ///     begins as the weights do that are, and so does the length of a weight.
  ///   - body: called once for each state.
  package func initialStates(
    seed: UInt64, taking taken: (_ name: String) throws -> [Float]?,
    _ body: (_ name: String, _ values: [Float]) throws -> Void
  ) rethrows {
    let streams = initialStreams
    for planned in networks {
      var weights: [String: (shape: [Int], values: [Float])] = [:]
      for parameter in planned.network.parameters {
        let values: [Float]
        if let known = try taken(parameter.name) {
          values = known
        } else if case .magnitude(let name, let axis) = parameter.role, let weight = weights[name] {
          values = lengths(of: weight.values, weight.shape, along: axis)
        } else {
          values = planned.network.specification.initialisation.values(
            for: parameter,
            from: Philox(seed: seed, stream: streams[parameter.name] ?? Stream.initialWeights))
        }
        weights[parameter.name] = (parameter.shape, values)
        try body(parameter.name, values)
        guard planned.isAveraged else { continue }
        let average = Average.name(of: parameter.name)
        try body(average, try taken(average) ?? values)
      }
    }
    for tensor in tensors {
      let stream = streams[tensor.parameter.name] ?? Stream.initialWeights
      try body(
        tensor.parameter.name,
        try taken(tensor.parameter.name)
          ?? tensor.initialisation.values(
            for: tensor.parameter, from: Philox(seed: seed, stream: stream)))
    }
    for phase in phases {
      for parameter in phase.updated {
        let zeros = [Float](repeating: 0, count: parameter.count)
        for state in phase.states(of: parameter) { try body(state, try taken(state) ?? zeros) }
      }
      for scalar in phase.scalars { try body(scalar, try taken(scalar) ?? [0]) }
    }
  }

  /// The norm of each output's weights.
  private func lengths(of values: [Float], _ shape: [Int], along axis: Int) -> [Float] {
    let outputs = shape[axis]
    let inner = shape[(axis + 1)...].reduce(1, *)
    var squares = [Double](repeating: 0, count: outputs)
    for (index, value) in values.enumerated() {
      squares[index / inner % outputs] += Double(value) * Double(value)
    }
    return squares.map { Float($0.squareRoot()) }
  }

  /// The stream of each parameter's first values.
  ///
  /// Trained parameters of layers without names in the generator and then in the discriminator are counted, as
  /// they always were; all others are keyed by their names, so that what is added moves no number.
  private var initialStreams: [String: UInt64] {
    var streams: [String: UInt64] = [:]
    let numbered = networks.flatMap(\.network.parameters).filter(\.isNumbered)
    for (number, parameter) in numbered.enumerated() {
      streams[parameter.name] = Stream.initialWeights + UInt64(number)
    }
    let all = networks.flatMap(\.network.parameters) + tensors.map(\.parameter)
    for parameter in all where streams[parameter.name] == nil {
      streams[parameter.name] = Stream.initialWeights(of: parameter.name)
    }
    return streams
  }

  /// - Throws: `.sharedStream` where two parameters would begin alike.
  func checkInitialStreams() throws(NetworksError) {
    let streams = initialStreams
    var known: [UInt64: String] = [:]
    for parameter in networks.flatMap(\.network.trained) + tensors.map(\.parameter) {
      guard let stream = streams[parameter.name] else { continue }
      if let other = known.updateValue(parameter.name, forKey: stream) {
        throw .sharedStream(program: "initial weights", other, parameter.name)
      }
    }
  }
}

extension Network {
  /// A parameter's first values where they are its name's alone.
  package func initialValues(of parameter: Parameter, seed: UInt64) -> [Float] {
    specification.initialisation.values(
      for: parameter,
      from: Philox(seed: seed, stream: Stream.initialWeights(of: parameter.name)))
  }
}

extension Stream {
  /// The initial values of a parameter that is known by its name: the name's hash (FNV-1a, 32 bits) is the
  /// high word.
  static func initialWeights(of name: String) -> UInt64 {
    let hash = name.utf8.reduce(0x811c_9dc5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    return UInt64(max(1, hash)) << 32 | initialWeights
  }
}
