import Datasets
import Foundation
import Images
import Specification
import TestSupport
import Testing

/// Arrays of NumPy archives as data sets.
@Suite struct NumPySourceTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func open(_ path: String, size: Int = 4, channels: Int = 3) throws -> Dataset {
    try Dataset.open(
      DatasetSpecification(
        source: .read(SourceSpecification("npz", [.init("path", .word(path))])),
        preprocessing: Sample.preprocessing(size, channels: channels)),
      cacheDirectory: scratch.cache)
  }

  private func write(
    _ name: String, _ body: (inout NumPyArchive) throws -> Void
  ) throws -> String {
    var bytes = Data()
    var archive = NumPyArchive { bytes.append($0) }
    try body(&archive)
    try archive.finish()
    return try scratch.write(bytes, name)
  }

  private func numbers(_ values: [Int32]) -> Data {
    values.map(\.littleEndian).withUnsafeBytes { Data($0) }
  }

  /// `Fixtures/arrays/make_arrays.py` wrote it with NumPy, compressed.
  @Test func `what NumPy writes is read`() throws {
    let data = try open(Fixture.folder.appending(path: "arrays/classes.npz").path)
    #expect(data.count == 3)
    #expect(
      data.labels?.descriptions == [LabelDescription("class", .words(["cat", "größe", "日本"]))])
    #expect(data.labels?.classIndex(for: 0) == 2 && data.labels?.classIndex(for: 2) == 0)
    #expect(data.image(at: 1)?.pixels == (0..<48).map { UInt8(48 + $0) })
    let grey = try open(Fixture.folder.appending(path: "arrays/attributes.npz").path, channels: 1)
    #expect(
      grey.labels?.descriptions == [
        LabelDescription("Smiling", .attribute), LabelDescription("age", .number),
      ])
    #expect((0..<3).map { grey.labels?.value(of: 0, for: $0) } == [1, -1, 0])
    #expect(grey.image(at: 2)?.pixels == (0..<16).map { UInt8(32 + $0) })
  }

  @Test func `what is written is read back`() throws {
    let path = try write("a.npz") { archive in
      try archive.begin("images", .uint8, shape: [2, 4, 4, 3])
      try archive.append(Data((0..<96).map { UInt8($0) }))
      try archive.begin("labels", .int32, shape: [2])
      try archive.append(numbers([1, 0]))
      try archive.write(["no", "ja, ß"], as: "label_names")
    }
    let data = try open(path)
    #expect(data.labels?.descriptions == [LabelDescription("class", .words(["no", "ja, ß"]))])
    #expect((0..<2).map { data.labels?.classIndex(for: $0) } == [1, 0])
    #expect(data.image(at: 1)?.pixels == (48..<96).map { UInt8($0) })
  }

  @Test func `what is none of it is named`() throws {
    let short = try write("short.npz") { archive in
      try archive.begin("images", .uint8, shape: [2, 4, 4, 3])
      try archive.append(Data(count: 95))
    }
    let floats = try write("floats.npz") { archive in
      try archive.begin("images", .float32, shape: [1, 4, 4, 3])
      try archive.append(Data(count: 192))
    }
    let none = try write("none.npz") { archive in
      try archive.begin("points", .float32, shape: [1, 2])
      try archive.append(Data(count: 8))
    }
    let empty = try write("empty.npz") { archive in
      try archive.begin("images", .uint8, shape: [0, 4, 4, 3])
    }
    let classes = try write("classes.npz") { archive in
      try archive.begin("images", .uint8, shape: [2, 4, 4])
      try archive.append(Data(count: 32))
      try archive.begin("labels", .int32, shape: [2])
      try archive.append(numbers([0, 3]))
      try archive.write(["one", "two"], as: "label_names")
    }
    let text = try scratch.write(Data("no archive".utf8), "text.npz")
    for (path, reason) in [
      (short, "it has 95 bytes"), (floats, "`images` is [1, 4, 4, 3] of <f4"),
      (none, "it has no array `images`"), (empty, "found 0 in `images`"),
      (classes, "the label of image 1 is 3.0, and no class from 0 to 1"), (text, "is no zip file"),
      (scratch.path + "/nothing.npz", "nothing is at"),
    ] {
      #expect {
        try open(path)
      } throws: { error in
        "\(error)".contains(reason)
      }
    }
  }
}
