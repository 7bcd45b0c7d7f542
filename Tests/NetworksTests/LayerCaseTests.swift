import Networks
import Randomness
import Specification
import TensorGraph
import TestSupport
import Testing

/// Every layer in the reference evaluator, against PyTorch in double precision and against finite differences.
@Suite struct LayerCaseTests {
  /// Of a tensor's norm; both sides compute in double precision.
  private static let tolerance = 1e-9
  /// Normal numbers are rounded to single precision, where two libraries' logarithms may differ.
  private static let noiseTolerance = 1e-6

  private static let differenceStep = 1e-5
  private static let differenceTolerance = 2e-6

  @Test(arguments: LayerCase.all)
  func `values, states and derivatives are PyTorch's`(given: LayerCase) throws {
    let made = try LayerCaseGraph(given, training: given.training)
    #expect(made.network.parameters.map(\.name) == given.parameters.map(\.name))
    #expect(made.network.parameters.map(\.shape) == given.parameters.map(\.shape))
    let names = made.variables.map(\.name)
    try compare(made.outputs, given.outputs, "output", given, made)
    try compare(made.states, given.states, "state", given, made)
    try compare(Array(zip(names, made.first)), given.first, "gradient", given, made)
    try compare(Array(zip(names, made.second)), given.second, "second derivative", given, made)
  }

  private func compare(
    _ found: [(name: String, tensor: Tensor)], _ expected: [LayerCase.Expected], _ what: String,
    _ given: LayerCase, _ made: LayerCaseGraph
  ) throws {
    #expect(found.map(\.name) == expected.map(\.name), "\(what)s")
    let hasNoise = try given.specification().allLayers.contains { $0.keyword == "noise" }
    for (result, expected) in zip(try made.reference.evaluate(found.map(\.tensor)), expected) {
      let samples = 6
      let every = (result.count + samples - 1) / samples
      let values = stride(from: 0, to: result.count, by: every).map { result[$0] }
      let norm = result.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let allowed = (hasNoise ? Self.noiseTolerance : Self.tolerance) * max(1, expected.norm)
      #expect(values.count == expected.values.count, "\(what) \(expected.name)")
      #expect(
        abs(norm - expected.norm) <= allowed
          && zip(values, expected.values).allSatisfy { abs($0 - $1) <= allowed },
        "\(what) \(expected.name): \(values), norm \(norm), instead of \(expected)")
    }
  }

  /// A power iteration in training follows the weight, and its derivative is not wanted: there the vectors
  /// stay as they are.
  @Test(arguments: LayerCase.all)
  func `derivatives of both orders are those of finite differences`(given: LayerCase) throws {
    let iterates = try given.settings().contains { $0.text == "spectral" }
    let made = try LayerCaseGraph(given, training: given.training && !iterates)
    for (order, scalar, gradients) in [(1, made.loss, made.first), (2, made.squares, made.second)] {
      let exact = try made.reference.evaluate(gradients)
      for (number, variable) in made.variables.enumerated() {
        let philox = Philox(seed: 5, stream: UInt64(number))
        let direction = exact[number].indices.map { Double(philox.uniform($0)) * 2 - 1 }
        func value(_ distance: Double) throws -> Double {
          var moved = made.reference
          for keys in [\Reference.inputs, \Reference.states] {
            guard let values = moved[keyPath: keys][variable.name] else { continue }
            moved[keyPath: keys][variable.name] = zip(values, direction).map {
              $0 + distance * $1
            }
          }
          return try moved.evaluate([scalar])[0][0]
        }
        let step = Self.differenceStep
        let numeric = try (value(step) - value(-step)) / (2 * step)
        let rule = zip(exact[number], direction).reduce(0) { $0 + $1.0 * $1.1 }
        let scale = exact[number].reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(
          abs(numeric - rule) <= Self.differenceTolerance * max(1, abs(rule), scale),
          "order \(order), \(variable.name): \(numeric) by differences, \(rule) by rule")
      }
    }
  }

  @Test(arguments: LayerDefinition.all.map(\.signature.keyword))
  func `every layer has cases of all that its arguments can say`(keyword: String) throws {
    let signature = try #require(
      LayerDefinition.all.first { $0.signature.keyword == keyword }?.signature)
    let cases = try LayerCase.all.filter {
      try $0.specification().allLayers.contains { $0.keyword == keyword }
    }
    #expect(!cases.isEmpty, "`\(keyword)` has no case in layers.py")
    let settings = try cases.flatMap { try $0.settings() }.filter { $0.keyword == keyword }
    for argument in signature.arguments {
      let texts = Set(settings.filter { $0.argument == argument.name }.map(\.text))
      let words = Set(texts.map { String($0.prefix { $0 != ":" }) })
      let wanted: Set<String>
      switch argument.kind {
      case .choice(let choices): wanted = Set(choices)
      case .flag: wanted = ["yes", "no"]
      case .momentum: wanted = ["torch", "keras"]
      case .word: wanted = ["no", "spectral"]
      case .padding: wanted = ["same", "valid"]
      case .name: continue
      case .number, .integer, .pair, .shape:
        let isOperandAlone = argument.isOperand && argument.standard(.init(keyword)) == nil
        #expect(texts.count > (isOperandAlone ? 0 : 1), "\(argument.name) of `\(keyword)`")
        continue
      }
      #expect(wanted.isSubset(of: words), "\(argument.name) of `\(keyword)`: \(words)")
    }
  }

  @Test func `every transform of weights has cases of each kind of contraction`() throws {
    for keyword in ["dense", "conv", "deconv"] {
      let words = Set(
        try LayerCase.all.flatMap { try $0.settings() }
          .filter { $0.keyword == keyword && $0.argument == "weights" }
          .map { String($0.text.prefix { $0 != ":" }) })
      #expect(words == ["no", "spectral", "weightnorm", "equalised"], "\(keyword)")
    }
  }
}
