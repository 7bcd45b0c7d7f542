import Foundation
import Specification
import TensorGraph

/// Adaptive augmentation (Karras et al. 2020, arXiv:2006.06676, section 3 and appendix B): images are changed with a
/// probability that grows while the discriminator knows the examples by heart.
extension RemedyDefinition {
  static let adaptiveTarget = RemedyDefinition(
    signature: Signature(
      "ada-target", synonyms: ["ada", "adatarget", "aug", "adaptiveaugmentation", "stylegan2ada"],
      summary: "share of real examples above 0 less those below that augmentation keeps to",
      discussion: """
        The probability of each change grows by batch / 500,000 in an update while r = E sign D(x) is above the target, \
        and falls by it below (StyleGAN2-ADA: 0.6; r here is an average over some four batches). The changes are those of \
        the paper that act on rows, columns and colours: flips, quarter turns, moving, scaling of both sides together and \
        apart, brightness, contrast, inverted lightness, hue and saturation; turning by any angle is not \
        among them, and what comes in from outside is 0, grey. It wants scores around 0, as cross-entropies give.
        """, argument: .init("a share", in: 0...1, standard: 0.6), isOfDiscriminator: true),
    effect: .adaptedExamples(AdaptiveAugmentation.changed), isOfImages: true)

  static let adaptiveCeiling = RemedyDefinition(
    signature: Signature(
      "ada-ceiling", synonyms: ["adaceiling", "augmaxp"],
      summary: "largest probability of adaptive augmentation, 0.8 without it",
      discussion: """
        Near 1 the generator learns the changes themselves, since they are never absent (Karras et al. 2020, section \
        2.2). It is about `ada-target`.
        """, argument: .init("a probability", in: 0...1, standard: 0.8), isOfDiscriminator: true),
    effect: .nothing)
}

/// The probability of adaptive augmentation, and what it does to images.
enum AdaptiveAugmentation {
  /// Scalars that are kept, and begin at 0: the probability, and r.
  static let (probability, overfitting) = ("augmentation.probability", "augmentation.overfitting")

  /// Images in which the probability goes from 0 to 1.
  private static let imagesToFull = 500_000.0
  /// The part of a batch in the average that is r.
  private static let share = 0.25
  /// The ceiling where nothing is said.
  static let ceiling = 0.8

  /// Moves the probability by a batch's scores of real examples.
  static func adapt(
    to scores: Tensor, batch: Int, target: Tensor, ceiling: Tensor, in states: inout StateValues
  ) {
    let before = states.value(overfitting, .scalar)
    let now = before + (scores.sign().mean() - before) * share
    states.replace(overfitting, by: now)
    let step = (now - target).sign() * (Double(batch) / imagesToFull)
    let moved = (states.value(probability, .scalar) + step).maximum(0.0).minimum(ceiling)
    states.replace(probability, by: moved)
  }

  /// Images after all changes, each with the probability.
  @Sendable static func changed(_ seen: RemedyDefinition.Seen, probability: Tensor) -> Tensor {
    var draws = Draws(of: seen, probability)
    let geometric = moved(seen.examples, &draws)
    return recoloured(geometric, &draws)
  }

  /// Draws for each image, one after the other.
  private struct Draws {
    let draws: RemedyDefinition.Draws
    let count: Int
    let probability: Tensor
    private var number = 0

    init(of seen: RemedyDefinition.Seen, _ probability: Tensor) {
      (draws, count) = (seen.draws, seen.examples.shape[0])
      self.probability = probability
    }

    /// `[N]`.
    mutating func normal() -> Tensor { next(.normal) }
    mutating func uniform() -> Tensor { next(.uniform) }

    /// 1 for images that are changed, `[N]`.
    mutating func gate() -> Tensor {
      let draw = uniform()
      return 1 - draw.greater(than: probability.broadcast(to: draw.shape))
    }

    private mutating func next(_ distribution: Distribution) -> Tensor {
      defer { number += 1 }
      return draws.numbers(distribution, number, Shape([count]))
    }
  }

  /// Mirrored, turned by quarters, moved and scaled.
  private static func moved(_ images: Tensor, _ draws: inout Draws) -> Tensor {
    let (channels, height, width) = (images.shape[1], images.shape[2], images.shape[3])
    let count = images.shape[0]
    // A mirror image is the scale -1.
    let mirror = 1 - draws.gate() * (draws.uniform().greater(than: 0.5) * 2)
    let isTurned = draws.gate() * draws.uniform().greater(than: 0.5)
    let isUpsideDown = 1 - draws.gate() * (draws.uniform().greater(than: 0.5) * 2)
    let isMoved = draws.gate()
    let shifts = (0..<2).map { _ in (draws.uniform() * 2 - 1) * isMoved * 0.125 }
    let isScaled = draws.gate()
    let both = (draws.normal() * isScaled * (0.2 * log(2))).exp()
    let isStretched = draws.gate()
    let apart = (draws.normal() * isStretched * (0.2 * log(2))).exp()
    var result = images
    if height == width {
      let turned = images.transpose([0, 1, 3, 2])
      let choice = isTurned.reshape([count, 1, 1, 1])
      result = images + (turned - images) * choice
    }
    let down = resampling(
      height, scale: both / apart * isUpsideDown, shift: shifts[0], count: count)
    let across = resampling(width, scale: both * apart * mirror, shift: shifts[1], count: count)
    let rows = result.transpose([0, 2, 1, 3]).reshape([count, height, channels * width])
    let high = down.matmul(rows).reshape([count, height, channels, width])
      .transpose([0, 2, 1, 3])
    return high.reshape([count, channels * height, width])
      .matmul(across, transposeRight: true).reshape(images.shape.dimensions)
  }

  /// Weights by which a place of each image is made of others, between which it is interpolated: `[N, to, from]`.
  ///
  /// - Parameters:
  ///   - scale: of the image, `[N]`; negative: mirrored.
  ///   - shift: as a share of the side, `[N]`.
  private static func resampling(
    _ side: Int, scale: Tensor, shift: Tensor, count: Int
  ) -> Tensor {
    let shape = Shape([count, side, side])
    let places = scale.graph.numbers(below: side)
    let middle = Double(side - 1) / 2
    let to = (places - middle).reshape([1, side]).broadcast(to: Shape([count, side]))
    let spread = Shape([count, side])
    let from =
      (to - (shift * Double(side)).reshape([count, 1]).broadcast(to: spread))
      / scale.reshape([count, 1]).broadcast(to: spread) + middle
    let distance =
      from.reshape([count, side, 1]).broadcast(to: shape)
      - places.reshape([1, 1, side]).broadcast(to: shape)
    return (1 - distance.absolute()).maximum(0.0)
  }

  /// Brighter, of other contrast, inverted in lightness, of other hue and saturation.
  private static func recoloured(_ images: Tensor, _ draws: inout Draws) -> Tensor {
    let count = images.shape[0]
    func each(_ values: Tensor) -> Tensor { values.reshape([count, 1, 1, 1]) }
    let isBrighter = draws.gate()
    let brightness = draws.normal() * isBrighter * 0.2
    let isSharper = draws.gate()
    let contrast = (draws.normal() * isSharper * (0.5 * log(2))).exp()
    var x = (images + each(brightness)) * each(contrast)
    guard images.shape[1] == 3 else { return x }
    let flips = draws.gate() * draws.uniform().greater(than: 0.5)
    let isTinted = draws.gate()
    // A direction of the plane is an angle: (cos, sin).
    let (a, b) = (draws.normal(), draws.normal())
    let length = (a.squared() + b.squared() + 1e-12).sqrt()
    let cosine = a / length * isTinted + (1 - isTinted)
    let sine = b / length * isTinted
    let isSaturated = draws.gate()
    let saturation = (draws.normal() * isSaturated * log(2)).exp()

    let plane = [count, 1] + images.shape.dimensions.dropFirst(2)
    let grey = x.mean([1]).reshape(plane).broadcast(to: x.shape)
    let colour = x - grey
    // The cross product with the grey axis (1, 1, 1) / √3.
    let channels = (0..<3).map { colour.slice(axis: 1, start: $0, size: 1) }
    let turned =
      Tensor.concatenate(
        [channels[2] - channels[1], channels[0] - channels[2], channels[1] - channels[0]], axis: 1)
      * (1 / 3.0.squareRoot())
    let tinted = colour * each(cosine * saturation) + turned * each(sine * saturation)
    x = grey * each(1 - flips * 2) + tinted
    return x
  }
}
