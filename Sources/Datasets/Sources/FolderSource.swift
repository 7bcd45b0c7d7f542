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

        With `landmarks=FILE` each photograph is turned, scaled and moved so that the eyes are where they are in CelebA's aligned images of 218x178, of which \
        `crop=` takes its part then. The file is `list_landmarks_align_celeba.txt`, or a table with the columns `lefteye_x`, `lefteye_y`, `righteye_x` and \
        `righteye_y` beside the file names, in pixels, the eye that is seen on the left first. There is no model here that finds eyes.
        """,
      clause: """
        every JPEG, PNG, GIF, WebP, TIFF, BMP, PBM, PGM, PPM and PAM below it or in a zip file, known by \
        what they hold and not by their names
        """,
      arguments: [
        .path("./photos"),
        .labels(
          "`yes` for the names of sub-folders, or a CSV file", standard: .none, standardText: "no"),
        .init(
          "landmarks", .path, "a table of where the eyes are, by which faces are aligned",
          standard: "no",
          neutral: "no", use: "data mine folder path=./photos landmarks=./eyes.csv size=32"),
      ],
      examples: .images(.init(files: .pictures)),
      use: .init(
        "Photographs, cut to the middle.", "data mine folder path=./photos size=32 crop=centre")),
    images: { arguments, request throws(DatasetError) in
      try FolderSource(
        path: arguments.path, labels: arguments.labels,
        landmarks: arguments["landmarks"], identities: request.identities)
    })
}

/// Images below a folder or in a zip file, each a file.
struct FolderSource: ImageSource {
  let labels: DatasetLabels?
  let notes: [String]
  let unlabelled: UnlabelledImages?
  let identities: [LabelColumn]
  private let images: ImageFiles
  private let eyes: EyeTable?

  /// Lists the folder. Usual labels are classes, named by the first sub-folder of each file.
  ///
  /// - Parameters:
  ///   - landmarks: a table of where the eyes are; `no`: images are as they are.
  ///   - names: of columns that are kept as identities where they label nothing.
  init(
    path: String, labels source: LabelSource, landmarks: String = "no",
    identities names: Set<ExactName> = []
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
    eyes = ["", "no"].contains(landmarks) ? nil : try EyeTable(path: landmarks)
    let name = stamp.isFolder ? root : ZipArchive.stem(root)
    let labelling = try FolderLabels(
      source, of: images.files.map(\.path), in: name, path, identities: names)
    (labels, notes) = (labelling.labels, labelling.notes)
    unlabelled = labelling.unlabelled
    identities = labelling.identities
  }

  var count: Int { images.files.count }
  var identity: String { images.identity + (eyes.map { " aligned \($0.digest)" } ?? "") }
  var leftOut: [LeftOut] { images.leftOut }
  func name(of image: Int) -> String { images.files[image].path }

  func makeReader(over background: Colour) throws(DatasetError) -> any ImageReader {
    let reader = try images.makeReader(over: background)
    guard let eyes else { return reader }
    let files = images.files
    return AligningReader(reader: reader, eyes: eyes) { files[$0].path }
  }
}
