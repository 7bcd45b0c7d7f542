import Foundation
import Glibc
import Testing

import Terminal

@Suite struct HistoryTests {
  private func withFile(_ body: (String) throws -> Void) rethrows {
    let folder = NSTemporaryDirectory() + "gansh-history-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder + "/deep/history")
  }

  @Test(arguments: ["runs", "a\nb\n", "C:\\new", "\\n", "arch x {\n  dense 1 }", "é→🙂"])
  func `an entry comes back as it was typed`(entry: String) {
    #expect(History.decode(History.encode(entry)) == entry)
    #expect(!History.encode(entry).contains("\n"))
  }

  @Test func `entries survive in order, whole, in a folder that did not exist`() {
    withFile { path in
      let history = History(path: path)
      history.append("first")
      history.append("arch x {\n  dense 1 }")
      #expect(History(path: path).load() == ["first", "arch x {\n  dense 1 }"])
    }
  }

  @Test func `what was typed again is there once, where it was typed last`() {
    withFile { path in
      let history = History(path: path)
      for entry in ["a", "b", "a", "c", "b"] { history.append(entry) }
      #expect(History(path: path).load() == ["a", "c", "b"])
    }
  }

  @Test func `a missing file and no file are an empty history`() {
    #expect(History(path: "/nonexistent/history").load().isEmpty)
    #expect(History(path: nil).load().isEmpty)
    History(path: "/proc/nonexistent/history").append("goes nowhere, quietly")
  }

  @Test(arguments: ["/dev/zero", "/dev/full", "pipe", "folder"])
  func `what is no ordinary file is neither read nor written`(kind: String) throws {
    try withFile { path in
      History(path: path).append("a")
      try FileManager.default.removeItem(atPath: path)
      switch kind {
      case "pipe": #expect(mkfifo(path, 0o600) == 0)
      case "folder":
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      default:
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: kind)
      }
      #expect(History(path: path).load().isEmpty)
      History(path: path).append("b")
    }
  }

  @Test func `of an endless file the end is read`() throws {
    try withFile { path in
      History(path: path).append("first")
      let file = try #require(FileHandle(forUpdatingAtPath: path))
      // A hole of 10 GB, which takes no room.
      try file.truncate(atOffset: 10 << 30)
      try file.seekToEnd()
      try file.write(contentsOf: Data("\nlast\n".utf8))
      #expect(History(path: path).load() == ["last"])
    }
  }

  @Test func `a last line without an end is not glued to the next entry`() throws {
    try withFile { path in
      History(path: path).append("first")
      try "first\nsecond".write(toFile: path, atomically: false, encoding: .utf8)
      History(path: path).append("third")
      #expect(History(path: path).load() == ["first", "second", "third"])
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "first\nsecond\nthird\n")
    }
  }

  @Test func `a long file is shortened where a link leads, its permissions kept`() throws {
    try withFile { path in
      History(path: path).append("x")
      let real = path + "-real"
      try (0..<20_001).map { "entry \($0)\n" }.joined()
        .write(toFile: real, atomically: false, encoding: .utf8)
      chmod(real, 0o640)
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: real)
      #expect(History(path: path).load().count == 10_000)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == real)
      let attributes = try FileManager.default.attributesOfItem(atPath: real)
      #expect(attributes[.posixPermissions] as? Int == 0o640)
      #expect(try String(contentsOfFile: real, encoding: .utf8).hasPrefix("entry 10001\n"))
    }
  }
}
