import Specification
import TensorGraph

extension LayerApplication {
  /// x·Wᵀ + b, with `weight` `[units, inputs]` and `bias` `[units]`; an image is flattened first, and
  /// units laid out as an image if `output` is one.
  func dense(_ x: Tensor, output: [Int], bias: Bool) -> Tensor {
    let inputs = flattened(x)
    let units = output.reduce(1, *)
    var y = inputs.matmul(parameter("weight", [units, inputs.shape[1]]), transposeRight: true)
    if bias { y = y + parameter("bias", [units]) }
    return y.reshape([x.shape[0]] + output)
  }
}
