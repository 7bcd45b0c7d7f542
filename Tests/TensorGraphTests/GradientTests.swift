import Randomness
import TensorGraph
import TestSupport
import Testing

/// Central differences in double precision: the error of h²·f‴/6 and of rounding are both below this.
private let differenceTolerance = 2e-6
private let differenceStep = 1e-5

@Suite struct GradientTests {
  /// Σ weights · f(operands), and its first and second derivatives along fixed directions.
  ///
  /// The second order differentiates the first directional derivative once more, which is what a
  /// gradient penalty does.
  private struct Derivatives {
    let graph: Graph
    let value: Tensor
    let first: [Tensor]
    let directional: Tensor
    let second: [Tensor]

    init(_ sample: OpSample, simplifies: Bool = true) {
      graph = Graph(simplifies: simplifies)
      let operands = sample.shapes.enumerated().map { [graph] in graph.input("\($0)", $1) }
      let result = sample.build(operands)
      value = (result * graph.input("weights", result.shape)).sum()
      first = graph.gradients(of: value, withRespectTo: operands)
      // A nonlinear function of the gradient, so that its derivative is not zero for linear ops.
      directional = first.map { ($0 * $0).sum() }.reduce(graph.constant(0), +)
      second = graph.gradients(of: directional, withRespectTo: operands)
    }

    func evaluate(_ tensors: [Tensor], at operands: [[Double]]) throws -> [[Double]] {
      var inputs: [String: [Double]] = [:]
      for (index, values) in operands.enumerated() { inputs["\(index)"] = values }
      let count = graph.nodes.last { $0.op.isInput("weights") }?.shape.count ?? 0
      let philox = Philox(seed: 3, stream: 9)
      inputs["weights"] = (0..<count).map { 0.5 + Double(philox.uniform($0)) }
      return try Reference(inputs: inputs).evaluate(tensors)
    }

    /// The derivative of `scalar` with respect to one element, by central differences.
    func difference(
      of scalar: Tensor, at operands: [[Double]], operand: Int, element: Int
    ) throws -> Double {
      var (above, below) = (operands, operands)
      above[operand][element] += differenceStep
      below[operand][element] -= differenceStep
      let (high, low) = try (evaluate([scalar], at: above), evaluate([scalar], at: below))
      return (high[0][0] - low[0][0]) / (2 * differenceStep)
    }
  }

  @Test(arguments: OpSample.all)
  func `gradients agree with finite differences to second order`(sample: OpSample) throws {
    let derivatives = Derivatives(sample)
    let operands = sample.values(seed: 11)
    for (scalar, gradients) in [
      (derivatives.value, derivatives.first), (derivatives.directional, derivatives.second),
    ] {
      let symbolic = try derivatives.evaluate(gradients, at: operands)
      for operand in operands.indices {
        for element in operands[operand].indices.prefix(24) {
          let numeric = try derivatives.difference(
            of: scalar, at: operands, operand: operand, element: element)
          let exact = symbolic[operand][element]
          #expect(
            abs(numeric - exact) <= differenceTolerance * max(1, abs(exact)),
            "operand \(operand), element \(element): \(numeric) by differences, \(exact) by rule")
        }
      }
    }
  }

  @Test(arguments: OpSample.all)
  func `simplification changes no value`(sample: OpSample) throws {
    let operands = sample.values(seed: 12)
    let (simple, plain) = (Derivatives(sample), Derivatives(sample, simplifies: false))
    let a = try simple.evaluate([simple.value] + simple.first + simple.second, at: operands)
    let b = try plain.evaluate([plain.value] + plain.first + plain.second, at: operands)
    for (x, y) in zip(a.joined(), b.joined()) {
      #expect(abs(x - y) <= 1e-9 * max(1, abs(y)), "\(x) simplified, \(y) plain")
    }
  }

  @Test(arguments: OpSample.all, GraphPass.allCases)
  func `a pass changes no value`(sample: OpSample, pass: GraphPass) throws {
    let operands = sample.values(seed: 13)
    let derivatives = Derivatives(sample)
    let tensors = [derivatives.value] + derivatives.first + derivatives.second
    let rewritten = try derivatives.graph.rewritten(tensors, by: pass)
    let before = try derivatives.evaluate(tensors, at: operands)
    let after = try derivatives.evaluate(rewritten, at: operands)
    for (x, y) in zip(after.joined(), before.joined()) {
      #expect(abs(x - y) <= 1e-9 * max(1, abs(y)), "\(x) after the pass, \(y) before")
    }
  }

  @Test func `passes in a row make masked and narrow products, and change no value`() throws {
    let sample = try #require(
      OpSample.all.first { $0.description == "a rectifier before one output" })
    let derivatives = Derivatives(sample)
    let tensors = [derivatives.value] + derivatives.first + derivatives.second
    var rewritten = tensors
    for pass in [GraphPass.narrowProducts, .rectifierResults, .maskedProducts] {
      rewritten = try rewritten[0].graph.rewritten(rewritten, by: pass)
    }
    let nodes = rewritten[0].graph.nodes
    #expect(nodes.contains { if case .maskedMatmul = $0.op { true } else { false } })
    #expect(rewritten[0].graph.products < derivatives.graph.products)
    let operands = sample.values(seed: 14)
    let before = try derivatives.evaluate(tensors, at: operands)
    let after = try derivatives.evaluate(rewritten, at: operands)
    for (x, y) in zip(after.joined(), before.joined()) {
      #expect(abs(x - y) <= 1e-9 * max(1, abs(y)), "\(x) after the passes, \(y) before")
    }
  }

  @Test func `the third derivative of x to the fourth is 24 x`() throws {
    let graph = Graph()
    let x = graph.input("x", .scalar)
    var derivative = x * x * x * x
    for _ in 0..<3 { derivative = graph.gradients(of: derivative, withRespectTo: [x])[0] }
    #expect(try Reference(inputs: ["x": [1.5]]).evaluate([derivative]) == [[36]])
  }

  @Test func `what the scalar does not depend on has gradient zero`() throws {
    let graph = Graph()
    let (x, y) = (graph.input("x", [2]), graph.input("y", [3]))
    let gradient = graph.gradients(of: x.sum(), withRespectTo: [x, y])
    #expect(try Reference().evaluate([gradient[1]]) == [[0, 0, 0]])
  }

  @Test(arguments: [true, false])
  func `at a tie the right operand takes all, whichever was made first`(simplifies: Bool) throws {
    let graph = Graph(simplifies: simplifies)
    let (x, y) = (graph.input("x", [2]), graph.input("y", [2]))
    for (left, right, expected) in [(x, y, [[0, 0], [1, 1.0]]), (y, x, [[1, 1], [0, 0.0]])] {
      for value in [left.maximum(right), left.minimum(right)] {
        let gradients = graph.gradients(of: value.sum(), withRespectTo: [x, y])
        let reference = Reference(inputs: ["x": [3, 4], "y": [3, 4]])
        #expect(try reference.evaluate(gradients) == expected)
      }
    }
  }

  @Test func `no work is done for gradients that nobody asked for`() {
    let graph = Graph()
    let (x, w) = (graph.input("x", [2, 3]), graph.state("w", [3, 4]))
    let loss = x.matmul(w).squared().sum()
    _ = graph.gradients(of: loss, withRespectTo: [x])
    #expect(graph.products == 2)
  }
}

extension Graph {
  var products: Int {
    nodes.count { if case .matmul = $0.op { true } else { false } }
  }
}

extension Op {
  func isInput(_ name: String) -> Bool {
    if case .input(name, _) = self { true } else { false }
  }
}
