import Specification

extension SourceDefinition {
  static let cifar100 = SourceDefinition(
    SourceSignature(
      "cifar100", summary: "the binary version of CIFAR-100",
      discussion: """
        Images have two labels: `fine` is one of 100 classes and `coarse` one of the 20 groups that these are \
        in. Their words are in `fine_label_names.txt` and `coarse_label_names.txt`; without these files they are \
        numbers.
        """,
      clause: "that of CIFAR-100, whose labels are `fine` and `coarse`",
      arguments: [.path("~/cifar-100-binary"), .trainTestSplit],
      examples: .images(.init(size: 32)),
      use: .init("The training part.", "data many cifar100 path=~/cifar-100-binary split=train")),
    published: PublishedSet("CIFAR-100") { root in
      let layout = CIFARSource.Layout.cifar100
      // The files of records are called as anybody's may be.
      return layout.folder(below: root).map { folder in
        layout.labels.contains { FileStamp(folder + "/" + $0.file) != nil }
      } ?? false
    },
    images: { arguments, _ throws(DatasetError) in
      try CIFARSource(
        .cifar100, path: arguments.path, split: arguments.split(TrainTestSplit.train))
    })
}

extension CIFARSource.Layout {
  static let cifar100 = CIFARSource.Layout(
    keyword: "cifar100", folder: "cifar-100-binary", train: ["train.bin"], test: ["test.bin"],
    labels: [
      Label(column: "coarse", file: "coarse_label_names.txt", names: nil, count: 20),
      Label(column: "fine", file: "fine_label_names.txt", names: nil, count: 100),
    ])
}
