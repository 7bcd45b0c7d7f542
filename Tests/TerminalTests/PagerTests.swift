import Terminal
import Testing

@Suite struct PagerTests {
  @Test func `a text that fits is not paged, lines that wrap counted`() {
    let nine = String(repeating: "line\n", count: 9)
    #expect(!Pager.isNeeded(for: nine, width: 80, height: 10))
    #expect(Pager.isNeeded(for: nine + "one\nmore\n", width: 80, height: 10))
    #expect(Pager.isNeeded(for: String(repeating: "x", count: 801), width: 80, height: 10))
    #expect(!Pager.isNeeded(for: String(repeating: "x", count: 800), width: 80, height: 10))
    #expect(!Pager.isNeeded(for: "", width: 0, height: 1))
  }

  @Test func `a command ends as it ends`() {
    #expect(ChildProcess.run("exit 7") == .exited(7))
    #expect(ChildProcess.run("kill -15 $$") == .signalled(15))
    #expect(ChildProcess.run("test \"$1\" = 'a b'", arguments: ["a b"]) == .exited(0))
    #expect(ChildProcess.run("test \"$(cat)\" = hello", input: "hello") == .exited(0))
    // The reader goes away before all is written, which is no one's error.
    let long = String(repeating: "x", count: 1 << 20)
    #expect(ChildProcess.run("head -c 1 >/dev/null", input: long) == .exited(0))
  }
}
