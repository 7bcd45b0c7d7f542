import Language
import Randomness
import Specification
import TensorGraph
import TerminalText

/// One pass of a network in a graph: layers ask it for their parameters and for results by name.
///
/// The same pass with nothing declared before resolves a network: it finds names, shapes, parameters and costs, so
/// that geometry is said once, by what the layers do.
final class NetworkApplication {
  let network: NetworkSpecification
  let mode: Mode
  /// Whether the averaged weights are used.
  let isAverage: Bool
  var states: StateValues
  private(set) var outputs: [String: Tensor] = [:]
  /// What the last layer with weights outside braces is given.
  private(set) var features: Tensor?
  /// What each layer with weights outside braces is given, but for the first, which is given the input.
  private(set) var stages: [Tensor] = []
  /// Results by name, innermost braces last.
  private var wires: [[String: Wire]]
  /// What has been found so far; nil in a network that was resolved before.
  private(set) var resolution: Resolution?
  private var numberedNoises = 0

  /// A named result.
  struct Wire {
    let name: String
    let tensor: Tensor
    /// The layer that it was named at; nil for an input.
    let layer: LayerSpecification?
  }

  /// What a network consists of.
  struct Resolution {
    var layers: [ResolvedLayer] = []
    var parameters: [Parameter] = []
    var lastContraction: String?
  }

  init(
    of network: NetworkSpecification, to inputs: [(wire: String, tensor: Tensor)], mode: Mode,
    isAverage: Bool = false, in states: StateValues, resolves: Bool = false
  ) {
    (self.network, self.mode, self.isAverage, self.states) = (network, mode, isAverage, states)
    wires = [
      Dictionary(
        inputs.map { ($0.wire, Wire(name: $0.wire, tensor: $0.tensor, layer: nil)) },
        uniquingKeysWith: { first, _ in first })
    ]
    if resolves { resolution = Resolution() }
  }

  // MARK: Layers

  /// A sequence of layers.
  ///
  /// - Throws: at the first that cannot be given what comes before it, with its place.
  func apply(
    _ layers: [LayerSpecification], to x: Tensor, _ names: inout LayerNames, isNumbered: Bool
  ) throws(Diagnostic) -> Tensor {
    var value = x
    for (index, layer) in layers.enumerated() {
      do {
        let definition = try LayerDefinition.named(layer.keyword)
        let signature = definition.signature
        if wires.count == 1, signature.traits.contains(.contraction) {
          if features != nil { stages.append(value) }
          features = value
        }
        let scope = LayerScope(
          application: self, layer: layer, signature: signature,
          name: names.next(
            layer.keyword, name: layer.name,
            beginsBlock: signature.traits.contains(.contraction)
              || signature.traits.contains(.block)),
          isNumbered: isNumbered && layer.name == nil && !signature.traits.contains(.block))
        value = try apply(definition, scope, to: value)
        if let name = layer.name { try setWire(name, value, at: layer) }
      } catch {
        throw located(error, layer, index)
      }
    }
    return value
  }

  private func apply(
    _ definition: LayerDefinition, _ scope: LayerScope, to x: Tensor
  ) throws(Diagnostic) -> Tensor {
    guard let before = resolution else { return try definition.build(scope, x) }
    let graph = states.graph
    let first = graph.nodes.count
    // The layer stands before those in its braces.
    let (place, firstParameter) = (before.layers.count, before.parameters.count)
    resolution?.layers.append(
      ResolvedLayer(
        layer: scope.layer, scope: scope.name, depth: wires.count - 1, input: x.example,
        output: x.example, parameters: [], multiplyAdds: 0))
    let y = try definition.build(scope, x)
    _ = try scope.checked(y.example)
    if definition.signature.traits.contains(.contraction) {
      resolution?.lastContraction = scope.layer.keyword
    }
    let inner = resolution?.layers[(place + 1)...] ?? []
    let innerParameters = Set(inner.flatMap(\.parameters))
    let own = (resolution?.parameters ?? [])[firstParameter...].filter {
      !innerParameters.contains($0)
    }
    let cost = (first..<graph.nodes.count).reduce(0) { $0 + graph.multiplyAdds(of: $1) }
    resolution?.layers[place] = ResolvedLayer(
      layer: scope.layer, scope: scope.name, depth: wires.count - 1, input: x.example,
      output: y.example, parameters: own,
      multiplyAdds: cost / x.shape[0] - inner.reduce(0) { $0 + $1.multiplyAdds })
    return y
  }

  /// A layer's fault with its place, or in words where there is none.
  private func located(
    _ fault: Diagnostic, _ layer: LayerSpecification, _ index: Int
  ) -> Diagnostic {
    var fault = fault
    guard fault.span == nil else { return fault }
    fault.span = layer.place.span
    if fault.span == nil, !fault.message.hasPrefix("layer ") {
      fault.message =
        "layer \(index + 1) of the \(network.name) (\(layer.head)): \(fault.message)"
    }
    return fault
  }

  // MARK: Parameters

  /// A parameter's value here.
  ///
  /// - Throws: where another has its name.
  func value(of parameter: Parameter) throws(Diagnostic) -> Tensor {
    if let known = resolution?.parameters {
      guard !known.contains(where: { $0.name == parameter.name }) else {
        throw Diagnostic(
          "two parameters of the \(network.name) would be called `\(parameter.name)`",
          help: ["give one of the layers another name"])
      }
      resolution?.parameters.append(parameter)
    }
    return states.value(stateName(parameter.name), Shape(parameter.shape))
  }

  func replace(_ name: String, by tensor: Tensor) { states.replace(stateName(name), by: tensor) }

  private func stateName(_ name: String) -> String { isAverage ? Average.name(of: name) : name }

  // MARK: Results by name

  /// The result of a name, from the innermost braces outwards.
  func wire(_ name: String) throws(Diagnostic) -> Wire {
    if let wire = wires.reversed().lazy.compactMap({ $0[name] }).first { return wire }
    let names = Set(wires.flatMap(\.keys)).sorted()
    let help: String
    if [Model.Wire.label, Model.Wire.latent, Model.Wire.image].contains(name) {
      let inputs = (network.inputs + [name]).joined(separator: ", ")
      help = "a network says what it is given: `\(network.role.rawValue)(\(inputs)) { … }`"
    } else if let near = nearest(to: name, in: names) {
      help = "did you mean `\(near)`?"
    } else {
      help =
        "results are named by `as`: `conv 64 as skip`; there are \(names.joined(separator: ", "))"
    }
    throw Diagnostic(
      "nothing before is called `\(name)` in the \(network.name)", help: [help])
  }

  private func setWire(
    _ name: String, _ value: Tensor, at layer: LayerSpecification
  ) throws(Diagnostic) {
    guard
      wires[wires.count - 1].updateValue(
        Wire(name: name, tensor: value, layer: layer), forKey: name) == nil
    else { throw Diagnostic("`\(name)` is the name of an earlier result") }
  }

  /// Layers in braces, whose names end with them.
  func enclosed(_ body: () throws(Diagnostic) -> Tensor) throws(Diagnostic) -> Tensor {
    wires.append([:])
    defer { wires.removeLast() }
    return try body()
  }

  func setOutput(_ name: String, _ value: Tensor) throws(Diagnostic) {
    guard name != network.role.output else {
      throw Diagnostic(
        "`\(name)` is what the last layer of the \(network.name) gives",
        help: ["call this output otherwise, or put the layer last"])
    }
    guard outputs.updateValue(value, forKey: name) == nil else {
      throw Diagnostic("the \(network.name) has the output `\(name)` already")
    }
  }

  // MARK: Noise

  /// The random numbers of a layer in this application.
  ///
  /// Of layers that have no name of their own in the first generator and discriminator, the first three
  /// applications have streams side by side, and the penalty's lie beyond those of all layers (a network
  /// has 1,000 at most), as checkpoints want it that were written when there were no others. The number of
  /// any other application is the high word; streams of named layers are of their names.
  func noise(of scope: LayerScope) -> RandomStream {
    var application = 0
    if case .training(let number) = mode { application = number }
    let purpose = "\(scope.name), application \(application)"
    guard scope.isNumbered, network.givenName == nil, let first = network.role.firstNoise else {
      return RandomStream(
        UInt64(application) << 32 | Stream.lowWord(of: scope.name), for: purpose)
    }
    let number = UInt64(application)
    let noise = first + 3 * UInt64(numberedNoises)
    numberedNoises += 1
    let isBeside = application < 3 || application == Mode.penaltyApplication
    return RandomStream(isBeside ? noise + number : number << 32 | noise, for: purpose)
  }
}

extension NetworkSpecification.Role {
  /// The first stream of noise of a network without a name: each layer has three.
  fileprivate var firstNoise: UInt64? {
    switch self {
    case .discriminator: Stream.layerNoise
    case .generator: Stream.layerNoise + 32_768
    case .mapping, .encoder, .reconstructor, .decoder, .classifier, .restorer: nil
    }
  }
}

extension Graph {
  /// Multiplications with an addition, of contractions only.
  fileprivate func multiplyAdds(of id: Int) -> Int {
    let node = nodes[id]
    func shape(_ operand: Int) -> Shape { nodes[node.operands[operand]].shape }
    switch node.op {
    case .matmul(let transposeLeft, _):
      let left = shape(0)
      return node.shape.count * (transposeLeft ? left[left.rank - 2] : left[left.rank - 1])
    case .convolution:
      return node.shape.count * shape(1).count / shape(1)[0]
    case .convolutionInputGradient:
      return shape(0).count * shape(1).count / shape(1)[0]
    default: return 0
    }
  }
}
