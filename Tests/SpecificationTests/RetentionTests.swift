import Language
import Networks
import Specification
import Testing

/// Which checkpoints stay, and how that is written.
@Suite struct RetentionTests {
  private func read(_ text: String) throws -> Retention {
    let statement = try parse(SourceText(name: "t", text: "run keep=\(text)"))[0]
    return try Retention(parsing: try #require(statement.options.first).value)
  }

  @Test(
    arguments: [
      ("last:3", "last:3"), ("last:3,every:5k,best:fid", "last:3+every:5000+best:fid"),
      ("last:3+every:5k+best:fid", "last:3+every:5000+best:fid"),
      ("best:fid+best:modes", "last:1+best:fid+best:modes"),
      ("spread:10+last:2", "last:2+spread:10"), ("\"every:1M\"", "last:1+every:1000000"),
    ])
  func `several are joined, and printed so that they are read back`(
    typed: String, printed: String
  ) throws {
    let retention = try read(typed)
    #expect("\(retention)" == printed)
    #expect(try read(printed) == retention)
  }

  @Test(
    arguments: [
      ("last:0", "last:0"), ("last:3+evry:5k", "evry:5k"), ("last:3,last:4", "last:4"),
      ("last", "last"), ("last:3+best:", "best:"), ("every:1.5", "every:1.5"),
      ("best:a+best:a", "best:a"), ("last:3+every:-1", "every:-1"), ("5", "5"),
      ("last:3++every:5", "last:3++every:5"), ("last:99999999999999999999", nil),
    ] as [(String, String?)])
  func `what says nothing is told of where it stands`(typed: String, place: String?) throws {
    do {
      _ = try read(typed)
      Issue.record("\(typed) was read")
    } catch let error as Diagnostic {
      let span = try #require(error.span)
      let text = Array("run keep=\(typed)".utf8)[span.start..<span.end]
      #expect(String(decoding: text, as: UTF8.self) == place ?? typed, "\(error.message)")
    }
  }

  @Test func `ten are spread evenly over whatever was run, and the last three stay`() {
    var have: [Int] = []
    for number in 1...2000 {
      have.append(number * 500)
      let kept = Retention.standard.kept(of: have) { _ in nil }
      #expect(have.suffix(3).allSatisfy { kept[$0]?.contains(.newest) == true })
      have = kept.keys.sorted()
      #expect(have.count == min(number, 13))
      guard number > 26 else { continue }
      // All but the gap before the last three, which is still growing.
      let spread = have.filter { kept[$0]?.contains(.spread) == true }
      let gaps = zip([0] + spread, spread).map { $1 - $0 }
      let (low, high) = (gaps.min() ?? 0, gaps.max() ?? 0)
      #expect(spread.count == 10 && low > 0 && high <= 3 * low, "\(number): \(gaps)")
    }
  }

  @Test func `the first after each multiple stays, though checkpoints come at other steps`() {
    let retention = Retention(newest: 1, interval: 1000)
    var have: [Int] = []
    for step in stride(from: 300, through: 6000, by: 300) {
      have = retention.kept(of: have + [step]) { _ in nil }.keys.sorted()
    }
    #expect(have == [1200, 2100, 3000, 4200, 5100, 6000])
  }

  @Test func `the best stays, and the newest whatever is asked for`() {
    let kept = Retention(newest: 0, metrics: ["fid", "none"]).kept(of: [30, 10, 20, 20]) {
      $0 == "fid" ? 10 : nil
    }
    #expect(kept == [10: [.best("fid")], 30: [.newest]])
    #expect(Retention.standard.kept(of: []) { _ in nil }.isEmpty)
  }

  @Test func `the newest from before signals spoke of a failure stays, whatever else`() {
    let steps = Array(stride(from: 10, through: 100, by: 10))
    let kept = Retention(newest: 1).kept(of: steps, suspicions: [40, 45, 5, 95]) { _ in nil }
    #expect(
      kept == [
        30: [.beforeAlarm], 40: [.beforeAlarm], 90: [.beforeAlarm], 100: [.newest],
      ])
    #expect(
      Retention(newest: 2).kept(of: steps, suspicions: [95]) { _ in nil }.keys.sorted() == [
        90, 100,
      ])
  }

  @Test func `what programs did before is not written, and is read where nothing is`() throws {
    var run = try StoredRun.specification()
    #expect(run.retention == .neutral && !run.schedule.contains("keep"))
    #expect(try RunSpecification(stored: "\(run)") == run)
    run.retention = .standard
    #expect(run.schedule.hasSuffix(" keep=last:3+spread:10"))
    #expect(try RunSpecification(stored: "\(run)") == run)
  }
}

private enum StoredRun {
  /// As a program before `keep` wrote it.
  static func specification() throws -> RunSpecification {
    try RunSpecification(
      stored: """
        data examples ring modes=8 radius=1 sigma=0.01
        arch networks custom points=2 latent=2 prior=normal {
          generator init=torch { dense 2 }
          discriminator init=torch { dense 1 }
        }
        recipe training objective=nonsaturating batch=4
        run networks on examples with training steps=9 seed=1 log=1 sheets=500 checkpoints=500 faces=64 as run
        """)
  }
}
