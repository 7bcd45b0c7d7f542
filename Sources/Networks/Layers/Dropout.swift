import TensorGraph

extension LayerApplication {
  /// Srivastava et al. 2014: in training a value is kept where a uniform number is below 1 - rate,
  /// and then divided by 1 - rate; at inference nothing happens.
  func dropout(_ x: Tensor, rate: Double) -> Tensor {
    guard case .training = mode, rate > 0 else { return x }
    guard rate < 1 else { return x * 0 }
    let keep = 1 - rate
    let uniform = x.graph.random(.uniform, noise, x.shape)
    return x * (x.graph.constant(keep, x.shape).greater(than: uniform) * (1 / keep))
  }
}
