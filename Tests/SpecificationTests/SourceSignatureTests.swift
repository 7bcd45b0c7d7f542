import Datasets
import Language
import Specification
import Testing

/// Sources are known by their signatures, and kept without.
@Suite struct SourceSignatureTests {
  private let lake = SourceSignature(
    "lake", synonyms: ["pond"], summary: "water", clause: "is water",
    arguments: [
      .path("~/lake"),
      .init("depth", .integer(1...9), "how deep", standard: "3", neutral: "1"),
      .init("shore", .choice(["sand", "reed"]), "what is around it", standard: "reed"),
    ],
    examples: .images(.init(size: 16, channels: 1)),
    use: .init("A lake.", "data l lake path=~/lake"))

  private func read(_ text: String) throws -> DatasetSpecification {
    try DatasetSpecification(parsing: statement("data d \(text)"), [lake])
  }

  @Test func `what is neutral is left out of a text, and what is left out is neutral`() throws {
    let images = "size=16 channels=1 crop=centre filter=lanczos flip=no"
    #expect("\(try read("lake path=x"))" == "lake path=x depth=3 shore=reed \(images)")
    let shallow = try read("lake path=x depth=1")
    #expect("\(shallow)" == "lake path=x shore=reed \(images)")
    #expect(try DatasetSpecification(stored: "data d \(shallow)") == shallow)
    let source = SourceSpecification("lake", [.init("path", .word("x"))])
    #expect(try lake.values(of: source) == ["path": "x", "depth": "1", "shore": "reed"])
  }

  @Test(arguments: [
    ("pond path=x", "it is called `lake` here"), ("laek path=x", "did you mean `lake`?"),
    ("lake path=x shore=sant", "did you mean `sand`?"), ("lake", "say where it is: `path=~/lake`"),
    ("lake path=x dept=2", "did you mean `depth`?"),
  ]) func `a wrong word is answered with what is meant`(text: String, help: String) throws {
    let fault = #expect(throws: Diagnostic.self) { try read(text) }
    #expect(fault?.help == [help])
  }

  @Test(arguments: [
    "swarm bees=8 hive=\"8\" rate=1..2 size=8 channels=3 crop=none filter=box flip=no",
    "swarm bees=1,2 seed=18446744073709551615", "swarm path=\"a b\" size=8x9 channels=1 flip=yes",
  ]) func `a source of another release is kept as it is`(text: String) throws {
    let dataset = try DatasetSpecification(stored: "data d \(text)")
    #expect("\(dataset)" == text)
    #expect((dataset.preprocessing == nil) != text.contains("size="))
    let fault = #expect(throws: Diagnostic.self) { try dataset.checkKnown(.all) }
    #expect(fault?.message == "there is no source `swarm`")
    let moved = dataset.source.moved(to: "there")
    #expect((moved != nil) == text.contains("path="))
  }

  @Test func `a stored argument that no source takes is named`() throws {
    for (text, message) in [
      ("ring modes=0", "modes is a whole number from 1 to 1,000, not `0`"),
      ("ring wings=2", "`ring` has no option `wings`"), ("mnist", "`mnist` needs a path"),
    ] {
      let dataset = try DatasetSpecification(stored: "data d \(text)")
      let fault = #expect(throws: Diagnostic.self) { try dataset.checkKnown(.all) }
      #expect(fault?.message == message)
    }
  }

  @Test func `a file of labels that is called as a word of the language stays a file`() throws {
    let dataset = try DatasetSpecification(
      parsing: statement("data d folder path=x labels=./a.csv"), .all)
    let moved = try #require(dataset.source.labelled(by: "no"))
    #expect(moved.labelsFile == "./no")
  }

  @Test func `every source's arguments are its own and its defaults are values`() throws {
    for signature in [SourceSignature].all {
      #expect(Set(signature.arguments.map(\.name)).count == signature.arguments.count)
      #expect(signature.use.statement.contains(" \(signature.keyword)"))
      let use = try parse(SourceText(name: "use", text: signature.use.statement))
      let read = try DatasetSpecification(parsing: try #require(use.last), .all)
      try read.checkKnown(.all)
      #expect((read.preprocessing != nil) == (signature.images != nil), "\(signature.keyword)")
      let usage = try DatasetSpecification(parsing: statement("data d \(signature.usage)"), .all)
      try usage.checkKnown(.all)
    }
  }
}
