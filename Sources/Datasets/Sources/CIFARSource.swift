import Foundation
import Images
import Specification

/// The binary versions of the CIFAR sets (Krizhevsky 2009): files of records, each some bytes of labels and an
/// image of 32x32 pixels in three planes.
struct CIFARSource: ImageSource {
  let identity: String
  let labels: DatasetLabels?
  let notes: [String]
  let count: Int
  private let files: [File]
  /// How many bytes stand before an image.
  private let labelCount: Int

  /// What the files are called and what stands in their records.
  struct Layout: Sendable {
    let keyword: String
    /// The folder that is in the archive.
    let folder: String
    let train: [String]
    let test: [String]
    /// In the order of their bytes.
    let labels: [Label]

    /// One byte of a record.
    struct Label: Sendable {
      /// The column; empty: the classes.
      let column: String
      /// The file with a name a line, beside the records.
      let file: String
      /// The names without that file; nil: the numbers below `count`.
      let names: [String]?
      let count: Int
    }

    var expected: String { "a folder with \(train[0]) and its like (the binary version)" }

    /// The folder with the files, which may lie in another.
    func folder(below root: String) -> String? {
      [root, root + "/" + folder].first { folder in
        [train[0], test[0]].contains { FileStamp(folder + "/" + $0) != nil }
      }
    }
  }

  private struct File: Sendable {
    let name: String
    let records: Data
    /// How many records there are in it and those before it.
    let end: Int
  }

  private static let side = 32
  private static let imageSize = 3 * side * side

  init(_ layout: Layout, path: String, split: TrainTestSplit) throws(DatasetError) {
    let folder = try Self.locate(path, layout)
    let chosen =
      switch split {
      case .train: layout.train
      case .test: layout.test
      case .all: layout.train + layout.test
      }
    var files: [File] = []
    var identity = layout.keyword
    for name in chosen {
      let file = folder + "/" + name
      guard let stamp = FileStamp(file) else {
        throw .noImages(
          path: path, expected: chosen.joined(separator: ", "), found: "no \(name)")
      }
      let data = try Self.records(file, labels: layout.labels.count)
      let size = layout.labels.count + Self.imageSize
      files.append(
        File(name: name, records: data, end: (files.last?.end ?? 0) + data.count / size))
      identity += " \(stamp)"
    }
    self.files = files
    self.identity = identity
    labelCount = layout.labels.count
    count = files.last?.end ?? 0
    var (columns, notes): ([LabelColumn], [String]) = ([], [])
    for (byte, label) in layout.labels.enumerated() {
      let names = try Self.names(folder + "/" + label.file) ?? label.names
      if names == nil { notes.append("labels are numbers: \(label.file) is not beside the images") }
      let column = try Self.column(
        label.column, names ?? (0..<label.count).map { String($0) }, files, folder, byte: byte,
        of: layout.labels.count)
      columns.append(column)
    }
    // The finest is the last byte, and the first of the columns.
    labels = DatasetLabels(columns.reversed())
    self.notes = notes
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
    let source: CIFARSource

    func image(at index: Int) throws(ReadError) -> DecodedImage {
      let (file, record) = source.place(of: index)
      let (labels, size, side) = (source.labelCount, CIFARSource.imageSize, CIFARSource.side)
      let start = record * (labels + size) + labels
      let planes = Array(file.records[start..<start + size])
      return DecodedImage(
        PixelImage(
          width: side, height: side, channels: 3, pixels: interleaved(planes[...], channels: 3)))
    }
  }

  private static func locate(_ path: String, _ layout: Layout) throws(DatasetError) -> String {
    let root = expandedPath(path)
    guard let stamp = FileStamp(root) else {
      throw .missing(path: path, expected: layout.expected)
    }
    guard stamp.isFolder else {
      let isArchive = [".tar.gz", ".tgz", ".tar"].contains { root.hasSuffix($0) }
      throw .noImages(
        path: path, expected: layout.expected,
        found: isArchive
          ? "an archive; unpack it with `tar xf` and name the folder"
          : stamp.kind(of: root, typedAs: path))
    }
    guard let found = layout.folder(below: root) else {
      throw .noImages(
        path: path, expected: layout.expected,
        found: PublishedSet.found(
          FileListing(folder: root, recursive: false).leftOut.groups, in: root, typedAs: path,
          insteadOf: layout.keyword))
    }
    return found
  }

  private static func records(_ file: String, labels: Int) throws(DatasetError) -> Data {
    var status = stat()
    guard stat(file, &status) == 0 else {
      throw .unreadable(path: file, reason: "cannot be opened")
    }
    if let error = DatasetError.notFile(file) { throw error }
    let size = labels + imageSize
    guard status.st_size > 0, Int(status.st_size) % size == 0 else {
      throw .malformedFile(
        path: file,
        reason: "it has \(status.st_size) bytes, not a multiple of \(size): "
          + "\(labels == 1 ? "a label" : "\(labels) labels") and an image of 32x32 in three colours "
          + "each")
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

  /// A name a line; nil where there is no such file.
  private static func names(_ file: String) throws(DatasetError) -> [String]? {
    guard FileStamp(file) != nil else { return nil }
    guard let bytes = contents(ofFile: file), let text = String(validating: bytes, as: UTF8.self)
    else {
      throw .unreadable(path: file, reason: "it is no text in UTF-8")
    }
    return text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
  }

  private static func column(
    _ column: String, _ names: [String], _ files: [File], _ folder: String, byte: Int,
    of labels: Int
  ) throws(DatasetError) -> LabelColumn {
    let size = labels + imageSize
    var indices: [Int32] = []
    for file in files {
      for start in stride(from: 0, to: file.records.count, by: size) {
        let label = file.records[start + byte]
        guard Int(label) < names.count else {
          throw .malformedFile(
            path: folder + "/" + file.name,
            reason: "image \(start / size) has the label \(label), "
              + "but there are \(names.count) classes")
        }
        indices.append(Int32(label))
      }
    }
    return LabelColumn(name: column, values: .category(words: names, indices: indices))
  }
}
