import Networks
import Randomness
import Specification
import TensorGraph
import TestSupport
import Testing

/// A few layers, what they are given, and what PyTorch makes of it: `Fixtures/layers.py` says how.
struct LayerCase: Decodable, Sendable, CustomTestStringConvertible {
  let layers: String
  let inputs: [Input]
  let training: Bool
  /// What the network's weights pass through.
  let transform: String
  let parameters: [Parameter]
  let outputs, states, first, second: [Expected]

  struct Input: Decodable, Sendable {
    let wire: String
    let shape: [Int]
  }

  struct Parameter: Decodable, Sendable {
    let name: String
    let shape: [Int]
  }

  struct Expected: Decodable, Sendable {
    let name: String
    let norm: Double
    /// Every n-th value.
    let values: [Double]
  }

  private struct File: Decodable { let cases: [LayerCase] }

  static let all: [LayerCase] = {
    do { return try Fixture.json("layers.json", as: File.self).cases } catch {
      fatalError("layers.json: \(error)")
    }
  }()

  var testDescription: String {
    "\(layers)\(training ? ", training" : "")\(transform == "no" ? "" : ", \(transform)")"
  }

  func specification() throws -> NetworkSpecification {
    NetworkSpecification(
      .discriminator, inputs: inputs.map(\.wire), layers: try [LayerSpecification](layers),
      initialisation: .torch, transform: transform)
  }

  /// The keyword of every layer and what its arguments are.
  func settings() throws -> [(keyword: String, argument: String, text: String)] {
    try specification().allLayers.flatMap {
      layer -> [(keyword: String, argument: String, text: String)] in
      let signature = Signatures.all.layers.first { $0.keyword == layer.keyword }
      return (signature?.arguments ?? []).map { argument in
        let written = argument.isOperand ? layer.operand : layer.option(argument.name)
        var text = written ?? argument.neutral ?? argument.standard(layer) ?? ""
        if argument.name == "weights", text == "network" { text = transform }
        return (layer.keyword, argument.name, text)
      }
    }
  }
}

/// A case in a graph: its outputs, states and derivatives.
struct LayerCaseGraph {
  let network: Network
  let outputs: [(name: String, tensor: Tensor)]
  let states: [(name: String, tensor: Tensor)]
  /// Σ factor · output.
  let loss: Tensor
  /// Inputs and trained parameters.
  let variables: [(name: String, tensor: Tensor)]
  let first: [Tensor]
  /// The sum of squares of all first derivatives.
  let squares: Tensor
  let second: [Tensor]
  /// The numbers of the case.
  let reference: Reference

  init(_ given: LayerCase, training: Bool) throws {
    let network = try Network(
      given.specification(), inputs: given.inputs.map { (wire: $0.wire, shape: $0.shape) })
    self.network = network
    let graph = Graph()
    var values = StateValues(graph: graph)
    let inputs = given.inputs.map {
      (name: $0.wire, tensor: graph.input($0.wire, Shape([2] + $0.shape)))
    }
    let results = network.apply(
      to: Dictionary(uniqueKeysWithValues: inputs.map { ($0.name, $0.tensor) }),
      mode: training ? .training(application: 0) : .inference, in: &values)
    outputs = results.sorted { $0.key < $1.key }.map { (name: $0.key, tensor: $0.value) }
    states = values.updates
    loss = outputs.enumerated().map { number, output in
      (output.tensor * graph.input("factors\(number)", output.tensor.shape)).sum()
    }.reduce(graph.constant(0), +)
    variables =
      inputs + network.trained.map { ($0.name, graph.state($0.name, Shape($0.shape))) }
    first = graph.gradients(of: loss, withRespectTo: variables.map(\.tensor))
    squares = first.map { $0.squared().sum() }.reduce(graph.constant(0), +)
    second = graph.gradients(of: squares, withRespectTo: variables.map(\.tensor))
    reference = Self.reference(given, network, outputs)
  }

  private static func reference(
    _ given: LayerCase, _ network: Network, _ outputs: [(name: String, tensor: Tensor)]
  ) -> Reference {
    var reference = Reference(seed: 1)
    for (place, input) in given.inputs.enumerated() {
      let u = uniforms(place, 2 * input.shape.reduce(1, *))
      reference.inputs[input.wire] = input.wire == "label" ? u : u.map { 4 * $0 - 2 }
    }
    for (place, parameter) in network.parameters.enumerated() {
      let u = uniforms(given.inputs.count + place, parameter.count)
      let signed = u.map { 2 * $0 - 1 }
      switch parameter.role {
      case .scale, .magnitude, .runningVariance:
        reference.states[parameter.name] = u.map { 2 * $0 + 0.5 }
      case .direction:
        let length = signed.reduce(0) { $0 + $1 * $1 }.squareRoot()
        reference.states[parameter.name] = signed.map { $0 / length }
      case .weight, .unitWeight, .bias, .shift, .constant, .runningMean:
        reference.states[parameter.name] = signed
      }
    }
    for (number, output) in outputs.enumerated() {
      reference.inputs["factors\(number)"] =
        uniforms(1000 + number, output.tensor.shape.count).map { $0 + 0.5 }
    }
    return reference
  }

  private static func uniforms(_ stream: Int, _ count: Int) -> [Double] {
    let philox = Philox(seed: 1, stream: UInt64(stream))
    return (0..<count).map { Double(philox.uniform($0)) }
  }
}
