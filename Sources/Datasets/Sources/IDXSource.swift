import Foundation
import Images
import Specification
import Synchronization
import TerminalText

extension SourceDefinition {
  static let idx = SourceDefinition(
    SourceSignature(
      "idx", summary: "an IDX file of bytes, MNIST's format",
      discussion: "Labels are in a file beside it, or in the one that `labels=` names.",
      clause: "any other IDX file of bytes",
      arguments: [
        .path("letters.idx3-ubyte"),
        .labels("a file of labels, or `no`", standard: .usual, standardText: "the file beside it"),
      ],
      examples: .images(.init(size: 28, channels: 1)),
      use: .init("Without labels.", "data letters idx path=./letters.idx3-ubyte labels=no")),
    images: { arguments, _ throws(DatasetError) in
      try IDXSource(path: arguments.path, labels: arguments.labels)
    })
}

/// Images in IDX files: one file of images, and one of labels or none, for each part.
struct IDXSource: ImageSource {
  let identity: String
  let labels: DatasetLabels?
  let notes: [String]
  private let parts: [Part]

  /// A file of images, from a place among all images on.
  private struct Part: Sendable {
    let images: IDXImages
    let start: Int

    var end: Int { start + images.count }
  }

  /// The images of one file, with labels that are named, found beside it, or left out.
  init(path: String, labels source: LabelSource) throws(DatasetError) {
    let file = expandedPath(path)
    guard let stamp = FileStamp(file) else {
      throw .missing(path: path, expected: "an IDX file, plain or gzipped")
    }
    guard stamp.isFile else {
      throw .noImages(
        path: path, expected: "an IDX file, plain or gzipped",
        found: stamp.isFolder ? Self.advice(for: file, path) : stamp.kind(of: file, typedAs: path))
    }
    switch source {
    case .none: try self.init([(file, nil)], notes: [])
    case .file(let path):
      let labels = expandedPath(path)
      guard FileStamp(labels)?.isFile == true else {
        throw DatasetError.notFile(labels)
          ?? .missing(path: path, expected: "an IDX file of labels")
      }
      try self.init([(file, labels)], notes: [])
    case .usual:
      let labels = Self.labelsFile(beside: file)
      try self.init(
        [(file, labels)],
        notes: labels == nil ? ["no labels: no file of them is beside \(file)"] : [])
    }
  }

  /// What to do about a folder.
  private static func advice(for folder: String, _ path: String) -> String {
    guard isMNIST(folder) else { return "a folder; name a file in it" }
    let statement = DatasetSpecification.statement(reading: path, as: "mnist")
    return "a folder that looks like MNIST: `\(statement)`; or name a file in it"
  }

  init(
    _ files: [(images: String, labels: String?)], notes: [String]
  ) throws(DatasetError) {
    var parts: [Part] = []
    var classes: [Int32]? = []
    for (images, labels) in files {
      let part = Part(images: try IDXImages(path: images), start: parts.last?.end ?? 0)
      parts.append(part)
      guard let labels else {
        classes = nil
        continue
      }
      let found = try Self.classes(labels, part.images)
      classes? += found
    }
    self.parts = parts
    self.notes = notes
    labels = classes.map { classes in
      let names = (0...(classes.max() ?? 0)).map { String($0) }
      return DatasetLabels(classes: names, indices: classes)
    }
    identity = "idx " + files.map { FileStamp($0.images)?.description ?? "" }.joined(separator: " ")
  }

  var count: Int { parts.last?.end ?? 0 }

  func name(of image: Int) -> String {
    guard let part = parts.first(where: { image < $0.end }) else { return "image \(image)" }
    let file = URL(fileURLWithPath: part.images.path).lastPathComponent
    return "image \(image - part.start) of \(file)"
  }

  /// A file that stands alone may be called anything; those of MNIST are named in several ways.
  func key(of image: Int) -> String {
    guard parts.count > 1, let part = parts.firstIndex(where: { image < $0.end }) else {
      return "\(image)"
    }
    return "\(image - parts[part].start) of part \(part)"
  }

  func makeReader(over background: Colour) throws(DatasetError) -> any ImageReader {
    var readers: [IDXImages.Reader] = []
    for part in parts { readers.append(try part.images.makeReader()) }
    return Reader(ends: parts.map(\.end), readers: readers)
  }

  private struct Reader: ImageReader {
    let ends: [Int]
    let readers: [IDXImages.Reader]

    func image(at index: Int) throws(ReadError) -> DecodedImage {
      let part = ends.firstIndex { index < $0 } ?? 0
      return DecodedImage(try readers[part].image(at: index - (part == 0 ? 0 : ends[part - 1])))
    }
  }

  /// The file of labels named as one of images is.
  static func labelsFile(beside images: String) -> String? {
    let url = URL(fileURLWithPath: images)
    var name = url.lastPathComponent
    guard let range = name.range(of: "images") else { return nil }
    name.replaceSubrange(range, with: "labels")
    if name.hasSuffix(".gz") { name.removeLast(3) }
    for dimensions in ["idx3", "idx4"] {
      name = name.replacingOccurrences(of: dimensions, with: "idx1")
    }
    let folder = url.deletingLastPathComponent().path
    return [name, name + ".gz"].map { folder + "/" + $0 }.first { FileStamp($0)?.isFile == true }
  }

  private static func classes(
    _ path: String, _ images: IDXImages
  ) throws(DatasetError) -> [Int32] {
    let file = try IDXFile(path: path)
    guard file.dimensions.count == 1 else {
      throw .malformedFile(path: path, reason: "it holds \(file.shape) bytes, not a list of labels")
    }
    guard file.dimensions[0] == images.count else {
      throw .malformedFile(
        path: path,
        reason: "it has \(counted(file.dimensions[0], "label")), but \(images.path) has "
          + counted(images.count, "image")
      )
    }
    return try file.contents().map { Int32($0) }
  }
}
