import Datasets
import Foundation
import Images
import Language
import Specification
import Terminal

/// What is named to be measured, or to be measured beside: a run or a data set by its name, `folder:made` or
/// `features:made.npz`.
struct SourceReference {
  /// As it was typed.
  let word: Word
  let kind: Kind

  enum Kind {
    case name
    /// Images below a folder, or in a zip file.
    case folder(path: Term)
    /// A file of features.
    case features(path: Term)
  }

  private static let tags = ["folder", "features"]

  /// - Throws: at what is neither a name nor a place.
  init(parsing term: Term, for what: String) throws(Diagnostic) {
    guard let (tag, path) = Self.parts(of: term, Self.tags) else {
      (word, kind) = (try term.asWord(for: what), .name)
      return
    }
    word = Word(term.source, at: term.span)
    switch tag.text {
    case "folder": kind = .folder(path: path)
    case "features": kind = .features(path: path)
    default:
      throw Diagnostic(
        "`\(tag.text):` is nothing that can be measured", at: tag.span,
        help: suggestion(for: tag.text, in: Self.tags, kind: "what can be") + [
          "name a run or a data set, or write `folder:PATH` or `features:FILE`"
        ])
    }
  }

  /// What is before a colon, and what is after it.
  ///
  /// - Parameter tags: what may stand before a path that begins with a slash.
  static func parts(of term: Term, _ tags: [String]) -> (tag: Word, path: Term)? {
    switch term.value {
    case .tagged(let tag, let path): return (tag, path)
    case .name(let text):
      // With a slash after the colon it was read as a name, as addresses are.
      guard let tag = tags.first(where: { text.hasPrefix($0 + ":/") }) else { return nil }
      let (length, rest) = (tag.utf8.count, String(text.dropFirst(tag.count + 1)))
      let start = term.span.start
      return (
        Word(tag, at: Span(start, start + length)),
        Term(.name(rest), at: Span(start + length + 1, term.span.end), source: rest)
      )
    default: return nil
    }
  }

  /// Options of `data` that say how a folder's images are made ready.
  static let keys = ["size", "channels", "grey", "crop", "filter", "background"]

  /// Those options, of a command that takes images of files.
  ///
  /// - Parameters:
  ///   - files: what they are of, `a folder or a file`.
  ///   - others: whose size and channels it is where nobody says, `of the model's images`.
  ///   - example: a line with an option such as `size=8`, of which images of so many pixels on a side and so many channels come.
  static func preparation(
    of files: String, like others: String, side: Int = 8, channels: Int = 1,
    example: (_ option: String) -> String
  ) -> [OptionSynopsis] {
    let values = [
      "size": "\(side)", "channels": "\(channels)", "grey": channels == 1 ? "yes" : "no",
      "crop": "none",
      "filter": "box", "background": "black",
    ]
    return dataOptions.filter { keys.contains($0.key) }.map { option in
      var option = option
      option.summary = "\(files): " + option.summary
      option.initial = "as `data`, and size and channels \(others)"
      option.example = example("\(option.key)=\(values[option.key] ?? "")")
      return option
    }
  }

  /// What the first image below a folder is like; nil where there is none, or it is a zip file.
  static func firstShape(below path: Term) -> ExampleShape? {
    let root = URL(filePath: StandardFolders.expandingHome(path.text))
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: root.path)) ?? []
    for name in names.sorted().lazy.prefix(100) {
      let file = root.appending(path: name)
      let keys: Set<URLResourceKey> = [.isRegularFileKey]
      guard (try? file.resourceValues(forKeys: keys))?.isRegularFile == true,
        let data = FileManager.default.contents(atPath: file.path),
        let image = try? PixelImage(decoding: data)
      else { continue }
      return .image(
        ImageShape(height: image.height, width: image.width, channels: image.channels))
    }
    return nil
  }

  /// What the image in a file is like; nil where it is none.
  static func shape(of path: Term) -> ExampleShape? {
    let file = StandardFolders.expandingHome(path.text)
    guard let data = FileManager.default.contents(atPath: file),
      let image = try? PixelImage(decoding: data)
    else { return nil }
    return .image(
      ImageShape(height: image.height, width: image.width, channels: image.channels))
  }

  /// The data set that a folder is.
  ///
  /// - Parameters:
  ///   - options: those of `keys` that were given.
  ///   - like: what its images are made like where no option says; nil: as `data` does.
  /// - Throws: a `Diagnostic` at an option that is out of its range.
  static func images(
    below path: Term, _ options: [Option], like other: ExampleShape?
  ) throws(Diagnostic) -> DatasetSpecification {
    var options = options
    func add(_ key: String, _ value: Value) {
      options.append(
        Option(key: Word(key, at: path.span), value: Term(value, at: path.span, source: "")))
    }
    if case .image(let image)? = other {
      let given = Set(options.map(\.key.text))
      if !given.contains("size") { add("size", .size([image.height, image.width])) }
      if given.isDisjoint(with: ["channels", "grey"]) {
        add("channels", .name("\(image.channels)"))
      }
    }
    options.append(Option(key: Word("path", at: path.span), value: path))
    let statement = Statement(
      verb: Word("data", at: path.span),
      operands: ["images", "folder"].map { Term(.name($0), at: path.span, source: $0) },
      options: options, span: path.span)
    return try DatasetSpecification(parsing: statement, .all)
  }
}
