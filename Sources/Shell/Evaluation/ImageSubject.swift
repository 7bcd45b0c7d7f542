import Datasets
import Foundation
import Language
import Notebook
import Specification
import Terminal
import TerminalText
import Training

/// What is to be repaired, projected or told: examples of a declared data set, the images of a folder, or one file.
struct ImageSubject {
  /// As it was typed.
  let word: Word
  private let kind: Kind

  private enum Kind {
    /// Of a data set, or the path of a file or a folder.
    case name(Term)
    case folder(Term)
    case file(Term)
  }

  /// Images, with what is known of them.
  struct Images {
    /// `[channels, height, width]` each, in -1…1.
    var values: [[Float]]
    /// What each is called where it lies: the path of its file.
    var names: [String]
    /// SHA-256 of the data set that they are of; nil: they are of none.
    var digest: String?
    /// What each is called, `example`, and what they are of: `faces`, or the name of the file.
    var noun, title: String
    let shape: ImageShape
    /// The one image of a file.
    var photograph: PreparedImage?

    /// `16 examples of faces`, `face.png`.
    var told: String {
      photograph == nil ? "\(counted(values.count, noun)) of \(title)" : title
    }
  }

  /// - Throws: at what is neither a name nor a place.
  init(parsing term: Term) throws(Diagnostic) {
    guard let (tag, path) = SourceReference.parts(of: term, ["folder", "file"]) else {
      (word, kind) = (try term.asWord(for: "images"), .name(term))
      return
    }
    word = Word(term.source, at: term.span)
    switch tag.text {
    case "file": kind = .file(path)
    case "folder": kind = .folder(path)
    default:
      throw Diagnostic(
        "`\(tag.text):` holds no images", at: tag.span,
        help: ["name a data set, or write `file:PATH` or `folder:PATH`"])
    }
  }

  /// Whether it is a declared data set, of which damaged images are made.
  func isDataset(in session: Session) throws -> Bool {
    if case .name = try meaning(in: session) { true } else { false }
  }

  /// The file that it is, with links followed; nil: it is none.
  func path(in session: Session) throws -> String? {
    guard case .file(let term) = try meaning(in: session) else { return nil }
    return OutputFile.resolved(StandardFolders.expandingHome(term.text))
  }

  /// The folder that its images lie in, with links followed; nil: they lie in none.
  func folder(in session: Session) throws -> String? {
    guard case .folder(let term) = try meaning(in: session) else { return nil }
    return OutputFile.resolved(StandardFolders.expandingHome(term.text))
  }

  /// A declared data set goes before a file that happens to be called so.
  private func meaning(in session: Session) throws -> Kind {
    guard case .name(let term) = kind,
      try session.existingNotebook()?.declaration(.dataset, named: word.text) == nil
    else { return kind }
    var isFolder = ObjCBool(false)
    let path = StandardFolders.expandingHome(word.text)
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return kind }
    return isFolder.boolValue || word.fileEnding == "zip" ? .folder(term) : .file(term)
  }

  /// Images that lie side by side, or one.
  enum Opened {
    case dataset(Dataset, noun: String)
    case photograph(PreparedImage, path: String, shape: ImageShape)
  }

  /// - Parameters:
  ///   - shape: what they are to be like; nil: as the data are.
  ///   - fits: whether others will do as well.
  ///   - options: how images of files are made ready.
  ///   - hole: of one file, what nothing is to be read of.
  func open(
    like shape: ImageShape?, or fits: (ImageShape) -> Bool = { _ in false }, _ options: [Option],
    hole: HoleMask? = nil, in session: Session
  ) throws -> Opened {
    switch try meaning(in: session) {
    case .name:
      if word.text.contains("/") || word.text.contains("."),
        try session.existingNotebook()?.declaration(.dataset, named: word.text) == nil
      {
        throw Diagnostic(
          "nothing is at `\(word.text)`", at: word.span, help: suggestion(forFileAt: word.text))
      }
      if let option = options.first {
        throw Diagnostic(
          "`\(option.key.text)` says how images of files are made ready, and `\(word.text)` is a data set",
          at: option.span)
      }
      let declared = try session.declaration(.dataset, named: word).dataset()
      return .dataset(
        try dataset(declared, like: shape, or: fits, in: session), noun: "example")
    case .folder(let path):
      let folder = try SourceReference.images(
        below: path, options,
        like: shape.map { .image($0) } ?? SourceReference.firstShape(below: path))
      if case .image(let made) = folder.exampleShape {
        try check(made, like: shape, or: fits, options)
      }
      return .dataset(
        try dataset(folder, like: shape, or: fits, in: session), noun: "image")
    case .file(let path):
      let specification = try SourceReference.images(
        below: path, options, like: shape.map { .image($0) } ?? SourceReference.shape(of: path))
      guard let preprocessing = specification.preprocessing,
        case .image(let made) = specification.exampleShape
      else { throw Diagnostic("`\(word.text)` is no image", at: word.span) }
      try check(made, like: shape, or: fits, options)
      do {
        let image = try PreparedImage(at: path.text, preprocessing, hole: hole)
        if image.found != (made.height, made.width) {
          session.errors.line(
            "note: \(word.text) is \(image.found.height)x\(image.found.width); "
              + (preprocessing.crop == .none ? "all of it" : "its middle")
              + " was brought to \(made.height)x\(made.width)")
        }
        return .photograph(image, path: path.text, shape: made)
      } catch {
        throw Diagnostic(error.message, at: path.span, help: suggestion(forFileAt: path.text))
      }
    }
  }

  /// - Parameters:
  ///   - shape: what they are to be like; nil: as the data are.
  ///   - fits: whether others will do as well.
  ///   - count: how many; nil: of a data set as many as usual, of files all.
  ///   - options: how images of files are made ready.
  ///   - hole: of one file, what nothing is to be read of.
  func images(
    like shape: ImageShape?, or fits: (ImageShape) -> Bool = { _ in false }, count: Int?,
    _ options: [Option], hole: HoleMask? = nil, in session: Session
  ) throws -> Images {
    switch try open(like: shape, or: fits, options, hole: hole, in: session) {
    case .photograph(let image, let path, let shape):
      return Images(
        values: [image.values], names: [path], digest: nil, noun: "image", title: word.text,
        shape: shape, photograph: image)
    case .dataset(let dataset, let noun):
      guard case .image(let shape) = dataset.exampleShape else { throw noImages }
      let all = dataset.count ?? 0
      let usual = try isDataset(in: session) ? RepairRequest.usualCount : all
      let taken = min(count ?? usual, all)
      return Images(
        values: (0..<taken).map { dataset.values(of: $0) },
        names: (0..<taken).map { dataset.name(of: $0) ?? "" }, digest: dataset.contentDigest,
        noun: noun, title: word.text, shape: shape)
    }
  }

  /// - Throws: where files are made ready otherwise than the model's images are.
  private func check(
    _ made: ImageShape, like shape: ImageShape?, or fits: (ImageShape) -> Bool,
    _ options: [Option]
  ) throws(Diagnostic) {
    guard let shape, shape != made, !fits(made) else { return }
    let option = options.first { option in
      switch option.key.text {
      case "size": (made.height, made.width) != (shape.height, shape.width)
      default: option.key.text == "channels" && made.channels != shape.channels
      }
    }
    throw Diagnostic(
      "the model takes images of \(shape), and these would be images of \(made)",
      at: option?.span ?? word.span,
      help: [
        "leave `\(option?.key.text ?? "size")` out: images of files are brought to what the model takes"
      ])
  }

  private var noImages: Diagnostic {
    Diagnostic("`\(word.text)` holds points, and images are wanted", at: word.span)
  }

  private func dataset(
    _ specification: DatasetSpecification, like shape: ImageShape?, or fits: (ImageShape) -> Bool,
    in session: Session
  ) throws -> Dataset {
    guard case .image(let made) = specification.exampleShape else { throw noImages }
    if let shape, shape != made, !fits(made) {
      throw Diagnostic(
        "the model takes images of \(shape), and `\(word.text)` holds images of \(made)",
        at: word.span,
        help: [
          "declare it with `size=\(shape.height == shape.width ? "\(shape.height)" : "\(shape.height)x\(shape.width)") channels=\(shape.channels)`"
        ])
    }
    return try session.open(specification, namedBy: word)
  }
}
