import Specification
import TensorGraph

/// One layer being put into a graph: where its parameters live, and what it may replace.
struct LayerApplication {
  /// The layer's place in the names of states: `generator.block1.conv`.
  let scope: String
  let mode: Mode
  /// The random stream of this layer's noise.
  let noise: RandomStream
  var states: StateValues

  /// A parameter of this layer: `weight` is `generator.block1.conv.weight`.
  func parameter(_ name: String, _ dimensions: [Int]) -> Tensor {
    states.value("\(scope).\(name)", Shape(dimensions))
  }

  mutating func replace(_ name: String, by tensor: Tensor) {
    states.replace("\(scope).\(name)", by: tensor)
  }

  /// The layer's output; the first axis is the batch.
  mutating func apply(_ kind: LayerSpecification.Kind, to x: Tensor) -> Tensor {
    switch kind {
    case .dense(let output, let bias): dense(x, output: output, bias: bias)
    case .convolution(let channels, let window, let bias):
      convolution(x, channels: channels, window: window, bias: bias)
    case .transposedConvolution(let channels, let window, let outputPadding, let bias):
      transposedConvolution(
        x, channels: channels, window: window, outputPadding: outputPadding, bias: bias)
    case .batchNormalisation(let momentum, let epsilon):
      batchNormalisation(x, momentum: momentum, epsilon: epsilon)
    case .layerNormalisation(let epsilon): layerNormalisation(x, epsilon: epsilon)
    case .dropout(let rate): dropout(x, rate: rate)
    case .activation(let activation): activation.apply(to: x)
    case .maximumPooling(let kernel, let stride):
      maximumPooling(x, kernel: kernel, stride: stride)
    case .averagePooling(let kernel, let stride):
      averagePooling(x, kernel: kernel, stride: stride)
    case .globalAveragePooling: x.mean([2, 3])
    case .upsample(let scale, .nearest): upsampleNearest(x, scale: scale)
    case .upsample(let scale, .bilinear): upsampleBilinear(x, scale: scale)
    case .reshape(let dimensions): x.reshape([x.shape[0]] + dimensions)
    case .flatten: flattened(x)
    }
  }

  func flattened(_ x: Tensor) -> Tensor { x.reshape([x.shape[0], x.shape.count / x.shape[0]]) }
}
