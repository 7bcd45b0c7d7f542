import Specification
import TensorGraph

extension LayerApplication {
  /// Cross-correlation; `weight` is `[channels, input channels, height, width]`.
  func convolution(_ x: Tensor, channels: Int, window: Window, bias: Bool) -> Tensor {
    let weight = parameter("weight", [channels, x.shape[1]] + window.kernel)
    let geometry = window.geometry(of: [x.shape[2], x.shape[3]])
    return biased(x.convolution(weight, geometry), channels, bias)
  }

  /// The adjoint of a convolution, as PyTorch's ConvTranspose2d; `weight` is
  /// `[input channels, channels, height, width]`.
  func transposedConvolution(
    _ x: Tensor, channels: Int, window: Window, outputPadding: Int, bias: Bool
  ) -> Tensor {
    let weight = parameter("weight", [x.shape[1], channels] + window.kernel)
    let size = window.transposedSize(of: [x.shape[2], x.shape[3]], outputPadding: outputPadding)
    let y = x.convolutionInputGradient(weight, window.geometry(of: size), inputSize: size)
    return biased(y, channels, bias)
  }

  private func biased(_ y: Tensor, _ channels: Int, _ bias: Bool) -> Tensor {
    bias ? y + parameter("bias", [channels]).reshape([channels, 1, 1]) : y
  }
}

extension Window {
  /// Strides and zeros for an image of `size` (height, width), or for a transposed convolution that
  /// gives an image of that size.
  func geometry(of size: [Int]) -> ConvolutionGeometry {
    switch padding {
    case .explicit(let zeros):
      return ConvolutionGeometry(
        strides: stride, paddingLow: [zeros, zeros], paddingHigh: [zeros, zeros])
    case .valid:
      return ConvolutionGeometry(strides: stride, paddingLow: [0, 0], paddingHigh: [0, 0])
    case .same:
      let zeros = (0..<2).map { axis in
        let output = (size[axis] + stride[axis] - 1) / stride[axis]
        return max(0, (output - 1) * stride[axis] + kernel[axis] - size[axis])
      }
      return ConvolutionGeometry(
        strides: stride, paddingLow: zeros.map { $0 / 2 }, paddingHigh: zeros.map { $0 - $0 / 2 })
    }
  }

  /// The extent of a transposed convolution's output.
  func transposedSize(of size: [Int], outputPadding: Int) -> [Int] {
    (0..<2).map { axis in
      let spread = (size[axis] - 1) * stride[axis] + kernel[axis] + outputPadding
      switch padding {
      case .explicit(let zeros): return spread - 2 * zeros
      case .valid: return spread
      case .same: return size[axis] * stride[axis]
      }
    }
  }
}
