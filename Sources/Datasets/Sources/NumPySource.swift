import Foundation
import Images
import Specification

extension SourceDefinition {
  static let npz = SourceDefinition(
    SourceSignature(
      "npz", synonyms: ["numpy"], summary: "arrays in a NumPy archive, as `samples` writes them",
      discussion: """
        `images` are bytes, images by rows by columns by channels, or without channels where they are grey. \
        `labels` are numbers of classes, one for each image, or a column for each attribute; \
        `label_names` are the words of the classes or the names of the columns. The arrays are read into memory.
        """,
      clause: "`images` and `labels` of a NumPy archive",
      arguments: [.path("made.npz")], examples: .images(.init()),
      use: .init("What was made by a generator.", "data made npz path=./made.npz size=32")),
    images: { arguments, _ throws(DatasetError) in try NumPySource(path: arguments.path) })
}

/// Images and labels in the arrays of a NumPy archive (`.npz`).
struct NumPySource: ImageSource {
  let identity: String
  let labels: DatasetLabels?
  let notes: [String]
  let count: Int
  private let pixels: ArraySlice<UInt8>
  private let height, width, channels: Int

  /// Bytes of the images.
  private static let limit: UInt64 = 1 << 34

  private static let expected = "a NumPy archive (.npz) with an array `images` of bytes"

  init(path: String) throws(DatasetError) {
    let file = expandedPath(path)
    guard let stamp = FileStamp(file) else {
      throw .missing(path: path, expected: Self.expected)
    }
    guard stamp.isFile else {
      throw .noImages(
        path: path, expected: Self.expected, found: stamp.kind(of: file, typedAs: path))
    }
    let archive = try ZipArchive(path: file)
    guard let images = try NumPyArray("images", in: archive, limit: Self.limit) else {
      throw .malformedFile(path: file, reason: "it has no array `images`")
    }
    let shape = images.shape
    guard images.element == "|u1", [3, 4].contains(shape.count),
      shape.count < 4 || [1, 3].contains(shape[3]),
      shape.dropFirst().prefix(2).allSatisfy({ (1...16_384).contains($0) })
    else {
      throw .malformedFile(
        path: file,
        reason:
          "`images` is \(images.described), and should be bytes (uint8), images by rows by columns, "
          + "with 1 or 3 channels after them or none")
    }
    guard (1...Int(Int32.max)).contains(shape[0]) else {
      throw .noImages(path: path, expected: "an image", found: "\(shape[0]) in `images`")
    }
    (count, height, width) = (shape[0], shape[1], shape[2])
    channels = shape.count == 4 ? shape[3] : 1
    pixels = images.bytes
    identity = "npz \(stamp)"
    (labels, notes) = try Self.labels(in: archive, count: count)
  }

  func name(of image: Int) -> String { "image \(image)" }

  func makeReader(over background: Colour) -> any ImageReader { Reader(source: self) }

  private struct Reader: ImageReader {
    let source: NumPySource

    func image(at index: Int) throws(ReadError) -> DecodedImage {
      let size = source.height * source.width * source.channels
      let first = source.pixels.startIndex + index * size
      return DecodedImage(
        PixelImage(
          width: source.width, height: source.height, channels: source.channels,
          pixels: Array(source.pixels[first..<first + size])))
    }
  }

  // MARK: Labels

  private static func labels(
    in archive: ZipArchive, count: Int
  ) throws(DatasetError) -> (DatasetLabels?, [String]) {
    let names = try NumPyArray("label_names", in: archive)?.texts
    guard let array = try NumPyArray("labels", in: archive) else {
      return (nil, ["no labels: \(archive.path) has no array `labels`"])
    }
    guard let numbers = array.numbers, array.shape.first == count, array.shape.count <= 2 else {
      throw .malformedFile(
        path: archive.path,
        reason: "`labels` is \(array.described), and should be numbers, one or a row for each of "
          + "\(count) images")
    }
    guard array.shape.count == 2 else {
      let classes = try classes(numbers, names, archive.path)
      return (DatasetLabels(classes: classes.words, indices: classes.indices), [])
    }
    let width = array.shape[1]
    guard names == nil || names?.count == width else {
      throw .malformedFile(
        path: archive.path,
        reason: "`label_names` has \(names?.count ?? 0) names for the \(width) columns of `labels`")
    }
    let columns = (0..<width).map { column in
      let values = stride(from: column, to: numbers.count, by: width).map { numbers[$0] }
      let name = names?[column] ?? "label\(column + 1)"
      guard values.allSatisfy({ $0 == 0 || $0 == 1 || $0.isNaN }) else {
        return LabelColumn(name: name, values: .number(values))
      }
      return LabelColumn(
        name: name, values: .boolean(values.map { $0.isNaN ? 0 : $0 == 1 ? 1 : -1 }))
    }
    return (columns.isEmpty ? nil : DatasetLabels(columns), [])
  }

  /// Classes by their numbers; below 0 where one is unknown.
  private static func classes(
    _ numbers: [Double], _ names: [String]?, _ path: String
  ) throws(DatasetError) -> (words: [String], indices: [Int32]) {
    let most = names?.count ?? LabelReading.mostWords
    if let place = numbers.firstIndex(where: { Int32(exactly: $0).map { Int($0) >= most } ?? true })
    {
      throw .malformedFile(
        path: path,
        reason:
          "the label of image \(place) is \(numbers[place]), and no class from 0 to \(most - 1)")
    }
    let indices = numbers.map { max(-1, Int32($0)) }
    return (names ?? (0...max(0, indices.max() ?? 0)).map { "\($0)" }, indices)
  }
}
