import TensorGraph

extension PretrainedNetwork {
  /// Inception v3 as the Fréchet inception distance has it (Szegedy et al. 2015; Heusel et al. 2017): the network
  /// of TensorFlow's `inception-2015-12-05`, by the names that its port to PyTorch has.
  ///
  /// It is not torchvision's: means of windows count no padding, the last block takes the largest of them, and there
  /// are 1008 classes. Features are the means of the last block over its 8x8 places, 2048 for each image; logits are
  /// without their bias.
  package static let inception = PretrainedNetwork(
    name: FeatureNetwork.inception.rawValue,
    weights: PublishedWeights(
      files: [
        "pt_inception-2015-12-05-6726825d.pth", "weights-inception-2015-12-05-6726825d.pth",
        "inception.safetensors",
      ],
      facts: "the weights of Inception v3 that FID is measured with (91 MiB)",
      source: "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/"
        + "pt_inception-2015-12-05-6726825d.pth"),
    side: 299,
    scale: { resizing in
      // TensorFlow's graph has (x - 128) / 128, pytorch-fid 2 (x / 255) - 1.
      let middle: Float = resizing == .tf1 ? 128 : 127.5
      return ([middle, middle, middle], [1 / middle, 1 / middle, 1 / middle])
    },
    build: { graph, images in
      var net = InceptionBlocks(graph: graph)
      let results = net.build(images)
      graph = net.graph
      return results
    })
}

/// The blocks of Inception v3, as figures 5 to 7 of the paper have them.
private struct InceptionBlocks {
  var graph: FeatureGraph

  mutating func build(_ images: Tensor) -> PretrainedNetwork.Results {
    var x = convolution(images, "Conv2d_1a_3x3", 32, [3, 3], stride: 2, padding: [0, 0])
    x = convolution(x, "Conv2d_2a_3x3", 32, [3, 3], padding: [0, 0])
    x = convolution(x, "Conv2d_2b_3x3", 64, [3, 3])
    x = graph.maximumPool(x, window: 3, stride: 2)
    graph.mark("64", x)
    x = convolution(x, "Conv2d_3b_1x1", 80, [1, 1])
    x = convolution(x, "Conv2d_4a_3x3", 192, [3, 3], padding: [0, 0])
    x = graph.maximumPool(x, window: 3, stride: 2)
    graph.mark("192", x)
    x = blockA(x, "Mixed_5b", pooled: 32)
    x = blockA(x, "Mixed_5c", pooled: 64)
    x = blockA(x, "Mixed_5d", pooled: 64)
    x = blockB(x, "Mixed_6a")
    for (name, channels) in [
      ("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192),
    ] {
      x = blockC(x, name, channels)
    }
    graph.mark("768", x)
    x = blockD(x, "Mixed_7a")
    x = blockE(x, "Mixed_7b", takesLargest: false)
    x = blockE(x, "Mixed_7c", takesLargest: true)
    let features = x.mean([2, 3])
    return PretrainedNetwork.Results(
      features: features, logits: graph.dense(features, "fc", 1008, .unbiased))
  }

  /// A convolution that keeps the size where no padding is named, its normalisation and a rectifier.
  private mutating func convolution(
    _ x: Tensor, _ name: String, _ channels: Int, _ kernel: [Int], stride: Int = 1,
    padding: [Int]? = nil
  ) -> Tensor {
    graph.convolution(
      x, name, channels, kernel: kernel, stride: stride,
      padding: padding ?? kernel.map { $0 / 2 }, .normalised(epsilon: 0.001))
  }

  /// Convolutions one after the other, each of the kernel and the channels named.
  private mutating func chain(
    _ x: Tensor, _ layers: [(name: String, channels: Int, kernel: [Int])]
  ) -> Tensor {
    layers.reduce(x) { convolution($0, $1.name, $1.channels, $1.kernel) }
  }

  /// A convolution of 1x1 of the means of windows. Both are linear, and a mean of what has fewer channels costs
  /// less, so the convolution is first.
  private mutating func pooled(_ x: Tensor, _ name: String, _ channels: Int) -> Tensor {
    let (result, bias) = graph.linear(
      x, name, channels, kernel: [1, 1], .normalised(epsilon: 0.001))
    return (graph.meanPool(result) + bias).maximum(0.0)
  }

  private mutating func blockA(_ x: Tensor, _ name: String, pooled: Int) -> Tensor {
    Tensor.concatenate(
      [
        convolution(x, "\(name).branch1x1", 64, [1, 1]),
        chain(x, [("\(name).branch5x5_1", 48, [1, 1]), ("\(name).branch5x5_2", 64, [5, 5])]),
        chain(
          x,
          [
            ("\(name).branch3x3dbl_1", 64, [1, 1]), ("\(name).branch3x3dbl_2", 96, [3, 3]),
            ("\(name).branch3x3dbl_3", 96, [3, 3]),
          ]),
        self.pooled(x, "\(name).branch_pool", pooled),
      ], axis: 1)
  }

  private mutating func blockB(_ x: Tensor, _ name: String) -> Tensor {
    let twice = chain(
      x, [("\(name).branch3x3dbl_1", 64, [1, 1]), ("\(name).branch3x3dbl_2", 96, [3, 3])])
    return Tensor.concatenate(
      [
        convolution(x, "\(name).branch3x3", 384, [3, 3], stride: 2, padding: [0, 0]),
        convolution(
          twice, "\(name).branch3x3dbl_3", 96, [3, 3], stride: 2, padding: [0, 0]),
        graph.maximumPool(x, window: 3, stride: 2),
      ], axis: 1)
  }

  private mutating func blockC(_ x: Tensor, _ name: String, _ channels: Int) -> Tensor {
    let (wide, high) = ([1, 7], [7, 1])
    return Tensor.concatenate(
      [
        convolution(x, "\(name).branch1x1", 192, [1, 1]),
        chain(
          x,
          [
            ("\(name).branch7x7_1", channels, [1, 1]), ("\(name).branch7x7_2", channels, wide),
            ("\(name).branch7x7_3", 192, high),
          ]),
        chain(
          x,
          [
            ("\(name).branch7x7dbl_1", channels, [1, 1]),
            ("\(name).branch7x7dbl_2", channels, high),
            ("\(name).branch7x7dbl_3", channels, wide),
            ("\(name).branch7x7dbl_4", channels, high),
            ("\(name).branch7x7dbl_5", 192, wide),
          ]),
        pooled(x, "\(name).branch_pool", 192),
      ], axis: 1)
  }

  private mutating func blockD(_ x: Tensor, _ name: String) -> Tensor {
    let narrow = convolution(x, "\(name).branch3x3_1", 192, [1, 1])
    let long = chain(
      x,
      [
        ("\(name).branch7x7x3_1", 192, [1, 1]), ("\(name).branch7x7x3_2", 192, [1, 7]),
        ("\(name).branch7x7x3_3", 192, [7, 1]),
      ])
    return Tensor.concatenate(
      [
        convolution(narrow, "\(name).branch3x3_2", 320, [3, 3], stride: 2, padding: [0, 0]),
        convolution(long, "\(name).branch7x7x3_4", 192, [3, 3], stride: 2, padding: [0, 0]),
        graph.maximumPool(x, window: 3, stride: 2),
      ], axis: 1)
  }

  /// - Parameter takesLargest: whether the last branch takes the largest of a window, as the last block of this
  ///   network does, where the paper and torchvision have a mean.
  private mutating func blockE(_ x: Tensor, _ name: String, takesLargest: Bool) -> Tensor {
    let narrow = convolution(x, "\(name).branch3x3_1", 384, [1, 1])
    let twice = chain(
      x, [("\(name).branch3x3dbl_1", 448, [1, 1]), ("\(name).branch3x3dbl_2", 384, [3, 3])])
    return Tensor.concatenate(
      [
        convolution(x, "\(name).branch1x1", 320, [1, 1]),
        convolution(narrow, "\(name).branch3x3_2a", 384, [1, 3]),
        convolution(narrow, "\(name).branch3x3_2b", 384, [3, 1]),
        convolution(twice, "\(name).branch3x3dbl_3a", 384, [1, 3]),
        convolution(twice, "\(name).branch3x3dbl_3b", 384, [3, 1]),
        takesLargest
          ? convolution(
            graph.maximumPool(x, window: 3, stride: 1, padding: 1), "\(name).branch_pool", 192,
            [1, 1])
          : pooled(x, "\(name).branch_pool", 192),
      ], axis: 1)
  }
}
