import CPUBackend
import Compilation
import TensorGraph
import TestSupport
import Testing

/// Steps of networks with one output, whose hidden layers' gradients are known but for signs.
@Suite struct MaskedProductTests {
  struct Case: Sendable, CustomStringConvertible {
    let batch: Int
    let inputs: Int
    let hidden: (Int, Int)
    let slope: Double
    var description: String {
      "\(batch) of \(inputs) to \(hidden.0) to \(hidden.1) to 1, slope \(slope)"
    }
  }

  /// Full and broken tiles, words, blocks and panels; rectifiers of every kind.
  static let cases = [
    Case(batch: 5, inputs: 3, hidden: (7, 20), slope: 0.2),
    Case(batch: 64, inputs: 100, hidden: (256, 64), slope: 0.2),
    Case(batch: 130, inputs: 17, hidden: (33, 70), slope: 0),
    Case(batch: 65, inputs: 40, hidden: (65, 129), slope: 1.5),
    Case(batch: 257, inputs: 2, hidden: (300, 16), slope: 0.01),
    Case(batch: 3, inputs: 33, hidden: (48, 48), slope: 0.2),
    Case(batch: 512, inputs: 2, hidden: (128, 128), slope: 0.2),
  ]

  private func step(_ shape: Case, penalised: Bool) -> ProgramSource {
    let graph = Graph()
    let x = graph.input("x", [shape.batch, shape.inputs])
    let weights = [
      graph.state("w0", [shape.hidden.0, shape.inputs]),
      graph.state("w1", [shape.hidden.1, shape.hidden.0]), graph.state("w2", [1, shape.hidden.1]),
    ]
    let biases = [graph.state("b0", [shape.hidden.0]), graph.state("b1", [shape.hidden.1])]
    func layer(_ x: Tensor, _ number: Int) -> Tensor {
      let y = x.matmul(weights[number], transposeRight: true) + biases[number]
      if shape.slope == 0 { return y.maximum(0.0) }
      return shape.slope < 1 ? y.maximum(y * shape.slope) : y.minimum(y * shape.slope)
    }
    let logits = layer(layer(x, 0), 1).matmul(weights[2], transposeRight: true)
    var loss = logits.softplus().mean()
    let dx = graph.gradients(of: logits.sum(), withRespectTo: [x])[0]
    if penalised { loss = loss + dx.squared().mean() }
    let parameters = weights + biases
    let gradients = graph.gradients(of: loss, withRespectTo: parameters)
    var updates: [ProgramSource.Named] = []
    for (name, (parameter, gradient)) in zip(
      ["w0", "w1", "w2", "b0", "b1"], zip(parameters, gradients))
    {
      let moment = graph.state("\(name).moment", parameter.shape) * 0.9 + gradient
      updates += [.init("\(name).moment", moment), .init(name, parameter - moment * 0.5)]
    }
    return ProgramSource(
      name: "step", graph: graph,
      outputs: [.init("loss", loss), .init("logits", logits), .init("dx", dx)], updates: updates)
  }

  @Test(arguments: cases, [ContractionMethod.library, .subsetSums])
  func `a step before one output agrees with the reference`(
    shape: Case, method: ContractionMethod
  ) throws {
    for penalised in [false, true] {
      var comparison = try Comparison(step(shape, penalised: penalised), kernels: method)
      comparison.fill(seed: 5)
      try comparison.check(tolerance: 1e-4)
    }
  }

  @Test func `sums of rows are looked up where that is asked for`() throws {
    guard CPUBackend().description.contains("AVX-512") else { return }
    let source = step(Self.cases[1], penalised: false)
    let machine = try CPUBackend(kernels: .forced(.subsetSums)).makeMachine(running: [source])
    #expect(machine.kernels.values.filter { $0 == "subsetSums" }.count >= 2, "\(machine.kernels)")
    let names = machine.profile("step", seed: 1, step: 1).kernels.map(\.kernel)
    #expect(names.filter { $0 == "subset sums" }.count >= 2, "\(names)")
  }

  @Test func `the same step twice gives the same bits`() throws {
    let source = step(Self.cases[4], penalised: true)
    let results = try (0..<2).map { _ in
      var comparison = try Comparison(source, kernels: .subsetSums)
      comparison.fill(seed: 8)
      return try comparison.run().actual
    }
    #expect(results[0] == results[1])
  }

  /// oneDNN makes objects of its own in each of its kernels' calls. What other tests do meanwhile for the
  /// first time may need the heap; a step that did would do so each time.
  @Test func `kernels put nothing on the heap while they run`() throws {
    guard CPUBackend().description.contains("AVX-512") else { return }
    let source = step(Self.cases[1], penalised: true)
    let machine = try CPUBackend(kernels: .forced(.library)).makeMachine(running: [source])
    machine.execute("step", seed: 1, step: 1)
    let isUntouched = (0..<10).contains { _ in
      let before = CPUBackend.heapObjects
      for number in UInt32(2)..<10 { machine.execute("step", seed: 1, step: number) }
      return CPUBackend.heapObjects == before
    }
    #expect(isUntouched)
  }
}
