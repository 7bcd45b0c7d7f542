import Networks
import Specification
import TensorGraph
import TestSupport
import Testing

/// Numbers marked PyTorch were printed by PyTorch for these inputs, or follow from its definition.
@Suite struct LayerTests {
  @Test func `a dense layer is x times the transposed weights plus the bias`() throws {
    let run = LayerRun(states: [
      "discriminator.block1.dense.weight": [1, 2, 3, 4, 5, 6],
      "discriminator.block1.dense.bias": [0.5, -0.5],
    ])
    let y = try run("dense 2", [1, 3], [1, 10, 100])
    #expect(y.values == [321.5, 653.5])
  }

  @Test func `a dense layer can lay its units out as an image`() throws {
    let run = LayerRun(states: ["discriminator.block1.dense.weight": [1, 2, 3, 4]])
    let y = try run("dense 2x1x2 bias=no", [1, 1], [2])
    #expect(y.shape == [1, 2, 2, 1])
    #expect(y.values == [2, 4, 6, 8])
  }

  @Test func `padding the same puts the odd zero after`() throws {
    let run = LayerRun(states: ["discriminator.block1.conv.weight": [1, 10, 100, 1000]])
    let layer = "conv 1 kernel=2 stride=1 padding=same bias=no"
    let y = try run(layer, [1, 1, 2, 2], [1, 2, 3, 4])
    #expect(y.values == [4321, 402, 43, 4])
  }

  @Test func `the same padding of a 4x4 kernel at stride 2 is one on each side`() throws {
    let run = LayerRun(states: [
      "discriminator.block1.conv.weight": (0..<16).map(Double.init),
      "discriminator.block1.deconv.weight": (0..<16).map(Double.init),
    ])
    let x = (0..<64).map { Double($0 * $0 % 7) }
    for transposed in [false, true] {
      let results = try ["same", "1"].map { padding in
        try run(
          "\(transposed ? "deconv" : "conv") 1 kernel=4 stride=2 padding=\(padding) bias=no",
          [1, 1, 8, 8], x)
      }
      #expect(results[0].shape == (transposed ? [1, 1, 16, 16] : [1, 1, 4, 4]))
      #expect(results[0].values == results[1].values)
    }
  }

  @Test func `a transposed convolution stamps its kernel`() throws {
    let run = LayerRun(states: [
      "discriminator.block1.deconv.weight": [1, 2, 3, 4],
      "discriminator.block1.deconv.bias": [100],
    ])
    let y = try run(
      "deconv 1 kernel=2 stride=2 padding=valid", [1, 1, 1, 2], [1, 10])
    #expect(y.shape == [1, 1, 2, 4])
    #expect(y.values == [101, 102, 110, 120, 103, 104, 130, 140])
  }

  @Test func `output padding adds rows and columns after`() throws {
    let run = LayerRun(states: ["discriminator.block1.deconv.weight": [1, 2, 3, 4]])
    let y = try run(
      "deconv 1 kernel=2 stride=2 padding=valid outpad=1 bias=no", [1, 1, 1, 1], [1])
    #expect(y.values == [1, 2, 0, 3, 4, 0, 0, 0, 0])
  }

  @Test(arguments: [
    ("torch:0.1", 0.9 * 5 + 0.1 * 2.5, 0.9 * 7 + 0.1 * (5.0 / 3)),
    ("keras:0.8", 0.8 * 5 + 0.2 * 2.5, 0.8 * 7 + 0.2 * 1.25),
  ])
  func `running statistics follow the convention of their momentum`(
    momentum: String, mean: Double, variance: Double
  ) throws {
    let prefix = "discriminator.block1.batchnorm"
    let run = LayerRun(
      states: [
        "\(prefix).weight": [2], "\(prefix).bias": [1], "\(prefix).running_mean": [5],
        "\(prefix).running_var": [7],
      ], mode: .training(application: 0))
    let y = try run(
      "batchnorm momentum=\(momentum) eps=1e-12", [4, 1], [1, 2, 3, 4])
    let deviation = 1.25.squareRoot()
    #expect(expectClose(y.values, [-1.5, -0.5, 0.5, 1.5].map { 1 + 2 * $0 / deviation }))
    #expect(expectClose(y.updates["\(prefix).running_mean"] ?? [], [mean]))
    #expect(expectClose(y.updates["\(prefix).running_var"] ?? [], [variance]))
  }

  @Test func `batch normalisation of images is over the batch and the pixels`() throws {
    let prefix = "discriminator.block1.batchnorm"
    let run = LayerRun(
      states: [
        "\(prefix).weight": [1, 1], "\(prefix).bias": [0, 0],
        "\(prefix).running_mean": [0, 0], "\(prefix).running_var": [1, 1],
      ], mode: .training(application: 0))
    let y = try run(
      "batchnorm eps=1e-12", [2, 2, 1, 2],
      [1, 3, 10, 10, 1, 3, 30, 30])
    #expect(expectClose(y.values, [-1, 1, -1, -1, -1, 1, 1, 1]))
  }

  @Test func `inference uses the running statistics and replaces nothing`() throws {
    let prefix = "discriminator.block1.batchnorm"
    let run = LayerRun(states: [
      "\(prefix).weight": [2], "\(prefix).bias": [1], "\(prefix).running_mean": [5],
      "\(prefix).running_var": [3],
    ])
    let y = try run("batchnorm eps=1", [2, 1], [5, 9])
    #expect(expectClose(y.values, [1, 5]))
    #expect(y.updates.isEmpty)
  }

  @Test func `layer normalisation is over each example`() throws {
    let prefix = "discriminator.block1.layernorm"
    let run = LayerRun(states: ["\(prefix).weight": [1, 2], "\(prefix).bias": [0, 10]])
    let y = try run("layernorm eps=1e-12", [2, 2], [1, 3, -4, 4])
    #expect(expectClose(y.values, [-1, 12, -1, 12]))
  }

  @Test(arguments: [
    // PyTorch: relu, leaky_relu, elu, silu, gelu, softplus, tanh and sigmoid of -2, 0 and 1.5.
    ("relu", [0, 0, 1.5]),
    ("lrelu 0.2", [-0.4, 0, 1.5]),
    ("lrelu 3", [-6, 0, 1.5]),
    ("elu 2", [-1.7293294335267746, 0, 1.5]),
    ("silu", [-0.2384058440442351, 0, 1.226361714290544]),
    ("gelu", [-0.0455002638963584, 0, 1.399789198096713]),
    ("softplus", [0.1269280110429725, 0.6931471805599453, 1.7014132779827524]),
    ("tanh", [-0.9640275800758169, 0, 0.9051482536448664]),
    ("sigmoid", [0.11920292202211755, 0.5, 0.8175744761936437]),
  ])
  func `activations have PyTorch's values`(activation: String, expected: [Double]) throws {
    let y = try LayerRun().withDense(activation, [-2, 0, 1.5])
    #expect(expectClose(y, expected, within: 1e-9), "\(y)")
  }

  @Test func `a large value passes through elu with a finite gradient`() throws {
    let network = try Network.typed("dense 1 bias=no; elu 1", input: [1])
    let graph = Graph()
    var states = StateValues(graph: graph)
    let x = graph.input("x", [1, 1])
    let y = network.apply(to: x, mode: .inference, in: &states).sum()
    let gradient = graph.gradients(of: y, withRespectTo: [x])
    let values = try Reference(
      inputs: ["x": [1000]], states: ["discriminator.block1.dense.weight": [1]]
    ).evaluate(gradient)
    #expect(values == [[1]])
  }

  @Test func `pooling takes the largest or the mean`() throws {
    let x: [Double] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    let maximum = try LayerRun().withScale("maxpool 2 stride=1", [1, 3, 3], x)
    #expect(maximum == [5, 6, 8, 9])
    let mean = try LayerRun().withScale("avgpool 2", [1, 3, 3], x)
    #expect(mean == [3])
    let all = try LayerRun().withScale("globalpool", [1, 3, 3], x)
    #expect(expectClose(all, [5]))
  }

  @Test func `up-sampling has PyTorch's values`() throws {
    let nearest = try LayerRun().withScale(
      "upsample 2", [1, 1, 2], [1, 2])
    #expect(nearest == [1, 1, 2, 2, 1, 1, 2, 2])
    // PyTorch: F.interpolate(torch.tensor([[[[1., 2.]]]]), scale_factor=3, mode="bilinear").
    let three = try LayerRun().withScale(
      "upsample 3 filter=bilinear", [1, 1, 2], [1, 2])
    let row = [1, 1, 4.0 / 3, 5.0 / 3, 2, 2]
    #expect(expectClose(three, row + row + row))
    // PyTorch: scale_factor=2 on [[1, 2], [3, 5]].
    let two = try LayerRun().withScale(
      "upsample 2 filter=bilinear", [1, 2, 2], [1, 2, 3, 5])
    #expect(
      expectClose(
        two,
        [
          1, 1.25, 1.75, 2, 1.5, 1.8125, 2.4375, 2.75, 2.5, 2.9375, 3.8125, 4.25, 3, 3.5, 4.5, 5,
        ]))
  }
}

extension LayerRun {
  /// Layers after a dense layer of one unit and weight 1, on a batch of numbers.
  func withDense(_ layers: String, _ x: [Double]) throws -> [Double] {
    var run = self
    run.states["discriminator.block1.dense.weight"] = [1]
    return try run("dense 1 bias=no; \(layers)", [x.count, 1], x).values
  }

  /// Layers after a 1x1 convolution of weight 1, on one image.
  func withScale(
    _ layers: String, _ shape: [Int], _ x: [Double]
  ) throws -> [Double] {
    var run = self
    run.states["discriminator.block1.conv.weight"] = [1]
    return try run("conv 1 kernel=1 stride=1 padding=valid bias=no; \(layers)", [1] + shape, x)
      .values
  }
}
