import Foundation
import Randomness
import TestSupport
import Testing
import Training

/// Files of weights: what PyTorch wrote is read, and whatever else lies there is refused with a reason.
struct WeightsFileTests {
  // MARK: What is read

  @Test
  func `files of torch dot save, of both forms, hold what the same tensors as safetensors do`()
    throws
  {
    let wanted = try WeightsFile(path: path("small.safetensors"))
    for name in ["small.pth", "small-older.pth"] {
      let file = try WeightsFile(path: path(name))
      #expect(file.name == name && file.digest.count == 64)
      #expect(file.shapes == wanted.shapes)
      for tensor in wanted.shapes.keys.sorted() {
        #expect(
          try file.weights.values(of: tensor) == wanted.weights.values(of: tensor), "\(tensor)")
      }
    }
    // Not one number after the other.
    let (whole, turned) = (
      try wanted.weights.values(of: "whole"), try wanted.weights.values(of: "turned")
    )
    #expect(turned[1] == whole[4] && turned != whole)
    #expect(try wanted.weights.values(of: "scalar") == [0.5])
    #expect(try wanted.weights.values(of: "nothing") == [])
  }

  @Test func `a tensor that is not there or not finite is refused by its name`() throws {
    let file = try WeightsFile(path: path("small.pth"))
    #expect(throws: WeightsError.unreadable(file: "small.pth", "it has no unknown")) {
      try file.weights.values(of: "unknown")
    }
    var bytes = try older()
    // The last number is one of the storage that was written last.
    let value = Float.nan
    withUnsafeBytes(of: value) { bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: $0) }
    let refused = try withFile(bytes) { file in
      file.shapes.keys.sorted().filter { (try? file.weights.values(of: $0)) == nil }
    }
    #expect(!refused.isEmpty)
  }

  @Test func `tables in tables are read by their names joined, and what else there is is left`()
    throws
  {
    let numbers: [Float] = [1, 2, 3, 4]
    let inner = [0x7d] + text("w") + tensor("0", 4, 0, [4], [1]) + [0x73]
    let bytes = file(
      table: [
        ("epoch", [0x4b, 3]), ("rate", [0x47] + [UInt8](repeating: 0x3f, count: 8)),
        ("model", [0x7d] + text("net") + inner + [0x73]), ("none", [0x4e]),
        ("v", tensor("0", 4, 1, [2], [1])),
      ], numbers)
    try withFile(bytes) { file in
      #expect(file.names == ["v", "model.net.w"])
      let (whole, part) = (
        try file.weights.values(of: "model.net.w"), try file.weights.values(of: "v")
      )
      #expect(whole == numbers && part == [2, 3])
    }
  }

  @Test func `names of safetensors are in the order of their words and numbers`() throws {
    try withFolder { folder in
      let names = [
        "b.weight", "main.10.weight", "main.2.bias", "main.2.weight", "main2", "main10.a",
      ]
      let url = folder.appendingPathComponent("names.safetensors")
      _ = try TensorFile.write(
        to: url, metadata: [:], tensors: names.map { ($0, [1]) }, values: { _ in [0] })
      let sorted = try WeightsFile(path: url.path).names
      #expect(
        sorted == [
          "b.weight", "main.2.bias", "main.2.weight", "main.10.weight", "main2", "main10.a",
        ])
    }
  }

  // MARK: What is refused

  @Test func `whatever is cut off is refused`() throws {
    let bytes = try older()
    for count in stride(from: 0, to: bytes.count, by: 3) {
      #expect(refusal(Array(bytes.prefix(count))) != nil, "\(count) bytes")
    }
    let zip = [UInt8](try Fixture.data("features/small.pth"))
    for count in stride(from: 0, to: zip.count, by: 37) {
      #expect(refusal(Array(zip.prefix(count))) != nil, "\(count) bytes of the zip file")
    }
  }

  @Test func `a file that is something else is told so`() throws {
    func reason(_ bytes: [UInt8]) -> String { refusal(bytes) ?? "nothing" }
    #expect(reason([]).contains("no file of torch.save"))
    #expect(reason(Array("GIF89a and some more".utf8)).contains("no file of torch.save"))
    #expect(reason(Array("PK\u{3}\u{4} and no more".utf8)).contains("damaged zip file"))
    #expect(
      reason([UInt8](try Fixture.data("features/inception.safetensors"))) == "nothing")
    #expect(
      refusalOf(path: "/nowhere/weights.pth")
        == "weights.pth cannot be read as weights: the file cannot be opened")
    #expect(refusalOf(path: "/tmp")?.contains("cannot be opened") == true)
  }

  @Test(arguments: [
    ("short", "bytes, wanted 96"), ("missing", "has no entry small/data/"),
    ("big-endian", "not little-endian"), ("empty", "without a data.pkl"),
    ("double", "2 files data.pkl"),
  ])
  func `zip files with something wrong in them are refused`(name: String, part: String) throws {
    let reason = refusal([UInt8](try Fixture.data("features/small-\(name).pth"))) ?? "nothing"
    #expect(reason.contains(part), "\(reason)")
  }

  /// A pickle that PyTorch's loader would have run.
  @Test func `functions other than those that make tensors are refused by name, and not run`()
    throws
  {
    for name in [
      "os\nsystem", "builtins\neval", "__builtin__\neval", "torch\nload",
      "torch._utils\n_rebuild_xla_tensor",
      "collections\ndefaultdict", "torch\nByteStorage", "torch._utils\n_rebuild_tensor_v3",
      "torch.storage\n_load_from_bytes",
    ] {
      let parts = name.split(separator: "\n")
      let reason = refusal(pickle: "c\(name)\n", [0x58, 2, 0, 0, 0, 0x6c, 0x73, 0x85, 0x52, 0x2e])
      #expect(reason?.contains("names \(parts[0]).\(parts[1])") == true, "\(reason ?? "nothing")")
    }
  }

  @Test func `every instruction that no table of tensors needs is refused`() throws {
    // Those of `PickleReader.Operation`.
    let known: Set<UInt8> = [
      0x28, 0x29, 0x2e, 0x47, 0x4a, 0x4b, 0x4d, 0x4e, 0x51, 0x52, 0x54, 0x55, 0x58, 0x61, 0x62,
      0x63,
      0x65, 0x68, 0x6a, 0x71, 0x72, 0x73, 0x74, 0x75, 0x5d, 0x7d, 0x80, 0x85, 0x86, 0x87, 0x88,
      0x89, 0x8a,
    ]
    for code in UInt8.min...UInt8.max where !known.contains(code) {
      let reason = refusal(pickle: "", [0x7d, code, 0x2e])
      #expect(
        reason?.contains("the instruction 0x\(String(code, radix: 16)) at byte 3") == true,
        "\(code): \(reason ?? "nothing")")
    }
    for code in known where code != 0x2e {
      #expect(refusal(pickle: "", [code]) != nil, "\(code) alone")
      #expect(refusal(pickle: "", [0x7d, code, 0xff, 0xff, 0xff, 0xff, 0xff, 0x2e]) != nil)
    }
  }

  @Test func `what claims more than there is is refused before memory is given to it`() throws {
    func told(_ reason: String?, _ part: String) -> String? {
      reason?.contains(part) == true ? nil : "\(reason ?? "nothing") instead of \(part)"
    }
    // A text of 4 GB, a number that was not remembered, one of 255 bytes, and another protocol.
    #expect(told(refusal(pickle: "", [0x58, 0xff, 0xff, 0xff, 0xff, 0x2e]), "too long") == nil)
    #expect(told(refusal(pickle: "", [0x68, 7, 0x2e]), "number 7, which it has not") == nil)
    #expect(told(refusal(pickle: "", [0x8a, 0xff, 0x2e]), "a number of 255 bytes") == nil)
    #expect(told(refusal(pickle: "", [0x80, 4, 0x7d, 0x2e]), "of protocol 4") == nil)
    #expect(told(refusal(pickle: "", [0x72, 0xff, 0xff, 0xff, 0xff, 0x2e]), "remembers") == nil)
    // Tensors that do not fit in their storages.
    for (offset, shape, strides) in [
      (0, [9], [1]), (1, [8], [1]), (-1, [2], [1]), (0, [2, 4], [5, 1]), (0, [-1], [1]),
      (0, [4], [-1]), (0, [Int(Int32.max), Int(Int32.max), 2], [0, 0, 0]),
      (0, [2, 2], [Int(Int32.max), 1]), (Int(Int32.max), [1], [1]),
    ] {
      let reason = refusal(table: [("w", tensor("0", 8, offset, shape, strides))])
      #expect(told(reason, "does not fit in storage 0 of 8 numbers") == nil)
    }
    let reason = refusal(table: [("w", tensor("0", 8, 0, [2, 4], [1]))])
    #expect(told(reason, "2 extents and 1 steps") == nil)
    let deep = [Int](repeating: 1, count: 9)
    #expect(told(refusal(table: [("w", tensor("0", 8, 0, deep, deep))]), "9 axes") == nil)
    // A storage that claims two billion numbers.
    let large = refusal(table: [("w", tensor("0", Int(Int32.max), 0, [1], [1]))])
    #expect(told(large, "has no list of its storages") == nil || large?.contains("cut off") == true)
  }

  @Test func `steps that are never taken may be any number, and none leads beyond the numbers`()
    throws
  {
    let numbers: [Float] = [1, 2, 3, 4]
    for (shape, strides, wanted) in [
      ([1], [Int.max], [2]), ([2, 1], [2, Int.max], [2, 4]), ([1, 2], [Int.max, 1], [2, 3]),
      ([0, Int.max, Int.max], [Int.max, Int.max, 1], []), ([3], [1], [2, 3, 4]),
      ([2, 2], [1, 1], [2, 3, 3, 4]), ([3], [0], [2, 2, 2]),
    ] as [([Int], [Int], [Float])] {
      let bytes = file(table: [("w", tensor("0", 4, 1, shape, strides))], numbers)
      let values = try withFile(bytes) { try $0.weights.values(of: "w") }
      #expect(values == wanted, "\(shape) \(strides)")
    }
    // As many numbers as the file says, and a file that is shorter.
    let bytes = file(table: [("w", tensor("0", 4, 1, [3], [1]))], numbers)
    #expect(refusal(bytes) == nil)
    #expect(refusal(Array(bytes.dropLast()))?.contains("goes beyond its end") == true)
    let claims = file(table: [("w", tensor("0", Int.max, 1, [3], [1]))], numbers)
    #expect(refusal(claims)?.contains("goes beyond its end") == true)
  }

  @Test func `a key twice, what is no tensor and two claims of one storage are refused`() throws {
    let one = tensor("0", 8, 0, [8], [1])
    func told(_ reason: String?, _ part: String) -> String? {
      reason?.contains(part) == true ? nil : "\(reason ?? "nothing") instead of \(part)"
    }
    #expect(told(refusal(table: [("w", one), ("w", one)]), "it has w twice") == nil)
    #expect(told(refusal(table: [("w", [0x4b, 3])]), "its w is no tensor") == nil)
    #expect(told(refusal(table: [("w", [0x7d])]), "its w is no tensor") == nil)
    #expect(
      told(
        refusal(table: [("w", one), ("v", tensor("0", 9, 0, [9], [1]))]),
        "two things of its storage 0")
        == nil)
    #expect(told(refusal(pickle: "", [0x5d, 0x2e]), "no table of tensors") == nil)
    #expect(
      told(refusal(pickle: "", [0x7d, 0x4e, 0x4b, 2, 0x73, 0x2e]), "no text for a name") == nil)
    #expect(
      told(refusal(pickle: "", [0x7d, 0x4b, 1, 0x4b, 2, 0x73, 0x2e]), "its 1 is no tensor") == nil)
    #expect(told(refusal(pickle: "", [0x7d, 0x2e]), "it has no tensors") == nil)
  }

  /// A table made of a list is copied; a small file must not make many of a long one.
  @Test func `copies of copies and deep nests cost no more than the file has bytes`() throws {
    let one = tensor("0", 8, 0, [8], [1])
    var bytes: [UInt8] = [0x5d, 0x71, 0, 0x28]
    for number in 0..<250 { bytes += text("k\(number)") + [0x4e, 0x86] }
    bytes += [0x65]
    let table = Array("ccollections\nOrderedDict\n".utf8)
    for _ in 0..<2000 { bytes += table + [0x68, 0, 0x85, 0x52] }
    #expect(refusal(pickle: "", bytes + [0x2e])?.contains("copies more entries") == true)
    #expect(
      refusal(
        pickle: "",
        [UInt8](repeating: 0x29, count: 1) + [UInt8](repeating: 0x85, count: 500_000) + [0x2e])
        != nil)
    #expect(refusal(pickle: "", [UInt8](repeating: 0x28, count: 500_000) + [0x2e]) != nil)
    // Tables of which each entry is the table before.
    var tables = [0x7d] + text("t") + [0x7d, 0x71, 0] + text("a") + one + [0x73, 0x73]
    for level in UInt8(0)..<4 {
      tables += text("t\(level)") + [0x7d, 0x71, level + 1, 0x28]
      for number in 0..<40 { tables += text("k\(number)") + [0x68, level] }
      tables += [0x75, 0x73]
    }
    #expect(refusal(pickle: "", tables + [0x2e])?.contains("copies more entries") == true)
    let itself: [UInt8] = [0x7d, 0x71, 0] + text("a") + [0x68, 0, 0x73, 0x2e]
    #expect(refusal(pickle: "", itself)?.contains("stand in each other") == true)
    // A list that holds itself.
    #expect(refusal(pickle: "", [0x5d, 0x71, 0, 0x68, 0, 0x61, 0x2e]) != nil)
  }

  @Test func `changed bytes crash nothing, and what is read fits its shape`() throws {
    let whole = try older()
    // Most of the file but its numbers.
    var (read, refused) = (0, 0)
    let draws = Philox(seed: 20_261_129, stream: 1)
    for number in 0..<4000 {
      var bytes = whole
      let words = draws.block(UInt32(number))
      for change in 0...Int(words.0 % 3) {
        let (place, value) =
          change == 0 ? (words.1, words.2) : change == 1 ? (words.3, words.1) : (words.2, words.3)
        bytes[Int(place) % bytes.count] = UInt8(truncatingIfNeeded: value >> 8)
      }
      let file: WeightsFile
      do { file = try withFile(bytes) { $0 } } catch {
        refused += 1
        continue
      }
      for (tensor, shape) in file.shapes {
        guard let values = try? file.weights.values(of: tensor) else { continue }
        #expect(values.count == shape.reduce(1, *))
      }
      read += 1
    }
    #expect(read > 100 && refused > 100, "\(read) read, \(refused) refused")
  }

  // MARK: Names and places

  @Test func `a file whose name tells another digest is refused as damaged`() throws {
    let bytes = [UInt8](try Fixture.data("features/small.pth"))
    let reason = refusal(bytes, name: "vgg16-397923af.pth")
    #expect(reason?.contains("by its name it should with 397923af: it is damaged") == true)
    #expect(refusal(bytes, name: "vgg16-epoch.pth") == nil)
    let digest = try WeightsFile(path: path("small.pth")).digest
    #expect(refusal(bytes, name: "net-\(digest.prefix(8)).pth") == nil)
  }

  @Test func `a file is looked for where it was said, in the variable's folder, and in the cache`()
    throws
  {
    let network = PretrainedNetwork.inception.weights
    let name = "pt_inception-2015-12-05-6726825d.pth"
    #expect(WeightsPlace.folder(["GANSH_WEIGHTS": "/w", "HOME": "/h"]) == "/w")
    #expect(WeightsPlace.folder(["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c/gansh/weights")
    #expect(WeightsPlace.folder(["GANSH_WEIGHTS": "", "HOME": "/h"]) == "/h/.cache/gansh/weights")
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let environment = ["GANSH_WEIGHTS": folder.path]
    do throws(WeightsError) {
      _ = try WeightsPlace.path(of: network, environment)
      Issue.record("an empty folder has no weights")
    } catch {
      for part in [
        name, folder.path, "mseitzer/pytorch-fid/releases", "GANSH_WEIGHTS", "fetches nothing",
      ] {
        #expect(error.description.contains(part), "\(error.description)")
      }
    }
    let file = folder.appending(path: name)
    try Data([1]).write(to: file)
    #expect(try WeightsPlace.path(of: network, environment) == file.path)
    #expect(try WeightsPlace.path(of: network, asked: file.path, [:]) == file.path)
    #expect(try WeightsPlace.path(of: network, asked: folder.path, [:]) == file.path)
    #expect(throws: WeightsError.self) {
      try WeightsPlace.path(of: network, asked: folder.path + "/none.pth", environment)
    }
    #expect(throws: WeightsError.self) { try WeightsPlace.path(of: network, [:]) }
  }

  // MARK: Files

  private func path(_ name: String) -> String {
    Fixture.folder.appending(path: "features/\(name)").path
  }

  private func older() throws -> [UInt8] { [UInt8](try Fixture.data("features/small-older.pth")) }

  private func withFile<Result>(
    _ bytes: [UInt8], name: String = "weights.pth", _ body: (WeightsFile) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: name)
    try Data(bytes).write(to: url)
    return try body(WeightsFile(path: url.path))
  }

  /// Why a file of these bytes is refused, when it is opened or when its tensors are read; nil where it is not.
  private func refusal(_ bytes: [UInt8], name: String = "weights.pth") -> String? {
    do {
      try withFile(bytes, name: name) { file in
        for tensor in file.shapes.keys.sorted() { _ = try file.weights.values(of: tensor) }
      }
      return nil
    } catch { return "\(error)" }
  }

  private func refusalOf(path: String) -> String? {
    do throws(WeightsError) {
      _ = try WeightsFile(path: path)
      return nil
    } catch { return error.description }
  }

  /// What a file in the older form begins with, up to its table.
  private var beginning: [UInt8] {
    let numbers: [UInt8] = [
      0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
      0x80, 0x02, 0x4d, 0xe9, 0x03, 0x2e,
    ]
    return numbers + [0x80, 2, 0x7d] + text("little_endian") + [0x88, 0x73, 0x2e]
  }

  /// Why a file in the older form is refused whose table is this pickle.
  private func refusal(pickle start: String, _ rest: [UInt8]) -> String? {
    refusal(beginning + [0x80, 2] + Array(start.utf8) + rest)
  }

  private func refusal(table: [(name: String, value: [UInt8])]) -> String? {
    refusal(beginning + pickle(table))
  }

  private func pickle(_ table: [(name: String, value: [UInt8])]) -> [UInt8] {
    [0x80, 2, 0x7d] + table.flatMap { text($0.name) + $0.value + [0x73] } + [0x2e]
  }

  /// A whole file in the older form, with one storage.
  private func file(table: [(name: String, value: [UInt8])], _ numbers: [Float]) -> [UInt8] {
    let keys = [0x80, 2, 0x5d] + text("0") + [0x61, 0x2e]
    return beginning + pickle(table) + keys
      + withUnsafeBytes(of: UInt64(numbers.count).littleEndian) { Array($0) }
      + numbers.withUnsafeBytes { Array($0) }
  }

  private func text(_ text: String) -> [UInt8] {
    [0x58] + number(text.utf8.count).dropFirst() + Array(text.utf8)
  }

  private func number(_ value: Int) -> [UInt8] {
    if let short = Int32(exactly: value) {
      return [0x4a] + withUnsafeBytes(of: short.littleEndian) { Array($0) }
    }
    return [0x8a, 8] + withUnsafeBytes(of: Int64(value).littleEndian) { Array($0) }
  }

  private func tuple(_ values: [Int]) -> [UInt8] { [0x28] + values.flatMap(number) + [0x74] }

  /// What `torch.save` writes for a tensor.
  private func tensor(
    _ key: String, _ count: Int, _ offset: Int, _ shape: [Int], _ strides: [Int]
  ) -> [UInt8] {
    let storage =
      [0x28] + text("storage") + Array("ctorch\nFloatStorage\n".utf8) + text(key) + text("cpu")
      + number(count) + [0x4e, 0x74, 0x51]
    return Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8) + [0x28] + storage + number(offset)
      + tuple(shape) + tuple(strides) + [0x89, 0x7d, 0x74, 0x52]
  }
}
