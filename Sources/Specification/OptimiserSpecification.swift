import Language

/// How the weights of a network are moved, by its keyword, with its dials.
///
/// `learningRate` is a dial of all; the others belong to those optimisers whose signature names them.
package struct OptimiserSpecification: Sendable, Hashable {
  /// `adam`, `adamw`, `rmsprop`, `sgd`.
  package var keyword: String
  /// The number after the keyword (the momentum of `sgd:0.9`); nil for those that take none.
  package var argument: Double?
  package var learningRate: Double
  package var beta1: Double
  package var beta2: Double
  package var epsilon: Double

  package init(
    _ keyword: String = "adam", argument: Double? = nil, learningRate: Double = 2e-4,
    beta1: Double = 0.5, beta2: Double = 0.999, epsilon: Double = 1e-8
  ) {
    (self.keyword, self.argument, self.learningRate) = (keyword, argument, learningRate)
    (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
  }

  /// `adam`, `sgd:0.9`.
  var choice: String { argument.map { "\(keyword):\(printed($0))" } ?? keyword }
}

extension OptimiserSpecification: Codable {
  private enum CodingKeys: String, CodingKey {
    case keyword, argument, learningRate, beta1, beta2, epsilon
  }

  /// What was written before there was a choice was Adam, and is written like that still.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try values.decodeIfPresent(String.self, forKey: .keyword) ?? "adam",
      argument: try values.decodeIfPresent(Double.self, forKey: .argument),
      learningRate: try values.decode(Double.self, forKey: .learningRate),
      beta1: try values.decode(Double.self, forKey: .beta1),
      beta2: try values.decode(Double.self, forKey: .beta2),
      epsilon: try values.decode(Double.self, forKey: .epsilon))
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    if keyword != "adam" { try values.encode(keyword, forKey: .keyword) }
    try values.encodeIfPresent(argument, forKey: .argument)
    try values.encode(learningRate, forKey: .learningRate)
    try values.encode(beta1, forKey: .beta1)
    try values.encode(beta2, forKey: .beta2)
    try values.encode(epsilon, forKey: .epsilon)
  }
}
