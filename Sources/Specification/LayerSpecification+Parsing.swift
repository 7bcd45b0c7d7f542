import Language

extension LayerSpecification {
  /// The names of all layers, in the order of the manual.
  package static let keywords = [
    "dense", "conv", "deconv", "batchnorm", "layernorm", "dropout", "relu", "lrelu", "elu", "tanh",
    "sigmoid", "softplus", "silu", "gelu", "maxpool", "avgpool", "globalpool", "upsample",
    "reshape", "flatten",
  ]

  /// What other libraries call them.
  private static let synonyms = [
    "linear": "dense", "fc": "dense", "conv2d": "conv", "convolution": "conv",
    "conv2dtranspose": "deconv", "convtranspose": "deconv", "convtranspose2d": "deconv",
    "bn": "batchnorm", "batchnorm1d": "batchnorm", "batchnorm2d": "batchnorm",
    "batchnormalization": "batchnorm", "leakyrelu": "lrelu", "swish": "silu", "pool": "maxpool",
    "view": "reshape",
  ]

  /// A layer from an entry of a block.
  init(parsing item: Block.Item) throws(Diagnostic) {
    if let block = item.block {
      throw Diagnostic(
        "`\(item.name.text)` takes no block", at: Span(block.span.start, block.span.start + 1))
    }
    var reader = try LayerReader(item)
    kind = try Self.kind(&reader)
    try reader.finish()
  }

  private static func kind(_ reader: inout LayerReader) throws(Diagnostic) -> Kind {
    switch reader.keyword {
    case "dense":
      return .dense(output: try reader.shape("units"), bias: try reader.bias())
    case "conv":
      return .convolution(
        channels: try reader.integer("channels", Limits.channels, standard: nil),
        window: try reader.window(), bias: try reader.bias())
    case "deconv":
      let channels = try reader.integer("channels", Limits.channels, standard: nil)
      let outputPadding = try reader.option("outpad", Limits.outputPadding, standard: 0)
      return .transposedConvolution(
        channels: channels, window: try reader.window(), outputPadding: outputPadding,
        bias: try reader.bias())
    case "batchnorm":
      let momentum = try reader.momentum()
      // Each library's own default goes with its convention.
      let standard = if case .keras = momentum { 0.001 } else { 1e-5 }
      return .batchNormalisation(
        momentum: momentum, epsilon: try reader.epsilon(standard: standard))
    case "layernorm": return .layerNormalisation(epsilon: try reader.epsilon(standard: 1e-5))
    case "dropout":
      return .dropout(rate: try reader.number("the rate", 0...1.0.nextDown, standard: nil))
    case "maxpool":
      let kernel = try reader.integer("the window", Limits.kernel, standard: 2)
      return .maximumPooling(kernel: kernel, stride: try reader.poolingStride(kernel))
    case "avgpool":
      let kernel = try reader.integer("the window", Limits.kernel, standard: 2)
      return .averagePooling(kernel: kernel, stride: try reader.poolingStride(kernel))
    case "globalpool": return .globalAveragePooling
    case "upsample":
      return .upsample(
        scale: try reader.integer("the scale", Limits.scale, standard: 2),
        filter: try reader.choice("filter", standard: UpsampleFilter.nearest))
    case "reshape": return .reshape(try reader.shape("the shape"))
    case "flatten": return .flatten
    default: return .activation(try activation(&reader))
    }
  }

  private static func activation(_ reader: inout LayerReader) throws(Diagnostic) -> Activation {
    switch reader.keyword {
    case "relu": return .relu
    case "tanh": return .tanh
    case "sigmoid": return .sigmoid
    case "softplus": return .softplus
    case "silu": return .silu
    case "gelu": return .gelu
    case "lrelu":
      return .leakyRelu(slope: try reader.number("the slope", 0...10, standard: 0.2))
    case "elu": return .elu(alpha: try reader.number("alpha", 0...100, standard: 1))
    default: throw unknown(reader.item.name)
    }
  }

  private static func unknown(_ name: Word) -> Diagnostic {
    let key = name.text.lowercased().filter { $0 != "_" && $0 != "-" }
    let help =
      synonyms[key].map { ["it is called `\($0)` here"] }
      ?? suggestion(for: name.text, in: keywords, kind: "layers")
    return Diagnostic("unknown layer `\(name.text)`", at: name.span, help: help)
  }
}

/// Takes the operand and options of one layer.
struct LayerReader {
  let item: Block.Item
  private var options: OptionReader
  private var usedOperands = 0

  var keyword: String { item.name.text }

  init(_ item: Block.Item) throws(Diagnostic) {
    self.item = item
    options = try OptionReader(item.options, of: "`\(item.name.text)`")
  }

  func finish() throws(Diagnostic) {
    if let extra = item.operands.dropFirst(usedOperands).first {
      throw Diagnostic(
        "`\(keyword)` does not expect `\(extra.brief)` here", at: extra.span,
        help: item.operands.dropFirst(usedOperands).prefix(2).contains { $0.source == "=" }
          ? ["options are written without blanks: `key=value`"] : [])
    }
    try options.finish()
  }

  private mutating func operand(_ what: String, isRequired: Bool) throws(Diagnostic) -> Term? {
    usedOperands = 1
    guard let term = item.operands.first else {
      guard isRequired else { return nil }
      throw Diagnostic("`\(keyword)` needs \(example)", at: item.span)
    }
    return term
  }

  private var example: String {
    switch keyword {
    case "dense": "its number of units, or an image: `dense 256`, `dense 8x8x512`"
    case "reshape": "a shape: `reshape 8x8x512` is height x width x channels"
    case "dropout": "a rate: `dropout 0.3`"
    default: "its number of channels: `\(keyword) 64`"
    }
  }

  mutating func integer(
    _ what: String, _ range: ClosedRange<Int>, standard: Int?
  ) throws(Diagnostic) -> Int {
    let term = try operand(what, isRequired: standard == nil)
    return try term?.integer(in: range, for: "\(what) of `\(keyword)`") ?? standard ?? 0
  }

  mutating func number(
    _ what: String, _ range: ClosedRange<Double>, standard: Double?
  ) throws(Diagnostic) -> Double {
    let term = try operand(what, isRequired: standard == nil)
    return try term?.number(in: range, for: "\(what) of `\(keyword)`") ?? standard ?? 0
  }

  /// `256`, or `8x8x512` as `[512, 8, 8]`.
  mutating func shape(_ what: String) throws(Diagnostic) -> [Int] {
    guard let term = try operand(what, isRequired: true) else { return [] }
    let size = try term.size(
      counts: [1, 3], in: Limits.units, for: "\(what) of `\(keyword)`", like: "8x8x512")
    return size.count == 3 ? [size[2], size[0], size[1]] : size
  }

  mutating func option(
    _ key: String, _ range: ClosedRange<Int>, standard: Int
  ) throws(Diagnostic) -> Int {
    try options.take(key)?.integer(in: range, for: key) ?? standard
  }

  mutating func bias() throws(Diagnostic) -> Bool {
    try options.take("bias")?.flag(for: "bias") ?? true
  }

  mutating func epsilon(standard: Double) throws(Diagnostic) -> Double {
    try options.take("eps")?.number(in: .leastNonzeroMagnitude...1, for: "eps") ?? standard
  }

  mutating func choice<Choice: CaseIterable & RawRepresentable>(
    _ key: String, standard: Choice
  ) throws(Diagnostic) -> Choice where Choice.RawValue == String {
    try options.take(key)?.choice(of: Choice.self, for: key) ?? standard
  }

  mutating func window() throws(Diagnostic) -> Window {
    let kernel = try pair("kernel", Limits.kernel, standard: 4)
    let stride = try pair("stride", Limits.stride, standard: 2)
    return Window(kernel: kernel, stride: stride, padding: try padding())
  }

  private mutating func pair(
    _ key: String, _ range: ClosedRange<Int>, standard: Int
  ) throws(Diagnostic) -> [Int] {
    guard let term = options.take(key) else { return [standard, standard] }
    let size = try term.size(counts: [1, 2], in: range, for: key, like: "4x4")
    return size.count == 1 ? [size[0], size[0]] : size
  }

  private mutating func padding() throws(Diagnostic) -> Padding {
    guard let term = options.take("padding") else { return .same }
    switch term.text {
    case "same": return .same
    case "valid": return .valid
    default:
      guard case .number = term.value else {
        throw term.mismatch(
          "padding", "`same`, `valid` or a number",
          help: nearest(to: term.text, in: ["same", "valid"]).map { ["did you mean `\($0)`?"] }
            ?? [])
      }
      return .explicit(try term.integer(in: Limits.padding, for: "padding"))
    }
  }

  mutating func poolingStride(_ kernel: Int) throws(Diagnostic) -> Int {
    try option("stride", Limits.stride, standard: min(kernel, Limits.stride.upperBound))
  }

  /// A bare number is Keras's momentum, as in the listings this language grew from.
  mutating func momentum() throws(Diagnostic) -> Momentum {
    guard let term = options.take("momentum") else { return .torch(0.1) }
    switch term.value {
    case .tagged(let tag, let amount) where tag.text == "keras":
      return .keras(try amount.number(in: 0...1, for: "momentum"))
    case .tagged(let tag, let amount) where tag.text == "torch":
      return .torch(try amount.number(in: 0...1, for: "momentum"))
    case .tagged(let tag, _):
      throw Diagnostic(
        "momentum is `keras:0.8` (the share kept) or `torch:0.1` (the share taken), "
          + "not `\(term.brief)`", at: tag.span,
        help: nearest(to: tag.text, in: ["keras", "torch"]).map { ["did you mean `\($0)`?"] } ?? [])
    default:
      return .keras(try term.number(in: 0...1, for: "momentum"))
    }
  }
}
