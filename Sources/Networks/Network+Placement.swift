import Randomness
package import Specification
import TensorGraph

extension Network {
  /// Which of the two a network is: it decides the first word of its names and its random streams.
  package enum Role: String, Sendable, Hashable {
    case generator, discriminator

    /// The first stream of noise: each dropout layer has three, one for each application.
    var firstNoise: UInt32 {
      Stream.layerNoise + (self == .generator ? 32_768 : 0)
    }
  }

  /// Names and sizes the layers of a network.
  ///
  /// A block begins at each layer with a contraction (dense, convolution, transposed convolution);
  /// a layer's name in it is its kind: `generator.block2.batchnorm.weight`.
  ///
  /// - Parameters:
  ///   - input: what one example is: `[units]` or `[channels, height, width]`.
  /// - Throws: `NetworksError.layer` where a layer cannot follow what comes before it.
  package init(
    _ role: Role, _ specification: NetworkSpecification, input: [Int]
  ) throws(NetworksError) {
    let name = role.rawValue
    var (layers, parameters) = ([PlacedLayer](), [Parameter]())
    var (shape, block, dropouts) = (input, 0, UInt32(0))
    var taken: Set<String> = []
    for (index, layer) in specification.layers.enumerated() {
      if layer.kind.isContraction { block += 1 }
      var scope = "\(name).block\(max(1, block)).\(layer.kind.localName)"
      var copy = 1
      while !taken.insert(scope).inserted {
        copy += 1
        scope = "\(name).block\(max(1, block)).\(layer.kind.localName)\(copy)"
      }
      let placed: (parameters: [Parameter], output: [Int])
      do { placed = try layer.kind.place(scope, input: shape) } catch {
        throw .layer(network: name, number: index + 1, error.description)
      }
      parameters += placed.parameters
      shape = placed.output
      layers.append(
        PlacedLayer(
          scope: scope, kind: layer.kind,
          noise: role.firstNoise + 3 * dropouts))
      if case .dropout = layer.kind { dropouts += 1 }
    }
    guard parameters.contains(where: \.role.isTrained) else { throw .untrained(network: name) }
    self.init(name: name, parameters: parameters, layers: layers, output: shape)
  }
}

struct PlacementError: Error { let description: String }

extension LayerSpecification.Kind {
  var isContraction: Bool {
    switch self {
    case .dense, .convolution, .transposedConvolution: true
    default: false
    }
  }

  var localName: String {
    switch self {
    case .dense: "dense"
    case .convolution: "conv"
    case .transposedConvolution: "deconv"
    case .batchNormalisation: "batchnorm"
    case .layerNormalisation: "layernorm"
    default: "layer"
    }
  }

  func place(
    _ scope: String, input: [Int]
  ) throws(PlacementError) -> (parameters: [Parameter], output: [Int]) {
    func parameter(_ name: String, _ shape: [Int], _ role: Parameter.Role) -> Parameter {
      Parameter(name: "\(scope).\(name)", shape: shape, role: role)
    }
    func image() throws(PlacementError) -> (channels: Int, size: [Int]) {
      guard input.count == 3 else { throw PlacementError(description: "wants an image") }
      return (input[0], Array(input[1...]))
    }
    let count = input.reduce(1, *)
    switch self {
    case .dense(let output, let bias):
      let units = output.reduce(1, *)
      return (
        [parameter("weight", [units, count], .weight)]
          + (bias ? [parameter("bias", [units], .bias(fanIn: count))] : []), output
      )
    case .convolution(let channels, let window, let bias):
      let (inputs, size) = try image()
      guard let output = window.geometry(of: size).outputSize(input: size, kernel: window.kernel)
      else { throw PlacementError(description: "has a kernel larger than the image") }
      let weight = parameter("weight", [channels, inputs] + window.kernel, .weight)
      return (
        [weight]
          + (bias ? [parameter("bias", [channels], .bias(fanIn: Int(weight.fan.in)))] : []),
        [channels] + output
      )
    case .transposedConvolution(let channels, let window, let outputPadding, let bias):
      let (inputs, size) = try image()
      let output = window.transposedSize(of: size, outputPadding: outputPadding)
      guard output.allSatisfy({ $0 > 0 }) else {
        throw PlacementError(description: "leaves nothing of the image")
      }
      let weight = parameter("weight", [inputs, channels] + window.kernel, .weight)
      return (
        [weight]
          + (bias ? [parameter("bias", [channels], .bias(fanIn: Int(weight.fan.in)))] : []),
        [channels] + output
      )
    case .batchNormalisation:
      let channels = [input[0]]
      return (
        [
          parameter("weight", channels, .scale), parameter("bias", channels, .shift),
          parameter("running_mean", channels, .runningMean),
          parameter("running_var", channels, .runningVariance),
        ], input
      )
    case .layerNormalisation:
      return ([parameter("weight", input, .scale), parameter("bias", input, .shift)], input)
    case .dropout, .activation: return ([], input)
    case .maximumPooling(let kernel, let stride), .averagePooling(let kernel, let stride):
      let (channels, size) = try image()
      guard size.allSatisfy({ $0 >= kernel }) else {
        throw PlacementError(description: "has a window larger than the image")
      }
      return ([], [channels] + size.map { ($0 - kernel) / stride + 1 })
    case .globalAveragePooling: return ([], [try image().channels])
    case .upsample(let scale, _):
      let (channels, size) = try image()
      return ([], [channels] + size.map { $0 * scale })
    case .reshape(let dimensions):
      guard dimensions.reduce(1, *) == count else {
        throw PlacementError(description: "has another number of values")
      }
      return ([], dimensions)
    case .flatten: return ([], [count])
    }
  }
}
