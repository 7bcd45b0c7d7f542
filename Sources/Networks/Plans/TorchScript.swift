import TensorGraph

/// What a plan computes with a run's networks, as a script that computes the same with PyTorch.
///
/// It is read off the graphs of the evaluations, so that every layer, transform of weights and wire is what gansh computes. Each graph is
/// built for two numbers of examples, which tells what of its shapes is the batch.
package struct TorchScript: Sendable {
  /// A Python module that reads the weights from the safetensors file beside it.
  package let text: String
  /// What it reads, by name.
  package let weights: [(name: String, shape: [Int])]

  /// - Parameters:
  ///   - title: what it is of, for the first line.
  /// - Throws: `NetworksError`.
  package init(_ plan: Plan, title: String, average: Bool) throws(NetworksError) {
    let kinds: [Evaluation.Kind] = [.samples, .restorations, .reconstructions, .predictions]
    let evaluations = kinds.compactMap { plan.evaluation($0, average: average) }
    var (functions, weights) = ([String](), [String: [Int]]())
    for evaluation in evaluations {
      let programs = (
        try evaluation.program(count: TorchFunction.counts.0),
        try evaluation.program(count: TorchFunction.counts.1)
      )
      guard programs.0.graph.nodes.count == programs.1.graph.nodes.count else {
        throw .plan(
          "what `\(evaluation.name)` computes is another thing for other numbers of examples")
      }
      var writer = TorchFunction(evaluation.kind.functionName, programs.0, programs.1)
      functions.append(writer.text(of: evaluation.output))
      weights.merge(writer.weights) { first, _ in first }
    }
    self.weights = weights.sorted { $0.key < $1.key }.map { (name: $0.key, shape: $0.value) }
    text = Self.head(title) + functions.joined(separator: "\n\n") + "\n"
  }

  private static func head(_ title: String) -> String {
    """
    \"\"\"\(title), for PyTorch: written by gansh beside the weights that it reads.

    Images are [N, channels, height, width] from -1 to 1.
    \"\"\"
    import pathlib

    import torch
    import torch.nn.functional as F
    from safetensors.torch import load_file

    W = load_file(str(pathlib.Path(__file__).with_suffix(".safetensors")))


    def transposed(x, w, stride, low, size):
        \"\"\"The adjoint of a convolution whose images have that size, with `low` zeros before them.\"\"\"
        y = F.conv_transpose2d(x, w, stride=stride)
        y = F.pad(y, [0, max(0, low[1] + size[1] - y.shape[3]), 0, max(0, low[0] + size[0] - y.shape[2])])
        return y[:, :, low[0]:low[0] + size[0], low[1]:low[1] + size[1]]


    def spread(x, low, high, interior):
        \"\"\"Zeros before, after and between neighbours, along each axis.\"\"\"
        sizes = [a + n + max(0, n - 1) * i + b for a, b, i, n in zip(low, high, interior, x.shape)]
        y = torch.zeros(sizes, dtype=x.dtype)
        y[tuple(slice(a, a + max(0, n - 1) * (i + 1) + 1, i + 1) for a, i, n in zip(low, interior, x.shape))] = x
        return y



    """
  }
}

extension Evaluation.Kind {
  fileprivate var functionName: String {
    switch self {
    case .samples: "sample"
    case .restorations: "restore"
    case .reconstructions: "reconstruct"
    case .predictions: "classify"
    case .judgements: "judge"
    case .features: "features"
    case .distances: "distances"
    }
  }
}

/// One function: a line for each node that its result depends on.
private struct TorchFunction {
  private let name: String
  private let program, other: NetworkProgram
  private(set) var weights: [String: [Int]] = [:]

  /// Numbers of examples of which no shape of a network is likely to be a multiple by chance.
  static let counts = (7, 11)

  init(_ name: String, _ program: NetworkProgram, _ other: NetworkProgram) {
    (self.name, self.program, self.other) = (name, program, other)
  }

  mutating func text(of output: String) -> String {
    guard let result = program.outputs.first(where: { $0.name == output })?.tensor.id else {
      return ""
    }
    let nodes = program.graph.nodes
    var needed: Set = [result]
    for id in nodes.indices.reversed() where needed.contains(id) {
      needed.formUnion(nodes[id].operands)
    }
    var (lines, parameters) = ([String](), [String]())
    for id in nodes.indices where needed.contains(id) {
      switch nodes[id].op {
      case .input(let name, let shape):
        let parameter = Self.parameters[name] ?? name
        if parameters.isEmpty { lines.insert("n = \(parameter).shape[0]", at: 0) }
        parameters.append(parameter)
        let sizes = shape.dimensions.dropFirst().map { "\($0)" }.joined(separator: ", ")
        lines.append("v\(id) = \(parameter).reshape(n, \(sizes))")
      case .state(let name, let shape):
        weights[name] = shape.dimensions
        lines.append("v\(id) = W[\"\(name)\"]")
      default: lines.append("v\(id) = \(expression(id))")
      }
    }
    let body = (lines + ["return v\(result)"]).map { "    \($0)" }.joined(separator: "\n")
    return "def \(name)(\(parameters.joined(separator: ", "))):\n\(body)"
  }

  /// What inputs of programs are called by.
  private static let parameters = [
    Plan.latents: "latents", BatchColumn.drawnLabel.input: "labels",
    BatchColumn.image.input: "images", BatchColumn.damaged.input: "damaged",
    BatchColumn.hole.input: "hole",
  ]

  /// A number of a shape: as many for each example where it grows with the batch.
  private func size(_ one: Int, _ other: Int) -> String {
    one == other ? "\(one)" : one == Self.counts.0 ? "n" : "\(one / Self.counts.0) * n"
  }

  private func sizes(_ one: [Int], _ other: [Int]) -> String {
    zip(one, other).map(size).joined(separator: ", ")
  }

  private func expression(_ id: Int) -> String {
    let (node, twin) = (program.graph.nodes[id], other.graph.nodes[id])
    let x = node.operands.map { "v\($0)" }
    switch (node.op, twin.op) {
    case (.constant(let value), _): return "torch.tensor(\(value))"
    case (.unary(let unary), _): return Self.unary(unary, x[0])
    case (.binary(let binary), _): return Self.binary(binary, x[0], x[1])
    case (.select, _): return "torch.where(\(x[0]) > 0, \(x[1]), \(x[2]))"
    case (.stopGradient, _): return x[0]
    case (.reshape, _):
      return "\(x[0]).reshape(\(sizes(node.shape.dimensions, twin.shape.dimensions)))"
    case (.transpose(let axes), _): return "\(x[0]).permute(\(Self.list(axes)))"
    case (.broadcast, _):
      return "\(x[0]).expand(\(sizes(node.shape.dimensions, twin.shape.dimensions)))"
    case (.slice(let starts, let extents, let strides), .slice(let others, let more, _)):
      let parts = starts.indices.map { axis in
        let last = { (start: Int, extent: Int) in start + (extent - 1) * strides[axis] + 1 }
        let end = size(last(starts[axis], extents[axis]), last(others[axis], more[axis]))
        return "\(size(starts[axis], others[axis])):\(end):\(strides[axis])"
      }
      return "\(x[0])[\(parts.joined(separator: ", "))]"
    case (.pad(let low, let high, let interior), _):
      return "spread(\(x[0]), [\(Self.list(low))], [\(Self.list(high))], [\(Self.list(interior))])"
    case (.concatenate(let axis), _):
      return "torch.cat([\(x.joined(separator: ", "))], \(axis))"
    case (.sum(let axes), _): return "\(x[0]).sum([\(Self.list(axes))])"
    case (.maximum(let axes), _): return "\(x[0]).amax([\(Self.list(axes))])"
    case (.matmul(let left, let right), _):
      return "torch.matmul(\(x[0])\(left ? ".mT" : ""), \(x[1])\(right ? ".mT" : ""))"
    case (.convolution(let geometry), _):
      let padding = [
        geometry.paddingLow[1], geometry.paddingHigh[1], geometry.paddingLow[0],
        geometry.paddingHigh[0],
      ]
      let image =
        padding.allSatisfy { $0 == 0 } ? x[0] : "F.pad(\(x[0]), [\(Self.list(padding))])"
      return "F.conv2d(\(image), \(x[1]), stride=(\(Self.list(geometry.strides))))"
    case (.convolutionInputGradient(let geometry, let inputSize), _):
      return "transposed(\(x[0]), \(x[1]), (\(Self.list(geometry.strides))), "
        + "(\(Self.list(geometry.paddingLow))), (\(Self.list(inputSize))))"
    case (.input, _), (.state, _), (.random, _), (.slice, _), (.maskedMatmul, _),
      (.convolutionWeightGradient, _):
      preconditionFailure("an inference has no \(node.op)")
    }
  }

  private static func list(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: ", ")
  }

  private static func unary(_ unary: Unary, _ x: String) -> String {
    switch unary {
    case .negate: "-\(x)"
    case .absolute: "\(x).abs()"
    case .softplus: "F.softplus(\(x))"
    case .exp, .log, .sqrt, .tanh, .sigmoid, .sign, .erf: "torch.\(unary)(\(x))"
    }
  }

  private static func binary(_ binary: Binary, _ a: String, _ b: String) -> String {
    switch binary {
    case .add: "\(a) + \(b)"
    case .subtract: "\(a) - \(b)"
    case .multiply: "\(a) * \(b)"
    case .divide: "\(a) / \(b)"
    case .maximum: "torch.maximum(\(a), \(b))"
    case .minimum: "torch.minimum(\(a), \(b))"
    case .greater: "(\(a) > \(b)).float()"
    }
  }
}
