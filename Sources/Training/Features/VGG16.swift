import TensorGraph

extension PretrainedNetwork {
  /// VGG16 (Simonyan and Zisserman 2015) of torchvision, whose second dense layer after its rectifier, 4096 numbers,
  /// is what precision and recall are measured with (Kynkäänniemi et al. 2019).
  package static let vgg16 = PretrainedNetwork(
    name: FeatureNetwork.vgg16.rawValue,
    weights: PublishedWeights(
      files: ["vgg16-397923af.pth", "vgg16.safetensors"],
      facts: "torchvision's weights of VGG16 (528 MiB)",
      source: "https://download.pytorch.org/models/vgg16-397923af.pth"),
    side: 224,
    scale: { _ in
      // Means and deviations of ImageNet's channels.
      ([0.485, 0.456, 0.406].map { $0 * 255 }, [0.229, 0.224, 0.225].map { 1 / ($0 * 255) })
    },
    idle: ["classifier.6.weight", "classifier.6.bias"],
    build: { graph, images in
      var (x, place) = (images, 0)
      for (block, channels) in [
        [64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512],
      ]
      .enumerated() {
        for width in channels {
          x = graph.convolution(
            x, "features.\(place)", width, kernel: [3, 3], padding: [1, 1], .biased)
          place += 2
        }
        graph.look(at: x)
        x = graph.maximumPool(x, window: 2, stride: 2)
        graph.mark("block \(block + 1)", x)
        place += 1
      }
      x = x.reshape([x.shape[0], x.shape[1] * x.shape[2] * x.shape[3]])
      x = graph.dense(x, "classifier.0", 4096, .biased).maximum(0.0)
      return Results(features: graph.dense(x, "classifier.3", 4096, .biased).maximum(0.0))
    })
}
