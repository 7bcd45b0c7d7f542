import Digests
import Foundation
package import MetricDescriptions
package import Specification

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
  /// What was asked for that is not as a run has it: `average=no`, `seed=5`; nil: nothing.
  package var asked: String?

  package init(
    features: String, weights: String, resizing: String, extent: String, data: String, samples: Int,
    examples: Int, labels: String?
  ) {
    (self.features, self.weights, self.resizing) = (features, weights, resizing)
    (self.extent, self.data, self.labels) = (extent, data, labels)
    (self.samples, self.examples) = (samples, examples)
  }

  /// - Parameters:
  ///   - extractor: nil of points, and of features that were made elsewhere.
  ///   - example: nil of features that were made elsewhere.
  package init(
    _ extractor: (any FeatureExtractor)?, of example: ExampleShape?, data: String, samples: Int,
    examples: Int
  ) {
    let extent =
      switch example {
      case .point(let dimensions)?: "\(dimensions)"
      case .image(let image)?: "\(image.width)x\(image.height)x\(image.channels)"
      case nil: ""
      }
    self.init(
      features: extractor?.name ?? "coordinates", weights: extractor?.digest ?? "",
      resizing: extractor?.resizing ?? "none", extent: extent, data: data, samples: samples,
      examples: examples, labels: nil)
  }

  /// A value under the name that has the conditions, so that nothing else is ranked beside it.
  package func named(_ reading: MetricReading) -> MetricReading {
    var named = reading
    named.description.name += ".\(word)"
    named.description.label += " (\(word))"
    named.description.meaning += "; measured by \(words)"
    return named
  }

  /// What it was measured by, for people: `random, 5,000 samples beside 5,000 examples, 32x32x3, data 1f3a9c04`.
  package var words: String {
    let counts =
      "\(samples) \(labels == "reconstructions" ? "reconstructions" : "samples") beside "
      + "\(examples) examples"
    let weights = features == "own" ? "network \(weights.prefix(8))" : ""
    return [
      features, weights, counts, extent, resizing == "none" ? "" : resizing,
      data.isEmpty ? "" : "data \(data.prefix(8))", labels ?? "", asked ?? "",
    ].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// With sorted keys; words and numbers always encode.
  package var json: String { Self.json(self) }

  /// The same with what is compared and so does not decide: whether averaged weights made the samples, and the latents' seed.
  package func json(average: Bool, seed: UInt64) -> String {
    Self.json(Kept(conditions: self, average: average, seed: seed))
  }

  private struct Kept: Encodable {
    let conditions: EvaluationConditions
    let average: Bool
    let seed: UInt64

    private enum CodingKeys: CodingKey { case average, seed }

    func encode(to encoder: any Encoder) throws {
      try conditions.encode(to: encoder)
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(average, forKey: .average)
      try values.encode(seed, forKey: .seed)
    }
  }

  private static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// What tells these conditions from others in a metric's name: `random-5k-1f3a`.
  package var word: String {
    let count =
      samples % 1000 == 0 && samples > 0 ? "\(samples / 1000)k" : "\(samples)"
    return "\(features)-\(count)-\(SHA256.digest(of: json).prefix(4))"
  }
}
