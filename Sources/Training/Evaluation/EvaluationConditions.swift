import Digests
import Foundation

/// All that decides whether two values of a measure may be set beside each other.
package struct EvaluationConditions: Codable, Sendable, Hashable {
  /// What makes features, the SHA-256 of its weights, and how it resizes; `coordinates` of points.
  package var features, weights, resizing: String
  /// `32x32x3`, or `2` of points.
  package var extent: String
  /// The digest of the prepared examples: of their pixels after cropping and resizing.
  package var data: String
  /// How many of each.
  package var samples, examples: Int
  /// Labels that samples were asked for, as typed; nil: as they come.
  package var labels: String?

  package init(
    features: String, weights: String, resizing: String, extent: String, data: String, samples: Int,
    examples: Int, labels: String?
  ) {
    (self.features, self.weights, self.resizing) = (features, weights, resizing)
    (self.extent, self.data, self.labels) = (extent, data, labels)
    (self.samples, self.examples) = (samples, examples)
  }

  /// With sorted keys; words and numbers always encode.
  package var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// What tells these conditions from others in a metric's name: `random-5k-1f3a`.
  package var word: String {
    let count =
      samples % 1000 == 0 && samples > 0 ? "\(samples / 1000)k" : "\(samples)"
    return "\(features)-\(count)-\(SHA256.digest(of: json).prefix(4))"
  }
}
