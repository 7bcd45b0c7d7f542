package import Specification

/// Which modes a classifier tells apart: its classes, or the combinations of its attributes. Of images of which
/// each channel shows an example of its own, a mode is what it tells of all channels together.
package struct ModeKinds: Sendable, Hashable {
  package let labels: LabelShape
  /// Channels that are told each by itself; 1: the image is told as it is.
  package let channels: Int
  /// Modes that there are.
  package let count: Int

  /// Modes that are told apart at most.
  package static let most = 65_536
  /// How sure the classifier is of a sample that counts as of high quality.
  package static let sureness = 0.9
  /// Metz et al. 2017, section 3.3.1, and Lin et al. 2018: 25,600 samples for the thousand modes of stacked MNIST,
  /// and for few modes as many as for points.
  private static let samples = (fewest: 2500, most: 25_600, forEach: 25.6)

  /// - Returns: nil where it would tell more than `most`.
  package init?(_ labels: LabelShape, channels: Int = 1) {
    let (kinds, isTooMany) =
      switch labels {
      case .classes(let count): (count, false)
      case .attributes(let names): (1 << min(names.count, 17), names.count > 16)
      // Numbers have no kinds.
      case .numbers: (0, true)
      }
    var count = 1
    for _ in 0..<max(1, channels) {
      guard !isTooMany, count <= Self.most / max(1, kinds) else { return nil }
      count *= kinds
    }
    (self.labels, self.channels, self.count) = (labels, max(1, channels), count)
  }

  /// Samples of which modes are told where nobody says otherwise.
  package var sampleCount: Int {
    min(
      Self.samples.most,
      max(Self.samples.fewest, Int((Double(count) * Self.samples.forEach).rounded(.up))))
  }

  /// Whether a classifier can be more and less sure of a mode: of a class it is, of attributes each may be between.
  package var hasSureness: Bool { if case .classes = labels { true } else { false } }

  /// The number of the mode that scores tell, from 0, and whether they are sure.
  ///
  /// - Parameter scores: `[channels, width]`.
  /// - Returns: nil where one is not a number.
  package func mode(of scores: ArraySlice<Float>) -> (number: Int, isSure: Bool)? {
    let width = scores.count / channels
    var (number, isSure) = (0, hasSureness)
    for channel in 0..<channels {
      let start = scores.startIndex + channel * width
      let own = Array(scores[start..<start + width])
      switch labels {
      case .classes(let count):
        guard let said = ClassifierScore.largest(own) else { return nil }
        number = number * count + said
        isSure = isSure && ClassifierScore.probability(of: said, own) >= Self.sureness
      case .attributes, .numbers:
        guard !own.contains(where: \.isNaN) else { return nil }
        for score in own { number = number << 1 | (score > 0 ? 1 : 0) }
      }
    }
    return (number, isSure)
  }
}
