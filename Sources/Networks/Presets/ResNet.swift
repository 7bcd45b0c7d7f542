import Language
import Specification
import TerminalText

extension Preset {
  /// A residual classifier.
  static let resNet = Preset(
    "resnet", summary: "a residual classifier of classes or attributes",
    discussion: """
      A 3x3 convolution of `width` (16) channels, then stages of blocks of two 3x3 convolutions with batch normalisation, each block added to its input; each stage but the \
      first halves the image and doubles the channels; the mean of each channel, and one output for each class or \
      attribute (He et al. 2016, arXiv:1512.03385, section 4.2 and table 1). `depth` counts layers with weights: 8 (three \
      stages of one block, the usual one), 10 (four of one), 14 (three of two) or 18 (four of two). Images of more than 32 pixels \
      are halved by the first convolution, of more than 64 once more. Weights begin as PyTorch's; its recipe is Adam with 1e-3 and (0.9, 0.999).
      """, options: ["width", "depth", "labels"], initialisation: .torch,
    recipe: recipe(rate: 1e-3), example: "arch net like resnet image=32x32x3 classes=10 depth=14"
  ) { request throws(Diagnostic) in
    let image = try request.image(for: "resnet")
    let labels = try request.labels(toldBy: "a resnet")
    let body = try residualBody(of: image, request, name: "resnet")
    return ArchitectureSpecification(
      origin: "resnet", example: request.example, latent: request.latent ?? 1,
      latentDistribution: .normal, labels: labels,
      networks: [
        NetworkSpecification(
          .classifier, layers: try layers(body + "\ndense \(labels.count)"),
          initialisation: .torch)
      ])
  }

  /// Stages of residual blocks, and the mean of each channel.
  static func residualBody(
    of image: ImageShape, _ request: Request, name: String
  ) throws(Diagnostic) -> String {
    let width = request.width ?? 16
    try checkWidth(width, largest: 8)
    let depths: [Int: (stages: Int, blocks: Int)] = [8: (3, 1), 10: (4, 1), 14: (3, 2), 18: (4, 2)]
    let depth = try request.variants["depth"]?.integer(in: 1...1000, for: "depth") ?? 8
    guard let (stages, blocks) = depths[depth] else {
      throw Diagnostic(
        "a \(name) has 8, 10, 14 or 18 layers with weights, not \(depth)",
        at: request.variants["depth"]?.span)
    }
    func conv(_ channels: Int, kernel: Int = 3, stride: Int) -> String {
      "conv \(channels) kernel=\(kernel) stride=\(stride) padding=\(kernel / 2) bias=no; batchnorm"
    }
    let side = max(image.height, image.width)
    var text = [conv(width, stride: side > 32 ? 2 : 1) + "; relu"]
    if side > 64 { text.append("maxpool 2 stride=2") }
    for stage in 0..<stages {
      let channels = width << stage
      for block in 0..<blocks {
        let stride = stage > 0 && block == 0 ? 2 : 1
        let shortcut =
          stride == 2 ? "\nshortcut { \(conv(channels, kernel: 1, stride: stride)) }" : ""
        text.append(
          """
          residual as stage\(stage + 1)block\(block + 1) {
            \(conv(channels, stride: stride)); relu; \(conv(channels, stride: 1))\(shortcut) }; relu
          """)
      }
    }
    return (text + ["globalpool"]).joined(separator: "\n")
  }
}

extension Preset.Request {
  /// - Throws: where nothing says what is told.
  func labels(toldBy preset: String) throws(Diagnostic) -> LabelShape {
    if let labels { return labels }
    throw Diagnostic(
      "\(preset) needs to know what it tells",
      help: ["say `classes=10`, or `labels=Smiling,Male`"])
  }
}
