import Datasets
import Foundation
import Images
import Specification
import TestSupport
import Testing

@Suite struct CIFAR10Tests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  func open(_ split: TrainTestSplit, path: String? = nil) throws(DatasetError) -> Dataset {
    try Dataset.open(
      DatasetSpecification(
        source: .cifar10(path: path ?? scratch.path + "/cifar", split: split),
        preprocessing: Sample.preprocessing(32)), cacheDirectory: scratch.cache)
  }

  func image(_ number: Int) -> PixelImage { Sample.image(number, width: 32, height: 32) }

  func record(_ number: Int, label: UInt8) -> Data {
    let pixels = image(number).pixels
    return Data([label]) + Data((0..<3).flatMap { c in (0..<1024).map { pixels[$0 * 3 + c] } })
  }

  func write(_ folder: String = "cifar") throws {
    for batch in 1...5 {
      let records = record(batch, label: UInt8(batch)) + record(batch + 10, label: 0)
      try scratch.write(records, "\(folder)/data_batch_\(batch).bin")
    }
    try scratch.write(record(20, label: 9), "\(folder)/test_batch.bin")
  }

  @Test func `splits are the published batches`() throws {
    try write()
    let train = try open(.train)
    #expect(train.count == 10)
    #expect((0..<10).map { train.image(at: $0) } == [1, 11, 2, 12, 3, 13, 4, 14, 5, 15].map(image))
    #expect(train.labels?.examples(with: "airplane") == [1, 3, 5, 7, 9])
    #expect(train.labels?.examples(with: "cat") == [4])
    let test = try open(.test)
    #expect(test.count == 1)
    #expect(test.image(at: 0) == image(20))
    #expect(test.labels?.classIndex(for: 0) == 9)
    #expect(try open(.all).count == 11)
    #expect(try open(.all).labels?.examples(with: "truck") == [10])
  }

  @Test func `class names are those beside the batches`() throws {
    try write("around/cifar-10-batches-bin")
    try scratch.write(
      (0..<10).map { "class \($0)\n" }.joined() + "\n",
      "around/cifar-10-batches-bin/batches.meta.txt")
    let dataset = try open(.test, path: scratch.path + "/around")
    #expect(dataset.labels?.names == (0..<10).map { "class \($0)" })
  }

  @Test func `a batch that is none is an error with its file`() throws {
    try write()
    let file = scratch.path + "/cifar/data_batch_3.bin"
    try scratch.write(record(3, label: 3).dropLast(), "cifar/data_batch_3.bin")
    let length = #expect(throws: DatasetError.self) { try open(.train) }
    #expect(
      length?.description == "\(file): it has 3072 bytes, not a multiple of 3073: "
        + "a label and an image of 32x32 in three colours each")
    try scratch.write(record(3, label: 3) + record(4, label: 10), "cifar/data_batch_3.bin")
    let label = #expect(throws: DatasetError.self) { try open(.train) }
    #expect(label?.description == "\(file): image 1 has the label 10, but there are 10 classes")
    try FileManager.default.removeItem(atPath: file)
    let missing = #expect(throws: DatasetError.self) { try open(.train) }
    #expect(missing?.description.hasSuffix("data_batch_5.bin, found no data_batch_3.bin") == true)
    #expect(try open(.test).count == 1)
  }

  @Test func `what is no folder of batches says what to do`() throws {
    let archive = try scratch.write("x", "cifar-10-binary.tar.gz")
    let error = #expect(throws: DatasetError.self) { try open(.train, path: archive) }
    #expect(
      error?.description.hasSuffix("an archive; unpack it with `tar xf` and name the folder")
        == true)
    #expect(throws: DatasetError.self) { try open(.train, path: scratch.path) }
    #expect(throws: DatasetError.self) { try open(.train, path: scratch.path + "/nowhere") }
  }
}
