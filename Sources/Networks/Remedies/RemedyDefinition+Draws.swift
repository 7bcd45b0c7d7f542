import Randomness
import Specification
import TensorGraph

extension RemedyDefinition {
  /// Random numbers of a remedy.
  struct Draws {
    let graph: Graph
    let keyword: String
    /// Of the network: each has numbers of its own.
    let application: Int

    /// - Parameter number: of what is drawn, from 0.
    func numbers(_ distribution: Distribution, _ number: Int, _ shape: Shape) -> Tensor {
      let stream = Stream.lowWord(of: "remedy.\(keyword).\(number)") | UInt64(application) << 32
      return graph.random(
        distribution,
        RandomStream(stream, for: "`\(keyword)`, draw \(number) of application \(application)"),
        shape)
    }
  }

  func draws(in graph: Graph, application: Int) -> Draws {
    Draws(graph: graph, keyword: signature.keyword, application: application)
  }

  /// The scalar that says how strong it is.
  func strength(in graph: Graph) -> Tensor { graph.input(input, .scalar) }
}
