import Specification
import TensorGraph

extension Activation {
  /// The activation of each value.
  func apply(to x: Tensor) -> Tensor {
    switch self {
    case .relu: return x.maximum(0.0)
    case .tanh: return x.tanh()
    case .sigmoid: return x.sigmoid()
    case .softplus: return x.softplus()
    case .silu: return x * x.sigmoid()
    case .gelu: return x * ((x * 0.5.squareRoot()).erf() + 1) * 0.5
    case .leakyRelu(let slope):
      // Slope at zero is `slope`, as in PyTorch: at a tie the right operand has the gradient.
      return slope <= 1 ? x.maximum(x * slope) : x.minimum(x * slope)
    case .elu(let alpha):
      // The minimum comes first: exp of a large value would be infinite, its gradient 0·∞.
      let below = x.minimum(x.graph.constant(0)).exp() - 1
      return x.maximum(0.0) + below * alpha
    }
  }
}
