import CPUBackend
import Compilation
import TensorGraph
import TestSupport
import Testing

/// Products of batches of matrices, and attention made of them, beside the reference.
@Suite struct BatchedProductTests {
  struct Case: Sendable, CustomStringConvertible {
    let batch: Int
    let rows: Int
    let inner: Int
    let columns: Int
    var description: String { "\(batch) of \(rows)x\(inner) by \(inner)x\(columns)" }
  }

  static let cases = [
    Case(batch: 1, rows: 1, inner: 1, columns: 1), Case(batch: 3, rows: 1, inner: 5, columns: 2),
    Case(batch: 2, rows: 7, inner: 1, columns: 3), Case(batch: 5, rows: 17, inner: 9, columns: 33),
    Case(batch: 4, rows: 64, inner: 16, columns: 64),
    Case(batch: 2, rows: 65, inner: 130, columns: 1),
  ]

  private func source(_ shape: Case, _ left: Bool, _ right: Bool) -> ProgramSource {
    let graph = Graph()
    let (b, m, k, n) = (shape.batch, shape.rows, shape.inner, shape.columns)
    let a = graph.input("a", Shape(left ? [b, k, m] : [b, m, k]))
    let c = graph.state("c", Shape(right ? [b, n, k] : [b, k, n]))
    let product = a.matmul(c, transposeLeft: left, transposeRight: right)
    let value = (product * graph.input("weights", product.shape)).sum()
    let first = graph.gradients(of: value, withRespectTo: [a, c])
    let penalty = first.map { $0.squared().sum() }.reduce(value, +)
    let second = graph.gradients(of: penalty, withRespectTo: [a, c])
    return ProgramSource(
      name: "product", graph: graph,
      outputs: ([product] + first + second).enumerated().map { .init("\($0)", $1) },
      updates: [.init("c", c - first[1])])
  }

  @Test(arguments: cases, [false, true])
  func `a batch of products and its derivatives agree with the reference`(
    shape: Case, bfloat16: Bool
  ) throws {
    for (left, right) in [(false, false), (false, true), (true, false), (true, true)] {
      let source = source(shape, left, right)
      let machine = try CPUBackend().makeMachine(
        running: [source], options: MachineOptions(bfloat16: bfloat16))
      var comparison = Comparison(source, machine: machine)
      comparison.fill(seed: 3)
      try comparison.check(tolerance: bfloat16 ? 2e-2 : 2e-5)
    }
  }

  /// Queries and keys of a batch of images, laid out as a convolution has them.
  @Test func `attention over images agrees with the reference`() throws {
    let graph = Graph()
    let (n, c, h, w) = (3, 16, 5, 4)
    let image = graph.input("image", Shape([n, c, h, w]))
    let geometry = ConvolutionGeometry(strides: [1, 1], paddingLow: [0, 0], paddingHigh: [0, 0])
    func heads(_ name: String, _ channels: Int) -> (weights: Tensor, values: Tensor) {
      let weights = graph.state(name, Shape([channels, c, 1, 1]))
      return (weights, image.convolution(weights, geometry).reshape([n, channels, h * w]))
    }
    let (query, key, value) = (heads("query", 2), heads("key", 2), heads("value", c))
    let scores = query.values.matmul(key.values, transposeLeft: true)
    let largest = scores.maximum([2]).reshape([n, h * w, 1]).stopGradient()
    let powers = (scores - largest.broadcast(to: scores.shape)).exp()
    let shares = powers / powers.sum([2]).reshape([n, h * w, 1]).broadcast(to: scores.shape)
    let attended = value.values.matmul(shares, transposeRight: true).reshape([n, c, h, w])
    let result = image + attended * graph.state("scale", .scalar).broadcast(to: image.shape)
    let weights = [query.weights, key.weights, value.weights]
    let gradients = graph.gradients(of: result.squared().mean(), withRespectTo: weights + [image])
    let source = ProgramSource(
      name: "attention", graph: graph,
      outputs: [.init("result", result), .init("gradient", gradients[3])],
      updates: zip(["query", "key", "value"], zip(weights, gradients)).map {
        .init($0, $1.0 - $1.1)
      })
    var comparison = try Comparison(source)
    comparison.fill(seed: 7)
    try comparison.check()
  }

  @Test func `a stopped gradient costs no kernel and no memory`() throws {
    func machine(stopping: Bool) throws -> any Machine {
      let graph = Graph()
      let (x, w) = (graph.input("x", [32, 40]), graph.state("w", [48, 40]))
      let y = x.matmul(w, transposeRight: true).tanh()
      let held = stopping ? y.stopGradient() : y
      let source = ProgramSource(
        name: "step", graph: graph,
        outputs: [.init("y", (held * held.sum([0]).broadcast(to: y.shape)).matmul(w))])
      return try CPUBackend().makeMachine(running: [source])
    }
    let (stopped, plain) = (try machine(stopping: true), try machine(stopping: false))
    func kernels(_ machine: any Machine) -> [String] {
      machine.profile("step", seed: 1, step: 1).kernels.map { "\($0.kernel) \($0.tensors)" }
    }
    #expect(kernels(stopped) == kernels(plain) && !kernels(plain).isEmpty)
    #expect(stopped.memory == plain.memory)
  }
}
