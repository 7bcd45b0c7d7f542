package import Foundation

/// Pictures one after the other in one PNG file (APNG), which shows the first where it is not
/// known, and else goes round for ever.
///
/// libpng writes the pictures; the chunks around them (`acTL`, `fcTL`, `fdAT`) are those of the
/// third edition of the PNG specification.
package struct AnimatedPNG: Sendable {
  /// Seconds that a picture is seen, and the last one.
  private let pause: Double
  private let lastPause: Double
  private var header: Data?
  /// The compressed rows of each picture.
  private var frames: [Data] = []
  private var size: (width: Int, height: Int)?

  /// - Parameters:
  ///   - framesPerSecond: above 0, at most 100.
  ///   - lastPause: seconds for which the last picture stays.
  package init(framesPerSecond: Double, lastPause: Double = 1.5) {
    pause = 1 / min(max(framesPerSecond, 0.01), 100)
    self.lastPause = max(lastPause, pause)
  }

  /// Pictures so far.
  package var count: Int { frames.count }

  /// Bytes that the file will have, but for a few hundred.
  package var byteCount: Int { frames.reduce(0) { $0 + $1.count + 50 } }

  /// Adds a picture, in colour.
  ///
  /// - Throws: `ImageError.unsupported` where it is of another size than the first.
  package mutating func append(_ image: PixelImage) throws(ImageError) {
    if let size, size != (image.width, image.height) {
      throw .unsupported(
        "a picture of \(image.height)x\(image.width) among pictures of \(size.height)x\(size.width)"
      )
    }
    let chunks = try PNGChunk.chunks(of: image.colour().pngData())
    guard let first = chunks.first, first.kind == "IHDR" else {
      throw .damaged("libpng wrote no header")
    }
    header = first.content
    size = (image.width, image.height)
    frames.append(
      chunks.filter { $0.kind == "IDAT" }.reduce(into: Data()) { $0.append($1.content) })
  }

  /// Leaves out every second picture, but for the last one, which takes its neighbour's place.
  package mutating func thin() {
    guard frames.count > 2 else { return }
    let last = frames.count - 1
    frames = frames.indices.filter { $0 % 2 == last % 2 }.map { frames[$0] }
  }

  /// The file.
  ///
  /// - Throws: `ImageError.unsupported` where there is no picture.
  package func data() throws(ImageError) -> Data {
    guard let header, let size else { throw .unsupported("an animation of no pictures") }
    var file = PNGChunk.signature
    file.append(PNGChunk(kind: "IHDR", content: header).encoded)
    var control = Data()
    control.append(bigEndian: UInt32(frames.count))
    control.append(bigEndian: UInt32(0))
    file.append(PNGChunk(kind: "acTL", content: control).encoded)
    var sequence: UInt32 = 0
    for (index, frame) in frames.enumerated() {
      let seconds = index == frames.count - 1 ? lastPause : pause
      file.append(
        PNGChunk(kind: "fcTL", content: Self.frameControl(sequence, size, seconds)).encoded)
      sequence += 1
      if index == 0 {
        file.append(PNGChunk(kind: "IDAT", content: frame).encoded)
      } else {
        var content = Data()
        content.append(bigEndian: sequence)
        content.append(frame)
        file.append(PNGChunk(kind: "fdAT", content: content).encoded)
        sequence += 1
      }
    }
    file.append(PNGChunk(kind: "IEND", content: Data()).encoded)
    return file
  }

  /// A whole picture at the top left, in place of what was there, for a time in milliseconds.
  private static func frameControl(
    _ sequence: UInt32, _ size: (width: Int, height: Int), _ seconds: Double
  ) -> Data {
    var content = Data()
    let numbers = [sequence, UInt32(size.width), UInt32(size.height), 0, 0]
    for number in numbers { content.append(bigEndian: number) }
    content.append(bigEndian: UInt16(min(max((seconds * 1000).rounded(), 1), 65_535)))
    content.append(bigEndian: UInt16(1000))
    content.append(contentsOf: [0, 0])
    return content
  }
}
