import Language

extension LayerSpecification.Kind {
  /// The layer's name in a block, and in the names of its parameters.
  package var keyword: String {
    switch self {
    case .dense: "dense"
    case .convolution: "conv"
    case .transposedConvolution: "deconv"
    case .batchNormalisation: "batchnorm"
    case .layerNormalisation: "layernorm"
    case .dropout: "dropout"
    case .activation(let activation): activation.keyword
    case .maximumPooling: "maxpool"
    case .averagePooling: "avgpool"
    case .globalAveragePooling: "globalpool"
    case .upsample: "upsample"
    case .reshape: "reshape"
    case .flatten: "flatten"
    }
  }

  /// Whether the layer multiplies by a weight matrix; a block begins at each of these.
  package var isContraction: Bool { LayerSpecification.contractions.contains(keyword) }

  /// What follows the keyword, every number of it.
  private var parameters: [String] {
    switch self {
    case .dense(let output, let bias):
      [output.printedShape, "bias=\(yesOrNo(bias))"]
    case .convolution(let channels, let window, let bias):
      ["\(channels)"] + window.parameters + ["bias=\(yesOrNo(bias))"]
    case .transposedConvolution(let channels, let window, let outputPadding, let bias):
      ["\(channels)"] + window.parameters
        + (outputPadding == 0 ? [] : ["outpad=\(outputPadding)"]) + ["bias=\(yesOrNo(bias))"]
    case .batchNormalisation(let momentum, let epsilon):
      ["momentum=\(momentum)", "eps=\(printed(epsilon))"]
    case .layerNormalisation(let epsilon): ["eps=\(printed(epsilon))"]
    case .dropout(let rate): [printed(rate)]
    case .activation(.leakyRelu(let slope)): [printed(slope)]
    case .activation(.elu(let alpha)): [printed(alpha)]
    case .maximumPooling(let kernel, let stride), .averagePooling(let kernel, let stride):
      ["\(kernel)", "stride=\(stride)"]
    case .upsample(let scale, let filter): ["\(scale)", "filter=\(filter.rawValue)"]
    case .reshape(let dimensions): [dimensions.printedShape]
    case .activation, .globalAveragePooling, .flatten: []
    }
  }

  /// The layer as it is typed: `conv 64 kernel=4 stride=2 padding=same bias=yes`.
  package var text: String { ([keyword] + parameters).joined(separator: " ") }
}

extension LayerSpecification {
  /// Keywords of layers that multiply by a weight matrix.
  static let contractions: Set<String> = ["dense", "conv", "deconv"]

  /// What the number or shape after a keyword is.
  static let operandNames = [
    "dense": "units", "conv": "channels", "deconv": "channels", "dropout": "rate",
    "lrelu": "slope", "elu": "alpha", "maxpool": "kernel", "avgpool": "kernel",
    "upsample": "scale", "reshape": "shape",
  ]
}

extension LayerSpecification: CustomStringConvertible {
  package var description: String { kind.text }
}

extension Activation {
  var keyword: String {
    switch self {
    case .relu: "relu"
    case .tanh: "tanh"
    case .sigmoid: "sigmoid"
    case .softplus: "softplus"
    case .silu: "silu"
    case .gelu: "gelu"
    case .leakyRelu: "lrelu"
    case .elu: "elu"
    }
  }
}

extension Window {
  fileprivate var parameters: [String] {
    ["kernel=\(both(kernel))", "stride=\(both(stride))", "padding=\(padding)"]
  }

  /// `4` for 4x4.
  private func both(_ numbers: [Int]) -> String {
    Set(numbers).count == 1 && numbers.count == 2 ? "\(numbers[0])" : numbers.printedShape
  }
}

extension Padding: CustomStringConvertible {
  package var description: String {
    switch self {
    case .explicit(let zeros): "\(zeros)"
    case .same: "same"
    case .valid: "valid"
    }
  }
}

extension Momentum: CustomStringConvertible {
  package var description: String {
    switch self {
    case .keras(let kept): "keras:\(printed(kept))"
    case .torch(let taken): "torch:\(printed(taken))"
    }
  }
}

extension Initialisation: CustomStringConvertible {
  package var description: String {
    switch self {
    case .normal(let deviation): "normal:\(printed(deviation))"
    case .glorotUniform: "glorot-uniform"
    case .glorotNormal: "glorot-normal"
    case .heUniform: "he-uniform"
    case .heNormal: "he-normal"
    case .torch: "torch"
    case .orthogonal(let gain): "orthogonal:\(printed(gain))"
    }
  }
}

func yesOrNo(_ value: Bool) -> String { value ? "yes" : "no" }
