import Datasets
import Foundation
import Language
import MetricDescriptions
import Networks
import Notebook
import Specification
import Shell
import TestSupport
import Testing

/// What conditions mean for runs: names, values and what is said where they mean nothing.
@Suite struct RunQueryTests {
  static var vocabulary: Vocabulary<RunQuantity> {
    .runs(
      metrics: ["d_real", "fid", "precision"].map { MetricDescription($0) },
      names: { kind in
        switch kind {
        case .run: ["base", "calm"]
        case .architecture: ["mine"]
        case .dataset: ["ring"]
        default: []
        }
      }, tags: { ["good", "old"] })
  }

  @Test func `a measure alone means the one protocol that it was measured by`() throws {
    func vocabulary(_ names: String...) -> Vocabulary<RunQuantity> {
      .runs(metrics: names.map { MetricDescription($0) }, names: { _ in [] }, tags: { [] })
    }
    func filter(_ text: String, _ vocabulary: Vocabulary<RunQuantity>) throws -> RowFilter<
      RunQuantity
    > {
      let statement = try parse(SourceText(name: "t", text: "runs where \(text)"))[0]
      return try vocabulary.filter(try #require(statement.condition))
    }
    let one = vocabulary("loss", "kid.random-5k-1f3a")
    #expect(try filter("kid<1", one) == filter("kid.random-5k-1f3a<1", one))
    #expect(try filter("min(kid)<1", one) == filter("min(kid.random-5k-1f3a)<1", one))
    let two = vocabulary("kid.random-5k-1f3a", "kid.pixels-5k-0b12", "fid.pixels-5k-0b12")
    do {
      _ = try filter("kid<1", two)
      Issue.record("two protocols were taken for one")
    } catch let error as Diagnostic {
      #expect(error.message.contains("by 2 protocols") && error.span?.start == 11, "\(error)")
      #expect(error.help.joined().contains("`kid.random-5k-1f3a`  `kid.pixels-5k-0b12`"))
    }
    #expect(try filter("fid<1", two) == filter("fid.pixels-5k-0b12<1", two))
    // What a run measures itself has its name without a protocol.
    let own = vocabulary("coverage", "coverage.random-5k-1f3a")
    #expect(try filter("coverage<1", own) != filter("coverage.random-5k-1f3a<1", own))
  }

  private func filter(_ text: String, now: Date = .now) throws -> RowFilter<RunQuantity> {
    let statement = try parse(SourceText(name: "t", text: "runs where \(text)"))[0]
    return try Self.vocabulary.filter(try #require(statement.condition), now: now)
  }

  private func fault(_ text: String) -> Diagnostic? {
    do {
      _ = try filter(text)
      return nil
    } catch { return error as? Diagnostic }
  }

  @Test func `names are columns, then the specification's, then metrics'`() throws {
    #expect(
      try filter("fid<60") == .compare(.metric("fid", .last), .less, .real(60)))
    #expect(
      try filter("min(d_real)>0.4")
        == .compare(.metric("d_real", .minimum), .greater, .real(0.4)))
    #expect(
      try filter("fid at 5k<9") == .compare(.metricAt("fid", step: 5000), .less, .real(9)))
    #expect(
      try filter("lr in 1e-4..3e-4,1")
        == .any([
          .all([
            .compare(.numericParameter("lr"), .greaterOrEqual, .real(1e-4)),
            .compare(.numericParameter("lr"), .lessOrEqual, .real(3e-4)),
          ]), .compare(.numericParameter("lr"), .equal, .real(1)),
        ]))
    #expect(try filter("glr>1") == .compare(.numericParameter("glr"), .greater, .real(1)))
    #expect(try filter("seed=7") == .compare(.column(.seed), .equal, .integer(7)))
    #expect(
      try filter("data.seed=7") == .compare(.numericParameter("data.seed"), .equal, .real(7)))
    #expect(
      try filter("precision=bf16")
        == .compare(.parameter("precision"), .equal, .text("bf16")))
    #expect(
      try filter("precision>0.5") == .compare(.metric("precision", .last), .greater, .real(0.5)),
      "what came out goes before what was asked")
    #expect(
      try filter("last(precision)>0.5")
        == .compare(.metric("precision", .last), .greater, .real(0.5)))
    #expect(try filter("fid=nan") == .compare(.metricIsNaN("fid"), .equal, .integer(1)))
    #expect(try filter("fid=none") == .isMissing(.metric("fid", .last)))
    #expect(
      try filter("steps<planned")
        == .compareQuantities(.column(.steps), .less, .column(.planned)))
    #expect(
      try filter("tag!=good") == .not(.compare(.member(.tag), .equal, .text("good"))))
    #expect(
      try filter("name like b?s_*") == .like(.column(.name), "b_s\\_%"))
    #expect(
      try filter("status in running,failed")
        == .any(["running", "failed"].map { .compare(.column(.status), .equal, .text($0)) }))
    #expect(
      try filter("betas=0.50,0.999")
        == .compare(.parameter("betas"), .equal, .text("0.5,0.999")))
    #expect(try filter("took>1h30min") == .compare(.column(.took), .greater, .real(5400)))
    #expect(
      try filter("channels=3") == .compare(.numericParameter("data.channels"), .equal, .real(3)))
  }

  @Test func `dates are days, moments and times ago`() throws {
    let calendar = Calendar(identifier: .gregorian)
    let now = try #require(
      calendar.date(from: DateComponents(year: 2026, month: 3, day: 1, hour: 9)))
    func day(_ month: Int, _ day: Int, _ hour: Int = 0) throws -> SQLValue {
      .date(
        try #require(
          calendar.date(from: DateComponents(year: 2026, month: month, day: day, hour: hour))))
    }
    let started = RunQuantity.column(.started)
    #expect(
      try filter("started>2026-02-28", now: now)
        == .compare(started, .greaterOrEqual, day(2, 28)))
    #expect(try filter("started<=2026-02-28", now: now) == .compare(started, .less, day(3, 1)))
    #expect(
      try filter("started=yesterday", now: now)
        == .all([
          .compare(started, .greaterOrEqual, day(2, 28)), .compare(started, .less, day(3, 1)),
        ]))
    #expect(
      try filter("started>2h ago", now: now) == .compare(started, .greater, day(3, 1, 7)))
    #expect(
      try filter("started<2026-03-01T07:00", now: now) == .compare(started, .less, day(3, 1, 7)))
    #expect(
      try filter("started=2026-02", now: now)
        == .all([
          .compare(started, .greaterOrEqual, day(2, 1)), .compare(started, .less, day(3, 1)),
        ]))
    for text in [
      "2026-02-30", "2026-13-01", "2026-1", "26-01-01", "2026-01-01T25:00", "x ago", "5",
    ] {
      #expect(throws: Diagnostic.self, "\(text)") { try filter("started>\"\(text)\"") }
    }
  }

  @Test(
    arguments: [
      ("lrr<3", "runs have nothing called `lrr`", "did you mean `lr`?", 11..<14),
      ("fdi<3", "runs have nothing called `fdi`", "did you mean `fid`?", 11..<14),
      ("min(d_reel)<3", "no run has a metric `d_reel`", "did you mean `d_real`?", 15..<21),
      ("mni(d_real)<3", "there is no function `mni`", "did you mean `min`?", 11..<14),
      ("min(lr)<3", "`lr` is no metric, and so has one value only", "write `lr` alone", 11..<18),
      ("status=finshed", "`status` is one of running", "did you mean `finished`?", 18..<25),
      ("status>running", "`status` is no number", "compare it with =", 11..<17),
      ("objective=minmax", "`objective` is one of", "did you mean `minimax`?", 21..<27),
      ("tag=god", "there is no tag `god`", "did you mean `good`?", 15..<18),
      ("name=bse", "there is no run `bse`", "did you mean `base`?", 16..<19),
      ("arch in mine,mien", "there is no architecture `mien`", "did you mean `mine`?", 24..<28),
      ("lr=fast", "`lr` is a number, not `fast`", nil, 14..<18),
      ("lr=1,2", "`lr` has one value, not several", "write `lr in 1,2`", 14..<17),
      ("lr=1..2", "`=` compares with one value", "write `lr in 1..2`", 14..<18),
      ("lr in 2..1", "this range goes down", "`1..2`", 17..<21),
      ("lr like 1*", "`lr` is no text for a pattern", "compare it with", 11..<13),
      ("started>2h", "`started` is a date like", "write `2h ago`", 19..<21),
      ("took>soon", "`took` is a duration like 90s", nil, 16..<20),
      ("seed=-1", "`seed` is a whole number from 0", nil, 16..<18),
      ("min(fid) at 3<1", "a value at a step is one value", "write `fid at 3`", 11..<24),
      ("status=max(fid)", "only numbers can be compared", nil, 18..<26),
      ("lr in max(fid)", "`in` takes values and ranges", nil, 17..<25),
    ] as [(String, String, String?, Range<Int>)])
  func `what means nothing is said with its place and a way out`(
    text: String, message: String, help: String?, place: Range<Int>
  ) throws {
    let found = fault(text)
    let fault = try #require(found)
    #expect(fault.message.hasPrefix(message), "\(fault.message)")
    #expect(fault.span == Span(place.lowerBound, place.upperBound))
    if let help { #expect(fault.help.contains { $0.contains(help) }, "\(fault.help)") }
  }

  @Test func `everything that a specification prints is found under its key`() throws {
    func read(_ text: String) throws -> Statement { try parse(SourceText(name: "", text: text))[0] }
    for data in [
      "celeba path=/x", "folder path=/x", "portraits", "ring", "grid",
    ] {
      let isPoints = ["ring", "grid"].contains(data)
      let specification = RunSpecification(
        architecture: try ArchitectureSpecification(
          parsing: read("arch a like mlp \(isPoints ? "points=2" : "image=64x64x3") width=7"), .all),
        dataset: try DatasetSpecification(parsing: read("data d \(data)"), .all),
        recipe: try RecipeSpecification(
          parsing: read("recipe r glr=1e-3 gbetas=0,0.9 gepsilon=1e-7 penalty=gp:5 ema=0.9"), .all),
        steps: 9, seed: 3)
      let text = specification.script(architecture: "a", dataset: "d", recipe: "r", run: "x")
      let entries = RunParameters(of: text, Signatures.all.layers)
      var found: [String: String] = [:]
      for statement in try parse(SourceText(name: "", text: text)) {
        for option in statement.options {
          let key = "\(statement.verb.text).\(option.key.text)"
          found[key] = option.value.source
          let field = try #require(Self.vocabulary.field(named: key))
          guard case .parameter(let entry) = field.quantity else { continue }
          #expect(entries[entry]?.text == option.value.source, "\(key)")
        }
      }
      #expect(entries["arch.width"]?.text == "7")
      #expect(entries["arch.preset"]?.text == "mlp")
      #expect(entries["data.source"]?.text == data.split(separator: " ").first.map(String.init))
      // Keys that no text has are those of no entry.
      #expect(Set(entries.entries.map(\.key)).count == entries.entries.count)
      #expect(found.count > 15)
      // Every key that can be typed is a name that conditions know.
      for key in found.keys { #expect(Self.vocabulary.field(named: key) != nil, "\(key)") }
    }
  }

  @Test func `no two things are called the same`() {
    let names = Self.vocabulary.fields.flatMap(\.names)
    #expect(Set(names).count == names.count)
  }
}
