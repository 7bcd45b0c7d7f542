import Foundation
import Images
import Language
import Networks
import Notebook
import Reports
import Specification
import Training

/// Where samples are written: a sheet (PNG, SVG), a folder of PNG files with a manifest, or arrays (`.npz`).
enum SampleDestination {
  case sheet(Word)
  case folder(Word)
  case arrays(Word)

  /// The most samples on a sheet, which is drawn in memory, and the most in all.
  static let sheetLimit = 10_000
  static let limit = 10_000_000

  /// - Throws: where a name says neither.
  init(_ word: Word) throws(Diagnostic) {
    switch word.fileEnding {
    case _ where word.text.hasSuffix("/"): self = .folder(word)
    case "png", "svg": self = .sheet(word)
    case "npz": self = .arrays(word)
    default:
      throw Diagnostic(
        "samples go to a PNG or SVG sheet, to NumPy arrays or to a folder, and `\(word.text)` is none",
        at: word.span,
        help: ["let the name end in .png, .svg or .npz; a folder's in `/`"])
    }
  }

  var word: Word {
    switch self {
    case .sheet(let word), .folder(let word), .arrays(let word): word
    }
  }

  /// Whether samples are written one by one.
  var isOfSingleSamples: Bool { if case .sheet = self { false } else { true } }
}

extension SampleSet {
  /// Writes each sample to a file of its own, and a table of them; all or nothing.
  ///
  /// - Returns: what is to be kept of them.
  func write(toFolder word: Word, in session: Session) throws -> Artifact {
    guard image != nil else {
      throw Diagnostic(
        "run `\(run.name)` makes points, and a folder holds images", at: word.span,
        help: ["points go to a sheet, or as numbers to a file that ends in .npz"])
    }
    var artifact: Artifact?
    let labels = try sampleLabels()
    try session.writeFolder(to: word) { folder in
      try folder.write(to: Self.manifest) { manifest in
        let heads = specification.labels.map { "," + Self.field($0) }
        try manifest.write(Data("file,latent\(heads.joined())\n".utf8))
        artifact = try make(in: session) { batch, numbers in
          guard case .images(let images) = batch else { return }
          var rows = ""
          for (number, image) in zip(numbers, images) {
            let name = Self.fileName(number, of: count)
            try folder.write(image.pngData(), to: name)
            let latent = labels?.latent(of: number, count: count) ?? number
            let known = labels.map { values(of: $0.vector(of: number, count: count)) } ?? []
            rows += "\(name),\(latent + 1)\(known.map { "," + $0 }.joined())\n"
          }
          try manifest.write(Data(rows.utf8))
        }
      }
    }
    guard let artifact else { throw ShellError.interrupted }
    return artifact
  }

  /// A field of a table, in quotes where it holds what would end it.
  static func field(_ text: String) -> String {
    let isPlain = !text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
    return isPlain ? text : "\"\(text.replacing("\"", with: "\"\""))\""
  }

  /// The labels of a sample as they stand in a table: its class, or each attribute.
  private func values(of vector: [Float]) -> [String] {
    switch specification.architecture.labels {
    case .classes:
      let index = vector.firstIndex(of: 1) ?? 0
      return [
        specification.classWords.flatMap {
          $0.indices.contains(index) ? Self.field($0[index]) : nil
        } ?? "\(index)"
      ]
    case .attributes, .numbers, nil: return vector.map { printed(Double($0)) }
    }
  }

  /// The table in a folder: reads as the labels of its images.
  static let manifest = "manifest.csv"

  /// `000001.png`: as many digits as the last one has, and six at least.
  static func fileName(_ number: Int, of count: Int) -> String {
    let digits = String(number + 1)
    let width = max(6, String(count).count)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits + ".png"
  }

  /// Writes all samples as one array: `images`, bytes `[count, height, width, channels]`, or `points`,
  /// single precision `[count, 2]`; with `labels`, the number of each class `[count]`, or the attributes
  /// `[count, attributes]`, and `label_names`.
  ///
  /// - Returns: what is to be kept of them.
  func write(toArrays word: Word, in session: Session) throws -> Artifact {
    var artifact: Artifact?
    try session.write(to: word) { sink in
      try withoutActuallyEscaping({ try sink.write($0) }) { write in
        var archive = NumPyArchive(writing: write)
        if let image {
          try archive.begin(
            "images", .uint8, shape: [count, image.height, image.width, image.channels])
        } else {
          let dimensions = specification.architecture.example.dimensions
          try archive.begin("points", .float32, shape: [count] + dimensions)
        }
        artifact = try make(in: session) { batch, _ in
          switch batch {
          case .images(let images):
            for image in images { try archive.append(Data(image.pixels)) }
          case .points(let points):
            let bits = points.map(\.bitPattern.littleEndian)
            try archive.append(bits.withUnsafeBytes { Data($0) })
          }
        }
        let labels = try sampleLabels()
        if isLabelledWithLatents {
          try writeLatents(labels, to: &archive)
        } else if let labels {
          try self.write(labels, to: &archive)
        }
        try archive.finish()
      }
    }
    guard let artifact else { throw ShellError.interrupted }
    return artifact
  }

  private func writeLatents(_ labels: SampleLabels?, to archive: inout NumPyArchive) throws {
    let architecture = specification.architecture
    let latents = (0..<count).lazy.map {
      architecture.latents($0..<$0 + 1, of: count, seed: seed, labels, truncation: truncation)
    }
    try write(
      latents, named: ArchitectureSpecification.latentNames(count: architecture.latent),
      to: &archive)
  }

  /// Vectors of labels, a column for each name.
  private func write(
    _ vectors: some Sequence<[Float]>, named names: [String], to archive: inout NumPyArchive
  ) throws {
    try archive.begin("labels", .float32, shape: [count, names.count])
    for vector in vectors {
      let bits = vector.map(\.bitPattern.littleEndian)
      try archive.append(bits.withUnsafeBytes { Data($0) })
    }
    try archive.write(names, as: "label_names")
  }

  private func write(_ labels: SampleLabels, to archive: inout NumPyArchive) throws {
    let vectors = (0..<count).lazy.map { labels.vector(of: $0, count: count) }
    if let shape = specification.architecture.labels, !shape.isOfClasses {
      return try write(vectors, named: shape.names, to: &archive)
    }
    try archive.begin("labels", .int32, shape: [count])
    for vector in vectors {
      let index = Int32(vector.firstIndex(of: 1) ?? 0).littleEndian
      try archive.append(withUnsafeBytes(of: index) { Data($0) })
    }
    if let classes = specification.classWords { try archive.write(classes, as: "label_names") }
  }
}
