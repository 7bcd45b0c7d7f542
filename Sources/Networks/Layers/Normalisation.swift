import Specification
import TensorGraph

extension LayerApplication {
  /// Ioffe and Szegedy 2015: each channel (or feature) is brought to mean 0 and variance 1 over the
  /// batch and the image, then scaled and shifted. In training the running statistics are updated
  /// from those of the batch; at inference they are used.
  mutating func batchNormalisation(
    _ x: Tensor, momentum: Momentum, epsilon: Double
  ) -> Tensor {
    let channels = x.shape[1]
    let axes = [0] + Array(2..<x.shape.rank)
    let perChannel = [channels] + [Int](repeating: 1, count: x.shape.rank - 2)
    let (weight, bias) = (parameter("weight", [channels]), parameter("bias", [channels]))
    let running = (
      mean: parameter("running_mean", [channels]), variance: parameter("running_var", [channels])
    )
    let (mean, variance, centred): (Tensor, Tensor, Tensor)
    switch mode {
    case .training:
      mean = x.mean(axes)
      centred = x - mean.reshape(perChannel)
      variance = centred.squared().mean(axes)
      let share = momentum.share(ofCount: x.shape.count / channels)
      replace("running_mean", by: running.mean * share.kept + mean * share.taken)
      replace("running_var", by: running.variance * share.kept + variance * share.takenVariance)
    case .inference:
      (mean, variance) = running
      centred = x - mean.reshape(perChannel)
    }
    let scale = weight / (variance + epsilon).sqrt()
    return centred * scale.reshape(perChannel) + bias.reshape(perChannel)
  }

  /// Ba et al. 2016: each example is brought to mean 0 and variance 1 over all of its values, then
  /// scaled and shifted value by value.
  func layerNormalisation(_ x: Tensor, epsilon: Double) -> Tensor {
    let inner = Array(x.shape.dimensions[1...])
    let axes = Array(1..<x.shape.rank)
    let perExample = [x.shape[0]] + [Int](repeating: 1, count: inner.count)
    let centred = x - x.mean(axes).reshape(perExample)
    let deviation = (centred.squared().mean(axes) + epsilon).sqrt()
    let normal = centred * (1 / deviation).reshape(perExample)
    return normal * parameter("weight", inner) + parameter("bias", inner)
  }
}

extension Momentum {
  /// What the running statistics keep of themselves and take of the batch's.
  ///
  /// - Parameters:
  ///   - count: values in each mean; PyTorch's variance is scaled by count / (count - 1).
  func share(ofCount count: Int) -> (kept: Double, taken: Double, takenVariance: Double) {
    switch self {
    case .keras(let kept): return (kept, 1 - kept, 1 - kept)
    case .torch(let taken):
      return (1 - taken, taken, taken * Double(count) / Double(max(1, count - 1)))
    }
  }
}
