import CPUBackend
import Compilation
import TensorGraph
import TestSupport
import Testing

/// Steps of dense layers, by oneDNN's kernels and gansh's own, beside the reference.
@Suite struct DenseTests {
  struct Case: Sendable, CustomStringConvertible {
    let batch: Int
    let inputs: Int
    let hidden: Int
    let outputs: Int
    var description: String { "\(batch) of \(inputs) to \(hidden) to \(outputs)" }
  }

  /// Full and broken panels of every width, parts of every height, batches of more than one piece.
  static let cases = [
    Case(batch: 5, inputs: 3, hidden: 20, outputs: 70),
    Case(batch: 64, inputs: 100, hidden: 256, outputs: 2),
    Case(batch: 130, inputs: 17, hidden: 64, outputs: 33),
    Case(batch: 3, inputs: 40, hidden: 65, outputs: 1),
    Case(batch: 257, inputs: 130, hidden: 300, outputs: 16),
    Case(batch: 16, inputs: 2, hidden: 128, outputs: 24),
    Case(batch: 1, inputs: 33, hidden: 48, outputs: 5),
  ]
  static let methods: [ContractionMethod] = [.library, .panels]

  /// Two layers, a penalty on the gradient of the input, and updates with two moments and an average.
  private func step(_ shape: Case, outputsGradient: Bool, clips: Bool) -> ProgramSource {
    let graph = Graph()
    let x = graph.input("x", [shape.batch, shape.inputs])
    let w = graph.state("w", [shape.hidden, shape.inputs])
    let v = graph.state("v", [shape.outputs, shape.hidden])
    let bias = graph.state("bias", [shape.hidden])
    func layers(_ x: Tensor) -> Tensor {
      let hidden = x.matmul(w, transposeRight: true) + bias
      return hidden.maximum(hidden * 0.1).tanh().matmul(v, transposeRight: true)
    }
    let y = layers(x)
    let dx = graph.gradients(of: y.squared().sum(), withRespectTo: [x])[0]
    let loss = y.softplus().mean() + dx.squared().mean() + layers(x * 0.5).squared().mean()
    let gradients = graph.gradients(of: loss, withRespectTo: [w, v, bias])
    let norm = gradients.map { ($0 * $0).sum() }.reduce(graph.constant(0), +).sqrt()
    var updates: [ProgramSource.Named] = []
    for (parameter, (name, gradient)) in zip([w, v, bias], zip(["w", "v", "bias"], gradients)) {
      let bounded =
        clips ? gradient / norm.maximum(graph.constant(1)).broadcast(to: gradient.shape) : gradient
      let first = graph.state("\(name).first", parameter.shape) * 0.9 + bounded * 0.1
      let second =
        graph.state("\(name).second", parameter.shape).absolute() * 0.99
        + bounded * bounded * 0.01
      let new = parameter - first / (second.sqrt() + 1e-2) * 0.1
      updates += [
        .init("\(name).first", first), .init("\(name).second", second), .init(name, new),
        .init(
          "\(name).average", graph.state("\(name).average", parameter.shape) * 0.9 + new * 0.1),
      ]
    }
    let outputs =
      [ProgramSource.Named("loss", loss), .init("norm", norm), .init("y", y)]
      + (outputsGradient ? [.init("gradient", gradients[0])] : [])
    return ProgramSource(name: "step", graph: graph, outputs: outputs, updates: updates)
  }

  @Test(arguments: cases, methods)
  func `a step of dense layers agrees with the reference`(
    shape: Case, method: ContractionMethod
  ) throws {
    for (outputsGradient, clips) in [(false, false), (true, false), (false, true)] {
      let source = step(shape, outputsGradient: outputsGradient, clips: clips)
      var comparison = try Comparison(source, kernels: method)
      comparison.fill(seed: 8)
      try comparison.check(tolerance: 1e-4)
    }
  }

  @Test func `gansh's own products are used where there are any`() throws {
    guard CPUBackend().description.contains("AVX-512") else { return }
    let source = step(DenseTests.cases[4], outputsGradient: false, clips: false)
    let machine = try CPUBackend(kernels: .forced(.panels)).makeMachine(running: [source])
    #expect(machine.kernels.values.contains("panels"), "\(machine.kernels)")
    let profile = machine.profile("step", seed: 1, step: 1)
    #expect(profile.kernels.filter { $0.kernel == "panels, fused epilogue" }.count >= 3)
  }

  /// A product, its two adjoints, and theirs. Relative errors (L2) that were found are 1.6e-3 to 3.5e-3.
  @Test(arguments: cases)
  func `products in tiles of bfloat16 are as near as its eight bits allow`(shape: Case) throws {
    let graph = Graph()
    let x = graph.input("x", [shape.batch, shape.inputs])
    let w = graph.state("w", [shape.hidden, shape.inputs])
    let y = x.matmul(w, transposeRight: true)
    let g = graph.input("g", y.shape)
    let first = graph.gradients(of: (y * g).sum(), withRespectTo: [x, w])
    let second = graph.gradients(
      of: (first[0] * x * x).sum() + (first[1] * w).sum(), withRespectTo: [x, g])
    let outputs = ([y] + first + second).enumerated().map { ProgramSource.Named("\($0)", $1) }
    let source = ProgramSource(name: "product", graph: graph, outputs: outputs)
    let machine = try CPUBackend(kernels: .forced(.tiles))
      .makeMachine(running: [source], options: MachineOptions(bfloat16: true))
    var comparison = Comparison(source, machine: machine)
    comparison.fill(seed: 3)
    for (index, error) in try comparison.relativeErrors().enumerated() {
      #expect(error <= 5e-3, "result \(index) is off by \(error)")
    }
    // A product with two inputs is sums of a loop.
    guard CPUBackend().description.contains("AMX"), shape.inputs > 2 else { return }
    #expect(machine.kernels.values.contains("tiles"), "\(machine.kernels)")
  }

  @Test(arguments: cases)
  func `a step in tiles agrees with the reference as bfloat16 allows`(shape: Case) throws {
    let source = step(shape, outputsGradient: false, clips: true)
    let machine = try CPUBackend(kernels: .forced(.tiles))
      .makeMachine(running: [source], options: MachineOptions(bfloat16: true))
    var comparison = Comparison(source, machine: machine)
    comparison.fill(seed: 8)
    try comparison.check(tolerance: 3e-2)
  }

  /// Parts go to threads by a fixed rule.
  @Test func `the same step twice gives the same bits`() throws {
    let source = step(DenseTests.cases[4], outputsGradient: false, clips: false)
    let results = try (0..<2).map { _ in
      var comparison = try Comparison(source, kernels: .panels)
      comparison.fill(seed: 8)
      return try comparison.run().actual
    }
    #expect(results[0] == results[1])
  }
}
