package import Specification
import TensorGraph

/// What a remedy does to a step, and the keyword for it.
///
/// Its strength is a scalar input of the program, so that it can be turned at the next step.
package struct RemedyDefinition: Sendable {
  package let signature: Signature
  let effect: Effect
  /// Whether it is of no use with points.
  var isOfImages = false
  /// Whether the generator's loss reads scores or features of real examples with it.
  var readsRealExamples = false
  /// Whether it is of no use without a network that gives a latent vector for an example.
  var isOfCodes = false

  /// What it acts on.
  enum Effect: Sendable {
    /// The gradients of a phase together, before its optimiser sees them.
    case gradients(@Sendable (_ gradients: [Tensor], _ strength: Tensor) -> [Tensor])
    /// The gradient of each weight, before the optimiser sees it.
    case weights(WeightCorrection)
    /// The gradients of a phase, by those of the other player too.
    case game(@Sendable (_ game: Game, _ strength: Tensor) -> [Tensor])
    /// Each weight of a discriminator after its update.
    case discriminatorWeights(@Sendable (_ weight: Tensor, _ strength: Tensor) -> Tensor)
    /// What discriminators are given, real examples and fakes alike.
    case examples(@Sendable (Seen) -> Tensor)
    /// The same with a probability that is adapted to what discriminators say of real examples.
    case adaptedExamples(@Sendable (Seen, _ probability: Tensor) -> Tensor)
    /// Latent vectors of the training, `[N, k]`.
    case latents(@Sendable (Seen) -> Tensor)
    /// Scores as the discriminator's loss reads them.
    case scores(@Sendable (Scores) -> (real: Tensor, fake: Tensor))
    /// Scores `[N]` as every loss reads them, at the examples that are judged.
    case normalisedScores(
      @Sendable (_ scores: Tensor, _ examples: Tensor, _ strength: Tensor) -> Tensor)
    /// The target of fakes in the discriminator's loss.
    case fakeTarget
    /// Scores of fakes as the generator's loss reads them, `[N]`.
    case generatorScores(@Sendable (_ scores: Tensor, _ strength: Tensor) -> Tensor)
    /// A summand of the generator's loss before it is weighed by the strength, a scalar.
    case generatorTerm(@Sendable (Generation) -> Tensor)
    /// The decay of the averaged generator.
    case averageDecay(@Sendable (AverageDecay) -> Double)
    /// Nothing by itself: it is a number of another one.
    case nothing
  }

  /// Whether it corrects a player's gradients by the other's.
  var isOfGames: Bool { if case .game = effect { true } else { false } }

  /// Whether it changes gradients, moved weights or the average alone, whatever a network is for.
  var correctsUpdates: Bool {
    switch effect {
    case .gradients, .weights, .discriminatorWeights, .averageDecay: true
    case .game, .examples, .adaptedExamples, .latents, .scores, .normalisedScores, .fakeTarget,
      .generatorScores, .generatorTerm, .nothing:
      false
    }
  }

  /// Both players' gradients, each of its own loss by its own weights.
  struct Game {
    var gradients: [Tensor]
    let weights: [Tensor]
    let otherGradients, otherWeights: [Tensor]
  }

  /// How the gradient of a weight is changed.
  struct WeightCorrection: Sendable {
    /// Whether only weights of what makes examples are meant.
    var isOfGenerators = false
    /// What is kept of each weight; it begins at zero.
    var states: [String] = []
    /// Further scalar inputs at the `update`-th update (from 1).
    var dials: @Sendable (_ update: Int) -> [(name: String, value: Double)] = { _ in [] }
    let correct: @Sendable (Weight) -> (gradient: Tensor, states: [Tensor])
  }

  /// A weight whose gradient is changed.
  struct Weight {
    let weight, gradient: Tensor
    /// In the order of the correction's `states`.
    let states: [Tensor]
    /// A scalar.
    let strength: Tensor
    /// A scalar input by its name in `dials`.
    let dial: (String) -> Tensor
  }

  /// Examples before they are judged, or latent vectors, `[N, …]`.
  struct Seen {
    let examples: Tensor
    /// A scalar.
    let strength: Tensor
    let draws: Draws

    /// Uniform numbers from 0 to 1, others at each application.
    func draw(_ number: Int, _ shape: [Int]) -> Tensor {
      draws.numbers(.uniform, number, Shape(shape))
    }

    /// Numbers of N(0, 1), one for each of the examples'.
    var noise: Tensor { draws.numbers(.normal, 0, examples.shape) }
  }

  /// One discriminator's scores of real examples and of fakes, `[N]`.
  struct Scores {
    let real, fake: Tensor
    /// A scalar.
    let strength: Tensor
    let draws: Draws
  }

  /// What a generator made in its update.
  struct Generation {
    /// `[N, k]`, and what was made of them, `[N, …]`.
    let latents, fakes: Tensor
    /// Fakes of other latents, with the same labels where there are any.
    let others: () -> (latents: Tensor, fakes: Tensor)
    /// What each discriminator's last layer is given, for fakes and for real examples.
    let features: [(fake: Tensor, real: Tensor)]
    /// What a reconstructor or an encoder takes the fakes' latents for, `[N, k]`.
    let code: Tensor?
  }

  /// What the decay of an average is computed from.
  struct AverageDecay: Sendable {
    let decay, strength: Double
    let batch: Int
    /// Updates of the generator before this one.
    let updates: Int
  }

  /// The scalar input that holds the strength.
  var input: String { "remedy.\(signature.keyword)" }

  /// What it keeps of a weight.
  func state(_ name: String, of weight: String) -> String { "\(input).\(weight).\(name)" }
}

extension RecipeSpecification {
  /// What its remedies do, in order.
  ///
  /// - Throws: `NetworksError.unknown` for a keyword of another release.
  func remedyDefinitions() throws(NetworksError) -> [RemedyDefinition] {
    try remedies.map { remedy throws(NetworksError) in
      guard
        let known = RemedyDefinition.all.first(where: { $0.signature.keyword == remedy.keyword })
      else { throw .unknown("remedy", remedy.keyword) }
      return known
    }
  }
}
