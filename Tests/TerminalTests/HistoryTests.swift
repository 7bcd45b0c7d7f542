import Foundation
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
}
