import Specification

extension SourceDefinition {
  static let cifar10 = SourceDefinition(
    SourceSignature(
      "cifar10", summary: "the binary version of CIFAR-10",
      clause: "the folder with the binary version",
      arguments: [.path("~/cifar-10-batches-bin"), .trainTestSplit],
      examples: .images(.init(size: 32)),
      use: .init(
        "The training part.", "data things cifar10 path=~/cifar-10-batches-bin split=train")),
    published: PublishedSet("CIFAR-10") { CIFARSource.Layout.cifar10.folder(below: $0) != nil },
    images: { arguments, _ throws(DatasetError) in
      try CIFARSource(
        .cifar10, path: arguments.path, split: arguments.split(TrainTestSplit.train))
    })
}

extension CIFARSource.Layout {
  static let cifar10 = CIFARSource.Layout(
    keyword: "cifar10", folder: "cifar-10-batches-bin",
    train: (1...5).map { "data_batch_\($0).bin" }, test: ["test_batch.bin"],
    labels: [
      Label(
        column: "", file: "batches.meta.txt",
        names: [
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
        ], count: 10)
    ])
}
