import Foundation
import Glibc
import Notebook
import TestSupport
import Testing

/// What `threads=` does to a run, seen from outside of its process.
@Suite(.serialized) struct ThreadTests {
  private static let declarations =
    "data faces portraits count=256 size=16; arch small like dcgan image=16x16x3 width=16; "
  private static let run = "run small on faces batch=64 sample-every=40 checkpoint-every=40"

  private func digest(of run: String, in folder: String) throws -> String {
    let query =
      "sql select digest from checkpoint join run on run.id = checkpoint.run "
      + "where name = '\(run)' order by step desc limit 1"
    return try Program.run(["-c", query], in: folder).output
  }

  private func run(
    _ text: String, in folder: String, wrapper: [String] = []
  ) throws -> (status: Int32, text: String) {
    let process = try Program.start(["-c", text], in: folder, named: "run", wrapper: wrapper)
    process.waitUntilExit()
    let texts = try ["out", "err"].map {
      try String(contentsOfFile: "\(folder)/run.\($0)", encoding: .utf8)
    }
    return (process.terminationStatus, texts.joined())
  }

  /// Processor time over time: of the whole process, with preparing the data, sheets and checkpoints.
  private func processors(used line: String) throws -> Double {
    try Program.withFolder { folder in
      let time = ["/bin/bash", "-c", "TIMEFORMAT='times %R %U %S'; time \"$0\" \"$@\""]
      let (status, text) = try run(Self.declarations + line, in: folder, wrapper: time)
      #expect(status == 0, "\(text)")
      let last = try #require(text.split(separator: "\n").last { $0.hasPrefix("times") })
      let times = last.split(separator: " ").compactMap { Double($0) }
      try #require(times.count == 3, "\(last)")
      return (times[1] + times[2]) / times[0]
    }
  }

  @Test func `one thread uses one processor, at the prompt and in the background`() throws {
    let line = "\(Self.run) steps=160 threads=1 as one"
    #expect(try processors(used: line) <= 1.1)
    #expect(try processors(used: "\(line) &; wait") <= 1.1)
    #expect(try processors(used: "profile small on faces batch=64 threads=1 steps=80") <= 1.1)
  }

  @Test(arguments: [1, 2, 4])
  func `as many threads compute as were asked for, and are written down`(count: Int) throws {
    try Program.withFolder { folder in
      let process = try Program.start(
        ["-c", "\(Self.declarations)\(Self.run) steps=1M threads=\(count) as base"], in: folder,
        named: "run")
      defer {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
      }
      let first = folder + "/gansh.runs/base/step-00000040.safetensors"
      for _ in 0..<1500 where !FileManager.default.fileExists(atPath: first) { usleep(20_000) }
      let tasks = "/proc/\(process.processIdentifier)/task"
      let names = try FileManager.default.contentsOfDirectory(atPath: tasks).map {
        (try? String(contentsOfFile: "\(tasks)/\($0)/comm", encoding: .utf8)) ?? ""
      }
      #expect(names.filter { $0 == "kernels\n" }.count == count - 1)
      let row = try Program.run(["--json", "-c", "sql select threads from run"], in: folder)
      #expect(row.output.filter(\.isNumber) == "\(count)")
    }
  }

  @Test func `bits depend on the threads, not on the processors there are`() throws {
    try Program.withFolder { folder in
      let one = ["/usr/bin/taskset", "-c", "0"]
      for count in [1, 2, 3] {
        let line = "\(Self.run) steps=4 threads=\(count)"
        #expect(try run(Self.declarations + "\(line) as all\(count)", in: folder).status == 0)
        #expect(try run("\(line) as few\(count)", in: folder, wrapper: one).status == 0)
        #expect(try digest(of: "all\(count)", in: folder) == digest(of: "few\(count)", in: folder))
        let repeated = try run("replay few\(count) as again\(count)", in: folder)
        #expect(repeated.text.contains("bit for bit"), "\(repeated.text)")
      }
      let halves = "\(Self.run) steps=2 threads=3 as halves"
      #expect(try run(halves, in: folder).status == 0)
      let resumed = try run("resume halves steps=4", in: folder, wrapper: one)
      #expect(resumed.status == 0 && !resumed.text.contains("note"), "\(resumed.text)")
      #expect(try digest(of: "halves", in: folder) == digest(of: "all3", in: folder))
    }
  }

  @Test func `a checkpoint knows better than the notebook how many threads computed it`() throws {
    try Program.withFolder { folder in
      #expect(
        try run(Self.declarations + "\(Self.run) steps=2 threads=2 as base", in: folder).status == 0
      )
      let notebook = try Notebook.open(at: folder + "/gansh.sqlite")
      let row = try #require(try notebook.run(named: "base"))
      guard row.kernels.contains("AVX-512") else { return }  // elsewhere no kernel is chosen
      _ = try notebook.resume(run: row.id, fromStep: 2, threads: 1)
      try notebook.finish(run: row.id, status: .stopped, stepsDone: 2)
      try notebook.close()
      let resumed = try run("resume base steps=4", in: folder)
      #expect(resumed.status == 0)
      #expect(
        resumed.text.contains(
          "base was computed with 2 threads, as its checkpoint has it, not with 1"),
        "\(resumed.text)")
      let after = try Program.run(["--json", "-c", "sql select threads from run"], in: folder)
      #expect(after.output.filter(\.isNumber) == "2")
    }
  }

  @Test func `a repetition that comes out otherwise says what was not the same`() throws {
    try Program.withFolder { folder in
      #expect(
        try run(Self.declarations + "\(Self.run) steps=2 threads=2 as base", in: folder).status == 0
      )
      let plain = ["/usr/bin/env", "DNNL_MAX_CPU_ISA=SSE41"]
      let repeated = try run("replay base", in: folder, wrapper: plain)
      #expect(repeated.status == 0)
      #expect(
        repeated.text.contains("its checkpoint differs from that of base; it was computed by"))
      #expect(repeated.text.contains("and now by oneDNN"), "\(repeated.text)")
    }
  }
}
