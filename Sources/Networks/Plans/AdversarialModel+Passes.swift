import Specification
import TensorGraph

/// What the phases of an adversarial model compute of a batch.
extension AdversarialModel {
  /// What the terms of a discriminator's loss are computed from.
  struct DiscriminatorPasses {
    let batch: Batch
    let scores: [Judgement]
    /// The probability of adaptive augmentation and what it is adapted to; empty without it.
    let adapted: [Tensor]

    /// - Parameter place: of the penalty in the recipe: it has random numbers of its own.
    func penaltyInputs(_ judgement: Judgement, place: Int) -> PenaltyDefinition.Inputs {
      // What the discriminator's statistics are made of is real or fake, and nothing between.
      var unused = StateValues(graph: batch.fake.graph)
      return PenaltyDefinition.Inputs(
        real: (batch.real ?? batch.fake).packed(batch.pack), fake: batch.fake.packed(batch.pack),
        realScores: judgement.real, fakeScores: judgement.fake
      ) { examples, areFakes in
        judgement.network.verdict(
          on: examples, areFakes ? batch.besideFake : batch.besideReal,
          mode: .training(application: Mode.penaltyApplication + place), in: &unused
        ).score
      }
    }
  }

  /// What discriminators are applied to.
  struct Batch {
    /// Nil where no loss reads real examples.
    let real: Tensor?
    let fake: Tensor
    /// What the fakes are made of, `[N, k]`.
    let latents: Tensor
    let labels: Labels?
    /// What goes with the examples, by wire: labels, and codes where there is an encoder.
    let besideReal, besideFake: [String: Tensor]
    /// Examples that are judged together.
    let pack: Int
  }

  /// Labels of a batch, `[N, k]`: of real examples, where they are known, and of fakes.
  struct Labels {
    let real, known, fake: Tensor
  }

  /// What the generator's loss is computed from; scores of real examples where the objective reads them.
  struct GeneratorPasses {
    let scores: [(fake: Tensor, real: Tensor?, told: Tensor?)]
    /// The fakes' labels.
    let label: Tensor?
    let generation: RemedyDefinition.Generation
  }

  /// One discriminator's scores of a batch, `[N]`, and what it tells of labels, `[N, k]`.
  struct Judgement {
    let network: Network
    let real, fake: Tensor
    let told: (real: Tensor, fake: Tensor)?
    /// What its last layer is given.
    let features: (fake: Tensor, real: Tensor)?
  }
}

extension Tensor {
  /// Examples that are judged together as channels of one: `[N, C, …]` to `[N / count, count · C, …]`.
  func packed(_ count: Int) -> Tensor {
    guard count > 1 else { return self }
    return reshape([shape[0] / count, count * shape[1]] + shape.dimensions.dropFirst(2))
  }
}

extension Network {
  /// The output of an auxiliary discriminator.
  static let told = "class"

  /// A discriminator's score of each example, `[N]`, and what it tells of labels, `[N, k]`.
  struct Verdict {
    var score: Tensor
    let told: Tensor?
    /// What the last layer is given, a vector for each example.
    let features: Tensor?
  }

  /// - Parameter beside: what goes with the examples, by wire.
  func verdict(
    on examples: Tensor, _ beside: [String: Tensor], mode: Mode, in states: inout StateValues
  ) -> Verdict {
    let wires = beside.merging([Model.Wire.image: examples]) { $1 }
    let (outputs, features, _) = pass(wires, mode: mode, in: &states)
    let count = examples.shape[0]
    return Verdict(
      score: (outputs[role.output] ?? examples).reshape([count]),
      told: outputs[Self.told].map { $0.reshape([count, $0.shape.count / count]) },
      features: features.map(\.flattened))
  }
}
