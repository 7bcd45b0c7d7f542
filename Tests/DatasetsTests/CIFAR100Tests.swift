import Datasets
import Foundation
import Images
import Language
import Specification
import Testing

@Suite struct CIFAR100Tests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// - Parameter choice: what is chosen of it: `where fine=seal`.
  private func open(
    _ options: String, folder: String = "cifar", choosing choice: String? = nil
  ) throws -> Dataset {
    let path = word("\(scratch.path)/\(folder)")
    var text = "data d cifar100 path=\(path) \(options)"
    if let choice { text += "; data d from d \(choice)" }
    var known: [String: DatasetSpecification] = [:]
    for statement in try parse(SourceText(name: "test", text: text)) {
      known["d"] = try DatasetSpecification(parsing: statement, .all, known: known)
    }
    return try Dataset.open(try #require(known["d"]), cacheDirectory: scratch.cache)
  }

  private func fault(_ options: String, folder: String = "cifar") -> String {
    let error = #expect(throws: DatasetError.self) { try open(options, folder: folder) }
    return error?.description ?? ""
  }

  private func image(_ number: Int) -> PixelImage { Sample.image(number, width: 32, height: 32) }

  private func record(_ number: Int, coarse: UInt8, fine: UInt8) -> Data {
    let pixels = image(number).pixels
    return Data([coarse, fine])
      + Data((0..<3).flatMap { c in (0..<1024).map { pixels[$0 * 3 + c] } })
  }

  private func write(_ folder: String = "cifar", names: Bool = true) throws {
    let train =
      record(1, coarse: 1, fine: 5) + record(2, coarse: 0, fine: 99) + record(3, coarse: 1, fine: 6)
    try scratch.write(train, "\(folder)/train.bin")
    try scratch.write(record(4, coarse: 19, fine: 5), "\(folder)/test.bin")
    guard names else { return }
    for (kind, count) in [("coarse", 20), ("fine", 100)] {
      try scratch.write(
        (0..<count).map { "\(kind)_\($0)\n" }.joined() + "\n",
        "\(folder)/\(kind)_label_names.txt")
    }
  }

  @Test func `images have a fine and a coarse label`() throws {
    try write()
    let train = try open("")
    #expect((0..<3).map { train.image(at: $0) } == [1, 2, 3].map(image))
    #expect(train.labels?.columns.map(\.name) == ["fine", "coarse"])
    #expect(train.labels?.examples(with: "fine=fine_99") == [1])
    #expect(train.labels?.examples(with: "coarse=coarse_1") == [0, 2])
    #expect(train.notes.isEmpty)
    let test = try open("split=test")
    #expect(test.image(at: 0) == image(4))
    #expect(test.labels?.examples(with: "coarse=coarse_19") == [0])
    #expect(try open("split=all").count == 4)
    #expect("\(test)".hasSuffix("cifar, test split"))
  }

  @Test func `examples are chosen by both labels, and a run can take either`() throws {
    try write()
    let chosen = try open("split=all", choosing: "where coarse=coarse_1 and fine!=fine_5")
    #expect((0..<(chosen.count ?? 0)).map { chosen.image(at: $0) } == [image(3)])
    #expect(try open("", choosing: "balance=coarse").count == 4)
    let declared = try open(
      "split=all { words coarse \((0..<20).map { "coarse_\($0)" }.joined(separator: " ")) }")
    #expect(declared.specification.labels.map(\.name) == ["coarse"])
  }

  @Test func `without the files of names labels are numbers`() throws {
    try write("around/cifar-100-binary", names: false)
    let dataset = try open("", folder: "around")
    #expect(dataset.labels?.examples(with: "fine=99") == [1])
    #expect(
      dataset.notes
        == ["coarse", "fine"].map {
          "labels are numbers: \($0)_label_names.txt is not beside the images"
        })
  }

  @Test func `a file that is none is an error with its name`() throws {
    try write()
    let file = scratch.path + "/cifar/train.bin"
    try scratch.write(record(3, coarse: 3, fine: 3).dropLast(), "cifar/train.bin")
    #expect(
      fault("") == "\(file): it has 3073 bytes, not a multiple of 3074: "
        + "2 labels and an image of 32x32 in three colours each")
    try scratch.write(record(3, coarse: 20, fine: 3), "cifar/train.bin")
    #expect(fault("") == "\(file): image 0 has the label 20, but there are 20 classes")
    try scratch.write(record(3, coarse: 0, fine: 100), "cifar/train.bin")
    #expect(fault("") == "\(file): image 0 has the label 100, but there are 100 classes")
    try FileManager.default.removeItem(atPath: file)
    #expect(fault("").hasSuffix("looked for train.bin, found no train.bin"))
    #expect(try open("split=test").count == 1)
  }

  @Test func `a folder of it is recognised by other sources`() throws {
    try write()
    let error = #expect(throws: DatasetError.self) {
      let statement = try #require(
        try parse(SourceText(name: "", text: "data d mnist path=\(word(scratch.path + "/cifar"))"))
          .first)
      _ = try Dataset.open(
        DatasetSpecification(parsing: statement, .all), cacheDirectory: scratch.cache)
    }
    #expect(error?.description.contains("that looks like CIFAR-100: `data NAME cifar100") == true)
    try scratch.write("x", "cifar-100-binary.tar.gz")
    #expect(fault("", folder: "cifar-100-binary.tar.gz").contains("unpack it with `tar xf`"))
  }

}
