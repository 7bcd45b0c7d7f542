import Language

/// What a layer's keyword stands for in a block: its arguments, its help, what the rest of the program
/// has to know of it.
///
/// It is declared in the file that builds the layer. Reading, printing, completion, the manual, the
/// parameters of a run and the reference pages derive from it.
package struct LayerSignature: Sendable {
  /// As it is typed and stored: `conv`.
  package let keyword: String
  /// Words for it elsewhere, which are answered with the keyword.
  package let synonyms: [String]
  /// One line of help, no full stop.
  package let summary: String
  /// Paragraphs of help with the source, as Markdown.
  package let discussion: String
  /// The one that stands after the keyword first, if there is such a one.
  package let arguments: [Argument]
  package let traits: Set<Trait>
  package let example: Example?

  package enum Trait: Sendable {
    /// It multiplies by a weight matrix: a block of names begins at it, if it has none of its own.
    case contraction
    /// In training an output depends on the other examples of the batch.
    case mixesExamples
    /// It draws random numbers in training, other ones for each application.
    case noise
    /// `{ … }` with layers follows.
    case block
    /// An output depends on the other examples of the batch wherever it is applied, so that only what judges
    /// batches may have it.
    case judgesBatches
  }

  /// A use that can be tried.
  package enum Example: Sendable {
    /// In a generator of points, before its last layer.
    case points(String)
    /// The generator and the discriminator of grey images of 16x16; nil: any.
    case images(String, String?)
    /// A whole statement.
    case statement(_ caption: String, String)
  }

  package init(
    _ keyword: String, synonyms: [String] = [], summary: String, discussion: String = "",
    arguments: [Argument] = [], traits: Set<Trait> = [], example: Example? = nil
  ) {
    (self.keyword, self.synonyms, self.summary) = (keyword, synonyms, summary)
    (self.discussion, self.arguments, self.traits) = (discussion, arguments, traits)
    self.example = example
  }

  /// How it is typed: `conv 64`.
  package var usage: String {
    [keyword, operand?.sample].compactMap(\.self).joined(separator: " ")
      + (traits.contains(.block) ? " { … }" : "")
  }

  /// The argument that stands after the keyword without a key.
  package var operand: Argument? { arguments.first(where: \.isOperand) }

  package func argument(_ name: String) -> Argument? { arguments.first { $0.name == name } }
}

extension LayerSignature {
  /// One argument of a layer.
  ///
  /// The *default* is what one gets without typing it, and may change from release to release. The *neutral*
  /// value is what programs did before the argument existed, and never changes; a text leaves it out.
  package struct Argument: Sendable {
    package let name: String
    package let kind: Kind
    /// One line of help, no full stop.
    package let summary: String
    /// The default, from the arguments before it; nil: it must be typed.
    package let standard: @Sendable (_ earlier: LayerSpecification) -> String?
    /// What is shown for the default.
    package let standardText: String?
    /// Nil: it is always written out.
    package let neutral: String?
    /// Whether it stands after the keyword without a key.
    package let isOperand: Bool
    /// What is said where it has to be typed and is not: `its number of channels: `conv 64``.
    package let demand: String
    /// A value for the manual: the `64` of `conv 64`.
    package let sample: String?
    /// What it is called in messages: `the rate`.
    package let phrase: String

    /// `key=value` with a default.
    package init(
      _ name: String, _ kind: Kind, _ summary: String, standard: String, neutral: String? = nil
    ) {
      self.init(
        name, kind, summary, standardText: standard, neutral: neutral, standard: { _ in standard })
    }

    /// `key=value` whose default depends on the arguments before it.
    package init(
      _ name: String, _ kind: Kind, _ summary: String, standardText: String,
      neutral: String? = nil, standard: @escaping @Sendable (LayerSpecification) -> String?
    ) {
      (self.name, self.kind, self.summary, self.neutral) = (name, kind, summary, neutral)
      (self.standard, self.standardText, isOperand, demand) = (standard, standardText, false, "")
      (sample, phrase) = (nil, name)
    }

    /// What stands after the keyword.
    package static func operand(
      _ name: String, _ kind: Kind, as phrase: String? = nil, demand: String = "",
      sample: String? = nil, standard: String? = nil
    ) -> Argument {
      Argument(
        operand: name, kind, phrase: phrase ?? name, demand: demand, sample: sample,
        standard: standard)
    }

    private init(
      operand name: String, _ kind: Kind, phrase: String, demand: String, sample: String?,
      standard: String?
    ) {
      (self.name, self.kind, self.phrase, self.demand) = (name, kind, phrase, demand)
      (self.sample, self.standard, isOperand) = (sample, { _ in standard }, true)
      (summary, standardText, neutral) = (phrase, standard, nil)
    }

    /// What a value can be.
    package enum Kind: Sendable {
      case number(ClosedRange<Double>)
      case integer(ClosedRange<Int>)
      /// `4`, or `4x3`: height, then width.
      case pair(ClosedRange<Int>)
      /// `256`, or `8x8x512`: height x width x channels.
      case shape(ClosedRange<Int>)
      case flag
      case choice([String])
      /// `same`, `valid` or a number.
      case padding(ClosedRange<Int>)
      /// `torch:0.1`, `keras:0.8`, or Keras's as a bare number.
      case momentum
      /// A word of some, or one of some with a number after a colon: `equalised:1`.
      case word([String], tagged: [String], ClosedRange<Double>)
      /// The name of a result.
      case name
    }
  }
}
