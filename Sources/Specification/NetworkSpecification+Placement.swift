package import Language
import TerminalText

/// A layer in its place in a network: its name, what it is given, what it makes, for one example.
/// Shapes are `[units]` or `[channels, height, width]`.
package struct PlacedLayer: Sendable, Hashable {
  package let layer: LayerSpecification
  /// `generator.block1.conv`: the beginning of its parameters' names.
  package let scope: String
  package let input: [Int]
  package let output: [Int]
  /// In the order in which a checkpoint has them.
  package let parameters: [PlacedParameter]
  /// Multiply-adds of a forward pass for one example; those of contractions only.
  package let multiplyAdds: Int

  /// Numbers that training changes by gradients (running statistics are not counted).
  package var parameterCount: Int {
    parameters.reduce(0) { $0 + ($1.isTrained ? $1.count : 0) }
  }

  /// Values that the layer gives for one example.
  package var activationElements: Int { output.volume }

  /// The output as it is written in the language: `64x64x3` is height x width x channels.
  package var printedOutput: String { output.printedShape }
}

/// A tensor of a layer, as a checkpoint names it.
package struct PlacedParameter: Sendable, Hashable {
  /// `generator.block1.conv.weight`.
  package let name: String
  /// Dense `[units, inputs]`, conv `[channels, inputs, height, width]`, deconv
  /// `[inputs, channels, height, width]`, normalisation `[channels]`.
  package let shape: [Int]
  /// False for running statistics.
  package let isTrained: Bool

  package var count: Int { shape.volume }
}

extension NetworkSpecification {
  /// The layers with their names, shapes and costs.
  ///
  /// A block begins at each dense, conv and deconv; layers before the first of them belong to
  /// block 1. A layer is named by its keyword, a second one of the kind in a block with a 2 after
  /// it: `generator.block2.batchnorm.running_mean`. A dense layer takes an image as a vector, and
  /// its own units as an image in the order channels, height, width.
  ///
  /// - Parameters:
  ///   - name: `generator` or `discriminator`.
  ///   - input: what one example is: `[units]` or `[channels, height, width]`.
  ///   - spans: the layers' places in a text, if they have any; a fault takes its place from them.
  /// - Throws: at the first layer that cannot follow what comes before it.
  package func placed(
    as name: String, input: [Int], spans: [Span] = []
  ) throws(Diagnostic) -> [PlacedLayer] {
    guard Limits.layers.contains(layers.count) else {
      throw Diagnostic(
        layers.isEmpty
          ? "the \(name) has no layers"
          : "the \(name) has \(grouped(layers.count)) layers, more than the "
            + "\(grouped(Limits.layers.upperBound)) that are possible")
    }
    guard input.count == 1 || input.count == 3, input.product(atMost: Limits.maximumValues) != nil
    else { throw Diagnostic("the \(name) cannot be given \(input.printedShape)") }
    var placed: [PlacedLayer] = []
    var shape = input
    var names = LayerNames()
    for (index, layer) in layers.enumerated() {
      let scope = names.next(layer.kind, in: name)
      let geometry: LayerGeometry
      do {
        geometry = try layer.kind.geometry(of: shape)
      } catch {
        throw explained(error, layer: index, in: name, input: shape, spans: spans)
      }
      placed.append(
        PlacedLayer(
          layer: layer, scope: scope, input: shape, output: geometry.output,
          parameters: geometry.parameters.map {
            PlacedParameter(name: "\(scope).\($0.name)", shape: $0.shape, isTrained: $0.isTrained)
          },
          multiplyAdds: geometry.multiplyAdds))
      shape = geometry.output
    }
    guard placed.contains(where: { $0.parameterCount > 0 }) else {
      throw Diagnostic(
        "the \(name) has nothing to learn", help: ["give it a layer with weights: `dense`, `conv`"])
    }
    return placed
  }

  /// The names that `placed` gives, one for each layer: `generator.block1.conv`.
  package func scopes(as name: String) -> [String] {
    var names = LayerNames()
    return layers.map { names.next($0.kind, in: name) }
  }

  /// A layer's fault with its place, or in words where there is none, and the way out.
  private func explained(
    _ fault: Diagnostic, layer index: Int, in name: String, input: [Int], spans: [Span]
  ) -> Diagnostic {
    var fault = fault
    if index < spans.count {
      fault.span = spans[index]
    } else {
      fault.message = "layer \(index + 1) of the \(name) (\(layers[index])): \(fault.message)"
    }
    guard case .reshape(let wanted) = layers[index].kind, fault.help.isEmpty,
      wanted.product(atMost: Limits.maximumValues) != nil
    else { return fault }
    let maker = layers[..<index].last { $0.kind.isContraction }?.kind
    if case .dense = maker {
      fault.help = ["let the dense layer produce them: `dense \(wanted.printedShape)`"]
    } else {
      fault.help = ["put a dense layer in its place: `dense \(wanted.printedShape)`"]
    }
    return fault
  }
}

/// Names of layers, given out in order.
struct LayerNames {
  private var block = 1
  private var hasContraction = false
  private var taken: [String: Int] = [:]

  /// The number of a layer's block, and its name there: `conv`, `conv2`.
  mutating func next(_ keyword: String, beginsBlock: Bool) -> (block: Int, name: String) {
    if beginsBlock {
      if hasContraction {
        block += 1
        taken = [:]
      }
      hasContraction = true
    }
    let number = taken[keyword, default: 0] + 1
    taken[keyword] = number
    return (block, "\(keyword)\(number == 1 ? "" : "\(number)")")
  }

  /// The beginning of the names of a layer's parameters: `generator.block1.conv`.
  mutating func next(_ kind: LayerSpecification.Kind, in network: String) -> String {
    let place = next(kind.keyword, beginsBlock: kind.isContraction)
    return "\(network).block\(place.block).\(place.name)"
  }
}
