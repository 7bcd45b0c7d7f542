import Foundation
import Images

/// Image files in a folder or in a zip file, each by itself.
struct ImageFiles: Sendable {
  let files: [ListedFile]
  /// Changes whenever the files may have changed.
  let identity: String
  let leftOut: [LeftOut]
  private let place: Place

  private enum Place: Sendable {
    case folder(FileName)
    case zip(String)
  }

  /// The images of a folder and, where asked for, of those below it; none where there are none.
  init(folder path: String, recursive: Bool = true) {
    let listing = FileListing(folder: path, recursive: recursive)
    files = listing.images
    identity = "folder \(path) \(listing.digest)"
    leftOut = listing.leftOut.groups
    place = .folder(FileName(path))
  }

  /// The images of a zip file.
  init(zip path: String, _ stamp: FileStamp) throws(DatasetError) {
    let archive = try ZipArchive(path: path)
    let listing = archive.listing()
    guard !listing.images.isEmpty else {
      throw .noImages(path: path, expected: "\(PixelImage.formats) files", found: listing.summary)
    }
    files = listing.images
    identity = "zip \(stamp)"
    leftOut = listing.leftOut.groups
    place = .zip(path)
  }

  func makeReader(over background: Colour) throws(DatasetError) -> any ImageReader {
    switch place {
    case .folder(let root): FolderReader(root: root, files: files, background: background)
    case .zip(let path):
      ZipReader(archive: try ZipArchive(path: path), files: files, background: background)
    }
  }

  private struct FolderReader: ImageReader {
    let root: FileName
    let files: [ListedFile]
    let background: Colour

    func image(at index: Int) throws(ReadError) -> DecodedImage {
      guard let bytes = contents(ofFile: root.appending(files[index].name)) else {
        throw ReadError(reason: "cannot be opened", passing: true)
      }
      do { return try DecodedImage(bytes, over: background) } catch { throw .decoding(error) }
    }
  }

  private struct ZipReader: ImageReader {
    let archive: ZipArchive
    let files: [ListedFile]
    let background: Colour
    var buffer: [UInt8] = []

    mutating func image(at index: Int) throws(ReadError) -> DecodedImage {
      try archive.read(files[index].entry, into: &buffer)
      do { return try DecodedImage(buffer, over: background) } catch { throw .decoding(error) }
    }
  }
}
