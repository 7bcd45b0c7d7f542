import CPUBackend
import Compilation
import Randomness
import TensorGraph
import TestSupport
import Testing

/// Single precision, over sums of at most a few thousand terms.
private let tolerance = 2e-5

/// A machine's results beside the reference evaluator's.
struct Comparison {
  let machine: any Machine
  let source: ProgramSource
  var inputs: [String: [Double]] = [:]
  var states: [String: [Double]] = [:]

  init(_ source: ProgramSource, kernels: ContractionMethod = .winograd2) throws {
    self.source = source
    machine = try CPUBackend(kernels: .forced(kernels)).makeMachine(running: [source])
  }

  init(_ source: ProgramSource, machine: any Machine) {
    (self.source, self.machine) = (source, machine)
  }

  /// Fills inputs and states with numbers in (-1, 1), of single precision.
  mutating func fill(seed: UInt64) {
    for (number, node) in source.graph.nodes.enumerated() {
      let philox = Philox(seed: seed, stream: UInt64(number))
      func values(_ shape: Shape) -> [Double] {
        (0..<shape.count).map { Double(philox.uniform($0) * 2 - 1) }
      }
      switch node.op {
      case .input(let name, let shape): inputs[name] = values(shape)
      case .state(let name, let shape): states[name] = values(shape)
      default: break
      }
    }
  }

  /// - Parameter expected: the reference's values, where they are known.
  func run(
    step: UInt32 = 3, expecting expected: [[Double]]? = nil
  ) throws -> (actual: [[Float]], expected: [[Double]]) {
    for (name, values) in states where machine.states.contains(where: { $0.name == name }) {
      machine.setState(name, values.map { Float($0) })
    }
    for (name, values) in inputs {
      machine.withInput(name, of: source.name) { buffer in
        for (index, value) in values.enumerated() { buffer[index] = Float(value) }
      }
    }
    machine.execute(source.name, seed: 5, step: step)
    let expected =
      try expected
      ?? Reference(inputs: inputs, states: states, seed: 5, step: step)
      .evaluate((source.outputs + source.updates).map(\.tensor))
    let actual =
      source.outputs.map { machine.output($0.name, of: source.name) }
      + source.updates.map { machine.state($0.name) }
    return (actual, expected)
  }

  /// Of each result, the distance from the reference's over the size of that (L2).
  func relativeErrors() throws -> [Double] {
    func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let (actual, expected) = try run()
    return zip(actual, expected).map { found, wanted in
      norm(zip(found, wanted).map { Double($0) - $1 }) / max(norm(wanted), 1e-30)
    }
  }

  func check(_ names: [String]? = nil, tolerance: Double = tolerance) throws {
    let (actual, expected) = try run()
    for (index, (x, y)) in zip(actual, expected).enumerated() {
      let name = (source.outputs + source.updates)[index].name
      #expect(x.count == y.count, "\(name)")
      let scale = max(1e-3, y.map(abs).max() ?? 0)
      let worst = zip(x, y).map { abs(Double($0) - $1) }.max() ?? 0
      #expect(worst <= tolerance * scale, "\(name): off by \(worst) of \(scale)")
      #expect(!x.contains { $0.isNaN }, "\(name) has NaN")
    }
  }
}

@Suite struct DifferentialTests {
  @Test(arguments: OpSample.all)
  func `every op and its first two derivatives agree with the reference`(sample: OpSample) throws {
    let graph = Graph()
    let operands = sample.shapes.enumerated().map { graph.input("\($0)", $1) }
    let result = sample.build(operands)
    let weights = graph.input("weights", result.shape)
    let first = graph.gradients(of: (result * weights).sum(), withRespectTo: operands)
    let squares = first.map { ($0 * $0).sum() }.reduce(graph.constant(0), +)
    let second = graph.gradients(of: squares, withRespectTo: operands)
    let outputs = ([result] + first + second).enumerated().map {
      ProgramSource.Named("\($0)", $1)
    }
    var comparison = try Comparison(ProgramSource(name: "op", graph: graph, outputs: outputs))
    comparison.fill(seed: 4)
    for (index, values) in sample.values(seed: 7).enumerated()
    where operands.indices.contains(index) {
      if comparison.inputs["\(index)"] != nil {
        comparison.inputs["\(index)"] = values.map { Double(Float($0)) }
      }
    }
    comparison.inputs = comparison.inputs.filter { name, _ in
      graph.nodes.indices.contains { comparison.source.uses($0, name) }
    }
    try comparison.check(tolerance: 1e-4)
  }

  /// Channels in and out, image size, kernel, stride, padding: blocked layouts, plain ones, 3 channels.
  struct Case: Sendable, CustomStringConvertible {
    let channels: (Int, Int)
    let size: Int
    let kernel: Int
    let stride: Int
    let padding: (Int, Int)
    var description: String {
      "\(channels.0) to \(channels.1) at \(size), kernel \(kernel), stride \(stride), \(padding)"
    }
  }

  static let cases = [
    Case(channels: (3, 16), size: 8, kernel: 4, stride: 2, padding: (1, 1)),
    Case(channels: (16, 32), size: 8, kernel: 4, stride: 2, padding: (1, 1)),
    Case(channels: (32, 16), size: 7, kernel: 3, stride: 1, padding: (1, 1)),
    Case(channels: (16, 16), size: 9, kernel: 5, stride: 2, padding: (1, 2)),
    Case(channels: (1, 8), size: 6, kernel: 3, stride: 2, padding: (0, 1)),
    Case(channels: (20, 12), size: 5, kernel: 2, stride: 1, padding: (0, 0)),
    Case(channels: (16, 48), size: 4, kernel: 4, stride: 1, padding: (0, 0)),
    Case(channels: (32, 3), size: 6, kernel: 1, stride: 1, padding: (0, 0)),
  ]

  /// A small training step around a convolution: normalisation, activation, loss, gradients, Adam-like
  /// updates in place.
  @Test(arguments: cases, ContractionMethod.allCases)
  func `a step with a convolution agrees with the reference`(
    shape: Case, kernels: ContractionMethod
  ) throws {
    for transposed in [false, true] { try checkStep(shape, transposed, kernels) }
  }

  private func checkStep(_ shape: Case, _ transposed: Bool, _ kernels: ContractionMethod) throws {
    let graph = Graph()
    let geometry = ConvolutionGeometry(
      strides: [shape.stride, shape.stride], paddingLow: [shape.padding.0, shape.padding.0],
      paddingHigh: [shape.padding.1, shape.padding.1])
    let (inputs, outputs) = shape.channels
    let w = graph.state("w", [outputs, inputs, shape.kernel, shape.kernel])
    let moment = graph.state("m", w.shape)
    let scale = graph.state("scale", [transposed ? inputs : outputs])
    let y: Tensor
    if transposed {
      let size =
        (shape.size + shape.padding.0 + shape.padding.1 - shape.kernel) / shape.stride + 1
      let x = graph.input("x", [4, outputs, size, size]).tanh()
      y = x.convolutionInputGradient(w, geometry, inputSize: [shape.size, shape.size])
    } else {
      y = graph.input("x", [4, inputs, shape.size, shape.size]).convolution(w, geometry)
    }
    func channels(_ t: Tensor) -> Tensor {
      t.reshape([1, y.shape[1], 1, 1]).broadcast(to: y.shape)
    }
    let mean = y.mean([0, 2, 3])
    let centred = y - channels(mean)
    let variance = (centred * centred).mean([0, 2, 3])
    let normal = centred * channels(scale / (variance + 1e-2).sqrt())
    let activated = normal.maximum(normal * 0.2)
    let loss = (activated * activated * activated).mean() + activated.softplus().mean()
    let gradients = graph.gradients(of: loss, withRespectTo: [w, scale])
    let rate = graph.input("rate", .scalar)
    let newMoment = moment * 0.9 + gradients[0] * 0.1
    let norm = gradients.map { ($0 * $0).sum() }.reduce(graph.constant(0), +).sqrt()
    let source = ProgramSource(
      name: "step", graph: graph,
      outputs: [.init("loss", loss), .init("norm", norm), .init("y", activated)],
      updates: [
        .init("m", newMoment),
        .init("w", w - newMoment * rate / (newMoment.absolute().sqrt() + 1e-2)),
        .init("scale", scale - gradients[1] * rate),
      ])
    var comparison = try Comparison(source, kernels: kernels)
    comparison.fill(seed: 9)
    try comparison.check(tolerance: 2e-4)
  }

  /// Rows shorter than a vector, over several tiles, with one value a row beside them and the result in the
  /// place of an operand.
  @Test(arguments: [2, 3, 4, 5, 7, 8, 9, 15, 16, 17])
  func `short rows agree with the reference`(width: Int) throws {
    let graph = Graph()
    let rows = 8192 / width + 7
    let x = graph.input("x", [rows, width])
    let (w, each) = (graph.state("w", [rows, width]), graph.state("each", [rows, 1]))
    let largest = (x * w).maximum([1])
    let gradient = graph.gradients(of: largest.squared().sum(), withRespectTo: [x, w])
    let source = ProgramSource(
      name: "step", graph: graph,
      outputs: [.init("largest", largest), .init("x", gradient[0])],
      updates: [
        .init("w", (w - gradient[1] * 0.5) * each.broadcast(to: w.shape)),
        .init("each", each + (w * each.broadcast(to: w.shape)).sum([1]).reshape([rows, 1])),
      ])
    var comparison = try Comparison(source)
    comparison.fill(seed: 6)
    try comparison.check()
  }

  /// A row's result that is final once the row was read, beside ones that further rows add to.
  @Test(arguments: [1, 3, 4, 5, 8, 9, 16, 40, 300, 5000])
  func `sums and maxima of rows agree with the reference`(width: Int) throws {
    let graph = Graph()
    let shape: Shape = [3, max(2, 12_000 / width), width]
    let (x, y) = (graph.input("x", shape), graph.input("y", shape))
    let product = x * y
    let source = ProgramSource(
      name: "step", graph: graph,
      outputs: [
        .init("row", product.sum([2])), .init("largest", product.maximum([2])),
        .init("smallest", (-product).maximum([2])), .init("over both", product.sum([0, 2])),
        .init("column", product.sum([1])), .init("all", product.sum()),
      ])
    var comparison = try Comparison(source)
    comparison.fill(seed: 8)
    try comparison.check()
  }

  @Test func `updates read the old values, and may exchange states`() throws {
    let graph = Graph()
    let (a, b) = (graph.state("a", [5]), graph.state("b", [5]))
    let source = ProgramSource(
      name: "swap", graph: graph, outputs: [.init("sum", (a + b).sum())],
      updates: [.init("a", b), .init("b", a), .init("c", a * b)])
    var comparison = try Comparison(source)
    comparison.fill(seed: 2)
    try comparison.check()
  }

  @Test(arguments: [5, 240, 3000])
  func `a state is summed as it was before the loop that replaces it`(count: Int) throws {
    let graph = Graph()
    let (w, m) = (graph.state("w", [count]), graph.state("m", [count]))
    let source = ProgramSource(
      name: "step", graph: graph,
      outputs: [
        .init("sum", w.sum()), .init("largest", m.maximum([0])),
        .init("squares", w.squared().sum()),
      ],
      updates: [.init("w", w - (m + w) * 0.5), .init("m", m * 0.9 + w)])
    var comparison = try Comparison(source)
    comparison.fill(seed: 3)
    try comparison.check()
  }

  @Test func `a dense layer with weights in their own layout agrees with the reference`() throws {
    let graph = Graph()
    let x = graph.input("x", [8, 40])
    let (w, v) = (graph.state("w", [64, 40]), graph.state("v", [24, 64]))
    let bias = graph.state("bias", [64])
    let hidden = x.matmul(w, transposeRight: true) + bias
    let y = hidden.maximum(hidden * 0.1).matmul(v, transposeRight: true)
    let gradients = graph.gradients(of: y.squared().mean(), withRespectTo: [w, v, bias, x])
    let source = ProgramSource(
      name: "dense", graph: graph, outputs: [.init("y", y), .init("dx", gradients[3])],
      updates: [
        .init("w", w - gradients[0] * 0.5), .init("v", v - gradients[1] * 0.5),
        .init("bias", bias - gradients[2] * 0.5),
      ])
    var comparison = try Comparison(source)
    comparison.fill(seed: 6)
    try comparison.check()
  }

  @Test(arguments: [1, 5, 1023, 4096, 70_001])
  func `random numbers are those of the reference`(count: Int) throws {
    let graph = Graph()
    let shape = Shape([count])
    let source = ProgramSource(
      name: "noise", graph: graph,
      outputs: [
        .init("uniform", graph.random(.uniform, RandomStream(7, for: "one"), shape)),
        .init("normal", graph.random(.normal, RandomStream(8, for: "another"), shape)),
        .init("far", graph.random(.uniform, RandomStream(3 << 32 | 7, for: "a third"), shape)),
      ])
    let (actual, expected) = try Comparison(source).run(step: 11)
    for output in [0, 2] {
      let areSame = actual[output].map { Double($0) } == expected[output]
      #expect(areSame, "uniform numbers of output \(output)")
    }
    let differ = actual[0] != actual[2]
    #expect(differ, "the high word of the stream makes no difference")
    let worst =
      zip(actual[1], expected[1]).map { abs(Double($0) - $1) / max(1, abs($1)) }.max() ?? 1
    #expect(worst < 2e-6, "normal numbers off by \(worst)")
  }

  @Test func `special values pass as the reference has them`() throws {
    let graph = Graph()
    let x = graph.input("x", [9])
    let y = graph.input("y", [9])
    let outputs = [
      x.exp(), x.absolute().log(), x.sigmoid(), x.softplus(), x.tanh(),
      x.maximum(y), x.minimum(y), x / y,
    ]
    var comparison = try Comparison(
      ProgramSource(
        name: "special", graph: graph,
        outputs: outputs.enumerated().map { ProgramSource.Named("\($0)", $1) }))
    comparison.inputs = [
      "x": [.infinity, -.infinity, .nan, 0, 90, -90, 1e-8, -1e-8, 30],
      "y": [1, 2, 3, 4, -5, 6, 7, .nan, .infinity],
    ]
    let (actual, expected) = try comparison.run()
    for (op, (xs, ys)) in zip(actual, expected).enumerated() {
      for (index, (a, e)) in zip(xs, ys).enumerated() {
        if op < 5 || !(comparison.inputs["y"]?[index].isNaN ?? false) {
          let same =
            a.isNaN == e.isNaN
            && (a.isNaN || Double(a) == e || Float(e) == a
              || abs(Double(a) - e) <= 1e-6 * max(1e-30, abs(e)) || abs(e) < 1e-37)
          #expect(same, "output \(op), element \(index): \(a), not \(e)")
        }
      }
    }
  }
}

extension ProgramSource {
  fileprivate func uses(_ node: Int, _ name: String) -> Bool {
    guard case .input(name, _) = graph.nodes[node].op else { return false }
    var needed = Set((outputs + updates).map(\.tensor.id))
    for id in graph.nodes.indices.reversed() where needed.contains(id) {
      needed.formUnion(graph.nodes[id].operands)
    }
    return needed.contains(node)
  }
}
