import Datasets
import Language
import Specification
import TestSupport
import Testing

/// Several data sets as one.
@Suite struct JoinedTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private static let declared = """
    data one portraits count=12 size=8 people=3
    data two portraits count=8 size=8 seed=2
    data wide portraits count=8 size=16
    data mirrored portraits count=8 size=8 flip=yes
    data ring ring
    """

  private func read(_ text: String) throws -> [String: DatasetSpecification] {
    try DatasetSpecification.read(
      parse(SourceText(name: "test", text: Self.declared + "\n" + text)), .all)
  }

  private func open(_ text: String, _ name: String = "both") throws -> Dataset {
    let known = try read(text)
    return try Dataset.open(try #require(known[name]), cacheDirectory: scratch.cache)
  }

  @Test func `examples come one set after the other, with the labels that both have`() throws {
    let known = try read("")
    let (one, two) = (
      try Dataset.open(try #require(known["one"]), cacheDirectory: scratch.cache),
      try Dataset.open(try #require(known["two"]), cacheDirectory: scratch.cache)
    )
    let both = try open("data both join one two")
    #expect(both.count == 20)
    for example in 0..<20 {
      let (part, number) = example < 12 ? (one, example) : (two, example - 12)
      #expect(both.values(of: example) == part.values(of: number))
      #expect(both.name(of: example) == part.name(of: number))
    }
    let smiling = [one, two].flatMap { data in
      (0..<(data.count ?? 0)).map { data.labels?.value(of: 0, for: $0) }
    }
    #expect((0..<20).map { both.labels?.value(of: 0, for: $0) } == smiling)
    // Who it is, only the first says.
    #expect(both.labels?.descriptions.contains { $0.name == "Person" } == false)
  }

  @Test(arguments: [
    ("", 20), (" weights=1,0.5", 32), (" weights=2,2", 20), (" weights=1,3", 36),
    (" weights=0.75,0.5", 52),
  ])
  func `weights say how often`(weights: String, count: Int) throws {
    let both = try open("data both join one two" + weights)
    #expect(both.count == count)
    let loader = try both.makeLoader(batch: 4, seed: 1, isAhead: false)
    #expect(loader.valuesPerBatch == 4 * 192)
  }

  @Test func `a joined set is chosen from and joined again, and is another than its parts`() throws
  {
    let text = """
      data both join one two
      data jolly from both where Smiling=yes
      data half from both split=10 seed=4
      data other from both split=10 seed=4 part=rest
      data again join half other
      """
    let known = try read(text)
    #expect(try open(text, "half").count == 10 && open(text, "other").count == 10)
    let jolly = try open(text, "jolly")
    #expect(jolly.labels?.examples(with: "Smiling").count == jolly.count)
    #expect(try open(text, "again").count == 20)
    let digests = try ["one", "both", "half", "other", "again", "jolly"].map {
      try open(text, $0).contentDigest
    }
    #expect(Set(digests).count == digests.count)
    // What is stored reads as the same.
    for (name, specification) in known {
      let lines = specification.statements(named: name).joined(separator: "\n")
      let back = try DatasetSpecification.read(parse(SourceText(name: "stored", text: lines)))
      #expect(back[name] == specification, "\(lines)")
    }
  }

  @Test(arguments: [
    ("data both join one", "joins 2 to 16 data sets, not 1"),
    ("data both join one nobody", "there is no data set `nobody`"),
    ("data both join one wide", "`one` holds images of 8x8x3, and `wide` images of 16x16x3"),
    ("data both join one mirrored", "`flip` is yes of one of"),
    ("data both join one ring", "is points"),
    ("data both join one two weights=1", "there are 2 data sets and 1 weight"),
    ("data both join one two weights=1,0.12345678", "in the ratio of whole numbers"),
    ("data both join one two weights=1,-1", "weights is a number"),
    ("data both join one two size=8", "`join` has no option `size`"),
    ("data both join one two where Smiling=yes", "`join` takes no condition"),
  ])
  func `what cannot be joined is said`(line: String, fact: String) throws {
    do {
      _ = try read(line)
      Issue.record("\(line) is taken")
    } catch { #expect("\(error)".contains(fact), "\(error)") }
  }

  @Test func `parts of parts have another seed, and by the same one they are not drawn at random`()
    throws
  {
    let known = try read(
      """
      data most from one split=0.75
      data half from most split=0.5
      data again from most split=0.5 seed=1
      data both join most two
      data third from both split=5
      """)
    #expect(known["most"]?.choices.last?.part?.seed == 1)
    #expect(known["half"]?.choices.last?.part?.seed == 2)
    #expect(known["third"]?.choices.last?.part?.seed == 2)
    #expect(known["again"]?.choices.last?.part?.seed == 1)
    let half = try Dataset.open(try #require(known["half"]), cacheDirectory: scratch.cache)
    #expect(!half.notes.contains { $0.contains("has split these examples before") })
    let again = try Dataset.open(try #require(known["again"]), cacheDirectory: scratch.cache)
    #expect(
      again.notes.contains { $0.contains("`seed=1` has split these examples before") },
      "\(again.notes)")
  }
}
