import Networks
import Randomness
import Specification
import TestSupport
import Testing

@Suite struct InitialisationTests {
  /// Initial values of a discriminator with a 24→16 dense layer, a normalisation and a 16→1 layer.
  private func values(_ scheme: Initialisation, seed: UInt64 = 4) throws -> [String: [Float]] {
    let architecture = try architecture(
      """
      custom points=24 latent=3 {
        generator { dense 24 }
        discriminator init=\(scheme) { dense 16; batchnorm; dense 1 } }
      """)
    var values: [String: [Float]] = [:]
    try Plan(architecture: architecture, recipe: RecipeSpecification())
      .initialStates(seed: seed) { values[$0] = $1 }
    return values
  }

  private let weight = "discriminator.block1.dense.weight"

  private func variance(_ values: [Float]) -> Double {
    var total = 0.0
    for value in values { total += Double(value * value) }
    return total / Double(values.count)
  }

  /// Schemes and the variances of their weights for 24 inputs and 16 outputs.
  private static let variances: [(scheme: Initialisation, variance: Double)] = [
    (.normal(deviation: 0.02), 0.0004), (.glorotUniform, 0.05), (.glorotNormal, 0.05),
    (.heUniform, 0.0833333), (.heNormal, 0.0833333), (.torch, 0.0138889),
  ]

  @Test(arguments: variances)
  func `weights have the spread of their scheme`(scheme: Initialisation, variance: Double) throws {
    let values = try #require(values(scheme)[weight])
    #expect(values.count == 384)
    let measured = self.variance(values)
    #expect(abs(measured / variance - 1) < 0.2, "\(measured), wanted \(variance)")
  }

  @Test func `uniform schemes keep their bound`() throws {
    let values = try #require(values(.torch)[weight])
    #expect(values.allSatisfy { abs($0) <= Float(1 / 24.0.squareRoot()) })
  }

  @Test func `biases begin at zero, with PyTorch's scheme within their bound`() throws {
    let bias = "discriminator.block1.dense.bias"
    #expect(try values(.heNormal)[bias]?.allSatisfy { $0 == 0 } == true)
    let torch = try #require(values(.torch)[bias])
    #expect(torch.contains { $0 != 0 })
    #expect(torch.allSatisfy { abs($0) <= Float(1 / 24.0.squareRoot()) })
  }

  @Test func `DCGAN's scheme spreads the scales of normalisation around one`() throws {
    let scale = "discriminator.block1.batchnorm.weight"
    let values = try #require(values(.normal(deviation: 0.02))[scale])
    #expect(values.contains { $0 != 1 } && values.allSatisfy { abs($0 - 1) < 0.1 })
    #expect(try self.values(.glorotUniform)[scale]?.allSatisfy { $0 == 1 } == true)
  }

  @Test func `orthogonal rows are orthonormal times the gain`() throws {
    let values = try #require(values(.orthogonal(gain: 2))[weight])
    for a in 0..<16 {
      for b in 0..<16 {
        let product = (0..<24).reduce(Float(0)) { $0 + values[a * 24 + $1] * values[b * 24 + $1] }
        #expect(abs(product - (a == b ? 4 : 0)) < 1e-5)
      }
    }
  }

  @Test func `running statistics begin at 0 and 1, moments at 0`() throws {
    let values = try values(.torch)
    #expect(values["discriminator.block1.batchnorm.running_mean"]?.allSatisfy { $0 == 0 } == true)
    #expect(values["discriminator.block1.batchnorm.running_var"]?.allSatisfy { $0 == 1 } == true)
    #expect(values["optimiser.\(weight).second_moment"]?.allSatisfy { $0 == 0 } == true)
  }

  /// Of as many inputs as outputs, so that the axes can be confused.
  @Test(arguments: [("conv", 0), ("deconv", 1)])
  func `lengths begin as the norms of each output's weights`(layer: String, axis: Int) throws {
    let architecture = try architecture(
      """
      custom image=8x8x1 latent=4 {
        generator init=normal:1 { dense 4x4x3; \(layer) 3 kernel=2 stride=1 weights=weightnorm as a
                                  deconv 1; tanh }
        discriminator { flatten; dense 1 } }
      """)
    var values: [String: [Float]] = [:]
    try Plan(architecture: architecture, recipe: RecipeSpecification())
      .initialStates(seed: 4) { values[$0] = $1 }
    let weight = try #require(values["generator.a.weight"])
    var squares: [Float] = [0, 0, 0]
    for (index, value) in weight.enumerated() {
      squares[axis == 0 ? index / 12 : index / 4 % 3] += value * value
    }
    let lengths = try #require(values["generator.a.weight_length"])
    #expect(zip(lengths, squares).allSatisfy { abs($0 - $1.squareRoot()) < 1e-5 }, "\(lengths)")
  }

  @Test func `weights are Philox numbers of the parameter's stream`() throws {
    // The generator's weight and bias are numbers 0 and 1, so this weight is number 2.
    let values = try #require(values(.normal(deviation: 1))[weight])
    let philox = Philox(seed: 4, stream: Stream.initialWeights + 2)
    #expect(values == (0..<384).map(philox.normal))
    #expect(try self.values(.normal(deviation: 1), seed: 5)[weight] != values)
  }
}
