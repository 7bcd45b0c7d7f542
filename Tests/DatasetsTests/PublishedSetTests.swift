import Datasets
import Foundation
import Specification
import TestSupport
import Testing

/// A source that is pointed at what another source reads says so.
@Suite struct PublishedSetTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func fault(_ source: DatasetSource) -> String {
    let error = #expect(throws: DatasetError.self) {
      try Dataset.open(
        DatasetSpecification(source: source, preprocessing: Sample.preprocessing()),
        cacheDirectory: scratch.cache)
    }
    return error?.description ?? ""
  }

  private var place: String { scratch.path + "/place" }

  private func writeMNIST() throws {
    for name in [
      "train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1",
    ] {
      try scratch.write(Gzip.make(IDX.make([1], [0])), "place/\(name)-ubyte.gz")
    }
  }

  @Test func `the folder of CelebA's zip is recognised by other sources`() throws {
    try scratch.write(StoredZip.make([("1.png", Sample.png(1))]), "place/img_align_celeba.zip")
    try scratch.write("000001.jpg 0", "place/list_eval_partition.txt")
    for source in [
      DatasetSource.folder(path: place, labels: .none), .mnist(path: place, split: .train),
      .cifar10(path: place, split: .train),
    ] {
      let message = fault(source)
      #expect(
        message.hasSuffix("that looks like CelebA: `data NAME celeba path=\(place)`"), "\(message)")
    }
  }

  @Test func `the files of MNIST are recognised by other sources`() throws {
    try writeMNIST()
    for source in [
      DatasetSource.folder(path: place, labels: .none), .celeba(path: place, split: .all),
      .cifar10(path: place, split: .train),
    ] {
      let message = fault(source)
      #expect(
        message.hasSuffix("that looks like MNIST: `data NAME mnist path=\(place)`"), "\(message)")
      #expect(message.contains("found 4 gzip files"), "\(message)")
      #expect(message.contains("; unpack them)"), "\(message)")
    }
    #expect(
      fault(.idx(path: place, labels: .none))
        .hasSuffix("looks like MNIST: `data NAME mnist path=\(place)`; or name a file in it"))
  }

  @Test func `what is read is not recommended again`() throws {
    try writeMNIST()
    let images = place + "/t10k-images-idx3-ubyte.gz"
    try FileManager.default.removeItem(atPath: images)
    #expect(!fault(.mnist(path: place, split: .test)).contains("looks like"))
  }

  @Test func `one zip file in a folder is named as what can be read`() throws {
    try scratch.write(StoredZip.make([("1.png", Sample.png(1))]), "place/my photos.zip")
    #expect(
      fault(.folder(path: place, labels: .none))
        .hasSuffix(
          "found 1 zip archive (my photos.zip; `data NAME folder path=\"\(place)/my photos.zip\"` "
            + "reads it)"))
    try scratch.write(StoredZip.make([("1.png", Sample.png(1))]), "place/others.zip")
    #expect(
      fault(.folder(path: place, labels: .none))
        .hasSuffix("found 2 zip archives (my photos.zip, others.zip; unpack them)"))
  }

  @Test func `a file in MNIST's place is told for what it holds`() throws {
    let zip = try scratch.write(StoredZip.make([("1.png", Sample.png(1))]), "x.zip")
    #expect(fault(.mnist(path: zip, split: .train)).hasSuffix("found a zip archive; unpack it"))
    for (name, data) in [
      ("plain", IDX.make([1], [0])), ("packed.gz", Gzip.make(IDX.make([1], [0]))),
    ] {
      let path = try scratch.write(data, name)
      for source in [
        DatasetSource.mnist(path: path, split: .train), .folder(path: path, labels: .none),
      ] {
        let message = fault(source)
        #expect(
          message.hasSuffix("found an IDX file; `data NAME idx path=\(path)` reads one by itself"),
          "\(message)")
      }
    }
  }
}
