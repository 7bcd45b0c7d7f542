import Language
import Specification
import Testing

struct LabelLayoutTests {
  let layout = LabelLayout([
    LabelDescription("Smiling", .attribute),
    LabelDescription("race", .words(["asian", "blå, \"x\""])),
    LabelDescription("age", .number),
  ])

  func settings(_ text: String) throws -> [(name: Word, value: Term)] {
    let option = try #require(try statement("samples a labels=\(text)").options.first)
    return option.value.elements.compactMap {
      if case .tagged(let tag, let value) = $0.value { (tag, value) } else { nil }
    }
  }

  func fault(_ text: String) throws -> String? {
    do {
      _ = try layout.vector(of: settings(text))
      return nil
    } catch let error as Diagnostic {
      return ([error.message] + error.help).joined(separator: " | ")
    }
  }

  @Test func `what is set stands in its place, the rest is unknown`() throws {
    let vector = try layout.vector(of: settings(#"race:"blå, \"x\"",Smiling:1"#))
    #expect(vector.values == [1, 0, 1, 0])
    #expect(vector.known == [1, 1, 1, 0])
    let other = try layout.vector(of: settings("age:31.5,Smiling:no"))
    #expect(other.values == [0, 0, 0, 31.5])
    #expect(other.known == [1, 0, 0, 1])
    #expect(try layout.vector(of: []).known == [0, 0, 0, 0])
  }

  @Test func `what cannot be set is named`() throws {
    #expect(try fault("smilng:1") == "there is no label `smilng` | did you mean `Smiling`?")
    #expect(try fault("race:asain") == "`asain` is no value of `race` | did you mean `asian`?")
    #expect(
      try fault("Smiling:maybe") == "`Smiling` is `1` or `0`, `yes` or `no`, not `maybe`")
    #expect(try fault("age:old") == "`age` is a number from -1e+30 to 1e+30, not `old`")
    #expect(try fault("age:1,age:2") == "the label `age` is given twice")
  }

  @Test func `columns of another set are compared word by word`() throws {
    func difference(_ others: [LabelDescription]) -> String? {
      do {
        try layout.check(isAlso: others, questions: [], of: "held")
        return nil
      } catch { return error.message }
    }
    #expect(difference(layout.columns.reversed()) == nil)
    #expect(difference([]) == "`held` has no labels, and so no `Smiling`")
    #expect(difference(Array(layout.columns.dropLast())) == "`held` has no label `age`")
    let (smiling, age) = (layout.columns[0], layout.columns[2])
    #expect(
      difference([smiling, age, LabelDescription("race", .words(["asian", "white"]))])
        == "the label `race` of `held` is another: `white` there is none of the words here, asian, blå, \"x\""
    )
    // Words are told by their letters, whatever their order.
    #expect(
      difference([smiling, age, LabelDescription("race", .words(["blå, \"x\"", "asian"]))]) == nil)
    #expect(difference([smiling, age, LabelDescription("race", .words(["asian"]))]) == nil)
    #expect(
      difference([smiling, age, LabelDescription("race", .number)])
        == "the label `race` of `held` is another: a number there, one of 2 words here")
    // A question about words is answered by a column that has them.
    let asked = LabelLayout([LabelDescription("race=asian", .attribute)])
    try asked.check(isAlso: [layout.columns[1]], questions: ["race=asian"], of: "held")
    #expect(throws: Diagnostic.self) {
      try asked.check(isAlso: [layout.columns[1]], questions: ["race=white"], of: "held")
    }
    // Letters in one piece and in two are two words.
    let composed = LabelDescription("a", .words(["é"]))
    #expect(composed != LabelDescription("a", .words(["e\u{301}"])))
  }
}
