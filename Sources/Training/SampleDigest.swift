import Digests
package import Images

/// The SHA-256 of samples in order, whatever file they come to be in: of images their pixels, rows from the
/// top and channels interleaved, of points their numbers in single precision, little-endian.
package struct SampleDigest: ~Copyable {
  private var sum = SHA256()

  package init() {}

  package mutating func add(_ image: PixelImage) {
    image.pixels.withUnsafeBytes { sum.update($0) }
  }

  package mutating func add(_ points: [Float]) {
    points.map(\.bitPattern.littleEndian).withUnsafeBytes { sum.update($0) }
  }

  /// 64 lower-case hexadecimal digits.
  package mutating func finish() -> String { sum.finish() }
}
