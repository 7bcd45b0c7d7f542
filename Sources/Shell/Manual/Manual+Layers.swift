import Networks
import Specification

extension Manual {
  /// Every layer, as the file that builds it describes it.
  package static let layers = Section(
    name: "layers", singular: "layer", summary: "what stands in a block of `arch`",
    entries: LayerDefinition.all.map { Entry($0.signature) })

  /// Keys of the names that stand around layers.
  package static let networks = NetworkSpecification.Role.allCases.map(\.rawValue)
  static let networkOptions = [
    OptionSynopsis(
      "init", .choice(initialisations.entries.map(\.usage)), "how its weights begin",
      initial: "the preset's"),
    OptionSynopsis(
      "weights", .choice(["no", "spectral", "weightnorm", "equalised"]),
      "what its weights pass through before they are used", initial: "no"),
  ]
}

extension Manual.Entry {
  fileprivate init(_ signature: LayerSignature) {
    self.init(
      signature.keyword, signature.usage, signature.summary, signature.discussion,
      options: signature.arguments.filter { !$0.isOperand }.map(OptionSynopsis.init),
      synonyms: signature.synonyms, example: signature.example.map(Example.init))
  }
}

extension OptionSynopsis {
  fileprivate init(_ argument: LayerSignature.Argument) {
    let words = argument.kind.words
    self.init(
      argument.name, argument.kind.completed,
      argument.summary + (words.isEmpty ? "" : "; one of " + words.joined(separator: ", ")),
      initial: argument.standardText)
  }
}

extension LayerSignature.Argument.Kind {
  /// What a value is one of.
  fileprivate var words: [String] {
    switch self {
    case .choice(let words): words
    case .word(let words, let tagged, _): words + tagged.flatMap { [$0, "\($0):NUMBER"] }
    case .number, .integer, .pair, .shape, .flag, .padding, .momentum, .name: []
    }
  }

  /// What completion offers.
  fileprivate var completed: ParameterKind {
    switch self {
    case .number: .number
    case .integer, .pair, .shape: .integer
    case .flag: .choice(["yes", "no"])
    case .choice(let words): .choice(words)
    case .padding: .choice(["same", "valid", "1"])
    case .momentum: .choice(["torch:0.1", "keras:0.8"])
    case .word(let words, let tagged, _): .choice(words + tagged)
    case .name: .text
    }
  }
}

extension Example {
  fileprivate init(_ example: LayerSignature.Example) {
    switch example {
    case .points(let layers):
      self.init(
        "In a generator of points.",
        """
        arch mine custom points=2 latent=2 {
          generator     { \(layers); dense 2 }
          discriminator { dense 32; relu; dense 1 } }
        """)
    case .images(let generator, let discriminator):
      self.init(
        "For grey images of 16x16.",
        """
        arch mine custom image=16x16x1 latent=8 {
          generator     { \(generator) }
          discriminator { \(discriminator ?? "flatten; dense 1") } }
        """)
    case .statement(let caption, let script): self.init(caption, script)
    }
  }
}
