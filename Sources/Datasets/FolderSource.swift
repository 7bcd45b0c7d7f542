import Foundation
import Images
import Specification

/// Images below a folder, each a file.
struct FolderSource: ImageSource {
  let root: String
  let files: [ListedFile]
  let identity: String
  let labels: DatasetLabels?
  let notes: [String]

  /// Lists the folder. Usual labels are classes, named by the first sub-folder of each file.
  init(path: String, labels source: LabelSource) throws(DatasetError) {
    let root = expandedPath(path)
    let expected = "a folder with images"
    guard let stamp = FileStamp(root) else {
      throw .missing(path: path, expected: expected)
    }
    guard stamp.isFolder else {
      throw .noImages(path: path, expected: expected, found: "a file")
    }
    let listing = FileListing(folder: root)
    guard !listing.images.isEmpty else {
      throw .noImages(
        path: path, expected: "JPEG, PNG, GIF, PGM or PPM files in it and below it",
        found: listing.summary)
    }
    let (labels, remarks) = try Self.labels(source, of: listing.images, path)
    self.init(
      root: root, files: listing.images, identity: "folder \(root) \(listing.digest)",
      labels: labels,
      notes: listing.unreadableFolders.map { "the folder \($0) could not be opened" } + remarks)
  }

  private static func labels(
    _ source: LabelSource, of files: [ListedFile], _ path: String
  ) throws(DatasetError) -> (labels: DatasetLabels?, notes: [String]) {
    switch source {
    case .none: return (nil, [])
    case .usual:
      let labels = classes(of: files)
      guard labels.names != [unlabelled] else {
        throw .noImages(
          path: path, expected: "a sub-folder of images for each label",
          found: "only files directly in the folder; leave the labels out or sort them into folders"
        )
      }
      return (labels, [])
    case .file(let file):
      let table = expandedPath(file)
      guard let stamp = FileStamp(table), !stamp.isFolder else {
        throw .missing(path: file, expected: "a table of labels, with commas between its columns")
      }
      let labels = try LabelTable(
        SeparatedValues(path: table), path: file, files: files.map(\.path))
      return (labels.labels, labels.notes)
    }
  }

  init(
    root: String, files: [ListedFile], identity: String, labels: DatasetLabels?, notes: [String]
  ) {
    self.root = root
    self.files = files
    self.identity = identity
    self.labels = labels
    self.notes = notes
  }

  var count: Int { files.count }
  func name(of image: Int) -> String { files[image].path }
  func makeReader() -> any ImageReader { Reader(root: root, files: files) }

  /// The class of files that lie in no sub-folder.
  static let unlabelled = "unlabelled"

  private static func classes(of files: [ListedFile]) -> DatasetLabels {
    let folders = files.map { file in
      file.path.firstIndex(of: "/").map { String(file.path[..<$0]) } ?? unlabelled
    }
    let names = Set(folders).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let numbers = Dictionary(uniqueKeysWithValues: zip(names, Int32(0)...))
    return DatasetLabels(classes: names, indices: folders.map { numbers[$0] ?? 0 })
  }

  private struct Reader: ImageReader {
    let root: String
    let files: [ListedFile]

    func image(at index: Int) throws(ReadError) -> PixelImage {
      guard let bytes = contents(ofFile: root + "/" + files[index].path) else {
        throw ReadError(reason: "cannot be opened", passing: true)
      }
      do { return try PixelImage(decoding: bytes) } catch { throw .decoding(error) }
    }
  }
}

/// The path with a leading `~` made the home directory, and made absolute.
func expandedPath(_ path: String) -> String {
  let tilde = path == "~" || path.hasPrefix("~/")
  let home = FileManager.default.homeDirectoryForCurrentUser.path
  return URL(fileURLWithPath: tilde ? home + path.dropFirst() : path).standardizedFileURL.path
}
