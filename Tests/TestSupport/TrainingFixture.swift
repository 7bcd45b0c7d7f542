/// Ten training steps as PyTorch took them: `Tests/Fixtures/training`, whose README says what is in
/// them and how inputs are drawn.
package struct TrainingFixture: Decodable, Sendable {
  package let name: String
  package let seed: UInt64
  package let batch: Int
  /// Of the initial weights and biases.
  package let deviation: Double
  package let streams: Streams
  /// The optimiser of both networks; nil where the recipe says it.
  package let adam: Adam?
  /// The weight of WGAN-GP's gradient penalty, where there is one.
  package let penalty: Double?
  /// What it was trained by, as `recipe` takes it; nil in those of one recipe.
  package let recipe: String?
  /// What comes after `like` to give the same architecture; nil where no preset does.
  package let preset: String?
  /// As it is stored, from `like` or `custom` on.
  package let architecture: String
  /// The trained ones in order of creation; the place is the number that the stream counts.
  package let parameters: [Parameter]
  package let steps: [Step]
  /// After the last step: every parameter and running statistic, and the images of `sample`.
  package let tensors: [Tensor]

  /// The fixture called `name`, like `mlp-8x8x3`.
  package init(named name: String) throws {
    self = try Fixture.json("training/\(name).json", as: Self.self)
  }

  package struct Streams: Decodable, Sendable {
    package let real, latent, sample, dropout, weights: UInt64
  }

  package struct Adam: Decodable, Sendable {
    package let learningRate, beta1, beta2, epsilon: Double
  }

  package struct Parameter: Decodable, Sendable {
    package let name: String
    package let shape: [Int]
  }

  /// What one step reports; losses and scores are of the networks before the update.
  package struct Step: Decodable, Sendable {
    package let discriminatorLoss, generatorLoss: Double
    /// Means of D(x) and of D(G(z)).
    package let realScore, fakeScore: Double
    package let discriminatorGradientNorm, generatorGradientNorm: Double
  }

  /// What a tensor is after the last step.
  package struct Tensor: Decodable, Sendable {
    package let name: String
    package let shape: [Int]
    package let norm, mean: Double
    /// In large fixtures: values at flat positions 0, stride, 2·stride and so on.
    package let stride: Int?
    package let values: [Float]?
    /// Of a parameter: the norm of its gradient in the first step, and how far ten steps moved it.
    package let firstGradientNorm, moved: Double?
    package let rounding: Rounding
  }

  /// How far PyTorch in single precision is from the fixture.
  package struct Rounding: Decodable, Sendable {
    package let relative, maximum: Double
  }
}

extension TrainingFixture {
  /// The whole tensors, which small fixtures have.
  package func wholeTensors() throws -> TensorFile {
    try Fixture.tensors("training/\(name).safetensors")
  }

  /// What differs between tensors and the fixture, one line for each, empty if all are close.
  ///
  /// A tensor is close if it is within `tolerance` of its norm and, if it was trained, also within
  /// `share` of how far it moved (and 1e-6 of its norm, for rounding): in a large fixture weights
  /// hardly move, and a wrong update would hide in the first bound.
  ///
  /// - Parameters:
  ///   - value: a tensor's values, row-major, by its name; nil if there is none.
  package func mismatches(
    within tolerance: Double = 1e-4, ofMove share: Double = 0.05,
    _ value: (_ name: String) throws -> [Float]?
  ) throws -> [String] {
    let whole = tensors.contains { $0.values == nil } ? try wholeTensors() : nil
    return try tensors.compactMap { tensor in
      guard let actual = try value(tensor.name) else { return "\(tensor.name): missing" }
      let count = tensor.shape.reduce(1, *)
      guard actual.count == count else {
        return "\(tensor.name): \(actual.count) values instead of \(count)"
      }
      let (found, expected) = try pair(tensor, actual, whole)
      let closeness = Closeness(found, expected)
      let part = (Double(expected.count) / Double(count)).squareRoot()
      var allowed = tolerance * norm(expected)
      if let moved = tensor.moved {
        allowed = min(allowed, share * moved * part + 1e-6 * norm(expected))
      }
      return closeness.distance <= allowed
        ? nil : "\(tensor.name): \(closeness), distance \(closeness.distance), allowed \(allowed)"
    }
  }

  /// What is compared of a tensor: all of it, or the values at the fixture's places.
  private func pair(
    _ tensor: Tensor, _ actual: [Float], _ whole: TensorFile?
  ) throws -> (found: [Float], expected: [Float]) {
    if let values = tensor.values, let step = tensor.stride {
      return (values.indices.map { actual[$0 * step] }, values)
    }
    guard let whole else { throw FixtureError("\(name): \(tensor.name) has no values") }
    return (actual, try whole.entry(tensor.name).values)
  }

  private func norm(_ values: [Float]) -> Double {
    values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }
}
