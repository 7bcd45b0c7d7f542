/// What a source's keyword stands for after the name of a data set: its arguments, its help, what its
/// examples are.
///
/// It is declared in the file of Datasets that opens the source. Reading, printing, completion, the manual,
/// the reference pages and what may be written beside its files derive from it.
package struct SourceSignature: Sendable {
  /// As it is typed and stored: `cifar10`.
  package let keyword: String
  /// Words for it elsewhere, which are answered with the keyword.
  package let synonyms: [String]
  /// One line of help, no full stop.
  package let summary: String
  /// Paragraphs of help, as Markdown.
  package let discussion: String
  /// What follows the keyword where `help data` goes through the sources, no full stop; sources with the
  /// same are named together.
  package let clause: String
  /// In the order in which they are read and printed.
  package let arguments: [Argument]
  package let examples: Examples
  package let use: Use

  /// What its examples are.
  package enum Examples: Sendable {
    case images(Images)
    case points
  }

  /// Images, with how they are prepared where nothing else is typed.
  package struct Images: Sendable {
    /// Height and width.
    package let size: Int
    package let channels: Int
    /// Nil: they are made to measure, and neither cut nor resized.
    package let crop: Crop?
    package let files: Files
    /// Whether each channel shows an example of its own.
    package let hasExamplesAsChannels: Bool

    package init(
      size: Int = 64, channels: Int = 3, crop: Crop? = .centre, files: Files = .packed,
      hasExamplesAsChannels: Bool = false
    ) {
      (self.size, self.channels, self.crop, self.files) = (size, channels, crop, files)
      self.hasExamplesAsChannels = hasExamplesAsChannels
    }

    /// Whether images may have transparent places.
    package var mayBeTransparent: Bool { files != .packed }
  }

  /// Which files in its folder are its own.
  package enum Files: Sendable {
    /// Files of known names, in which images are packed; or none.
    case packed
    /// Every picture in the folder and below it.
    case pictures
    /// The pictures of the folder, with tables beside them.
    case picturesAndTables
  }

  /// A use that can be tried.
  package struct Use: Sendable {
    package let caption: String
    package let statement: String

    package init(_ caption: String, _ statement: String) {
      (self.caption, self.statement) = (caption, statement)
    }
  }

  package init(
    _ keyword: String, synonyms: [String] = [], summary: String, discussion: String = "",
    clause: String, arguments: [Argument], examples: Examples, use: Use
  ) {
    (self.keyword, self.synonyms, self.summary) = (keyword, synonyms, summary)
    (self.discussion, self.clause, self.arguments) = (discussion, clause, arguments)
    (self.examples, self.use) = (examples, use)
  }

  /// How it is typed with what it needs: `celeba path=~/celeba`.
  package var usage: String {
    ([keyword]
      + arguments.compactMap { argument in argument.sample.map { "\(argument.name)=\($0)" } })
      .joined(separator: " ")
  }

  /// Nil for points.
  package var images: Images? {
    guard case .images(let images) = examples else { return nil }
    return images
  }

  package func argument(_ name: String) -> Argument? { arguments.first { $0.name == name } }
}

extension SourceSignature {
  /// One argument of a source.
  ///
  /// The *default* is what one gets without typing it, and may change from release to release. The *neutral*
  /// value is what programs did before the argument existed, and never changes; a text leaves it out.
  package struct Argument: Sendable {
    /// The key; where files are is always under `path`, and where labels are under `labels`.
    package let name: String
    package let kind: Kind
    /// One line of help, no full stop.
    package let summary: String
    /// The default as it is stored; nil: it must be typed.
    package let standard: String?
    /// What is shown for the default.
    package let standardText: String?
    /// Nil: it is always written out.
    package let neutral: String?
    /// A value for the manual, of what must be typed.
    package let sample: String?
    /// A statement that uses it; nil where an example of `data` does.
    package let use: String?

    /// `key=value` with a default.
    package init(
      _ name: String, _ kind: Kind, _ summary: String, standard: String,
      standardText: String? = nil, neutral: String? = nil, use: String? = nil
    ) {
      self.init(
        name: name, kind, summary, standard: standard, standardText: standardText ?? standard,
        neutral: neutral, sample: nil, use: use)
    }

    private init(
      name: String, _ kind: Kind, _ summary: String, standard: String?, standardText: String?,
      neutral: String?, sample: String?, use: String?
    ) {
      (self.name, self.kind, self.summary) = (name, kind, summary)
      (self.standard, self.standardText, self.neutral) = (standard, standardText, neutral)
      (self.sample, self.use) = (sample, use)
    }

    /// Where the files are, which must be typed.
    package static func path(_ sample: String) -> Argument {
      Argument(
        name: SourceSpecification.pathKey, .path, "where the images are", standard: nil,
        standardText: nil, neutral: nil, sample: sample, use: nil)
    }

    /// What made the images, which must be typed.
    package static func run(_ summary: String, sample: String, use: String) -> Argument {
      Argument(
        name: SourceSpecification.runKey, .run, summary, standard: nil, standardText: nil,
        neutral: nil, sample: sample, use: use)
    }

    /// Where the labels are.
    package static func labels(
      _ summary: String, standard: LabelSource, standardText: String
    ) -> Argument {
      Argument(
        name: SourceSpecification.labelsKey, .labels, summary, standard: standard.text,
        standardText: standardText, neutral: nil, sample: nil, use: nil)
    }

    /// What a value can be.
    package enum Kind: Sendable {
      case path
      /// `yes`, `no` or the path of a file.
      case labels
      case choice([String])
      case integer(ClosedRange<Int>)
      case number(ClosedRange<Double>)
      case seed
      /// A run, and which of its checkpoints.
      case run
    }
  }
}
