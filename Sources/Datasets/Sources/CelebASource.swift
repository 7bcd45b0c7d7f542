import Foundation
import Images
import Specification
import TerminalText

extension SourceDefinition {
  static let celeba = SourceDefinition(
    SourceSignature(
      "celeba", summary: "the aligned CelebA images, from their zip or folder",
      discussion: """
        The path is the official `img_align_celeba.zip`, the folder of its images, or the folder that \
        holds either, with `list_attr_celeba.txt` and `list_eval_partition.txt` beside them where labels \
        or a split are wanted.
        """,
      clause: "reads the official zip or its folder",
      arguments: [
        .path("~/celeba"),
        .init(
          "split", .choice(CelebASplit.allCases.map(\.rawValue)), "which part", standard: "all",
          use: "data faces celeba path=~/celeba split=train"),
      ],
      examples: .images(.init(crop: .celebaCentre(178), files: .picturesAndTables)),
      use: .init(
        "The training part, 64x64.", "data faces celeba path=~/celeba size=64 split=train")),
    published: PublishedSet("CelebA") { folder in
      ["", "/Img"].contains { FileStamp(folder + $0 + "/img_align_celeba.zip")?.isFile == true }
        || FileStamp(folder + "/img_align_celeba")?.isFolder == true
    },
    origin: { " from CelebA in \($0.path)\($0.part)" },
    images: { arguments, request throws(DatasetError) in
      try CelebASource(
        path: arguments.path, split: arguments.split(CelebASplit.all),
        identities: request.identities)
    })
}

/// A part of CelebA by its partition file; `all` needs no partition file.
package enum CelebASplit: String, Sendable, Hashable, CaseIterable {
  case all, train, validation, test
}

/// The aligned CelebA images (Liu et al. 2015), in the official zip or unpacked.
struct CelebASource: ImageSource {
  let identity: String
  let labels: DatasetLabels?
  let notes: [String]
  let unlabelled: UnlabelledImages?
  let identities: [LabelColumn]
  /// Which of the images found are used, in order of their names.
  private let chosen: [Int]
  private let images: ImageFiles

  static let expected =
    "a folder with img_align_celeba.zip or img_align_celeba/, or one of the two itself"

  /// - Parameter names: columns that tell apart what an image shows; `identity` is known.
  init(
    path: String, split: CelebASplit, identities names: Set<ExactName> = []
  ) throws(DatasetError) {
    let place = try Self.locate(path)
    var identity = place.images.identity
    var chosen = Array(place.images.files.indices)
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
    if names.contains(ExactName(CelebAIdentities.name)) {
      guard let file = place.find(CelebAIdentities.files) else {
        throw .label(
          "whom CelebA's images show is in identity_CelebA.txt, which is not beside them",
          help: ["put it there, or split without `identity`"])
      }
      let keys = chosen.map { Self.stem(of: place.images.files[$0].path) }
      identities = [try CelebAIdentities.column(of: keys, in: file)]
    } else {
      identities = []
    }
    guard let file = place.find(["list_attr_celeba.txt", "list_attr_celeba.csv"]) else {
      labels = nil
      notes = ["no labels: list_attr_celeba.txt is not beside the images"]
      unlabelled = nil
      return
    }
    (labels, unlabelled) = try Self.attributes(chosen, file, place.images)
    notes = []
  }

  var count: Int { chosen.count }
  var leftOut: [LeftOut] { images.leftOut }
  func name(of image: Int) -> String { images.files[chosen[image]].path }

  /// Its name in the tables without the suffix: copies of the images as PNG have another one.
  func key(of image: Int) -> String { Self.stem(of: name(of: image)) }

  private static func stem(of path: String) -> String {
    let key = key(path)
    return key.lastIndex(of: ".").map { String(key[..<$0]) } ?? key
  }

  func makeReader(over background: Colour) throws(DatasetError) -> any ImageReader {
    ChosenReader(reader: try images.makeReader(over: background), chosen: chosen)
  }

  private struct ChosenReader: ImageReader {
    var reader: any ImageReader
    let chosen: [Int]

    mutating func image(at index: Int) throws(ReadError) -> DecodedImage {
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
    if let row = table.rows[FileName(key)] { return row }
    guard let dot = key.lastIndex(of: ".") else { return nil }
    return table.rows[FileName(key[..<dot] + ".jpg")]
  }

  private static func choose(
    _ all: [Int], _ split: CelebASplit, _ file: String, _ images: ImageFiles
  ) throws(DatasetError) -> [Int] {
    let table = try CelebATable(path: file, values: 0...2)
    let parts: [CelebASplit] = [.train, .validation, .test]
    var found: [[Int]] = [[], [], []]
    for image in all {
      guard let row = row(images.files[image].path, table) else { continue }
      let part = Int(table.values[row * table.width])
      if found.indices.contains(part) { found[part].append(image) }
    }
    let chosen = parts.firstIndex(of: split).map { found[$0] } ?? all
    if chosen.isEmpty {
      let counts = Swift.zip(parts, found).map { "\(grouped($1.count)) in \($0.rawValue)" }
      throw .emptySplit(
        path: file, split: split.rawValue, counts: counts.joined(separator: ", "))
    }
    return chosen
  }

  private static func attributes(
    _ chosen: [Int], _ file: String, _ images: ImageFiles
  ) throws(DatasetError) -> (DatasetLabels, UnlabelledImages) {
    let table = try CelebATable(path: file, values: -1...1)
    guard !table.columns.isEmpty else {
      throw .malformed(path: file, line: 1, reason: "expected a line with the attributes' names")
    }
    var rows: [Int8] = []
    rows.reserveCapacity(chosen.count * table.width)
    var missing: [Int] = []
    for (number, image) in chosen.enumerated() {
      if let row = row(images.files[image].path, table) {
        rows += table.values[row * table.width..<(row + 1) * table.width]
      } else {
        rows += repeatElement(0, count: table.width)
        missing.append(number)
      }
    }
    return (
      DatasetLabels(attributes: table.columns, rows: rows),
      UnlabelledImages(
        images: missing, one: "image has no row in \(file)", many: "images have no row in \(file)")
    )
  }

  /// Where the images are, and where their text files may be.
  private struct Place {
    let images: ImageFiles
    let folders: [String]

    func find(_ names: [String]) -> String? {
      for folder in folders {
        for name in names {
          if let stamp = FileStamp(folder + "/" + name), stamp.isFile {
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
    let above = folder(of: root)
    if !stamp.isFolder {
      return Place(images: try ImageFiles(zip: root, stamp), folders: texts(above))
    }
    for folder in [root, root + "/Img"] {
      let file = folder + "/img_align_celeba.zip"
      if let stamp = FileStamp(file), stamp.isFile {
        return Place(images: try ImageFiles(zip: file, stamp), folders: texts(root))
      }
    }
    let nested = [
      "/img_align_celeba/img_align_celeba", "/img_align_celeba", "/Img/img_align_celeba", "",
    ]
    for folder in nested.map({ root + $0 }) where FileStamp(folder)?.isFolder == true {
      let images = ImageFiles(folder: folder, recursive: false)
      if images.files.isEmpty { continue }
      return Place(images: images, folders: texts(root) + texts(above))
    }
    throw .noImages(
      path: path, expected: expected,
      found: PublishedSet.found(
        FileListing(folder: root, recursive: false).leftOut.groups, in: root, typedAs: path,
        insteadOf: "celeba"))
  }

  /// A folder with the parts of the official download that hold text files.
  private static func texts(_ folder: String) -> [String] {
    [folder, folder + "/Anno", folder + "/Eval", folder + "/../Anno", folder + "/../Eval"]
  }
}
