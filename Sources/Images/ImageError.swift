/// Why an image was not read or written.
package enum ImageError: Error, Hashable, CustomStringConvertible {
  /// The bytes are of no format that is read.
  case unrecognised(String)
  /// The bytes end early or contradict themselves.
  case damaged(String)
  /// More than 65,535 pixels on a side, or more than 2²⁸ in all.
  case tooLarge(String)
  /// A kind of such a format that is not read.
  case unsupported(String)
  case outOfMemory(String)

  package var description: String {
    switch self {
    case .unrecognised(let why): "not an image that can be read: \(why)"
    case .damaged(let why): "damaged image: \(why)"
    case .tooLarge(let why): "image too large: \(why)"
    case .unsupported(let why): "kind of image that is not read: \(why)"
    case .outOfMemory(let why): "out of memory: \(why)"
    }
  }
}
