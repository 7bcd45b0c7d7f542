import TensorGraph

/// A graph of a network whose weights are read from a file, and the layers that it is made of.
struct FeatureGraph {
  let graph = Graph()
  private(set) var layers: [FeatureLayer] = []
  /// Results on the way, by names.
  private(set) var stages: [(name: String, tensor: Tensor)] = []

  /// Says what a result on the way is.
  mutating func mark(_ name: String, _ tensor: Tensor) { stages.append((name, tensor)) }

  /// Results by which images are told to look alike.
  private(set) var looks: [Tensor] = []

  /// Takes a result for one of those by which images are told to look alike.
  mutating func look(at tensor: Tensor) { looks.append(tensor) }

  /// A convolution with its bias, before any activation.
  mutating func linear(
    _ x: Tensor, _ name: String, _ channels: Int, kernel: [Int], stride: Int = 1,
    padding: [Int] = [0, 0], _ kind: FeatureLayer.Kind
  ) -> (result: Tensor, bias: Tensor) {
    let layer = FeatureLayer(name: name, shape: [channels, x.shape[1]] + kernel, kind: kind)
    layers.append(layer)
    let geometry = ConvolutionGeometry(
      strides: [stride, stride], paddingLow: padding, paddingHigh: padding)
    let result = x.convolution(graph.state(layer.weight, Shape(layer.shape)), geometry)
    return (result, graph.state(layer.bias, Shape([channels])).reshape([channels, 1, 1]))
  }

  /// A convolution with its bias and a rectifier.
  mutating func convolution(
    _ x: Tensor, _ name: String, _ channels: Int, kernel: [Int], stride: Int = 1,
    padding: [Int] = [0, 0], _ kind: FeatureLayer.Kind
  ) -> Tensor {
    let (result, bias) = linear(
      x, name, channels, kernel: kernel, stride: stride, padding: padding, kind)
    return (result + bias).maximum(0.0)
  }

  /// A dense layer, `[count, inputs]` to `[count, outputs]`.
  mutating func dense(
    _ x: Tensor, _ name: String, _ outputs: Int, _ kind: FeatureLayer.Kind
  ) -> Tensor {
    let layer = FeatureLayer(name: name, shape: [outputs, x.shape[1]], kind: kind)
    layers.append(layer)
    let result = x.matmul(graph.state(layer.weight, Shape(layer.shape)), transposeRight: true)
    if case .unbiased = kind { return result }
    return result + graph.state(layer.bias, Shape([outputs]))
  }

  /// The largest of each window; what lies outside counts for nothing, so the values must not be negative where
  /// there is padding.
  ///
  /// Rows come first and columns then: fewer values are read with a step between them.
  func maximumPool(_ x: Tensor, window: Int, stride: Int, padding: Int = 0) -> Tensor {
    [2, 3].reduce(padding == 0 ? x : padded(x, padding)) { x, axis in
      let parts = windows(x, axis, window: window, stride: stride)
      return parts.dropFirst().reduce(parts[0]) { $0.maximum($1) }
    }
  }

  /// The mean of each window of 3x3 and stride 1, of those values of it that lie in the image.
  func meanPool(_ x: Tensor) -> Tensor {
    func sum(_ x: Tensor) -> Tensor {
      let padded = padded(x, 1)
      let parts = windows(padded, 2, window: 3, stride: 1).flatMap {
        windows($0, 3, window: 3, stride: 1)
      }
      return parts.dropFirst().reduce(parts[0]) { $0 + $1 }
    }
    let counts = sum(graph.constant(1, Shape([1, 1, x.shape[2], x.shape[3]])))
    return sum(x) * (1 / counts)
  }

  private func padded(_ x: Tensor, _ padding: Int) -> Tensor {
    let around = [0, 0, padding, padding]
    return x.pad(low: around, high: around)
  }

  /// For each place in a window along an axis, the values that lie there in all of them.
  private func windows(_ x: Tensor, _ axis: Int, window: Int, stride: Int) -> [Tensor] {
    (0..<window).map { place in
      var (starts, sizes, strides) = ([0, 0, 0, 0], x.shape.dimensions, [1, 1, 1, 1])
      starts[axis] = place
      sizes[axis] = (x.shape[axis] - window) / stride + 1
      strides[axis] = stride
      return x.slice(starts: starts, sizes: sizes, strides: strides)
    }
  }
}
