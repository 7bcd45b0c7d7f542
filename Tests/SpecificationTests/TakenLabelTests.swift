import Datasets
import Language
import Networks
import Specification
import Testing

/// Label columns that a model wants, among those that data have.
struct TakenLabelTests {
  private let race = LabelDescription("race", .words(["asian", "black", "white"]))
  private let smiling = LabelDescription("Smiling", .attribute)
  private let age = LabelDescription("age", .number)

  private func taken(
    _ wanted: LabelShape?, among columns: [LabelDescription], test: Bool = false
  ) throws -> (columns: [LabelDescription], fault: String?) {
    let data = try DatasetSpecification(parsing: statement("data f folder path=x size=8"), .all)
    var run = RunSpecification(
      architecture: try architecture("arch m like mlp image=8x8x3 width=2"), dataset: data,
      recipe: .neutral, steps: 3,
      seed: 1, test: test ? data : nil)
    run.architecture.labels = wanted
    do {
      try run.takeLabels(
        among: columns, questions: ["Smiling", "race=asian"], of: "faces", at: Span(0, 5))
    } catch {
      #expect(error.span != nil)
      return ([], ([error.message] + error.help).joined(separator: " | "))
    }
    #expect(run.test.map { $0.labels == run.dataset.labels } ?? true)
    return (run.dataset.labels, nil)
  }

  @Test func `a model without labels takes none`() throws {
    #expect(try taken(nil, among: [race, age]) == ([], nil))
  }

  @Test
  func `classes are the column of that name, the only one of words, or the only one that fits`()
    throws
  {
    let classes = LabelDescription("class", .words(["x", "y"]))
    #expect(try taken(.classes(2), among: [race, classes], test: true) == ([classes], nil))
    #expect(try taken(.classes(3), among: [smiling, race, age]) == ([race], nil))
    let other = LabelDescription("mood", .words(["a", "b"]))
    #expect(try taken(.classes(3), among: [race, other]) == ([race], nil))
    #expect(
      try taken(.classes(2), among: [race]).fault
        == "`faces` has 3 classes, and the architecture is made for 2 | declare the architecture with classes=3"
    )
    #expect(
      try taken(.classes(2), among: [smiling]).fault
        == "`faces` has no classes, and the architecture is made for 2 | its labels: Smiling")
    #expect(
      try taken(.classes(4), among: [race, other]).fault?.hasPrefix(
        "`faces` has several columns of words and none called `class`: race, mood") == true)
  }

  @Test func `attributes are one number each, in the order asked for`() throws {
    #expect(
      try taken(
        .attributes(["race=asian", "Smiling"]), among: [race, smiling, age], test: true)
        == ([LabelDescription("race=asian", .attribute), smiling], nil))
    #expect(
      try taken(.attributes(["age"]), among: [age]).fault
        == "`age` of `faces` is a number, and `labels` names what holds or does not | "
        + "`numbers=age` of an architecture takes it as it is | or make data sets of it by a condition: "
        + "`data some from faces where age>…`")
    // What holds or does not is a number where one is asked for.
    let counted = [smiling.name, "race=asian"].map { LabelDescription($0, .number) }
    #expect(
      try taken(.numbers(counted.map { NumberLabel($0.name) }), among: [race, smiling], test: true)
        == (counted, nil))
    #expect(
      try taken(.numbers([NumberLabel("race")]), among: [race]).fault
        == "`race` of `faces` is one of 3 words, and `numbers` names what is one number each | "
        + "`classes=3` of an architecture is of such a label")
    #expect(
      try taken(.numbers([NumberLabel("age")]), among: [smiling, age], test: true) == ([age], nil))
    #expect(
      try taken(.attributes(["race"]), among: [race]).fault?.hasPrefix(
        "`race` of `faces` is one of 3 words, and `labels` names what is one number each") == true)
    #expect(
      try taken(.attributes(["smiling"]), among: [race, smiling]).fault
        == "`faces` has no label `smiling` | did you mean `Smiling`?")
    #expect(
      try taken(.attributes(["age"]), among: []).fault
        == "`faces` has no labels, and so no `age`")
  }
}
