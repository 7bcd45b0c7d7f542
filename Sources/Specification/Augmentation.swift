/// What is done to the examples of a batch before it is learned from, in the order in which it is done:
/// `flip:0.5+crop:0.8+rotate:15`. Each kind occurs once.
package struct Augmentation: Sendable, Hashable {
  package var parts: [Part]

  package init(_ parts: [Part]) { self.parts = parts }

  package static let none = Augmentation([])

  /// One kind; what is drawn is drawn for each example of each batch, or for mixup of each batch.
  package enum Part: Sendable, Hashable {
    /// Left and right exchanged with a probability.
    case flip(probability: Double)
    /// A rectangle brought to the size of the image: the share of its area is drawn from the range, its shape from
    /// 3:4 to 4:3.
    case crop(area: ClosedRange<Double>)
    /// By as many degrees to either side at most.
    case rotate(degrees: Double)
    /// By as large a share of each side at most, in either direction.
    case shift(share: Double)
    /// Brightness, contrast and saturation, one after the other in an order that is drawn.
    case colour(strength: Double)
    case brightness(strength: Double)
    case contrast(strength: Double)
    case saturation(strength: Double)
    /// Normal noise of a deviation in levels from 0 to 255, drawn from the range; clipped.
    case noise(deviation: ClosedRange<Double>)
    /// A Gaussian of a deviation in pixels, drawn from the range.
    case blur(deviation: ClosedRange<Double>)
    /// A grey square whose side is such a share of the image's shorter one.
    case cutout(side: Double)
    /// Examples mixed with their neighbours in the batch, labels too; the share is drawn from Beta(α, α).
    case mixup(alpha: Double)
  }

  package var isEmpty: Bool { parts.isEmpty }

  /// The α of mixup; nil: nothing is mixed.
  package var mixture: Double? {
    for case .mixup(let alpha) in parts { return alpha }
    return nil
  }

  /// What it does beside flips, which leave an example as likely as it was.
  package var distorting: Augmentation {
    Augmentation(parts.filter { if case .flip = $0 { false } else { true } })
  }
}

extension Augmentation.Part {
  /// Whether it leaves every image as it is.
  package func changesNothing(of image: ImageShape) -> Bool {
    switch self {
    case .flip(let number), .rotate(let number), .shift(let number), .colour(let number),
      .brightness(let number), .contrast(let number):
      number == 0
    case .saturation(let strength): strength == 0 || image.channels == 1
    case .crop(let area): area.lowerBound == 1
    case .noise(let range), .blur(let range): range.upperBound == 0
    case .cutout(let side): (side * Double(min(image.height, image.width))).rounded() == 0
    case .mixup: false
    }
  }
}

extension Augmentation {
  /// The kinds, as they are typed.
  package static let signatures: [Signature] = [
    Signature(
      "flip",
      synonyms: [
        "hflip", "horizontalflip", "randomhorizontalflip", "mirror", "mirroring", "xflip",
      ],
      summary: "left and right exchanged, with a probability",
      discussion: """
        torchvision's `RandomHorizontalFlip`. A label that says left or right is not exchanged with it. (`flip=yes` of `data` \
        does the same with a probability of one half to every batch of a data set.)
        """, argument: .init("a probability", in: 0...1, standard: 0.5)),
    Signature(
      "crop",
      synonyms: ["randomresizedcrop", "resizedcrop", "randomcrop", "zoom", "scale", "randomscale"],
      summary: "a rectangle with such a share of the area, brought to the size of the image",
      discussion: """
        torchvision's `RandomResizedCrop`: `crop:0.8` draws the share of the area uniformly from 0.8 to 1, `crop:0.3..0.7` from \
        another range; the logarithm of width over height uniformly from 3/4 to 4/3; width and height are rounded to pixels, and if \
        they do not fit, both are drawn again, ten times at most (then the largest rectangle in the middle is taken whose shape \
        is allowed). The place is drawn uniformly. Sampling is bilinear, and a crop alone ends at its own border.
        """, argument: .init("a share of the area", in: 0.01...1, standard: 0.8)),
    Signature(
      "rotate", synonyms: ["rotation", "randomrotation", "turn", "degrees"],
      summary: "turned about the middle by up to so many degrees to either side",
      discussion: """
        torchvision's `RandomRotation` with bilinear sampling and `fill=None`: the angle is drawn uniformly from ±15 degrees for \
        `rotate:15`, and what comes from outside of the image is black.

        What stands together of `flip`, `crop`, `rotate` and `shift` is one map, and the image is sampled once: a crop that is \
        then turned shows in its corners what lies there in the image, and black only beyond the image itself.
        """, argument: .init("degrees", in: 0...180, standard: 15)),
    Signature(
      "shift", synonyms: ["translate", "translation", "move", "randomaffine", "randomshift"],
      summary: "moved by up to such a share of each side, in either direction",
      discussion: """
        torchvision's `RandomAffine(0, translate=(0.1, 0.1))` for `shift:0.1`: across and down are drawn uniformly and rounded to \
        pixels; what comes from outside is black.
        """, argument: .init("a share of each side", in: 0...1, standard: 0.1)),
    Signature(
      "colour", synonyms: ["color", "colorjitter", "colourjitter", "jitter", "colors", "colours"],
      summary: "brightness, contrast and saturation, each by a factor around 1",
      discussion: """
        torchvision's `ColorJitter(0.2, 0.2, 0.2)` for `colour:0.2`: three factors, each uniformly from 0.8 to 1.2, and the order \
        of the three are drawn. Single ones are `brightness`, `contrast` and `saturation`.
        """, argument: .init("a strength", in: 0...1, standard: 0.2)),
    Signature(
      "brightness", synonyms: ["bright", "lightness", "adjustbrightness"],
      summary: "every value times a factor around 1",
      discussion: """
        `brightness:0.2` draws the factor uniformly from 0.8 to 1.2; values count from black, 0, to white, 1, and are clipped to \
        that (torchvision's `adjust_brightness`).
        """, argument: .init("a strength", in: 0...1, standard: 0.2)),
    Signature(
      "contrast", synonyms: ["adjustcontrast"],
      summary: "the distance to the mean grey of the image times a factor around 1",
      discussion: """
        torchvision's `adjust_contrast`: c·x + (1 - c)·m, clipped, where m is the mean over the image of \
        0.2989 R + 0.587 G + 0.114 B; `contrast:0.2` draws c uniformly from 0.8 to 1.2.
        """, argument: .init("a strength", in: 0...1, standard: 0.2)),
    Signature(
      "saturation", synonyms: ["saturate", "adjustsaturation"],
      summary: "the distance of each pixel to its grey times a factor around 1",
      discussion: """
        torchvision's `adjust_saturation`: s·x + (1 - s)·g, clipped, where g is the pixel's 0.2989 R + 0.587 G + 0.114 B; \
        `saturation:0.2` draws s uniformly from 0.8 to 1.2. Of grey images nothing changes.
        """, argument: .init("a strength", in: 0...1, standard: 0.2)),
    Signature(
      "noise", synonyms: ["gaussiannoise", "gaussian", "awgn"],
      summary: "normal noise of a deviation in levels from 0 to 255",
      discussion: """
        Each value of each channel by itself, then clipped to what an image can be (torchvision's `GaussianNoise`, whose sigma is in \
        parts of 255). `noise:0..20` draws the deviation of each image uniformly from a range.
        """, argument: .init("a deviation", in: 0...255, standard: 10)),
    Signature(
      "blur", synonyms: ["gaussianblur", "gaussblur", "defocus"],
      summary: "a Gaussian of up to so many pixels' deviation",
      discussion: """
        `blur:1` draws the deviation of each image uniformly from 0 to 1, `blur:0.5..2` from another range. The kernel ends at four \
        deviations and is reflected at the border of the image (torchvision's `gaussian_blur`).
        """, argument: .init("a deviation", in: 0...20, standard: 1)),
    Signature(
      "cutout", synonyms: ["erase", "erasing", "randomerasing", "randomerase", "occlusion"],
      summary: "a mid-grey square whose side is such a share of the shorter one",
      discussion: """
        DeVries & Taylor 2017, arXiv:1708.04552: the middle of the square is drawn among all pixels, so that part of it may lie \
        outside. Its side is rounded to pixels.
        """, argument: .init("a share of the side", in: 0...1, standard: 0.25)),
    Signature(
      "mixup", synonyms: ["mix", "mixing"],
      summary: "examples and labels mixed with those of others, by shares from Beta(α, α)",
      discussion: """
        Zhang et al. 2018, arXiv:1710.09412, as torchvision's `MixUp` does it: one share λ is drawn for a batch, and each example \
        becomes λ·x + (1 - λ)·x′ with the example x′ before it in the batch (the last before the first). The loss of a \
        classifier is λ times that of the one label and 1 - λ times that of the other: of classes, of several attributes and of \
        numbers (of these up to what no weight can change), and a label that is not known counts nothing. \
        It is for classifiers, and stands last.
        """, argument: .init("an alpha", in: 0.01...100, standard: 0.2)),
  ]
}
