/// What `help arch` says about layers, and what completes inside a block.
package enum LayerManual {
  /// A layer as it is typed, with its options, and what it does.
  package struct Entry {
    package let usage: String
    package let summary: String
    package let keys: [String]

    init(_ usage: String, _ summary: String, _ keys: [String] = []) {
      (self.usage, self.summary, self.keys) = (usage, summary, keys)
    }

    package var keyword: String { String(usage.prefix { $0 != " " }) }
  }

  /// In the order of Specification's keywords; a test compares them.
  package static let entries = [
    Entry("dense 256", "or `dense 8x8x512`, height x width x channels; bias=yes", ["bias"]),
    Entry(
      "conv 64", "kernel=4 stride=2 padding=same (or valid, or a number) bias=yes",
      ["kernel", "stride", "padding", "bias"]),
    Entry(
      "deconv 64", "a transposed convolution: as conv, and outpad=0",
      ["kernel", "stride", "padding", "outpad", "bias"]),
    Entry("batchnorm", "momentum=torch:0.1 (or keras:0.8) eps=1e-5", ["momentum", "eps"]),
    Entry("layernorm", "eps=1e-5", ["eps"]), Entry("dropout 0.3", "zeroes that share"),
    Entry("relu", "max(x, 0)"), Entry("lrelu 0.2", "with that slope below 0"),
    Entry("elu 1", "exponential below 0"), Entry("tanh", "to -1…1, as images are"),
    Entry("sigmoid", "to 0…1"), Entry("softplus", "log(1 + exp x)"), Entry("silu", "x · sigmoid x"),
    Entry("gelu", "Gaussian"), Entry("maxpool 2", "of windows; stride= the window", ["stride"]),
    Entry("avgpool 2", "of windows; stride= the window", ["stride"]),
    Entry("globalpool", "the mean of each channel"),
    Entry("upsample 2", "filter=nearest (or bilinear)", ["filter"]),
    Entry("reshape 8x8x512", "height x width x channels"), Entry("flatten", "to one vector"),
  ]

  /// Keys of the names that stand around layers.
  package static let networks = ["generator": ["init"], "discriminator": ["init"]]

  /// The list, as Markdown.
  static var list: String {
    let width = entries.map(\.usage.count).max() ?? 0
    return entries.map { "    \($0.usage.padded(to: width))  \($0.summary)" }
      .joined(separator: "\n")
  }
}
