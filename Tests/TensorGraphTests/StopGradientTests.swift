import Randomness
import TensorGraph
import Testing

/// What `stopGradient` holds fast, held fast by hand in a second graph, where it is an input.
@Suite struct StopGradientTests {
  /// A function of x `[3]` and of what is stopped, `[3]`; nonlinear in both.
  private func value(_ x: Tensor, _ held: Tensor) -> Tensor {
    (x * held + (x * held).tanh() * x.squared() + held.exp() * x).sum()
  }

  private func stopped(_ x: Tensor) -> Tensor { (x * x * 0.5 + x.sigmoid()) }

  /// The gradient, and that of a function of the gradient.
  private func derivatives(_ value: Tensor, _ x: Tensor) -> [Tensor] {
    let first = x.graph.gradients(of: value, withRespectTo: [x])[0]
    let penalty = first.squared().sum() * value
    return [value, first, penalty, x.graph.gradients(of: penalty, withRespectTo: [x])[0]]
  }

  @Test func `derivatives to second order are those with the stopped values held`() throws {
    let graph = Graph()
    let x = graph.input("x", [3])
    let own = derivatives(value(x, stopped(x).stopGradient()), x)
    let held = Graph()
    let y = held.input("x", [3])
    let twin = derivatives(value(y, held.input("held", [3])), y)

    let at = [0.7, -0.4, 1.2]
    let fixed = try Reference(inputs: ["x": at]).evaluate([stopped(x)])[0]
    let actual = try Reference(inputs: ["x": at]).evaluate(own)
    func twinValues(_ x: [Double]) throws -> [[Double]] {
      try Reference(inputs: ["x": x, "held": fixed]).evaluate(twin)
    }
    for (a, b) in zip(actual.joined(), try twinValues(at).joined()) {
      #expect(abs(a - b) <= 1e-12 * max(1, abs(b)))
    }
    for element in at.indices {
      var (above, below) = (at, at)
      above[element] += 1e-5
      below[element] -= 1e-5
      let (high, low) = try (twinValues(above), twinValues(below))
      for (scalar, gradient) in [(0, 1), (2, 3)] {
        let numeric = (high[scalar][0] - low[scalar][0]) / 2e-5
        let exact = actual[gradient][element]
        #expect(
          abs(numeric - exact) <= 2e-6 * max(1, abs(exact)),
          "element \(element): \(numeric) by differences, \(exact) by rule")
      }
    }
  }

  @Test func `what is stopped everywhere has gradient zero`() throws {
    let graph = Graph()
    let x = graph.input("x", [2])
    let gradient = graph.gradients(of: x.tanh().stopGradient().sum(), withRespectTo: [x])[0]
    #expect(try Reference(inputs: ["x": [1, 2]]).evaluate([gradient]) == [[0, 0]])
  }

  @Test func `what is stopped is itself a source`() throws {
    let graph = Graph()
    let x = graph.input("x", [2])
    let held = x.squared().stopGradient()
    let gradient = graph.gradients(of: (held * x).sum(), withRespectTo: [held])[0]
    #expect(try Reference(inputs: ["x": [3, 5]]).evaluate([gradient]) == [[3, 5]])
  }

  @Test func `no work is done along a stopped path`() {
    let graph = Graph()
    let (x, w) = (graph.input("x", [5, 3]), graph.state("w", [3, 4]))
    let updated = w - graph.gradients(of: x.matmul(w).tanh().sum(), withRespectTo: [w])[0]
    let before = graph.products
    _ = graph.gradients(
      of: x.matmul(updated.stopGradient()).tanh().sum(), withRespectTo: [x])
    #expect(graph.products == before + 2, "the product and its gradient in x")
  }

  @Test func `the pass leaves nothing of it`() throws {
    let graph = Graph()
    let x = graph.input("x", [3])
    let value = (x.tanh().stopGradient() * x + x.stopGradient()).sum()
    let rewritten = try graph.rewritten([value], by: .stopGradients)[0].graph
    let plain = Graph()
    let y = plain.input("x", [3])
    _ = (y.tanh() * y + y).sum()
    #expect(rewritten.nodes.map(\.op) == plain.nodes.map(\.op))
    #expect(rewritten.nodes.map(\.operands) == plain.nodes.map(\.operands))
  }

  @Test func `a pass with nothing to say keeps the graph`() throws {
    let graph = Graph()
    let value = graph.input("x", [3, 4]).matmul(graph.input("y", [4, 5])).tanh().sum()
    #expect(try graph.rewritten([value], by: .stopGradients)[0].graph === graph)
  }
}
