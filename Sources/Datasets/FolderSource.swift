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
    let labelling = try FolderLabels(source, of: listing.images.map(\.path), in: root, path)
    self.init(
      root: root, files: listing.images, identity: "folder \(root) \(listing.digest)",
      labels: labelling.labels,
      notes: listing.unreadableFolders.map { "the folder \($0) could not be opened" }
        + labelling.notes)
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
