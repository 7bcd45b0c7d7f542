/// One number at one step, under the name that it has in the notebook.
package struct MetricValue: Sendable, Hashable {
  package let name: String
  /// May be NaN or infinite.
  package let value: Double

  package init(_ name: String, _ value: Double) {
    self.name = name
    self.value = value
  }
}

/// What is not finite is a word, since JSON has no number for it.
extension MetricValue: Codable {
  private enum Key: String, CodingKey { case name, value }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    name = try container.decode(String.self, forKey: .name)
    if let number = try? container.decode(Double.self, forKey: .value) {
      value = number
    } else if let word = Double(try container.decode(String.self, forKey: .value)) {
      value = word
    } else {
      throw DecodingError.dataCorruptedError(
        forKey: .value, in: container, debugDescription: "neither a number nor nan, inf or -inf")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    if value.isFinite {
      try container.encode(value, forKey: .value)
    } else {
      try container.encode("\(value)", forKey: .value)
    }
  }
}
