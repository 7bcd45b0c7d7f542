import Foundation
import Images
import Specification

extension SourceDefinition {
  static let folder = SourceDefinition(
    SourceSignature(
      "folder", summary: "every image below a folder or in a zip file",
      discussion: """
        JPEG, PNG, GIF, WebP, TIFF, BMP, PBM, PGM, PPM and PAM, known by what the files hold and not by \
        their names. With `labels=yes` the sub-folders name \
        the classes; `labels=FILE.csv` is a table of file names and labels.
        """,
      clause: """
        every JPEG, PNG, GIF, WebP, TIFF, BMP, PBM, PGM, PPM and PAM below it or in a zip file, known by \
        what they hold and not by their names
        """,
      arguments: [
        .path("./photos"),
        .labels(
          "`yes` for the names of sub-folders, or a CSV file", standard: .none, standardText: "no"),
      ],
      examples: .images(.init(files: .pictures)),
      use: .init(
        "Photographs, cut to the middle.", "data mine folder path=./photos size=32 crop=centre")),
    images: { arguments, request throws(DatasetError) in
      try FolderSource(
        path: arguments.path, labels: arguments.labels, identities: request.identities)
    })
}

/// Images below a folder or in a zip file, each a file.
struct FolderSource: ImageSource {
  let labels: DatasetLabels?
  let notes: [String]
  let unlabelled: UnlabelledImages?
  let identities: [LabelColumn]
  private let images: ImageFiles

  /// Lists the folder. Usual labels are classes, named by the first sub-folder of each file.
  ///
  /// - Parameter names: of columns that are kept as identities where they label nothing.
  init(
    path: String, labels source: LabelSource, identities names: Set<ExactName> = []
  ) throws(DatasetError) {
    let root = expandedPath(path)
    let expected = "a folder with images, or a zip file of them"
    guard let stamp = FileStamp(root) else { throw .missing(path: path, expected: expected) }
    if stamp.isFolder {
      images = ImageFiles(folder: root)
    } else if stamp.isFile, ZipArchive.begins(root) {
      images = try ImageFiles(zip: root, stamp)
    } else {
      throw .noImages(path: path, expected: expected, found: stamp.kind(of: root, typedAs: path))
    }
    guard !images.files.isEmpty else {
      throw .noImages(
        path: path, expected: "\(PixelImage.formats) files in it and below it",
        found: PublishedSet.found(images.leftOut, in: root, typedAs: path, insteadOf: nil))
    }
    let name = stamp.isFolder ? root : ZipArchive.stem(root)
    let labelling = try FolderLabels(
      source, of: images.files.map(\.path), in: name, path, identities: names)
    (labels, notes) = (labelling.labels, labelling.notes)
    unlabelled = labelling.unlabelled
    identities = labelling.identities
  }

  var count: Int { images.files.count }
  var identity: String { images.identity }
  var leftOut: [LeftOut] { images.leftOut }
  func name(of image: Int) -> String { images.files[image].path }

  func makeReader(over background: Colour) throws(DatasetError) -> any ImageReader {
    try images.makeReader(over: background)
  }
}
