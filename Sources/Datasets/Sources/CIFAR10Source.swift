import Foundation
import Images
import Specification

extension SourceDefinition {
  static let cifar10 = SourceDefinition(
    SourceSignature(
      "cifar10", summary: "the binary version of CIFAR-10",
      clause: "the folder with the binary version",
      arguments: [.path("~/cifar-10-batches-bin"), .trainTestSplit],
      examples: .images(.init(size: 32)),
      use: .init(
        "The training part.", "data things cifar10 path=~/cifar-10-batches-bin split=train")),
    published: PublishedSet("CIFAR-10") { CIFAR10Source.folder(below: $0) != nil },
    images: { arguments, _ throws(DatasetError) in
      try CIFAR10Source(path: arguments.path, split: arguments.split(TrainTestSplit.train))
    })
}

/// The binary version of CIFAR-10 (Krizhevsky 2009): files of records, each a label and an image of
/// 32x32 pixels in three planes.
struct CIFAR10Source: ImageSource {
  let identity: String
  let labels: DatasetLabels?
  let notes: [String] = []
  let count: Int
  private let files: [File]

  private struct File: Sendable {
    let name: String
    let records: Data
    /// How many records there are in it and those before it.
    let end: Int
  }

  private static let side = 32
  private static let imageSize = 3 * side * side
  private static let recordSize = 1 + imageSize

  /// The names where `batches.meta.txt` is not beside the batches.
  private static let classes = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  private static let expected = "a folder with data_batch_1.bin and its like (the binary version)"

  init(path: String, split: TrainTestSplit) throws(DatasetError) {
    let folder = try Self.locate(path)
    let names = (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]
    let chosen = split == .all ? names : split == .train ? Array(names[..<5]) : [names[5]]
    var files: [File] = []
    var identity = "cifar10"
    for name in chosen {
      let file = folder + "/" + name
      guard let stamp = FileStamp(file) else {
        throw .noImages(
          path: path, expected: chosen.joined(separator: ", "), found: "no \(name)")
      }
      let data = try Self.records(file)
      files.append(
        File(name: name, records: data, end: (files.last?.end ?? 0) + data.count / Self.recordSize))
      identity += " \(stamp)"
    }
    self.files = files
    self.identity = identity
    count = files.last?.end ?? 0
    labels = try Self.labels(files, folder)
  }

  func name(of image: Int) -> String {
    let (file, record) = place(of: image)
    return "image \(record) of \(file.name)"
  }

  func makeReader(over background: Colour) -> any ImageReader { Reader(source: self) }

  private func place(of image: Int) -> (file: File, record: Int) {
    let index = files.firstIndex { image < $0.end } ?? 0
    return (files[index], image - (index == 0 ? 0 : files[index - 1].end))
  }

  private struct Reader: ImageReader {
    let source: CIFAR10Source

    func image(at index: Int) throws(ReadError) -> DecodedImage {
      let (file, record) = source.place(of: index)
      let start = record * CIFAR10Source.recordSize + 1
      let planes = Array(file.records[start..<start + CIFAR10Source.imageSize])
      let side = CIFAR10Source.side
      return DecodedImage(
        PixelImage(
          width: side, height: side, channels: 3, pixels: interleaved(planes[...], channels: 3)))
    }
  }

  private static func locate(_ path: String) throws(DatasetError) -> String {
    let root = expandedPath(path)
    guard let stamp = FileStamp(root) else { throw .missing(path: path, expected: expected) }
    guard stamp.isFolder else {
      let isArchive = [".tar.gz", ".tgz", ".tar"].contains { root.hasSuffix($0) }
      throw .noImages(
        path: path, expected: expected,
        found: isArchive
          ? "an archive; unpack it with `tar xf` and name the folder"
          : stamp.kind(of: root, typedAs: path))
    }
    guard let found = folder(below: root) else {
      throw .noImages(
        path: path, expected: expected,
        found: PublishedSet.found(
          FileListing(folder: root, recursive: false).leftOut.groups, in: root, typedAs: path,
          insteadOf: "cifar10"))
    }
    return found
  }

  /// The folder with the batches, which may lie in another.
  static func folder(below root: String) -> String? {
    [root, root + "/cifar-10-batches-bin"].first { folder in
      ["data_batch_1.bin", "test_batch.bin"].contains { FileStamp(folder + "/" + $0) != nil }
    }
  }

  private static func records(_ file: String) throws(DatasetError) -> Data {
    var status = stat()
    guard stat(file, &status) == 0 else {
      throw .unreadable(path: file, reason: "cannot be opened")
    }
    if let error = DatasetError.notFile(file) { throw error }
    guard status.st_size > 0, Int(status.st_size) % recordSize == 0 else {
      throw .malformedFile(
        path: file,
        reason: "it has \(status.st_size) bytes, not a multiple of \(recordSize): a label and an "
          + "image of 32x32 in three colours each")
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: file), options: .mappedIfSafe)
    } catch { throw .unreadable(path: file, reason: "cannot be opened") }
    guard data.count == Int(status.st_size) else {
      throw .unreadable(path: file, reason: "it was changed while it was opened")
    }
    return data
  }

  private static func labels(
    _ files: [File], _ folder: String
  ) throws(DatasetError) -> DatasetLabels {
    var names = classes
    let meta = folder + "/batches.meta.txt"
    if FileStamp(meta) != nil {
      guard let bytes = contents(ofFile: meta), let text = String(validating: bytes, as: UTF8.self)
      else {
        throw .unreadable(path: meta, reason: "it is no text in UTF-8")
      }
      names = text.split(whereSeparator: \.isNewline).map {
        $0.trimmingCharacters(in: .whitespaces)
      }.filter { !$0.isEmpty }
    }
    var indices: [Int32] = []
    for file in files {
      for start in stride(from: 0, to: file.records.count, by: recordSize) {
        let label = file.records[start]
        guard Int(label) < names.count else {
          throw .malformedFile(
            path: folder + "/" + file.name,
            reason: "image \(start / recordSize) has the label \(label), "
              + "but there are \(names.count) classes")
        }
        indices.append(Int32(label))
      }
    }
    return DatasetLabels(classes: names, indices: indices)
  }
}
