package import Specification
package import TensorGraph

/// How an adversarial objective is computed from scores, and the keyword for it.
///
/// A score is what the discriminator ends in, one number for each example: `[N]`.
package struct ObjectiveDefinition: Sendable {
  package let signature: Signature
  /// Whether a score is the logit of the probability that the example is real.
  package let isOfProbabilities: Bool
  /// The score above which an example is taken for real, and how far from it a score has nothing to gain; nil
  /// where only differences of scores mean something. Of logits it is 0.
  package let boundary: (score: Double, reach: Double)?
  private let ofDiscriminator: @Sendable (DiscriminatorInputs) -> Tensor
  private let ofGenerator: GeneratorLoss
  /// What the generator minimises of scores of real examples where these depend on it, as they do through an unrolled
  /// discriminator: the rest of the game's value. Nil: nothing.
  private let ofReal: (@Sendable (Tensor) -> Tensor)?

  /// What the discriminator's loss is computed from.
  package struct DiscriminatorInputs {
    /// Scores of real examples and of fakes, `[N]`.
    package let real, fake: Tensor
    /// The target of fakes, a scalar; nil: 0.
    package let fakeTarget: Tensor?
    private let makeSmoothing: () -> Tensor

    /// - Parameters:
    ///   - smoothing: a scalar dial, 1 minus the target of real examples; made if it is read.
    package init(
      real: Tensor, fake: Tensor, fakeTarget: Tensor? = nil,
      smoothing: @escaping @autoclosure () -> Tensor
    ) {
      (self.real, self.fake, self.fakeTarget) = (real, fake, fakeTarget)
      makeSmoothing = smoothing
    }

    package var smoothing: Tensor { makeSmoothing() }
  }

  /// What the generator's loss is computed from: scores of fakes, or those of real examples, too.
  enum GeneratorLoss: Sendable {
    case ofFakes(@Sendable (Tensor) -> Tensor)
    case ofPairs(@Sendable (_ fake: Tensor, _ real: Tensor) -> Tensor)
  }

  init(
    _ signature: Signature, isOfProbabilities: Bool = false,
    boundary: (score: Double, reach: Double)? = nil,
    discriminator: @escaping @Sendable (DiscriminatorInputs) -> Tensor, generator: GeneratorLoss,
    generatorOfReal ofReal: (@Sendable (Tensor) -> Tensor)? = nil
  ) {
    (self.signature, self.isOfProbabilities) = (signature, isOfProbabilities)
    (ofDiscriminator, ofGenerator, self.ofReal) = (discriminator, generator, ofReal)
    self.boundary = boundary
  }

  /// Whether the generator's loss reads scores of real examples.
  package var pairsRealExamples: Bool {
    if case .ofPairs = ofGenerator { true } else { false }
  }

  /// Whether a generator that sees its loss through the discriminator's updates reads scores of real examples.
  var readsRealWhenUnrolled: Bool { pairsRealExamples || ofReal != nil }

  /// What the discriminator minimises, a scalar.
  package func discriminatorLoss(_ inputs: DiscriminatorInputs) -> Tensor {
    ofDiscriminator(inputs)
  }

  /// What the generator minimises, a scalar.
  ///
  /// - Parameters:
  ///   - fake: `[N]`, scores of generated examples.
  ///   - real: `[N]`, of real ones, needed where `pairsRealExamples`.
  ///   - isUnrolled: whether scores of real examples depend on the generator.
  package func generatorLoss(
    fake: Tensor, real: Tensor? = nil, isUnrolled: Bool = false
  ) -> Tensor {
    switch ofGenerator {
    case .ofFakes(let loss):
      guard isUnrolled, let ofReal, let real else { return loss(fake) }
      return loss(fake) + ofReal(real)
    case .ofPairs(let loss): return loss(fake, real ?? fake)
    }
  }
}
