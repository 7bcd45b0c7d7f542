import Images
import Synchronization

/// The images of one IDX file: `[count, height, width]`, or with 1 or 3 channels behind or before
/// height and width.
final class IDXImages: Sendable {
  let path: String
  let count: Int
  private let file: IDXFile
  private let height: Int
  private let width: Int
  private let channels: Int
  /// Whether each channel is a plane of its own.
  private let isPlanar: Bool
  /// Of a gzipped file: unpacked once, by the first thread that reads an image.
  private let contents = Mutex<Result<ArraySlice<UInt8>, DatasetError>?>(nil)

  init(path: String) throws(DatasetError) {
    file = try IDXFile(path: path)
    self.path = path
    let dimensions = file.dimensions
    switch (dimensions.count, dimensions.last ?? 0, dimensions.count > 1 ? dimensions[1] : 0) {
    case (3, _, _):
      (height, width, channels, isPlanar) = (dimensions[1], dimensions[2], 1, false)
    case (4, 1, _), (4, 3, _):
      (height, width, channels, isPlanar) = (dimensions[1], dimensions[2], dimensions[3], false)
    case (4, _, 1), (4, _, 3):
      (height, width, channels, isPlanar) = (dimensions[2], dimensions[3], dimensions[1], true)
    default:
      throw .malformedFile(
        path: path,
        reason:
          "it holds \(file.shape) bytes, which are no images: expected count x height x width, "
          + "or these with 1 or 3 channels")
    }
    count = dimensions[0]
    guard count > 0, (1...65535).contains(height), (1...65535).contains(width) else {
      throw .malformedFile(path: path, reason: "it holds \(file.shape) bytes, which are no images")
    }
  }

  func makeReader() throws(DatasetError) -> Reader {
    guard file.isGzipped else {
      return Reader(images: self, bytes: .file(try OpenFile(path), start: file.headerSize))
    }
    let bytes = contents.withLock { contents in
      let found = contents ?? Result { () throws(DatasetError) in try file.contents() }
      contents = found
      return found
    }
    return Reader(images: self, bytes: .memory(try bytes.get()))
  }

  struct Reader {
    fileprivate let images: IDXImages
    fileprivate let bytes: Bytes

    fileprivate enum Bytes {
      /// A plain file may be larger than memory, and is read image by image.
      case file(OpenFile, start: Int)
      case memory(ArraySlice<UInt8>)
    }

    /// The image of a number below `count`.
    func image(at index: Int) throws(ReadError) -> PixelImage {
      let (width, height, channels) = (images.width, images.height, images.channels)
      let size = width * height * channels
      let found: ArraySlice<UInt8>
      switch bytes {
      case .file(let file, let start): found = try file.read(size, at: start + index * size)[...]
      case .memory(let bytes):
        let start = bytes.startIndex + index * size
        found = bytes[start..<start + size]
      }
      return PixelImage(
        width: width, height: height, channels: channels,
        pixels: images.isPlanar ? interleaved(found, channels: channels) : Array(found))
    }
  }
}

/// Planes one after the other made into pixels one after the other.
func interleaved(_ planes: ArraySlice<UInt8>, channels: Int) -> [UInt8] {
  let plane = planes.count / channels
  return [UInt8](unsafeUninitializedCapacity: planes.count) { target, filled in
    planes.withUnsafeBufferPointer { source in
      for c in 0..<channels {
        for i in 0..<plane { target[i * channels + c] = source[c * plane + i] }
      }
    }
    filled = planes.count
  }
}
