import Language
import Specification
import TensorGraph

/// Kernel, stride and padding of a convolution, height first.
struct Window {
  var kernel: [Int]
  var stride: [Int]
  var padding: Padding

  /// Zeros around an image before a convolution.
  enum Padding: Equatable, CustomStringConvertible {
    /// As many on each side.
    case explicit(Int)
    /// TensorFlow's: output size = ceil(input / stride) (transposed: input × stride), the odd zero
    /// after.
    case same
    case valid

    var description: String {
      switch self {
      case .explicit(let zeros): "\(zeros)"
      case .same: "same"
      case .valid: "valid"
      }
    }
  }

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

extension LayerScope {
  func window() throws(Diagnostic) -> Window {
    let padding: Window.Padding
    switch try text("padding") {
    case "same": padding = .same
    case "valid": padding = .valid
    case let other:
      guard let zeros = Int(other), Limits.padding.contains(zeros) else {
        throw Diagnostic("`\(layer.keyword)` cannot have padding `\(other)`")
      }
      padding = .explicit(zeros)
    }
    return Window(kernel: try pair("kernel"), stride: try pair("stride"), padding: padding)
  }
}

extension LayerSignature.Argument {
  static func channels(_ keyword: String) -> LayerSignature.Argument {
    .operand(
      "channels", .integer(Limits.channels), demand: "its number of channels: `\(keyword) 64`",
      sample: "64")
  }

  static let window: [LayerSignature.Argument] = [
    .init("kernel", .pair(Limits.kernel), "height and width of the window", standard: "4"),
    .init("stride", .pair(Limits.stride), "from one window to the next", standard: "2"),
    .init("padding", .padding(Limits.padding), "what is added around the image", standard: "same"),
  ]
}
