import Specification
import TensorGraph

/// How far scores of labels are from the labels that are known.
///
/// Scores and labels are `[N, k]`, numbers as networks are given them; the mask is 1 where a label is known, and what is not known costs
/// nothing.
struct LabelLoss: Sendable {
  let labels: LabelShape
  /// Whether labels are mixed of several examples', and the mask is how much of each is known.
  var areMixed = false
  /// What is taken off the score of the right class: the margin of its cosine, times their scale.
  var handicap = 0.0
  /// Whether the mask is what a label counts in the loss, where it is known.
  var areWeighted = false

  /// The mean cross-entropy over what is known, in nats: of classes one for each example, of attributes one
  /// (with a sigmoid) for each label; of numbers the mean squared error.
  ///
  /// - Parameters:
  ///   - mask: nil: all labels are known.
  ///   - smoothing: a scalar, the share of each label that all classes have alike (of an attribute both answers), as in
  ///     Szegedy et al. 2016, arXiv:1512.00567, section 7; nil: none. Numbers are not smoothed.
  func value(
    _ scores: Tensor, _ label: Tensor, known mask: Tensor?, smoothing: Tensor? = nil
  ) -> Tensor {
    let mask = mask ?? scores.graph.constant(1, scores.shape)
    func smoothed(among answers: Int) -> Tensor {
      guard let smoothing else { return label }
      let share = smoothing.broadcast(to: label.shape)
      return label * (1 - share) + share * (1 / Double(answers))
    }
    switch labels {
    case .classes:
      let scores = handicap > 0 ? scores - label * handicap : scores
      // The largest score is taken off first: no exponential overflows.
      let top = scores.maximum([1]).stopGradient().reshape([scores.shape[0], 1])
      let shifted = scores - top
      let loss =
        shifted.exp().sum([1]).log() - (shifted * smoothed(among: scores.shape[1])).sum([1])
      return mean(loss, known: examples(mask))
    case .attributes:
      return mean(scores.softplus() - scores * smoothed(among: 2), known: mask)
    case .numbers: return mean((scores - label).squared(), known: mask)
    }
  }

  /// The share of what is known that the scores say rightly (of numbers how far they are off): the class with the highest score, or the side of
  /// 0 that an attribute's lies on. Of mixed labels the share of each counts by itself.
  func accuracy(_ scores: Tensor, _ label: Tensor, known mask: Tensor) -> Tensor {
    let mask = areWeighted && !areMixed ? mask.greater(than: 0) : mask
    switch labels {
    case .classes where areMixed:
      let top = scores.maximum([1]).reshape([scores.shape[0], 1])
      let isTop = 1 - top.greater(than: scores)
      return mean((isTop * label).sum([1]), known: examples(mask))
    case .attributes where areMixed:
      let says = scores.greater(than: 0)
      return mean(says * label + (1 - says) * (1 - label), known: mask)
    case .classes:
      let own = (scores * label).sum([1])
      let others = (scores - label * 1e30).maximum([1])
      return mean(own.greater(than: others), known: examples(mask))
    case .attributes:
      return mean((scores * (label * 2 - 1)).greater(than: 0), known: mask)
    // Of numbers the mean absolute error, as they are in the data.
    case .numbers:
      return mean((labels.restored(scores) - labels.restored(label)).absolute(), known: mask)
    }
  }

  /// Whether the class of each example is known, `[N]`.
  private func examples(_ mask: Tensor) -> Tensor {
    mask.slice(axis: 1, start: 0, size: 1).reshape([mask.shape[0]])
  }

  private func mean(_ values: Tensor, known mask: Tensor) -> Tensor {
    (values * mask).sum() / mask.sum().maximum(1.0)
  }
}
