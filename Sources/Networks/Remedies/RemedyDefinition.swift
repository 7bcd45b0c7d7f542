import Randomness
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

  /// What it acts on.
  enum Effect: Sendable {
    /// The gradients of a phase together, before its optimiser sees them.
    case gradients(@Sendable (_ gradients: [Tensor], _ strength: Tensor) -> [Tensor])
    /// Each weight of a discriminator after its update.
    case discriminatorWeights(@Sendable (_ weight: Tensor, _ strength: Tensor) -> Tensor)
    /// What discriminators are given, real examples and fakes alike.
    case examples(@Sendable (Seen) -> Tensor)
  }

  /// Examples before they are judged, `[N, …]`.
  struct Seen {
    let examples: Tensor
    /// A scalar.
    let strength: Tensor
    fileprivate let random: (_ distribution: Distribution, _ number: Int, Shape) -> Tensor

    /// Uniform numbers from 0 to 1, others at each application.
    func draw(_ number: Int, _ shape: [Int]) -> Tensor { random(.uniform, number, Shape(shape)) }

    /// Numbers of N(0, 1), one for each of the examples'.
    var noise: Tensor { random(.normal, 0, examples.shape) }
  }

  /// The scalar input that holds the strength.
  var input: String { "remedy.\(signature.keyword)" }
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

extension RemedyDefinition {
  /// Examples as a discriminator is given them.
  ///
  /// - Parameter application: of the discriminator; each draws from streams of its own.
  func seen(_ examples: Tensor, application: Int) -> Tensor {
    guard case .examples(let change) = effect else { return examples }
    let (graph, keyword) = (examples.graph, signature.keyword)
    return change(
      Seen(examples: examples, strength: graph.input(input, .scalar)) {
        distribution, number, shape in
        let stream = Stream.lowWord(of: "remedy.\(keyword).\(number)") | UInt64(application) << 32
        return graph.random(
          distribution,
          RandomStream(stream, for: "`\(keyword)`, draw \(number) of application \(application)"),
          shape)
      })
  }
}

extension [RemedyDefinition] {
  /// Those that a phase applies when it moves weights.
  ///
  /// - Parameter isDiscriminator: whether the weights are those of discriminators.
  func corrections(ofDiscriminator isDiscriminator: Bool = false) -> [RemedyDefinition] {
    filter { remedy in
      switch remedy.effect {
      case .gradients: true
      case .discriminatorWeights: isDiscriminator
      case .examples: false
      }
    }
  }

  /// Names and values of their scalar inputs.
  func inputs(_ dials: RecipeSpecification) -> [(name: String, value: Double)] {
    map { ($0.input, dials.strength(of: $0.signature.keyword) ?? 0) }
  }

  /// What optimisers are given.
  func corrected(_ gradients: [Tensor], in graph: Graph) -> [Tensor] {
    reduce(gradients) { gradients, remedy in
      guard case .gradients(let correct) = remedy.effect else { return gradients }
      return correct(gradients, graph.input(remedy.input, .scalar))
    }
  }

  /// What a weight is after its update.
  func corrected(weight: Tensor) -> Tensor {
    reduce(weight) { weight, remedy in
      guard case .discriminatorWeights(let correct) = remedy.effect else { return weight }
      return correct(weight, weight.graph.input(remedy.input, .scalar))
    }
  }
}
