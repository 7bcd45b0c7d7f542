import Foundation
import Images

/// JPEG and PNG files below a folder.
struct FolderSource: ImageSource {
  let root: String
  let files: [ListedFile]
  let identity: String
  let labels: DatasetLabels?
  let notes: [String]

  /// Lists the folder; with `labelled`, the first sub-folder of each file names its class.
  init(path: String, labelled: Bool) throws(DatasetError) {
    let root = expandedPath(path)
    let expected = "a folder with JPEG or PNG files"
    guard let stamp = FileStamp(root) else {
      throw .missing(path: path, expected: expected)
    }
    guard stamp.isFolder else {
      throw .noImages(path: path, expected: expected, found: "a file")
    }
    let listing = FileListing(folder: root)
    guard !listing.images.isEmpty else {
      throw .noImages(
        path: path, expected: "files named *.jpg, *.jpeg or *.png in it and below it",
        found: listing.summary)
    }
    let labels = labelled ? Self.classes(of: listing.images) : nil
    if let labels, labels.names == [Self.unlabelled] {
      throw .noImages(
        path: path, expected: "a sub-folder of images for each label",
        found: "only files directly in the folder; leave the labels out or sort them into folders")
    }
    self.init(
      root: root, files: listing.images, identity: "folder \(root) \(listing.digest)",
      labels: labels,
      notes: listing.unreadableFolders.map { "the folder \($0) could not be opened" })
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
      let url = URL(fileURLWithPath: root + "/" + files[index].path)
      let data: Data
      do { data = try Data(contentsOf: url) } catch {
        throw ReadError(reason: "cannot be opened", passing: true)
      }
      do { return try PixelImage(decoding: data) } catch { throw .decoding(error) }
    }
  }
}

/// The path with a leading `~` made the home directory, and made absolute.
func expandedPath(_ path: String) -> String {
  let tilde = path == "~" || path.hasPrefix("~/")
  let home = FileManager.default.homeDirectoryForCurrentUser.path
  return URL(fileURLWithPath: tilde ? home + path.dropFirst() : path).standardizedFileURL.path
}
