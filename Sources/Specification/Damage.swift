/// What spoils an image before it is repaired, in the order in which it is done: `noise:25`, `blur:2+hole:centre:32`.
package struct Damage: Sendable, Hashable {
  package var parts: [Part]

  package init(_ parts: [Part]) { self.parts = parts }

  package static let none = Damage([])

  /// One kind of damage; numbers of pixels are of the image as it is, levels from 0 to 255.
  package enum Part: Sendable, Hashable {
    /// Normal noise of a deviation in levels, which is drawn from the range for each image; values are not clipped.
    case noise(deviation: ClosedRange<Double>)
    /// The share of pixels that become black or white, each of both as likely.
    case saltAndPepper(share: Double)
    /// The image as a JPEG file of that quality has it.
    case jpeg(quality: Int)
    /// A Gaussian of a deviation in pixels.
    case blur(deviation: Double)
    /// Squares of so many pixels a side, each with its mean.
    case downscale(factor: Int)
    case hole(Hole)
  }

  /// Where nothing of the image is left: its pixels become mid-grey, and the mask is 1.
  package enum Hole: Sendable, Hashable {
    /// A square in the middle; nil: half as wide as the image's shorter side.
    case centre(side: Int?)
    /// From 1 to so many rectangles.
    case boxes(most: Int)
    /// Half of the image; nil: drawn.
    case half(Side?)
    /// Each pixel by itself.
    case scattered(share: Double)
    /// Brush strokes, as Yu et al. 2019 draw them.
    case strokes
  }

  package enum Side: String, Sendable, Hashable, CaseIterable {
    case left, right, top, bottom
  }

  package var isEmpty: Bool { parts.isEmpty }

  /// Whether it has holes and leaves all other pixels as they are, so that these are kept as they are in a repaired
  /// image.
  package var keepsRest: Bool {
    !parts.isEmpty
      && parts.allSatisfy { part in
        if case .hole = part { true } else { false }
      }
  }

  /// Whether a hole is as large as the image.
  package func leavesNothing(of image: ImageShape) -> Bool {
    parts.contains { part in
      switch part {
      case .hole(.centre(let side?)): side >= max(image.width, image.height)
      case .hole(.scattered(let share)): share == 1
      default: false
      }
    }
  }

  package var hasHoles: Bool {
    parts.contains { part in
      if case .hole = part { true } else { false }
    }
  }
}

extension Damage.Part {
  /// Whether it leaves every image as it is.
  package var spoilsNothing: Bool {
    switch self {
    case .noise(let range): range.upperBound == 0
    case .saltAndPepper(let share), .hole(.scattered(let share)): share == 0
    case .blur(let deviation): deviation == 0
    case .downscale(let factor): factor == 1
    case .jpeg, .hole: false
    }
  }
}

extension Damage {
  /// The kinds, as they are typed.
  package static let signatures: [Signature] = [
    Signature(
      "noise", synonyms: ["gaussian", "gaussiannoise", "awgn", "sigma"],
      summary: "normal noise of a deviation in levels from 0 to 255",
      discussion: """
        `noise:25` adds N(0, 25²) to every value of every channel, in levels from 0 to 255. Values are neither clipped \
        nor rounded, as it is usual where denoisers are compared (Zhang et al. 2017). `noise:0..55` draws the \
        deviation of each image uniformly from a range, for a network that is to cope with all of them.
        """, argument: .init("a deviation", in: 0...255, standard: 25)),
    Signature(
      "salt-pepper", synonyms: ["saltpepper", "saltandpepper", "impulse"],
      summary: "a share of pixels that become black or white",
      discussion: """
        Each pixel is hit with that probability, in all channels at once, and becomes black or white with the same \
        probability.
        """, argument: .init("a share", in: 0...1, standard: 0.1)),
    Signature(
      "jpeg", synonyms: ["jpg", "compression"],
      summary: "JPEG compression of a quality from 1 to 100",
      discussion: """
        The image, rounded to 8 bits, is written as JPEG by libjpeg-turbo with its usual subsampling of colours, and \
        read again.
        """, argument: .init("a quality", in: 1...100, standard: 20)),
    Signature(
      "blur", synonyms: ["gaussianblur", "defocus"],
      summary: "a Gaussian of a deviation in pixels",
      discussion: """
        The kernel ends at four deviations; beyond its border the image is mirrored with its last pixel repeated, \
        as SciPy's `gaussian_filter` does.
        """, argument: .init("a deviation", in: 0...100, standard: 1.5)),
    Signature(
      "downscale", synonyms: ["downscaling", "superresolution", "upscale", "x"],
      summary: "squares of so many pixels a side, each with its mean",
      discussion: """
        What an image of a half or a quarter of the size still says, as large as before: each square of 2x2 or 4x4 pixels has \
        its mean (squares at the right and lower border may be cut).
        """, argument: .init("a factor", in: 1...64, standard: 2)),
    Signature(
      "hole:centre", synonyms: ["holecenter", "center", "centre", "hole"],
      summary: "a square hole in the middle, half as wide as the image or so many pixels",
      discussion: "`hole:centre:32` is 32 pixels wide and high (Pathak et al. 2016).",
      argument: .init("a number of pixels", in: 1...1024, standard: 32)),
    Signature(
      "hole:boxes", synonyms: ["holebox", "box", "boxes", "holerectangles"],
      summary: "from one to so many rectangular holes",
      discussion: """
        The number is drawn from 1 to that many, each side from a fifth to two fifths of the image's, the place so that the \
        box lies inside; holes may overlap.
        """, argument: .init("a number of boxes", in: 1...64, standard: 3)),
    Signature(
      "hole:half", synonyms: ["half", "holehalves"],
      summary: "one half of the image, drawn of the four",
      discussion: "`hole:left`, `hole:right`, `hole:top` and `hole:bottom` say which."),
    Signature("hole:left", summary: "the left half", discussion: "As `hole:half`."),
    Signature("hole:right", summary: "the right half", discussion: "As `hole:half`."),
    Signature("hole:top", summary: "the upper half", discussion: "As `hole:half`."),
    Signature("hole:bottom", summary: "the lower half", discussion: "As `hole:half`."),
    Signature(
      "hole:scattered", synonyms: ["scattered", "holepixels", "pixels", "holerandom"],
      summary: "each pixel is lost with a probability",
      discussion: "In all channels at once (Yeh et al. 2017 keep a fifth of the pixels).",
      argument: .init("a share", in: 0...1, standard: 0.5)),
    Signature(
      "hole:strokes", synonyms: ["strokes", "freeform", "holefreeform", "irregular"],
      summary: "free-form brush strokes",
      discussion: """
        Yu et al. 2019 (DeepFill v2), algorithm 1, with lengths in parts of an image of 256 pixels: from one to three strokes of \
        4 to 11 vertices, 12 to 40 wide, turning by 2π/5 ± 2π/15 to and fro, each step drawn from N(d/8, (d/16)²) and \
        cut to 0…d/4, where d is the diagonal.
        """),
  ]
}
