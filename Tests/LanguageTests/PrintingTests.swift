import Language
import TerminalText
import Testing

struct PrintingTests {
  @Test(arguments: 0..<40) func `what is printed parses to the same`(seed: UInt64) throws {
    var dice = Dice(state: seed)
    var read = 0
    defer { #expect(read > 25) }
    for _ in 0..<50 {
      // Some of the texts are faults (`lr=1->2 over` without a number).
      guard let statement = randomStatement(&dice) else { continue }
      read += 1
      let text = statement.description
      let again = try statements(text)
      #expect(again.map(\.bare) == [statement.bare], "\(text)")
      #expect(again.first?.description == text)
      // Beside others, with a comment after it.
      let beside = "a 1; " + text + "\nb # end"
      #expect(try statements(beside).dropFirst().first?.bare == statement.bare, "\(text)")
    }
  }

  @Test func `an operand named like a number of other things prints as it was typed`() throws {
    for line in [
      "run dc on faces as base steps=20000 lr=0.0002->5e-05 over 20000 &",
      "arch a conv image=64x64x3 { generator { dense 8x8x512; lrelu 0.2 }; discriminator { } }",
      "x 1..3 a:b \"c\\u{1}d\" e,f,\"g h\" i=1e-08,gp:10", "!ls ; # x", "sql select 1; --",
      "sql select \\\nx", "help run", "runs | json", "a b=1 { c } | latex",
      "sql select a || json | csv", "help | json",
    ] {
      #expect(try statements(line).map(\.description) == [line])
    }
  }

  @Test func `words are quoted only when they must be`() {
    #expect(word("~/celeba/img.png") == "~/celeba/img.png")
    for text in [
      "two words", "5", "", "a,b", "x:y", "a\"", "{", "#", "3..5", "a&", "-1->2", "a\nb", "a=b",
      "a\\",
    ] {
      #expect(word(text) == quoted(text))
    }
    #expect(grouped(-1_234_567) == "-1,234,567")
    #expect(grouped(.min) == "-9,223,372,036,854,775,808")
    #expect(grouped(0) == "0")
  }

  @Test(arguments: 0..<20) func `no bytes are too strange`(seed: UInt64) {
    var dice = Dice(state: 1000 + seed)
    let pieces = [
      "{", "}", ";", "\n", "\\\n", "\\", "\"", "'", "#", "&", "=", ",", "->", " over ", "..", "x",
      "1e9", "99999999999999999999", ":", "!", "sql ", "help ", "a=", "\u{0}", "\r", "é",
      "\u{FFFD}", "|", "json",
      "“", " ", "\t", "run", "-", "+", ".", "k", "\u{A0}", "\\u{", "😀",
    ]
    for _ in 0..<300 {
      let text = (0..<Int.random(in: 0..<30, using: &dice)).map { _ in dice.pick(pieces) }.joined()
      let source = SourceText(name: "t", text: text)
      let parsed = parsePrefix(source)
      _ = parsed.fault?.rendered(in: source, colour: true)
      for statement in parsed.statements {
        #expect(statement.span.start < statement.span.end && statement.span.end <= text.utf8.count)
        let again = try? statements(statement.description)
        #expect(again?.map(\.bare) == [statement.bare], "\(text.debugDescription)")
      }
    }
    for _ in 0..<300 {
      let bytes = (0..<40).map { _ in UInt8.random(in: 0...255, using: &dice) }
      let source = SourceText(name: "t", text: String(decoding: bytes, as: UTF8.self))
      _ = parsePrefix(source).fault?.rendered(in: source, colour: false)
    }
  }

  @Test func `a long text of anything is read in one go`() {
    for piece in [
      "&", "\\ ", "\"", "a ", "a=1,", ";", "{ a ", "\\\n", "'", "x:", "1->", "&x", "\\",
    ] {
      let text = "x " + String(repeating: piece, count: (1 << 16) / piece.utf8.count)
      _ = parsePrefix(SourceText(name: "t", text: text + "x"))
      _ = fault(text)
    }
  }

  // MARK: Random statements

  private func randomStatement(_ dice: inout Dice) -> Statement? {
    var parts = [dice.pick(["run", "data", "arch", "größe", "x-y"])]
    for _ in 0..<Int.random(in: 0..<6, using: &dice) { parts.append(randomPiece(&dice)) }
    if dice.chance(3) { parts.append(randomBlock(&dice, depth: 0)) }
    if dice.chance(4) {
      parts.append("&")
    } else if dice.chance(4) {
      parts.append(dice.pick(["| json", "|csv", "|  box"]))
    }
    return try? statements(parts.joined(separator: " ")).first
  }

  private func randomBlock(_ dice: inout Dice, depth: Int) -> String {
    let items = (0..<Int.random(in: 0..<4, using: &dice)).map { _ -> String in
      var parts = [dice.pick(["dense", "conv", "generator", "lrelu"])]
      for _ in 0..<Int.random(in: 0..<3, using: &dice) { parts.append(randomPiece(&dice)) }
      if depth < 3 && dice.chance(4) { parts.append(randomBlock(&dice, depth: depth + 1)) }
      return parts.joined(separator: " ")
    }
    return "{" + items.joined(separator: dice.pick(["; ", "\n", " # c\n", " ;\n ; "])) + "\n}"
  }

  private func randomPiece(_ dice: inout Dice) -> String {
    if dice.chance(2) { return randomValue(&dice) }
    let schedule = dice.pick(["0.1->0 over 5k", "1->2", "3 -> -4 over 1.5k"])
    return dice.pick(["lr", "steps", "a.b", "x-y", "_"]) + "="
      + (dice.chance(4) ? schedule : randomValue(&dice))
  }

  private func randomValue(_ dice: inout Dice) -> String {
    let number = dice.pick([
      "0", "-0", "7", "2e-4", "20k", "1.5M", "3G", ".25", "-12.75", "1e22", "5e-324", "9e15",
      "123456789012345680", String(Double.random(in: -1e3...1e3, using: &dice)),
    ])
    let simple = [
      number, number, "64x64x3", "3..7", "-1..2.5k", "~/a/b-c.png", "img_*.png", "a->b", "a|b",
      "\"q \\\" \\n\"",
      "'single \" one'", "gp:10", "c:32x32", "t:\"a b\"", "a:b:c", "fid<60", "é", "=", "over",
      "x\u{2192}y",
      "\"\"", "\"multi\nline\"", "a=b", "-", "1e999",
    ]
    if dice.chance(5) {
      return (0..<3).map { _ in dice.pick(simple) }.joined(separator: dice.pick([",", ", "]))
    }
    return dice.pick(simple)
  }
}
