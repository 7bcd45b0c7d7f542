import Shell
import Terminal
import Testing

@Suite struct ConditionCompletionTests {
  private func candidates(_ text: String, _ word: String) -> [String]? {
    ConditionCompletion(text, word: word)?.candidates(in: RunQueryTests.vocabulary).map(\.text)
  }

  @Test(
    arguments: [
      ("runs where ", "stat", ["status"]),
      (
        "runs where ", "f",
        ["fakes", "feature-matching", "freeze", "flip", "flip-labels", "filter", "fid", "first("]
      ),
      ("runs where status=", "fin", ["finished"]), ("runs where status!=", "r", ["running"]),
      ("runs where status in running,", "fa", ["failed"]),
      ("runs where status in (running, ", "fa", ["failed"]),
      ("runs where tag=", "", ["good", "old"]), ("runs where not (tag=", "g", ["good"]),
      ("runs where ", "min(d_r", ["min(d_real)"]), ("runs where ", "lr<3", []),
      ("runs where lr<3 ", "an", ["and"]), ("runs where lr<3 ", "o", ["or", "order"]),
      ("runs where lr<3 and ", "bat", ["batch"]),
      ("runs where status ", "", ["=", "!=", "in", "like", "not"]),
      ("runs where status not ", "l", ["like"]), ("runs where fid ", "a", ["at"]),
      ("runs where fid at 5k ", "<", []), ("runs where started>", "y", ["yesterday"]),
      ("runs where started>2h ago ", "a", ["and"]),
      ("runs order ", "", ["by"]), ("runs order by ", "fi", ["filter", "fid", "first("]),
      ("runs order by fid ", "de", ["desc"]), ("runs order by fid desc, ", "objec", ["objective"]),
      ("runs where lr<3 order by ", "objec", ["objective"]),
      ("best by fid where ", "objec", ["objective"]),
      ("runs where name like \"a where b\" ", "an", ["and"]),
      ("runs where arch=", "", ["mine"]), ("runs where objective=", "m", ["minimax"]),
    ] as [(String, String, [String])])
  func `what may come next`(text: String, word: String, expected: [String]) {
    #expect(candidates(text, word).map(Set.init) == Set(expected))
  }

  @Test(arguments: [
    ("runs ", "wh"), ("runs ", "where"), ("runs limit 3 ", ""), ("", "where"),
    ("runs where lr<1 columns=", "na"), ("runs where lr<1 to ", "x"),
    ("runs order by lr limit ", ""),
    ("runs where ) ", "x"), ("runs where = ", "x"),
  ])
  func `outside of a condition others complete`(text: String, word: String) {
    #expect(candidates(text, word) == nil)
  }
}
