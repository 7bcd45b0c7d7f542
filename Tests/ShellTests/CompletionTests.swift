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
      ("export a to \"two w", 13..<18, ["export", "a", "to"], nil, "two w"),
      ("a; run x \\\n on da", 15..<17, ["run", "x", "on"], nil, "da"),
      ("note a \"b; c\" d", 14..<15, ["note", "a", "\"b; c\""], nil, "d"),
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

  @Test func `lists, comments, modes and lines taken whole are told apart`() {
    #expect(CompletionContext("plot a metrics=x,y,z", word: 19..<20).elements == ["x", "y"])
    #expect(CompletionContext("compare a,b", word: 10..<11).elements == ["a"])
    #expect(CompletionContext("runs # com", word: 7..<10).isComment)
    #expect(CompletionContext("runs | js", word: 7..<9).isMode)
    #expect(!CompletionContext("runs # a\nplot b", word: 14..<15).isComment)
    let query = CompletionContext("sql select a; b { c", word: 18..<19)
    #expect(query.words == ["sql", "select", "a;", "b", "{"] && query.depth == 0)
    let after = CompletionContext("arch x { generator { dense 1 } } im", word: 33..<35)
    #expect(after.words == ["arch", "x"] && after.depth == 0)
  }

  @Test func `offsets beyond the line are no harm`() {
    #expect(CompletionContext("é", word: 1..<99).words.count <= 1)
    #expect(CompletionContext("", word: 5..<9).word == "")
  }

  @Test func `nothing that is typed is too strange to complete`() {
    let pieces = [
      "run", " ", "{", "}", "\"", "#", "=", ",", ";", "|", "\n", "\\", "\\\n", "sql ", "!", "é",
      "\t",
    ]
    var random = Xorshift(state: 88_172_645_463_325_252)
    for _ in 0..<2000 {
      let parts = (0..<Int.random(in: 0..<12, using: &random)).compactMap { _ in
        pieces.randomElement(using: &random)
      }
      let text = parts.joined()
      let start = Int.random(in: 0...text.utf8.count, using: &random)
      let context = CompletionContext(text, word: start..<text.utf8.count)
      #expect(context.depth >= 0 && context.depth <= parts.count, "\(text.debugDescription)")
    }
  }
}

/// The same numbers every time (Marsaglia 2003).
private struct Xorshift: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
