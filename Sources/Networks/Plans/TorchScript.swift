package import Specification
import TensorGraph

/// What a plan computes with a run's networks, as a script that computes the same with PyTorch.
///
/// It is read off the graphs of the evaluations, so that every layer, transform of weights and wire is what gansh computes. Each graph is
/// built for two numbers of examples, which tells what of its shapes is the batch.
package struct TorchScript: Sendable {
  /// A Python module that reads the weights from the safetensors file beside it.
  package let text: String
  /// What it reads, and the networks that no function of it needs, by name.
  package let weights: [(name: String, shape: [Int])]
  /// What it computes.
  package let functions: [Function]
  /// Why a function is not in it, a sentence each.
  package let leftOut: [String]

  /// A function of the module.
  package struct Function: Sendable {
    package let name: String
    package let evaluation: Evaluation
    /// What it is given, by the inputs of its program, each with the shape of one example.
    package let parameters: [(input: String, name: String, shape: [Int])]
    /// Examples come in such numbers.
    package let multiple: Int
  }

  /// - Parameters:
  ///   - title: what it is of, for the first line.
  /// - Throws: `NetworksError`.
  package init(
    _ plan: Plan, of architecture: ArchitectureSpecification, title: String, average: Bool
  ) throws(NetworksError) {
    let kinds: [Evaluation.Kind] = [
      .samples, .restorations, .reconstructions, .predictions, .judgements,
    ]
    var (texts, functions, leftOut) = ([String](), [Function](), [String]())
    var weights: [String: [Int]] = [:]
    for evaluation in kinds.compactMap({ plan.evaluation($0, average: average) }) {
      let multiple = evaluation.kind == .judgements ? architecture.pack : 1
      let programs = (
        try evaluation.program(count: TorchFunction.counts.0 * multiple),
        try evaluation.program(count: TorchFunction.counts.1 * multiple)
      )
      for case .state(let name, let shape) in programs.0.graph.nodes.map(\.op) {
        weights[name] = shape.dimensions
      }
      let name = evaluation.kind.functionName
      if let layer = plan.layerOfBatches(in: programs.0) {
        leftOut.append(
          "there is no `\(name)`: `\(layer.keyword)` of the \(layer.network) compares examples in groups that depend on "
            + "how many there are, which no layer of PyTorch does")
        continue
      }
      var writer = try TorchFunction(name, programs.0, programs.1, multiple: multiple)
      texts.append(try writer.text(of: evaluation.output))
      functions.append(
        Function(
          name: name, evaluation: evaluation, parameters: writer.parameters, multiple: multiple))
    }
    // Networks that only training needs are there to be gone on with.
    for network in plan.networks.map(\.network)
    where !weights.keys.contains(where: network.names(state:)) {
      for parameter in network.parameters { weights[parameter.name] = parameter.shape }
    }
    (self.functions, self.leftOut) = (functions, leftOut)
    self.weights = weights.sorted { $0.key < $1.key }.map { (name: $0.key, shape: $0.value) }
    text =
      Self.head(title) + texts.joined(separator: "\n\n\n") + "\n" + Self.end(functions.map(\.name))
  }

  /// What it does as a program.
  private static func end(_ functions: [String]) -> String {
    """


    if __name__ == "__main__":
        import numpy

        known = numpy.load(pathlib.Path(__file__).with_suffix(".npz"))
        for function in (\(functions.map { $0 + "," }.joined(separator: " "))):
            name = function.__name__
            given = {key.split(".")[1]: torch.from_numpy(known[key]) for key in known.files if key.startswith(name + ".")}
            with torch.no_grad():
                made = function(**given)
            wanted = torch.from_numpy(known[name])
            difference = (made - wanted).abs().max()
            print(f"{name}: largest difference {difference:.1e}, of values up to {wanted.abs().max():.3g}")

    """
  }

  private static func head(_ title: String) -> String {
    """
    \"\"\"\(title), for PyTorch: written by gansh beside the weights that it reads.

    Images are [N, channels, height, width] from -1 to 1. Run as a program, it compares what it computes with what gansh has
    computed, in the file .npz beside it (`export … check=8`).
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

extension Plan {
  /// A layer that is given whole batches, in a network that a program reads; nil: there is none.
  fileprivate func layerOfBatches(
    in program: NetworkProgram
  ) -> (keyword: String, network: String)? {
    let read = program.graph.nodes.compactMap { node in
      if case .state(let name, _) = node.op { name } else { nil }
    }
    for network in networks.map(\.network) where read.contains(where: network.names(state:)) {
      for layer in network.specification.allLayers {
        let traits = (try? LayerDefinition.named(layer.keyword))?.signature.traits
        if traits?.contains(.judgesBatches) == true { return (layer.keyword, network.name) }
      }
    }
    return nil
  }
}

extension Network {
  /// Whether a state is its, or its average's.
  fileprivate func names(state: String) -> Bool {
    state.hasPrefix("\(name).") || state.hasPrefix(Average.name(of: "\(name)."))
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
  /// Examples of the two programs.
  private let examples: (Int, Int)
  private(set) var parameters: [(input: String, name: String, shape: [Int])] = []

  /// Numbers of examples of which no shape of a network is likely to be a multiple by chance.
  static let counts = (7, 11)

  /// - Throws: `.plan` where the two programs are not the same but for the number of examples.
  init(
    _ name: String, _ program: NetworkProgram, _ other: NetworkProgram, multiple: Int
  ) throws(NetworksError) {
    guard program.graph.nodes.count == other.graph.nodes.count else {
      throw .plan("what `\(name)` computes is another thing for other numbers of examples")
    }
    (self.name, self.program, self.other) = (name, program, other)
    examples = (Self.counts.0 * multiple, Self.counts.1 * multiple)
  }

  mutating func text(of output: String) throws(NetworksError) -> String {
    guard let result = program.outputs.first(where: { $0.name == output })?.tensor.id else {
      throw .plan("`\(name)` gives no \(output)")
    }
    let nodes = program.graph.nodes
    var needed: Set = [result]
    for id in nodes.indices.reversed() where needed.contains(id) {
      needed.formUnion(nodes[id].operands)
    }
    var lines: [String] = []
    for id in nodes.indices where needed.contains(id) {
      switch nodes[id].op {
      case .input(let input, let shape):
        let parameter = Self.parameters[input] ?? input
        if parameters.isEmpty { lines.insert("n = \(parameter).shape[0]", at: 0) }
        let example = Array(shape.dimensions.dropFirst())
        parameters.append((input, parameter, example))
        let sizes = example.map { "\($0)" }.joined(separator: ", ")
        lines.append("v\(id) = \(parameter).reshape(n, \(sizes))")
      case .state(let state, _): lines.append("v\(id) = W[\"\(state)\"]")
      default: lines.append("v\(id) = \(try expression(id))")
      }
    }
    let body = (lines + ["return v\(result)"]).map { "    \($0)" }.joined(separator: "\n")
    return "def \(name)(\(parameters.map(\.name).joined(separator: ", "))):\n\(body)"
  }

  /// What inputs of programs are called by.
  private static let parameters = [
    Plan.latents: "latents", BatchColumn.drawnLabel.input: "labels",
    BatchColumn.label.input: "labels", BatchColumn.image.input: "images",
    BatchColumn.damaged.input: "damaged", BatchColumn.hole.input: "hole",
  ]

  /// A number of a shape: as many more for each example where it grows with their number.
  private func size(_ one: Int, _ other: Int) throws(NetworksError) -> String {
    guard one != other else { return "\(one)" }
    let (more, grown) = (examples.1 - examples.0, other - one)
    let (factor, divisor) = grown % more == 0 ? (grown / more, 1) : (1, more / max(1, grown))
    guard factor * more == grown * divisor else {
      throw .plan("what `\(name)` computes grows otherwise than the number of examples")
    }
    let rest = one - factor * examples.0 / divisor
    let times = divisor > 1 ? "n // \(divisor)" : factor == 1 ? "n" : "\(factor) * n"
    return rest == 0 ? times : "\(times) + \(rest)"
  }

  private func sizes(_ one: [Int], _ other: [Int]) throws(NetworksError) -> String {
    var parts: [String] = []
    for (one, other) in zip(one, other) { parts.append(try size(one, other)) }
    return parts.joined(separator: ", ")
  }

  private func expression(_ id: Int) throws(NetworksError) -> String {
    let (node, twin) = (program.graph.nodes[id], other.graph.nodes[id])
    let x = node.operands.map { "v\($0)" }
    switch (node.op, twin.op) {
    case (.constant(let value), _): return "torch.tensor(\(value))"
    case (.unary(let unary), _): return Self.unary(unary, x[0])
    case (.binary(let binary), _): return Self.binary(binary, x[0], x[1])
    case (.select, _): return "torch.where(\(x[0]) > 0, \(x[1]), \(x[2]))"
    case (.stopGradient, _): return x[0]
    case (.reshape, _):
      return "\(x[0]).reshape(\(try sizes(node.shape.dimensions, twin.shape.dimensions)))"
    case (.transpose(let axes), _): return "\(x[0]).permute(\(Self.list(axes)))"
    case (.broadcast, _):
      return "\(x[0]).expand(\(try sizes(node.shape.dimensions, twin.shape.dimensions)))"
    case (.slice(let starts, let extents, let strides), .slice(let others, let more, _)):
      var parts: [String] = []
      for axis in starts.indices {
        let stride = strides[axis]
        let end = try size(
          starts[axis] + extents[axis] * stride, others[axis] + more[axis] * stride)
        parts.append("\(try size(starts[axis], others[axis])):\(end):\(stride)")
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
      throw .plan("`\(name)` has the operation \(node.op), which no inference needs")
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
