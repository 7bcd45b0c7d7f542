import Foundation
import Images
import Testing

/// Archives of arrays against what NumPy writes (`arrays.json`, made by `arrays.py`).
@Suite struct NumPyArchiveTests {
  private struct Entry: Decodable {
    var bytes: Data
    var crc32: UInt32
  }

  private func archive() throws -> Data {
    var file = Data()
    try withoutActuallyEscaping({ (part: Data) in file += part }) { write in
      var archive = NumPyArchive(writing: write)
      try archive.begin("images", .uint8, shape: [2, 3, 4, 3])
      // In parts, as samples come.
      try archive.append(Data(0..<30))
      try archive.append(Data(30..<72))
      try archive.begin("labels", .int32, shape: [2, 2])
      try archive.append(bytes(of: [1, 0, 0, -1] as [Int32]))
      try archive.begin("points", .float32, shape: [3])
      try archive.append(bytes(of: [0.5, -1.25, 3e8] as [Float]))
      try archive.finish()
    }
    return file
  }

  private func bytes<Number>(of numbers: [Number]) -> Data {
    numbers.withUnsafeBytes { Data($0) }
  }

  private func number(_ file: Data, _ offset: Int, _ count: Int) -> Int {
    file[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  @Test func `arrays, sums, lengths and places are those that NumPy writes`() throws {
    let wanted = try Fixture.json("arrays.json", as: [String: Entry].self)
    let file = try archive()
    // The end, the place of the directory in 64 bits, and the directory.
    let end = file.count - 22
    #expect(number(file, end, 4) == 0x0605_4B50 && number(file, end + 10, 2) == 3)
    #expect(number(file, end - 20, 4) == 0x0706_4B50)
    let place = number(file, end - 12, 8)
    #expect(number(file, place, 4) == 0x0606_4B50 && number(file, place + 32, 8) == 3)
    var entry = number(file, place + 48, 8)
    #expect(number(file, end + 16, 4) == entry && number(file, end + 12, 4) == place - entry)
    var names: [String] = []
    for _ in 0..<3 {
      #expect(number(file, entry, 4) == 0x0201_4B50)
      let nameLength = number(file, entry + 28, 2)
      let name = String(decoding: file[entry + 46..<entry + 46 + nameLength], as: UTF8.self)
      names.append(name)
      let extra = entry + 46 + nameLength + 4
      let (size, offset) = (number(file, extra, 8), number(file, extra + 16, 8))
      #expect(number(file, offset, 4) == 0x0403_4B50)
      let start = offset + 30 + nameLength + number(file, offset + 28, 2)
      let found = try #require(wanted[name])
      #expect(Data(file[start..<start + size]) == found.bytes, "\(name)")
      #expect(number(file, entry + 16, 4) == Int(found.crc32))
      // What follows an entry says the same once more.
      #expect(number(file, start + size, 4) == 0x0807_4B50)
      #expect(number(file, start + size + 4, 4) == Int(found.crc32))
      #expect(number(file, start + size + 8, 8) == size)
      entry = extra + number(file, extra - 2, 2)
    }
    #expect(names == ["images.npy", "labels.npy", "points.npy"])
  }

  @Test func `what cannot be written ends it`() {
    struct Full: Error {}
    #expect(throws: Full.self) {
      var archive = NumPyArchive { _ in throw Full() }
      try archive.begin("images", .uint8, shape: [1])
    }
  }
}
