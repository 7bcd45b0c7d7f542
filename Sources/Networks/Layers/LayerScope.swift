import Language
import Specification
import TensorGraph
import TerminalText

/// One layer being put into a graph: its arguments, its parameters, what it may replace.
struct LayerScope {
  let application: NetworkApplication
  let layer: LayerSpecification
  let signature: LayerSignature
  /// The beginning of its parameters' names: `generator.block1.conv`.
  let name: String
  /// Whether its parameters and noise have the numbers that they had before layers had names.
  let isNumbered: Bool

  var graph: Graph { application.states.graph }
  var isTraining: Bool { application.mode != .inference }

  // MARK: Parameters and states

  /// A parameter: `weight` is `generator.block1.conv.weight`.
  ///
  /// - Throws: where it would be too large.
  func parameter(
    _ name: String, _ dimensions: [Int], _ role: Parameter.Role
  ) throws(Diagnostic) -> Tensor {
    guard dimensions.product(atMost: Limits.maximumWeights) != nil else {
      throw Diagnostic(
        "\(layer.keyword) would have \(dimensions.map(String.init).joined(separator: "x")) weights, "
          + "more than the \(grouped(Limits.maximumWeights)) that are possible")
    }
    return try application.value(
      of: Parameter(
        name: "\(self.name).\(name)", shape: dimensions, role: role,
        isNumbered: isNumbered && role.isTrained))
  }

  /// Replaces a state from here on, in training.
  func replace(_ name: String, by tensor: Tensor) {
    application.replace("\(self.name).\(name)", by: tensor)
  }

  /// A weight as it is used, after the transform that the layer or the network asks for.
  ///
  /// - Parameters:
  ///   - name: `weight`, unless the layer has several.
  ///   - outputs: the axis of the outputs.
  ///   - role: how it begins.
  func weight(
    _ dimensions: [Int], named name: String = "weight", outputs: Int = 0,
    begun role: Parameter.Role = .weight
  ) throws(Diagnostic) -> Tensor {
    let asked = layer.option("weights") ?? "network"
    let transform = asked == "network" ? application.network.transform : asked
    return try WeightTransform(text: transform).weight(
      name, dimensions, outputs: outputs, begun: role, in: self)
  }

  /// Random numbers of this application of the layer.
  func noise(_ distribution: Distribution, _ shape: Shape) -> Tensor {
    graph.random(distribution, application.noise(of: self), shape)
  }

  // MARK: Results by name

  /// The result that the operand names.
  func named() throws(Diagnostic) -> NetworkApplication.Wire {
    try application.wire(try text(signature.operand?.name ?? ""))
  }

  /// The layers in the braces, applied to a value.
  ///
  /// - Parameter scope: the beginning of their names.
  func layers(
    _ layers: [LayerSpecification], of x: Tensor, named scope: String? = nil
  ) throws(Diagnostic) -> Tensor {
    var names = LayerNames.inBraces(of: scope ?? name)
    return try application.enclosed { () throws(Diagnostic) in
      try application.apply(layers, to: x, &names, isNumbered: false)
    }
  }

  // MARK: Shapes of an example

  /// Channels, height and width.
  ///
  /// - Throws: where the input is no image.
  func image(_ x: Tensor) throws(Diagnostic) -> (channels: Int, height: Int, width: Int) {
    guard x.shape.rank == 4 else {
      throw Diagnostic(
        "\(layer.keyword) needs an image, but what comes before gives "
          + "\(grouped(x.example.volume)) values",
        help: ["put a `reshape` before it: `reshape 8x8x64` is height x width x channels"])
    }
    return (x.shape[1], x.shape[2], x.shape[3])
  }

  /// A shape that an example may have inside a network.
  func checked(_ shape: [Int]) throws(Diagnostic) -> [Int] {
    guard shape.allSatisfy({ $0 > 0 }), !shape.isEmpty else {
      throw Diagnostic("\(layer.keyword) gives a number of values or an image, like `8x8x64`")
    }
    guard shape.product(atMost: Limits.maximumValues) != nil else {
      throw Diagnostic(
        "\(layer.keyword) would give \(shape.printedShape) for each example, more than the "
          + "\(grouped(Limits.maximumValues)) values that are possible")
    }
    return shape
  }

  func flattened(_ x: Tensor) -> Tensor { x.flattened }

  /// A value for each channel, to be spread over `x`, whose second axis the channels are.
  func perChannel(_ values: Tensor, of x: Tensor) -> Tensor {
    values.reshape([x.shape[1]] + [Int](repeating: 1, count: x.shape.rank - 2))
  }
}

extension Tensor {
  /// The shape without the batch.
  var example: [Int] { Array(shape.dimensions.dropFirst()) }
}

/// `8x8x64`, or `256 values`.
func described(_ shape: [Int]) -> String {
  shape.count == 1 ? "\(grouped(shape[0])) values" : shape.printedShape
}
