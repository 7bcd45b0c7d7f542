package import Language
import TerminalText

extension ArchitectureSpecification {
  /// The options of `arch`, for completion.
  package static let optionKeys = ["image", "points", "width", "latent", "prior"]

  /// The architecture that an `arch` statement declares:
  ///
  /// ```
  /// arch dc like dcgan image=64x64x3 width=64 latent=100
  /// arch mine conv image=64x64x3 latent=100 { generator { … } discriminator { … } }
  /// arch other like mine { discriminator { … } }
  /// ```
  ///
  /// A network that the block leaves out is the preset's. Weights of a network in a block begin as
  /// the preset's do (Glorot uniform without one) unless `init=` says otherwise.
  ///
  /// - Parameter known: architectures that were declared before.
  /// - Throws: at the word, option or layer that is wrong.
  package init(
    parsing statement: Statement, known: [String: ArchitectureSpecification] = [:]
  ) throws(Diagnostic) {
    var reader = try ArchitectureReader(statement, known: known)
    self = try reader.read()
  }
}

/// Takes an `arch` statement apart.
private struct ArchitectureReader {
  private enum Model {
    case preset(ArchitecturePreset)
    case declared(ArchitectureSpecification)
    case none
  }

  private let statement: Statement
  private var options: OptionReader
  private var model = Model.none
  private var modelTerm: Term?
  /// Whether `like` was written, so that the origin is the preset even with a block.
  private var isLike = false
  private var parts: [String: Block.Item] = [:]

  init(
    _ statement: Statement, known: [String: ArchitectureSpecification]
  ) throws(Diagnostic) {
    self.statement = statement
    options = try OptionReader(statement.options, of: "`\(statement.verb.text)`")
    _ = try statement.declaredName()
    var operands = statement.operands.dropFirst()
    if let like = operands.first, like.text == "like" {
      operands.removeFirst()
      isLike = true
      guard !operands.isEmpty else {
        throw Diagnostic(
          "`like` needs an architecture after it", at: like.span,
          help: ["presets: " + ArchitecturePreset.allCases.map(\.rawValue).joined(separator: ", ")])
      }
    }
    if let term = operands.popFirst() {
      modelTerm = term
      model = try Self.model(term, known: known)
    }
    try statement.expectOperands(atMost: isLike ? 3 : 2)
    try readParts()
  }

  private static func model(
    _ term: Term, known: [String: ArchitectureSpecification]
  ) throws(Diagnostic) -> Model {
    if let preset = ArchitecturePreset(rawValue: term.text) { return .preset(preset) }
    if let declared = known[term.text] { return .declared(declared) }
    if term.text == "custom" { return .none }
    throw Diagnostic(
      "there is no architecture `\(term.brief)`", at: term.span,
      help: suggestion(
        for: term.text, in: ArchitecturePreset.allCases.map(\.rawValue) + known.keys.sorted()))
  }

  private mutating func readParts() throws(Diagnostic) {
    for item in statement.block?.items ?? [] {
      let name = item.name.text
      guard name == "generator" || name == "discriminator" else {
        throw Diagnostic(
          "expected `generator { … }` or `discriminator { … }`, got `\(name)`", at: item.name.span,
          help: nearest(to: name, in: ["generator", "discriminator"])
            .map { ["did you mean `\($0)`?"] } ?? [])
      }
      guard item.block != nil else {
        throw Diagnostic("`\(name)` needs a block with its layers", at: item.span)
      }
      guard parts[name] == nil else {
        throw Diagnostic("the \(name) is given twice", at: item.name.span)
      }
      parts[name] = item
    }
  }

  mutating func read() throws(Diagnostic) -> ArchitectureSpecification {
    var spans = ArchitectureSpans()
    var architecture = try base()
    if let (network, layers) = try network("generator", standard: architecture.generator) {
      (architecture.generator, spans.generatorLayers) = (network, layers)
      spans.generator = parts["generator"]?.name.span
    }
    if let (network, layers) = try network("discriminator", standard: architecture.discriminator) {
      (architecture.discriminator, spans.discriminatorLayers) = (network, layers)
      spans.discriminator = parts["discriminator"]?.name.span
    }
    if !parts.isEmpty && !isLike { architecture.origin = "custom" }
    do {
      _ = try architecture.placed(spans: spans)
    } catch {
      throw placed(error)
    }
    return architecture
  }

  /// What stands when nothing of the block is read yet.
  private mutating func base() throws(Diagnostic) -> ArchitectureSpecification {
    if case .declared(var declared) = model {
      if let prior = try prior() { declared.latentDistribution = prior }
      try expectNoOptions(of: modelTerm)
      return declared
    }
    let example = try example()
    let width = try options.take("width")?.integer(in: Limits.channels, for: "width")
    let latent = try options.take("latent")?.integer(in: Limits.latent, for: "latent")
    let prior = try prior()
    try options.finish()
    guard let example else {
      throw Diagnostic(
        "an architecture needs to know what it makes",
        at: Span(
          statement.verb.span.start, statement.operands.last?.span.end ?? statement.span.end),
        help: ["say `image=64x64x3` (height x width x channels) or `points=2`"])
    }
    var architecture = try base(example, width: width, latent: latent)
    architecture.latentDistribution = prior ?? .normal
    return architecture
  }

  private mutating func base(
    _ example: ExampleShape, width: Int?, latent: Int?
  ) throws(Diagnostic) -> ArchitectureSpecification {
    let isWrittenOut = parts.count == 2
    if case .preset(let preset) = model, !isWrittenOut {
      do {
        return try preset.architecture(of: example, width: width, latent: latent)
      } catch {
        throw placed(error)
      }
    }
    if width != nil {
      throw Diagnostic(
        isWrittenOut
          ? "`width` does nothing when both networks are written out"
          : "`width` belongs to a preset", at: options.span(of: "width"))
    }
    guard isWrittenOut else {
      let missing = parts["generator"] == nil ? "generator" : "discriminator"
      throw Diagnostic(
        "the \(missing) is missing", at: statement.block?.span.start.marked ?? statement.verb.span,
        help: [
          "write `\(missing) { … }` in the block, or name a preset: "
            + ArchitecturePreset.allCases.map(\.rawValue).joined(separator: ", ")
        ])
    }
    var (origin, initialisation) = ("custom", Initialisation.glorotUniform)
    if case .preset(let preset) = model {
      (origin, initialisation) = (preset.rawValue, preset.initialisation)
    }
    let nothing = NetworkSpecification(layers: [], initialisation: initialisation)
    let standard = if case .point = example { 2 } else { 100 }
    return ArchitectureSpecification(
      origin: origin, example: example, latent: latent ?? standard, latentDistribution: .normal,
      generator: nothing, discriminator: nothing)
  }

  /// A network of the block with its layers' places; nil when the block has none.
  private func network(
    _ name: String, standard: NetworkSpecification
  ) throws(Diagnostic) -> (NetworkSpecification, [Span])? {
    guard let item = parts[name], let block = item.block else { return nil }
    if let extra = item.operands.first {
      throw Diagnostic("`\(name)` does not expect `\(extra.brief)` here", at: extra.span)
    }
    var options = try OptionReader(item.options, of: "`\(name)`")
    let initialisation = try options.take("init").map(Initialisation.init(parsing:))
    try options.finish()
    var layers: [LayerSpecification] = []
    for entry in block.items { layers.append(try LayerSpecification(parsing: entry)) }
    let network = NetworkSpecification(
      layers: layers, initialisation: initialisation ?? standard.initialisation)
    return (network, block.items.map(\.span))
  }

  // MARK: Options

  private mutating func example() throws(Diagnostic) -> ExampleShape? {
    let (image, points) = (options.take("image"), options.take("points"))
    if image != nil, let points {
      throw Diagnostic("an architecture makes images or points, not both", at: points.span)
    }
    if let points {
      return .point(
        dimensions: try points.integer(in: Limits.pointDimensions, for: "points"))
    }
    guard let image else { return nil }
    return .image(try ImageShape(parsing: image, for: "image"))
  }

  private mutating func prior() throws(Diagnostic) -> LatentDistribution? {
    try options.take("prior")?.choice(of: LatentDistribution.self, for: "prior")
  }

  private func expectNoOptions(of term: Term?) throws(Diagnostic) {
    guard let extra = options.remaining.first else { return }
    if ArchitectureSpecification.optionKeys.contains(extra.key.text) {
      throw Diagnostic(
        "`\(term?.source ?? "")` has its \(extra.key.text) already; only presets take one",
        at: extra.span)
    }
    try options.finish(others: ArchitectureSpecification.optionKeys)
  }

  /// A fault of a preset or of what was not written out, at the option it comes from.
  private func placed(_ fault: Diagnostic) -> Diagnostic {
    var fault = fault
    if fault.span == nil {
      let key = fault.message.hasPrefix("width") ? "width" : "image"
      fault.span =
        options.span(of: key) ?? options.span(of: "points") ?? modelTerm?.span
        ?? statement.verb.span
    }
    return fault
  }
}

extension Int {
  fileprivate var marked: Span { Span(self, self + 1) }
}

extension ImageShape {
  /// `64x64x3`; `64x48` has three channels, `64` is a square.
  init(parsing term: Term, for what: String) throws(Diagnostic) {
    let size = try term.size(counts: [1, 2, 3], in: 1...1024, for: what, like: "64x64x3")
    let (height, width) = (size[0], size.count > 1 ? size[1] : size[0])
    let channels = size.count > 2 ? size[2] : 3
    guard Limits.imageSide.contains(height), Limits.imageSide.contains(width) else {
      throw Diagnostic(
        "\(what) has sides from \(Limits.imageSide.lowerBound) to "
          + "\(grouped(Limits.imageSide.upperBound)), not `\(term.brief)`", at: term.span)
    }
    guard channels == 1 || channels == 3 else {
      throw Diagnostic(
        "an image has 1 channel (grey) or 3 (red, green, blue), not \(channels)", at: term.span,
        help: ["sizes are height x width x channels: `64x64x3`"])
    }
    self.init(height: height, width: width, channels: channels)
  }
}

extension Initialisation {
  /// The schemes by name, for completion; `normal` and `orthogonal` take a number after a colon.
  package static let names = [
    "normal", "glorot-uniform", "glorot-normal", "he-uniform", "he-normal", "torch", "orthogonal",
  ]

  init(parsing term: Term) throws(Diagnostic) {
    switch term.value {
    case .tagged(let tag, let amount) where tag.text == "normal":
      self = .normal(deviation: try amount.number(in: .leastNonzeroMagnitude...10, for: "normal"))
    case .tagged(let tag, let amount) where tag.text == "orthogonal":
      self = .orthogonal(
        gain: try amount.number(in: .leastNonzeroMagnitude...100, for: "orthogonal"))
    default:
      switch try term.choice(from: Self.names, for: "init") {
      case "normal": self = .normal(deviation: 0.02)
      case "glorot-uniform": self = .glorotUniform
      case "glorot-normal": self = .glorotNormal
      case "he-uniform": self = .heUniform
      case "he-normal": self = .heNormal
      case "torch": self = .torch
      default: self = .orthogonal(gain: 1)
      }
    }
  }
}
