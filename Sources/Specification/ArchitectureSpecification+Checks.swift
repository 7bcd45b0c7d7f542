package import Language
import TerminalText

/// Both networks of an architecture with every shape and cost, as `show arch` prints them.
package struct PlacedArchitecture: Sendable, Hashable {
  package let generator: [PlacedLayer]
  package let discriminator: [PlacedLayer]

  /// Bytes that training on a batch takes at least, in single precision: weights, gradients and two
  /// moments for every trained number; for every example, the generator's values and the
  /// discriminator's on a real and a generated one, each with its gradient.
  package func trainingBytes(batch: Int) -> Int {
    let numbers = (generator + discriminator).reduce(0) { $0 + $1.parameterCount }
    let values =
      generator.reduce(0) { $0 + $1.activationElements }
      + 2 * discriminator.reduce(0) { $0 + $1.activationElements }
    return 4 * (4 * numbers + 2 * max(1, min(batch, Limits.batch.upperBound)) * values)
  }
}

/// The places of an architecture's parts in the text it was read from.
struct ArchitectureSpans {
  var generator: Span?
  var discriminator: Span?
  var generatorLayers: [Span] = []
  var discriminatorLayers: [Span] = []
}

extension ArchitectureSpecification {
  /// The layers of both networks, checked against each other and the examples.
  ///
  /// - Throws: when a layer cannot follow what comes before it, when the generator does not make
  ///   an example, or when the discriminator does not end in one logit.
  package func placed() throws(Diagnostic) -> PlacedArchitecture {
    try placed(spans: ArchitectureSpans())
  }

  func placed(spans: ArchitectureSpans) throws(Diagnostic) -> PlacedArchitecture {
    try checkSizes()
    let makes = try located(spans.generator) { () throws(Diagnostic) in
      try generator.placed(
        as: "generator", input: [latent], spans: spans.generatorLayers)
    }
    if let last = makes.last, last.output != example.dimensions {
      throw generatorEnd(last.output, at: spans.generatorLayers.last)
    }
    let judges = try located(spans.discriminator) { () throws(Diagnostic) in
      try discriminator.placed(
        as: "discriminator", input: example.dimensions, spans: spans.discriminatorLayers)
    }
    if let last = judges.last { try checkLogit(last, at: spans.discriminatorLayers.last) }
    return PlacedArchitecture(generator: makes, discriminator: judges)
  }

  private func located<Result>(
    _ span: Span?, _ body: () throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    do { return try body() } catch {
      var fault = error
      if fault.span == nil { fault.span = span }
      throw fault
    }
  }

  private func checkSizes() throws(Diagnostic) {
    guard Limits.latent.contains(latent) else {
      throw Diagnostic("latent is from 1 to 8,192, not \(latent)")
    }
    switch example {
    case .point(let dimensions):
      guard Limits.pointDimensions.contains(dimensions) else {
        throw Diagnostic("points have from 1 to 64 dimensions, not \(dimensions)")
      }
    case .image(let image):
      guard Limits.imageSide.contains(image.height), Limits.imageSide.contains(image.width),
        [1, 3].contains(image.channels)
      else {
        throw Diagnostic(
          "an image is from 4x4 to 1024x1024 with 1 or 3 channels, not \(image)")
      }
    }
  }

  private func generatorEnd(_ output: [Int], at span: Span?) -> Diagnostic {
    let wanted = example.dimensions
    var help: [String] = []
    if output.volume == wanted.volume {
      help = ["end with `reshape \(wanted.printedShape)`"]
    } else if wanted.count == 1 {
      help = ["end with `dense \(wanted.printedShape)`"]
    } else if output.count == 3 && output[0] != wanted[0] && output[1...] == wanted[1...] {
      help = ["let the last layer give \(wanted[0]) channels"]
    } else if output.count == 3 && output[1] * 2 == wanted[1] && output[2] * 2 == wanted[2] {
      help = ["one more `deconv` with stride=2 doubles height and width"]
    }
    return Diagnostic(
      "the generator ends in \(described(output)), but an example is \(described(wanted))",
      at: span, help: help)
  }

  private func described(_ shape: [Int]) -> String {
    shape.count == 1 ? "\(grouped(shape[0])) values" : shape.printedShape
  }

  private func checkLogit(_ last: PlacedLayer, at span: Span?) throws(Diagnostic) {
    guard last.output.volume == 1 else {
      throw Diagnostic(
        "the discriminator ends in \(described(last.output)), but it must end in one logit",
        at: span,
        help: [last.output.count == 1 ? "end with `dense 1`" : "end with `flatten; dense 1`"])
    }
    switch last.layer.kind {
    case .activation, .dropout, .batchNormalisation, .layerNormalisation:
      throw Diagnostic(
        "the discriminator ends in `\(last.layer.kind.keyword)`, but its last layer gives the logit",
        at: span, help: ["leave `\(last.layer.kind.keyword)` out: objectives are on logits"])
    default: return
    }
  }
}
