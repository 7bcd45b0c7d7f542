package import Language
import TerminalText

extension ArchitectureSpecification {
  /// The options of `arch`, for completion.
  package static let optionKeys =
    [
      "image", "points", "width", "latent", "prior", "labels", "numbers", "classes", "condition",
      "pack",
    ] + presetKeys

  /// Further options of presets: how many layers, and by which word layers are exchanged.
  package static let presetKeys = ["depth"] + variantKeys

  /// Options of presets by which layers are exchanged by a word.
  package static let variantKeys = [
    "norm", "gnorm", "dnorm", "activation", "dropout", "gdropout", "upsample",
  ]

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
  /// - Parameters:
  ///   - signatures: the layers and presets that there are, and what checks the networks.
  ///   - known: architectures that were declared before.
  /// - Throws: at the word, option or layer that is wrong.
  package init(
    parsing statement: Statement, _ signatures: Signatures,
    known: [String: ArchitectureSpecification] = [:]
  ) throws(Diagnostic) {
    var reader = try ArchitectureReader(statement, signatures, known: known)
    self = try reader.read()
  }

  /// The architecture of a stored text, in which everything is written out. Keywords of another release are
  /// kept as they are; such a model is listed and compared, and cannot be trained.
  package init(stored statement: Statement) throws(Diagnostic) {
    try statement.expect("arch")
    var reader = try ArchitectureReader(statement, nil, known: [:])
    self = try reader.read()
  }
}

/// Takes an `arch` statement apart.
private struct ArchitectureReader {
  private enum Model {
    case preset(Preset)
    case declared(ArchitectureSpecification)
    /// Written out; the word is the origin.
    case written(origin: String)
  }

  private let statement: Statement
  /// Nil for a stored text.
  private let signatures: Signatures?
  private var options: OptionReader
  private var model: Model
  private var modelTerm: Term?
  /// Whether `like` was written, so that the origin is the preset even with a block.
  private var isLike = false
  private var parts: [NetworkItem] = []

  init(
    _ statement: Statement, _ signatures: Signatures?, known: [String: ArchitectureSpecification]
  ) throws(Diagnostic) {
    (self.statement, self.signatures) = (statement, signatures)
    options = try OptionReader(statement.options, of: "`\(statement.verb.text)`")
    model = .written(origin: ArchitectureSpecification.custom)
    _ = try statement.declaredName()
    var operands = statement.operands.dropFirst()
    if let like = operands.first, like.text == "like" {
      operands.removeFirst()
      isLike = true
      guard !operands.isEmpty else {
        throw Diagnostic(
          "`like` needs an architecture after it", at: like.span, help: [Self.presets(signatures)])
      }
    }
    if let term = operands.popFirst() {
      modelTerm = term
      model = try Self.model(term, signatures, known: known)
    }
    try statement.expectOperands(atMost: isLike ? 3 : 2)
    for item in statement.block?.items ?? [] {
      let part = try NetworkItem(item)
      guard !parts.contains(where: { $0.name == part.name }) else {
        throw Diagnostic("the \(part.name) is given twice", at: item.name.span)
      }
      parts.append(part)
    }
  }

  private static func presets(_ signatures: Signatures?) -> String {
    "presets: " + (signatures?.presets ?? []).map(\.keyword).joined(separator: ", ")
  }

  /// Declared architectures that a message lists.
  private static let mostListed = 24

  private static func model(
    _ term: Term, _ signatures: Signatures?, known: [String: ArchitectureSpecification]
  ) throws(Diagnostic) -> Model {
    guard let signatures else { return .written(origin: term.text) }
    if let preset = signatures.presets.first(where: { $0.keyword == term.text }) {
      return .preset(preset)
    }
    if let declared = known[term.text] { return .declared(declared) }
    let custom = ArchitectureSpecification.custom
    if term.text == custom { return .written(origin: custom) }
    let plain = plainName(term.text)
    let called = signatures.presets.first { preset in
      ([preset.keyword] + preset.synonyms).contains { plainName($0) == plain }
    }
    let near = nearest(
      to: term.text, in: signatures.presets.map(\.keyword) + known.keys.sorted())
    guard let meant = called?.keyword ?? near else {
      let declared = known.keys.sorted().prefix(mostListed).joined(separator: ", ")
      throw Diagnostic(
        "there is no architecture `\(term.brief)`", at: term.span,
        help: [presets(signatures)] + (declared.isEmpty ? [] : ["declared: " + declared]))
    }
    throw Diagnostic(
      "there is no architecture `\(term.brief)`", at: term.span, help: [didYouMean([meant])])
  }

  mutating func read() throws(Diagnostic) -> ArchitectureSpecification {
    var architecture = try base()
    for part in parts {
      let index = architecture.networks.firstIndex { $0.name == part.name }
      let standard = index.map { architecture.networks[$0].initialisation }
      let network = try part.network(signatures, standard: standard ?? initialisation)
      if let index {
        architecture.networks[index] = network
      } else {
        architecture.networks.append(network)
      }
    }
    if !parts.isEmpty && !isLike && signatures != nil {
      architecture.origin = ArchitectureSpecification.custom
    }
    do { try signatures?.check(architecture) } catch { throw placed(error) }
    return architecture
  }

  private var initialisation: Initialisation {
    if case .preset(let preset) = model { preset.initialisation } else { .glorotUniform }
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
    let labels = try labels()
    let pack = try options.take("pack")?.integer(in: Limits.pack, for: "pack")
    let condition = try options.take("condition")?.choice(
      of: Preset.Condition.self, for: "condition")
    var variants: [String: Term] = [:]
    if case .preset(let preset) = model {
      for key in ArchitectureSpecification.presetKeys where preset.options.contains(key) {
        variants[key] = options.take(key)
      }
    }
    if let extra = options.remaining.first(where: { option in
      ArchitectureSpecification.presetKeys.contains(option.key.text)
    }) {
      throw Diagnostic(
        "`\(modelTerm?.text ?? statement.verb.text)` has no `\(extra.key.text)`", at: extra.span,
        help: ["presets that have: " + presets(with: extra.key.text)])
    }
    try options.finish()
    guard let example else {
      throw Diagnostic(
        "an architecture needs to know what it makes",
        at: Span(
          statement.verb.span.start, statement.operands.last?.span.end ?? statement.span.end),
        help: ["say `image=64x64x3` (height x width x channels) or `points=2`"])
    }
    let request = Preset.Request(
      example, width: width, latent: latent, labels: labels, condition: condition,
      variants: variants)
    var architecture = try base(request)
    architecture.latentDistribution = prior ?? .normal
    if let pack { architecture.pack = pack }
    return architecture
  }

  /// The presets that read an option.
  private func presets(with key: String) -> String {
    (signatures?.presets ?? []).filter { $0.options.contains(key) }.map(\.keyword)
      .joined(separator: ", ")
  }

  private mutating func base(
    _ request: Preset.Request
  ) throws(Diagnostic) -> ArchitectureSpecification {
    let roles = Set(parts.map(\.role))
    let isWrittenOut = roles.isSuperset(of: [.generator, .discriminator])
    if case .preset(let preset) = model, !isWrittenOut {
      try expect(preset, reads: request)
      do { return try preset.architecture(request) } catch { throw placed(error) }
    }
    if request.width != nil {
      throw Diagnostic(
        isWrittenOut
          ? "`width` does nothing when both networks are written out"
          : "`width` belongs to a preset", at: options.span(of: "width"))
    }
    if request.condition != nil {
      throw Diagnostic(
        "`condition` belongs to a preset; networks that are written out name the wire `label`",
        at: options.span(of: "condition"), help: ["write `generator(z, label) { … }`"])
    }
    var origin = ArchitectureSpecification.custom
    switch model {
    case .preset(let preset): origin = preset.keyword
    case .written(let word): origin = word
    case .declared: break
    }
    if signatures != nil && parts.isEmpty {
      throw Diagnostic(
        "the networks are missing", at: statement.block?.span ?? statement.verb.span,
        help: [
          "write `generator { … } discriminator { … }` in a block, or name a preset: "
            + (signatures?.presets ?? []).map(\.keyword).joined(separator: ", ")
        ])
    }
    let standard = if case .point = request.example { 2 } else { 100 }
    return ArchitectureSpecification(
      origin: origin, example: request.example, latent: request.latent ?? standard,
      latentDistribution: .normal, labels: request.labels, networks: [])
  }

  private func expect(_ preset: Preset, reads request: Preset.Request) throws(Diagnostic) {
    let typed = [
      ("width", request.width != nil), ("condition", request.condition != nil),
      ("labels", request.labels != nil),
    ]
    for (key, isTyped) in typed where isTyped && !preset.options.contains(key) {
      throw Diagnostic(
        "`\(preset.keyword)` has no `\(key)`",
        at: options.span(of: key) ?? options.span(of: "classes") ?? modelTerm?.span)
    }
  }

  // MARK: Options

  private mutating func labels() throws(Diagnostic) -> LabelShape? {
    let (attributes, numbers) = (options.take("labels"), options.take("numbers"))
    let classes = options.take("classes")
    if attributes != nil || numbers != nil, let classes {
      throw Diagnostic("either `labels` or `classes`, not both", at: classes.span)
    }
    if attributes != nil, let numbers {
      throw Diagnostic("either `labels` or `numbers`, not both", at: numbers.span)
    }
    if let classes {
      return .classes(try classes.integer(in: Limits.classes, for: "classes"))
    }
    guard let names = attributes ?? numbers else { return nil }
    let labels = try names.elements.map { term throws(Diagnostic) in
      attributes == nil ? try NumberLabel(parsing: term) : NumberLabel(term.text)
    }
    var seen: Set<String> = []
    for (term, label) in zip(names.elements, labels) where !seen.insert(label.name).inserted {
      throw Diagnostic("`\(term.brief)` is given twice", at: term.span)
    }
    guard Limits.attributes.contains(names.elements.count) else {
      throw Diagnostic(
        "a model has from 1 to \(Limits.attributes.upperBound) labels", at: names.span)
    }
    return attributes == nil ? .numbers(labels) : .attributes(labels.map(\.name))
  }

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
      let key =
        ["width", "labels", "classes", "condition", "pack"].first { fault.message.hasPrefix($0) }
        ?? "image"
      fault.span =
        options.span(of: key) ?? options.span(of: "points") ?? modelTerm?.span
        ?? statement.verb.span
    }
    return fault
  }
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

extension NumberLabel {
  /// Reads `Age:18..80`, `"My age:18..80"`, or a name alone.
  fileprivate init(parsing term: Term) throws(Diagnostic) {
    let (name, ends): (String, (Double, Double)?)
    switch term.value {
    case .tagged(let tag, let value):
      guard case .range(let low, let high) = value.value else {
        throw Diagnostic(
          "`\(value.brief)` is no range from a smaller number to a larger one", at: value.span,
          help: ["write it like `\(tag.text):18..80`"])
      }
      (name, ends) = (tag.text, (low, high))
    default:
      // A name in quotes, or of other letters than those of a tag, has its range within.
      let text = term.text
      let colon = text.lastIndex(of: ":")
      let range = colon.flatMap { Numeral.range(text[text.index(after: $0)...]) }
      (name, ends) = (range == nil ? text : String(text[..<(colon ?? text.endIndex)]), range)
    }
    guard !name.isEmpty else { throw Diagnostic("a number needs a name", at: term.span) }
    guard let (low, high) = ends else {
      self.init(name)
      return
    }
    guard low < high else {
      throw Diagnostic(
        "`\(printed(low))..\(printed(high))` is no range from a smaller number to a larger one",
        at: term.span, help: ["write it like `\(name):18..80`"])
    }
    guard high - low >= Limits.leastNumberRange, max(-low, high) <= Limits.largestNumber else {
      throw Diagnostic(
        "a range of numbers is at least \(printed(Limits.leastNumberRange)) wide, and within ±\(printed(Limits.largestNumber))",
        at: term.span)
    }
    self.init(name, low...high)
  }
}
