/// What a file has of one layer.
struct LayerTensors {
  /// The layer's name in the file.
  let path: String
  /// The tensors' names in the file, by what they are.
  private(set) var parts: [Part: String] = [:]
  let shapes: [String: [Int]]

  enum Part: Hashable {
    /// The weight, the weight before its spectral norm is taken out, and that of which only the direction counts.
    case weight, original, direction
    case bias, length
    /// The power iteration's vectors.
    case left, right
    case runningMean, runningVariance
    /// A number that a layer has by itself.
    case factor
    /// What nothing is made of: counts of batches, the norm itself.
    case passedOver
    case other(String)

    /// As PyTorch's layers, its transforms of weights, and other well-known implementations of those call them.
    init(_ words: ArraySlice<Substring>) {
      switch words.joined(separator: ".") {
      case "weight", "kernel": self = .weight
      case "weight_orig", "weight_bar", "parametrizations.weight.original": self = .original
      case "weight_u", "sn_u", "u0", "parametrizations.weight.0._u": self = .left
      case "weight_v", "parametrizations.weight.0._v": self = .right
      case "weight_g", "parametrizations.weight.original0": self = .length
      case "parametrizations.weight.original1": self = .direction
      case "bias": self = .bias
      case "running_mean", "moving_mean": self = .runningMean
      case "running_var", "moving_variance": self = .runningVariance
      case "gamma", "share", "alpha", "strength": self = .factor
      case "num_batches_tracked", "sn_sigma", "sv0": self = .passedOver
      default: self = .other(words.joined(separator: "."))
      }
    }
  }

  /// Groups tensors by layers, in the order of each layer's first tensor.
  static func layers(
    of tensors: [(name: String, rest: [Substring])], _ shapes: [String: [Int]]
  ) -> [LayerTensors] {
    var (layers, places) = ([LayerTensors](), [String: Int]())
    for (name, rest) in tensors {
      let cut = rest.firstIndex(of: "parametrizations") ?? rest.count - 1
      let path = rest[..<cut].joined(separator: ".")
      let place = places[path] ?? layers.count
      if place == layers.count {
        places[path] = place
        layers.append(LayerTensors(path: path, shapes: shapes))
      }
      layers[place].add(name, Part(rest[cut...]))
    }
    for place in layers.indices { layers[place].settle() }
    return layers
  }

  private init(path: String, shapes: [String: [Int]]) { (self.path, self.shapes) = (path, shapes) }

  private mutating func add(_ name: String, _ part: Part) {
    // One twice is of no layer that is known here.
    parts[parts[part] == nil ? part : .other(name)] = name
  }

  /// `weight_v` is the direction beside `weight_g`, and a vector of the iteration beside `weight_u`; a factor with a shift is
  /// a normalisation's.
  private mutating func settle() {
    if parts[.length] != nil, let name = parts.removeValue(forKey: .right) {
      parts[.direction] = name
    }
    if parts[.weight] == nil, let shift = parts[.other("beta")],
      let name = parts.removeValue(forKey: .factor)
    {
      parts[.other("beta")] = nil
      (parts[.weight], parts[.bias]) = (name, shift)
    }
  }

  func shape(of part: Part) -> [Int]? { parts[part].flatMap { shapes[$0] } }

  /// The tensor that holds the layer's weight, and what it is.
  var main: (part: Part, name: String, shape: [Int])? {
    for part in [Part.weight, .original, .direction] {
      if let name = parts[part], let shape = shapes[name] { return (part, name, shape) }
    }
    return nil
  }

  /// Whether it multiplies its inputs by a matrix, or slides one over them; a normalisation's factors are no matrix.
  var isContraction: Bool {
    guard let shape = main?.shape else { return false }
    return shape.count == 2 || shape.count >= 4 || shape.count == 3 && shape[2] == 1
  }

  var isNormalisation: Bool {
    !isContraction && (main != nil || parts[.runningMean] != nil)
  }
}
