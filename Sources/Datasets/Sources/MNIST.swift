import Specification

extension SourceDefinition {
  static let mnist = SourceDefinition(
    SourceSignature(
      "mnist", summary: "the four files of MNIST, or of a set with the same names",
      discussion: "Gzipped or not; Fashion-MNIST comes in the same form.",
      clause:
        "a folder with the four files of MNIST or of a set with the same names, gzipped or not",
      arguments: [.path("~/mnist"), .trainTestSplit],
      examples: .images(.init(size: 28, channels: 1)),
      use: .init("Digits of 28x28 pixels.", "data digits mnist path=~/mnist split=all")),
    published: PublishedSet("MNIST", isIn: IDXSource.isMNIST),
    images: { arguments, _ throws(DatasetError) in
      try IDXSource(mnist: arguments.path, split: arguments.split(TrainTestSplit.train))
    })
}

extension IDXSource {
  /// MNIST, or a set that has taken over the names of its files.
  init(mnist path: String, split: TrainTestSplit) throws(DatasetError) {
    let root = expandedPath(path)
    let expected = "a folder with train-images-idx3-ubyte and its like, gzipped or not"
    guard let stamp = FileStamp(root) else { throw .missing(path: path, expected: expected) }
    guard stamp.isFolder else {
      throw .noImages(
        path: path, expected: expected, found: stamp.kind(of: root, typedAs: path))
    }
    let names = split == .all ? ["train", "t10k"] : [split == .train ? "train" : "t10k"]
    var files: [(images: String, labels: String?)] = []
    var notes: [String] = []
    for name in names {
      guard let images = Self.mnistImages(name, below: root) else {
        throw .noImages(
          path: path, expected: "\(name)-images-idx3-ubyte, gzipped or not",
          found: PublishedSet.found(
            FileListing(folder: root, recursive: false).leftOut.groups, in: root, typedAs: path,
            insteadOf: "mnist"))
      }
      let labels = Self.labelsFile(beside: images)
      if labels == nil { notes.append("no labels: no file of them is beside \(images)") }
      files.append((images, labels))
    }
    try self.init(files, notes: notes)
  }

  /// Whether a folder holds images of MNIST.
  @Sendable static func isMNIST(_ folder: String) -> Bool {
    ["train", "t10k"].contains { mnistImages($0, below: folder) != nil }
  }

  /// The images of a part of MNIST, in a folder or where its unpackers put them below it.
  private static func mnistImages(_ part: String, below root: String) -> String? {
    [root, root + "/raw", root + "/MNIST/raw"].lazy
      .compactMap { file($0 + "/" + part + "-images", "idx3-ubyte") }.first
  }

  /// A file of MNIST, written with a hyphen as published or with a point as unpacked by some.
  private static func file(_ beginning: String, _ suffix: String) -> String? {
    ["-\(suffix)", "-\(suffix).gz", ".\(suffix)", ".\(suffix).gz"].map { beginning + $0 }
      .first { FileStamp($0)?.isFile == true }
  }
}
