package import Language

/// What a keyword stands for in a text: an objective, a penalty, an optimiser.
///
/// It is declared in the file that builds the thing. Reading, printing, completion, the manual and the
/// reference pages derive from it.
package struct Signature: Sendable, Hashable {
  /// As it is typed and stored: `hinge`, `gp`, `adamw`.
  package let keyword: String
  /// Words for it elsewhere, which are answered with the keyword.
  package let synonyms: [String]
  /// Words elsewhere for it with something beside it, and how all of that is typed.
  package let wholes: [String: String]
  /// One line of help, no full stop.
  package let summary: String
  /// Paragraphs of help with the source, as Markdown.
  package let discussion: String
  /// The number that may stand after the keyword and a colon; nil: it takes none.
  package let argument: Argument?
  /// Options of a recipe that mean something with this keyword and nothing without one that has them.
  package let options: Set<String>
  /// Whether it takes each score for a function of one example, as batch normalisation makes none.
  package let isOfEachExample: Bool
  /// Whether it is about a discriminator.
  package let isOfDiscriminator: Bool

  /// The `10` of `gp:10`.
  package struct Argument: Sendable, Hashable {
    package let name: String
    package let range: ClosedRange<Double>
    /// What it is where it is not typed.
    package let standard: Double

    package init(_ name: String, in range: ClosedRange<Double>, standard: Double) {
      (self.name, self.range, self.standard) = (name, range, standard)
    }
  }

  package init(
    _ keyword: String, synonyms: [String] = [], wholes: [String: String] = [:], summary: String,
    discussion: String,
    argument: Argument? = nil, options: Set<String> = [], isOfEachExample: Bool = false,
    isOfDiscriminator: Bool = false
  ) {
    (self.keyword, self.synonyms, self.wholes) = (keyword, synonyms, wholes)
    (self.summary, self.discussion) = (summary, discussion)
    (self.argument, self.options) = (argument, options)
    self.isOfEachExample = isOfEachExample
    self.isOfDiscriminator = isOfDiscriminator
  }

  /// How it is typed with what it takes: `gp:10`.
  package var usage: String {
    argument.map { "\(keyword):\(printed($0.standard))" } ?? keyword
  }
}

extension Signature {
  /// How it is typed where it is an option of its own: `clip-norm=1`.
  package var optionUsage: String { "\(keyword)=\(printed(argument?.standard ?? 1))" }
}

/// Every keyword that can stand in a recipe or an architecture, as the rooms that build them declare them.
package struct Signatures: Sendable {
  package let objectives: [Signature]
  package let penalties: [Signature]
  package let optimisers: [Signature]
  /// Options of a recipe, each with a number: `clip-norm=1`.
  package let remedies: [Signature]
  package let layers: [LayerSignature]
  package let presets: [Preset]
  /// Whether the networks of an architecture fit together.
  package let check: @Sendable (ArchitectureSpecification) throws(Diagnostic) -> Void

  package init(
    objectives: [Signature], penalties: [Signature], optimisers: [Signature],
    remedies: [Signature],
    layers: [LayerSignature], presets: [Preset],
    check: @escaping @Sendable (ArchitectureSpecification) throws(Diagnostic) -> Void
  ) {
    (self.objectives, self.penalties) = (objectives, penalties)
    (self.optimisers, self.remedies, self.layers) = (optimisers, remedies, layers)
    (self.presets, self.check) = (presets, check)
  }
}

extension [Signature] {
  package func named(_ keyword: String) -> Signature? { first { $0.keyword == keyword } }

  /// The signature that a word names.
  ///
  /// - Parameters:
  ///   - kind: `objective`, for the message.
  /// - Throws: for any other word, with the keyword that is meant elsewhere by it or the nearest one.
  package func read(_ word: String, at span: Span?, as kind: String) throws(Diagnostic) -> Signature
  {
    let kinds = kind == "penalty" ? "penalties" : "\(kind)s"
    if let signature = named(word) { return signature }
    let plain = word.lowercased().filter { $0 != "_" && $0 != "-" }
    let meant = first { $0.synonyms.contains(plain) || $0.keyword == plain }
    let whole = compactMap { $0.wholes[plain] }.first
    let answer =
      whole.map { "it is written `\($0)` here" }
      ?? meant.map { "it is called `\($0.keyword)` here" }
    let keywords = map(\.keyword)
    throw Diagnostic(
      "there is no \(kind) `\(word)`", at: span,
      help: answer.map { [$0] } ?? suggestion(for: word, in: keywords, kind: kinds))
  }
}
