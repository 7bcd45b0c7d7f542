import Testing

import Shell

@Suite struct CompletionTests {
  @Test(
    arguments: [
      ("ru", 0..<2, [], nil, "ru"),
      ("runs; sh", 6..<8, [], nil, "sh"),
      ("run dc on fa", 10..<12, ["run", "dc", "on"], nil, "fa"),
      ("run dc seed=", 12..<12, ["run", "dc"], "seed", ""),
      ("plot a metrics=x,y", 17..<18, ["plot", "a"], "metrics", "y"),
      ("arch x {\n dense 1; re", 19..<21, ["arch"], nil, "re"),
      ("x { a } ; ru", 10..<12, [], nil, "ru"),
    ] as [(String, Range<Int>, [String], String?, String)])
  func `the words around the cursor are found`(
    line: String, range: Range<Int>, words: [String], key: String?, word: String
  ) {
    let context = CompletionContext(line, word: range)
    #expect(context.words == words)
    #expect(context.key == key)
    #expect(context.word == word)
  }

  @Test func `inside a block the verb and the entry's words are what counts`() {
    let text = "arch x { generator { dense 1; conv 64 ke"
    let context = CompletionContext(text, word: 38..<40)
    #expect(context.depth == 2)
    #expect(context.words == ["arch", "conv", "64"])
    #expect(CompletionContext("x { a }; ru", word: 9..<11).depth == 0)
    #expect(CompletionContext("} } ru", word: 4..<6).depth == 0)
  }

  @Test func `offsets beyond the line are no harm`() {
    #expect(CompletionContext("é", word: 1..<99).words.count <= 1)
    #expect(CompletionContext("", word: 5..<9).word == "")
  }
}
