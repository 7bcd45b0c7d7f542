import Language
import Specification
import TensorGraph

extension LayerDefinition {
  /// Zhang et al. 2019, arXiv:1805.08318, section 3, as its authors' program computes it: every place of an
  /// image reads all others, x + γ·o, with an eighth of the channels for queries and keys, half of them for
  /// values, keys and values at half the resolution, and γ zero at first.
  static let attention = LayerDefinition(
    LayerSignature(
      "attention", synonyms: ["selfattention", "nonlocal"],
      summary: "adds to each pixel what it reads at all others",
      discussion: """
        Self-attention as in SAGAN (Zhang et al. 2019): an eighth of the channels for queries and keys, half \
        of them for values, keys and values after a maximum pooling by `pool=`, and a factor that begins at 0.
        """,
      arguments: [
        .init("pool", .integer(1...8), "the pooling of keys and values", standard: "2"), .weights,
      ],
      example: .images(
        "dense 8x8x8; relu; attention; deconv 1; tanh", nil))
  ) { scope, x throws(Diagnostic) in
    let image = try scope.image(x)
    let (batch, pool) = (x.shape[0], try scope.integer("pool"))
    guard image.height % pool == 0, image.width % pool == 0 else {
      throw Diagnostic(
        "a pooling by \(pool) does not divide \(image.height)x\(image.width)",
        help: ["write pool=1"])
    }
    let (narrow, half) = (max(1, image.channels / 8), max(1, image.channels / 2))
    let once = ConvolutionGeometry(strides: [1, 1], paddingLow: [0, 0], paddingHigh: [0, 0])
    func pixels(_ name: String, _ channels: Int, pooled: Bool) throws(Diagnostic) -> Tensor {
      var y = x.convolution(
        try scope.weight(
          [channels, image.channels, 1, 1], named: "\(name)_weight"), once)
      if pooled, pool > 1 {
        y = y.reshape([
          batch, channels, image.height / pool, pool, image.width / pool, pool,
        ]).maximum([3, 5])
      }
      return y.reshape([batch, channels, y.shape.count / batch / channels])
    }
    let query = try pixels("query", narrow, pooled: false)
    let key = try pixels("key", narrow, pooled: true)
    let value = try pixels("value", half, pooled: true)
    let attention = query.matmul(key, transposeLeft: true).softmaxOfRows()
    let read = value.matmul(attention, transposeRight: true)
      .reshape([batch, half, image.height, image.width])
    let output = read.convolution(
      try scope.weight([image.channels, half, 1, 1], named: "output_weight"), once)
    let share = try scope.parameter("share", [1], .constant(0))
    return x + output * share.reshape([1, 1, 1])
  }
}

extension Tensor {
  /// exp x / Σ exp x along the last axis, without overflow.
  func softmaxOfRows() -> Tensor {
    let last = shape.rank - 1
    var kept = shape.dimensions
    kept[last] = 1
    let powers = (self - maximum([last]).stopGradient().reshape(kept)).exp()
    return powers / powers.sum([last]).reshape(kept)
  }
}
