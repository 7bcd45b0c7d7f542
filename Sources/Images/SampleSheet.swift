/// Many images on one page, in rows from the top left.
package struct SampleSheet: Sendable {
  /// Images in a row.
  package var columns: Int
  /// Pixels between images and around them.
  package var gap: Int
  /// Grey of the page, 0…255.
  package var background: UInt8
  /// How many times each pixel is repeated in both directions, for small images.
  package var magnification: Int

  /// - Parameters:
  ///   - columns: at least 1.
  ///   - gap: at least 0.
  ///   - magnification: at least 1.
  package init(columns: Int, gap: Int = 2, background: UInt8 = 255, magnification: Int = 1) {
    self.columns = max(1, columns)
    self.gap = max(0, gap)
    self.background = background
    self.magnification = max(1, magnification)
  }

  /// A sheet that is about as wide as it is high.
  package init(squareFor count: Int, gap: Int = 2, background: UInt8 = 255) {
    let side = Int(Double(max(count, 1)).squareRoot().rounded(.up))
    self.init(columns: side, gap: gap, background: background)
  }

  /// As `squareFor`, for a file: one image alone has no frame, so that the file is that image.
  package init(ofPicturesFor count: Int) { self.init(squareFor: count, gap: count == 1 ? 0 : 2) }

  /// The page. Cells take the size of the largest image; a page of grey images is grey.
  package func compose(_ images: [PixelImage]) -> PixelImage {
    let cellWidth = (images.map(\.width).max() ?? 0) * magnification
    let cellHeight = (images.map(\.height).max() ?? 0) * magnification
    let channels = images.map(\.channels).max() ?? 1
    let across = max(1, min(columns, images.count))
    let down = (images.count + across - 1) / across
    var page = PixelImage(
      width: across * (cellWidth + gap) + gap, height: down * (cellHeight + gap) + gap,
      colour: Array(repeating: background, count: channels))
    for (i, image) in images.enumerated() {
      let x = gap + i % across * (cellWidth + gap)
      let y = gap + i / across * (cellHeight + gap)
      page.draw(image.converted(toChannels: channels), x: x, y: y, magnification: magnification)
    }
    return page
  }

  /// The images that were laid out on a page: the way back from `compose`.
  ///
  /// - Parameter count: how many were laid out.
  /// - Returns: nil where the page's size shows that it was not laid out like this.
  package func images(on page: PixelImage, count: Int) -> [PixelImage]? {
    guard count > 0 else { return nil }
    let across = min(columns, count)
    let down = (count + across - 1) / across
    let cellWidth = (page.width - gap) / across - gap
    let cellHeight = (page.height - gap) / down - gap
    guard cellWidth > 0, cellHeight > 0, across * (cellWidth + gap) + gap == page.width,
      down * (cellHeight + gap) + gap == page.height
    else { return nil }
    return (0..<count).map { index in
      page.cropped(
        x: gap + index % across * (cellWidth + gap), y: gap + index / across * (cellHeight + gap),
        width: cellWidth, height: cellHeight)
    }
  }
}

extension PixelImage {
  /// Lays another image of as many channels over this one, at (x, y); what sticks out is left out.
  package mutating func draw(_ other: PixelImage, x: Int, y: Int, magnification: Int = 1) {
    precondition(other.channels == channels, "images on one page have the same channels")
    let (width, height, channels) = (width, height, channels)
    withPixels { target in
      for row in max(0, y)..<max(0, y, min(height, y + other.height * magnification)) {
        for column in max(0, x)..<max(0, x, min(width, x + other.width * magnification)) {
          let from =
            ((row - y) / magnification * other.width + (column - x) / magnification) * channels
          let to = (row * width + column) * channels
          for c in 0..<channels { target[to + c] = other.pixels[from + c] }
        }
      }
    }
  }
}
