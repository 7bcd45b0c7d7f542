import Language
import Specification

/// What a classifier learns from in a study.
struct StudyArm: Hashable {
  let kind: Kind
  /// As it is typed after `arms=`.
  let text: String

  enum Kind: Hashable {
    /// The examples themselves, perhaps augmented.
    case examples(augmentation: String)
    /// The same with generated ones beside them.
    case generated(augmentation: String)
    /// Examples of another data set beside them: drawn faces, renders, what another model has made.
    case beside(String)
    /// Generated ones alone: GAN-train (Shmelkov et al. 2018, arXiv:1807.09499).
    case made
    /// All examples that there are: as far as any of the others can come.
    case all
  }

  static let none = StudyArm(kind: .examples(augmentation: noAugmentation), text: "none")
  static let ceiling = StudyArm(kind: .all, text: "all")
  static let usualAugmentation = "flip+crop+rotate+noise"
  static let usual = "none,\(usualAugmentation),generated,both"
  private static let noAugmentation = "no"
  /// Before the name of a data set.
  private static let dataPrefix = "with:"

  /// What is typed after `arms=`; `none` is among them in any case, since all others are compared with it.
  ///
  /// - Throws: at an augmentation that is none, and at an arm that stands there twice.
  static func list(_ term: Term?) throws(Diagnostic) -> [StudyArm] {
    var arms = [none]
    var augmentation: String?
    var words: [(text: String, span: Span)] = []
    if let term {
      words = term.elements.map { element in
        guard case .tagged(let tag, let data) = element.value, tag.text + ":" == dataPrefix else {
          return (element.text, element.span)
        }
        return (dataPrefix + data.text, element.span)
      }
    } else {
      words = usual.split(separator: ",").map { (String($0), Span(0, 0)) }
    }
    func isData(_ text: String) -> Bool { text.hasPrefix(dataPrefix) }
    for (text, span) in words
    where !["none", "generated", "both", "made"].contains(text) && !isData(text) {
      let parsed: Augmentation
      do { parsed = try Augmentation(parsing: Term(.name(text), at: span, source: text)) } catch {
        // What has no parts may be meant as an arm.
        guard !text.contains("+"), !text.contains(":") else { throw error }
        throw Diagnostic(
          "there is no arm `\(text)`", at: span,
          help: suggestion(
            for: text,
            in: ["none", "generated", "both", "made"] + Augmentation.signatures.map(\.keyword),
            kind: "arms")
            + (text == "all" ? ["a classifier of all examples is there in any case"] : []))
      }
      augmentation = augmentation ?? "\(parsed)"
    }
    for (text, span) in words {
      let kind: Kind
      switch text {
      case "none": continue
      case "generated": kind = .generated(augmentation: noAugmentation)
      case "both": kind = .generated(augmentation: augmentation ?? usualAugmentation)
      case "made": kind = .made
      case _ where isData(text): kind = .beside(String(text.dropFirst(dataPrefix.count)))
      default: kind = .examples(augmentation: text)
      }
      let arm = StudyArm(kind: kind, text: text)
      guard !arms.contains(arm) else {
        throw Diagnostic("the arm `\(text)` is given twice", at: span)
      }
      arms.append(arm)
    }
    return arms
  }

  /// Whether a generator is trained for it.
  var isOfGenerated: Bool {
    switch kind {
    case .generated, .made: true
    case .examples, .beside, .all: false
    }
  }

  /// What is done to its examples while it is learned from.
  var augmentation: String {
    switch kind {
    case .examples(let augmentation), .generated(let augmentation): augmentation
    case .beside, .made, .all: Self.noAugmentation
    }
  }

  /// The data set whose examples stand beside the others; nil: none of its own.
  var data: String? {
    if case .beside(let data) = kind { data } else { nil }
  }

  /// In the names of runs.
  var word: String {
    let letters = text.unicodeScalars.map { scalar -> Character in
      let isPlain = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
      return isPlain ? Character(scalar) : "-"
    }
    return String(letters)
  }
}
