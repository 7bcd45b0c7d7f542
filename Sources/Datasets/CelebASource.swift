import Foundation
import Images
import Specification

/// The aligned CelebA images (Liu et al. 2015), in the official zip or unpacked.
struct CelebASource: ImageSource {
  let identity: String
  let labels: DatasetLabels?
  let notes: [String]
  /// Which of the images found are used, in order of their names.
  private let chosen: [Int]
  private let images: Images

  private enum Images: Sendable {
    case zip(ZipImages)
    case folder(FolderSource)

    var count: Int {
      switch self {
      case .zip(let zip): zip.entries.count
      case .folder(let folder): folder.count
      }
    }

    func name(of image: Int) -> String {
      switch self {
      case .zip(let zip): zip.entries[image].name
      case .folder(let folder): folder.name(of: image)
      }
    }
  }

  static let expected =
    "a folder with img_align_celeba.zip or img_align_celeba/, or one of the two itself"

  init(path: String, split: CelebASplit) throws(DatasetError) {
    let place = try Self.locate(path)
    var identity = place.identity
    var chosen = Array(0..<place.images.count)
    if split != .all {
      guard let file = place.find(["list_eval_partition.txt", "list_eval_partition.csv"]) else {
        throw .noPartition(path: path, split: split.rawValue)
      }
      chosen = try Self.choose(chosen, split, file, place.images)
      identity += " \(split.rawValue) of \(FileStamp(file)?.description ?? "")"
    }
    self.identity = identity
    self.chosen = chosen
    images = place.images
    guard let file = place.find(["list_attr_celeba.txt", "list_attr_celeba.csv"]) else {
      labels = nil
      notes = ["no labels: list_attr_celeba.txt is not beside the images"]
      return
    }
    let attributes = try Self.attributes(chosen, file, place.images)
    labels = attributes.labels
    notes = attributes.notes
  }

  var count: Int { chosen.count }
  func name(of image: Int) -> String { images.name(of: chosen[image]) }

  func makeReader() throws(DatasetError) -> any ImageReader {
    switch images {
    case .zip(let zip): ChosenReader(reader: try zip.makeReader(), chosen: chosen)
    case .folder(let folder): ChosenReader(reader: folder.makeReader(), chosen: chosen)
    }
  }

  private struct ChosenReader: ImageReader {
    var reader: any ImageReader
    let chosen: [Int]

    mutating func image(at index: Int) throws(ReadError) -> PixelImage {
      try reader.image(at: chosen[index])
    }
  }

  /// The name by which the text files know an image.
  private static func key(_ name: String) -> String {
    name.lastIndex(of: "/").map { String(name[name.index(after: $0)...]) } ?? name
  }

  /// The row of an image; PNG copies of the images keep the names of the JPEG ones in the tables.
  private static func row(_ name: String, _ table: CelebATable) -> Int? {
    let key = key(name)
    if let row = table.rows[key] { return row }
    guard let dot = key.lastIndex(of: ".") else { return nil }
    return table.rows[key[..<dot] + ".jpg"]
  }

  private static func choose(
    _ all: [Int], _ split: CelebASplit, _ file: String, _ images: Images
  ) throws(DatasetError) -> [Int] {
    let table = try CelebATable(path: file, values: 0...2)
    let parts: [CelebASplit] = [.train, .validation, .test]
    var found: [[Int]] = [[], [], []]
    for image in all {
      guard let row = row(images.name(of: image), table) else { continue }
      let part = Int(table.values[row * table.width])
      if found.indices.contains(part) { found[part].append(image) }
    }
    let chosen = parts.firstIndex(of: split).map { found[$0] } ?? all
    if chosen.isEmpty {
      let counts = Swift.zip(parts, found).map { "\($1.count) in \($0.rawValue)" }
      throw .emptySplit(
        path: file, split: split.rawValue, counts: counts.joined(separator: ", "))
    }
    return chosen
  }

  private static func attributes(
    _ chosen: [Int], _ file: String, _ images: Images
  ) throws(DatasetError) -> (labels: DatasetLabels?, notes: [String]) {
    let table = try CelebATable(path: file, values: -1...1)
    guard !table.columns.isEmpty else {
      throw .malformed(path: file, line: 1, reason: "expected a line with the attributes' names")
    }
    var rows: [Int8] = []
    rows.reserveCapacity(chosen.count * table.width)
    var missing = 0
    for image in chosen {
      if let row = row(images.name(of: image), table) {
        rows += table.values[row * table.width..<(row + 1) * table.width]
      } else {
        rows += repeatElement(0, count: table.width)
        missing += 1
      }
    }
    let notes = missing == 0 ? [] : ["\(missing) images have no row in \(file)"]
    return (DatasetLabels(attributes: table.columns, rows: rows), notes)
  }

  /// Where the images are, and where their text files may be.
  private struct Place {
    let images: Images
    let identity: String
    let folders: [String]

    func find(_ names: [String]) -> String? {
      for folder in folders {
        for name in names {
          if let stamp = FileStamp(folder + "/" + name), !stamp.isFolder {
            return folder + "/" + name
          }
        }
      }
      return nil
    }
  }

  private static func locate(_ path: String) throws(DatasetError) -> Place {
    let root = expandedPath(path)
    guard let stamp = FileStamp(root) else { throw .missing(path: path, expected: expected) }
    let above = URL(fileURLWithPath: root).deletingLastPathComponent().path
    if !stamp.isFolder { return try zip(root, stamp, texts(above)) }
    for folder in [root, root + "/Img"] {
      let file = folder + "/img_align_celeba.zip"
      if let stamp = FileStamp(file), !stamp.isFolder {
        return try zip(file, stamp, texts(root))
      }
    }
    let nested = [
      "/img_align_celeba/img_align_celeba", "/img_align_celeba", "/Img/img_align_celeba", "",
    ]
    for folder in nested.map({ root + $0 }) where FileStamp(folder)?.isFolder == true {
      let listing = FileListing(folder: folder, recursive: false)
      if listing.images.isEmpty { continue }
      let source = FolderSource(
        root: folder, files: listing.images, identity: "folder \(folder) \(listing.digest)",
        labels: nil, notes: [])
      return Place(
        images: .folder(source), identity: source.identity, folders: texts(root) + texts(above))
    }
    throw .noImages(
      path: path, expected: expected, found: FileListing(folder: root, recursive: false).summary)
  }

  /// A folder with the parts of the official download that hold text files.
  private static func texts(_ folder: String) -> [String] {
    [folder, folder + "/Anno", folder + "/Eval", folder + "/../Anno", folder + "/../Eval"]
  }

  private static func zip(
    _ file: String, _ stamp: FileStamp, _ folders: [String]
  ) throws(DatasetError) -> Place {
    let archive = try ZipArchive(path: file)
    let entries = archive.imageEntries().sorted {
      $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
    guard !entries.isEmpty else {
      throw .noImages(
        path: file, expected: "entries named as images",
        found: "\(archive.entryCount) other entries")
    }
    return Place(
      images: .zip(ZipImages(path: file, entries: entries)), identity: "zip \(stamp)",
      folders: folders)
  }
}
