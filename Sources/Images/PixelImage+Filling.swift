extension PixelImage {
  /// The image with the nearest other pixel in place of each that is in a hole, going by rows and columns; where all is hole,
  /// as it is.
  ///
  /// - Parameter isHole: of each pixel, row-major.
  package func filled(where isHole: [Bool]) -> PixelImage {
    precondition(isHole.count == width * height, "a mask is as large as its image")
    // Which pixel stands for each; rings around what is known are filled one after the other.
    var sources = isHole.enumerated().map { $1 ? -1 : $0 }
    var ring = sources.indices.filter { !isHole[$0] }
    while !ring.isEmpty {
      var next: [Int] = []
      for place in ring {
        let (x, y) = (place % width, place / width)
        for (column, row) in [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
        where (0..<width).contains(column) && (0..<height).contains(row) {
          let other = row * width + column
          guard sources[other] < 0 else { continue }
          sources[other] = sources[place]
          next.append(other)
        }
      }
      ring = next
    }
    var result = self
    let channels = channels
    result.withPixels { target in
      for (place, source) in sources.enumerated() where source != place && source >= 0 {
        for channel in 0..<channels {
          target[place * channels + channel] = pixels[source * channels + channel]
        }
      }
    }
    return result
  }
}
