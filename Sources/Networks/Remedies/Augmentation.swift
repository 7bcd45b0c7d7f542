import Specification
import TensorGraph

/// Differentiable augmentation (Zhao et al. 2020, arXiv:2006.10738, section 3): real examples and fakes are changed
/// alike before they are judged, and the generator learns through the change.
extension RemedyDefinition {
  static let augmentColour = RemedyDefinition(
    signature: Signature(
      "augment-colour",
      synonyms: ["augmentcolor", "diffaugment", "diffaug", "diffaugmentcolor", "diffaugcolor"],
      summary: "how much brightness, saturation and contrast are changed before images are judged",
      discussion: """
        DiffAugment's colour (Zhao et al. 2020), 1 as there: brightness by up to half, saturation from none to \
        twice, contrast from half to one and a half. \(forFewData)
        """, argument: .init("a share", in: 0...1, standard: 1), isOfDiscriminator: true),
    effect: .examples { seen in
      let draws = (0..<3).map { seen.draw($0, [seen.count, 1, 1, 1]) - 0.5 }
      let bright = seen.examples + draws[0] * seen.strength
      let grey = bright.mean([1]).reshape([seen.count, 1] + bright.shape.dimensions.dropFirst(2))
      let saturated = (bright - grey) * (draws[1] * seen.strength * 2 + 1) + grey
      let middle = saturated.mean([1, 2, 3]).reshape([seen.count, 1, 1, 1])
      return (saturated - middle) * (draws[2] * seen.strength + 1) + middle
    }, isOfImages: true)

  static let augmentTranslation = RemedyDefinition(
    signature: Signature(
      "augment-translation",
      synonyms: ["diffaugment", "diffaug", "diffaugmenttranslation", "diffaugtranslation"],
      summary: "how far images are moved before they are judged, as a share of their side",
      discussion: """
        DiffAugment's translation (Zhao et al. 2020), 0.125 as there: by whole pixels in both directions, each as \
        likely as another; what comes in is 0, grey. \(forFewData)
        """, argument: .init("a share", in: 0...0.5, standard: 0.125), isOfDiscriminator: true),
    effect: .examples { seen in
      let x = seen.examples
      let (channels, height, width) = (x.shape[1], x.shape[2], x.shape[3])
      let down = seen.movement(seen.draw(0, [seen.count]), of: height)
      let rows = x.transpose([0, 2, 1, 3]).reshape([seen.count, height, channels * width])
      let moved = down.matmul(rows).reshape([seen.count, height, channels, width])
        .transpose([0, 2, 1, 3])
      let across = seen.movement(seen.draw(1, [seen.count]), of: width)
      return moved.reshape([seen.count, channels * height, width])
        .matmul(across, transposeRight: true).reshape(x.shape.dimensions)
    }, isOfImages: true)

  static let augmentCutout = RemedyDefinition(
    signature: Signature(
      "augment-cutout",
      synonyms: ["cutout", "diffaugment", "diffaug", "diffaugmentcutout", "diffaugcutout"],
      summary:
        "side of the square that is cut out of images, as a share of theirs",
      discussion: """
        DiffAugment's cutout (Zhao et al. 2020), 0.5 as there: the square's middle is anywhere in the image, and \
        what was in it is 0, grey. \(forFewData)
        """, argument: .init("a share", in: 0...1, standard: 0.5), isOfDiscriminator: true),
    effect: .examples { seen in
      let shape = seen.examples.shape
      let plane = Shape([seen.count, 1, shape[2], shape[3]])
      let inRows = seen.inside(seen.draw(0, [seen.count]), of: shape[2])
        .reshape([seen.count, 1, shape[2], 1]).broadcast(to: plane)
      let inColumns = seen.inside(seen.draw(1, [seen.count]), of: shape[3])
        .reshape([seen.count, 1, 1, shape[3]]).broadcast(to: plane)
      return seen.examples * (1 - inRows * inColumns)
    }, isOfImages: true)

  private static let forFewData =
    "It keeps a discriminator from learning few examples by heart; with `augment-colour=1 "
    + "augment-translation=0.125 augment-cutout=0.5` it is the paper's."
}

extension RemedyDefinition.Seen {
  /// Examples of the batch.
  fileprivate var count: Int { examples.shape[0] }

  /// 1 where a place comes from another by a movement of up to `strength` of the side, rounded: `[N, to, from]`.
  fileprivate func movement(_ share: Tensor, of side: Int) -> Tensor {
    let shape = Shape([count, side, side])
    let shift = (share - 0.5) * (strength * Double(2 * side) + 1)
    let places = examples.graph.numbers(below: side)
    let distance =
      places.reshape([1, side, 1]).broadcast(to: shape)
      - places.reshape([1, 1, side]).broadcast(to: shape)
      - shift.reshape([count, 1, 1]).broadcast(to: shape)
    return distance.greater(than: -0.5) * (1 - distance.greater(than: 0.5))
  }

  /// 1 where a place is less than half of `strength` of the side from a middle: `[N, places]`.
  fileprivate func inside(_ share: Tensor, of side: Int) -> Tensor {
    let shape = Shape([count, side])
    let places = (examples.graph.numbers(below: side) + 0.5).reshape([1, side])
      .broadcast(to: shape)
    let middle = (share * Double(side)).reshape([count, 1]).broadcast(to: shape)
    return (strength * (Double(side) / 2) - (places - middle).absolute()).greater(than: 0.0)
  }
}

extension Graph {
  /// 0, 1, … `[count]`.
  func numbers(below count: Int) -> Tensor {
    .concatenate((0..<count).map { constant(Double($0)).reshape([1]) }, axis: 0)
  }
}
